/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/render.h"

#include <EGL/eglext.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "try/say.h"

#define MOST_DEVICES 64

static bool is_software(EGLDeviceEXT device)
{
	PFNEGLQUERYDEVICESTRINGEXTPROC query =
		(PFNEGLQUERYDEVICESTRINGEXTPROC)eglGetProcAddress("eglQueryDeviceStringEXT");
	const char *extensions = query ? query(device, EGL_EXTENSIONS) : NULL;

	return extensions && strstr(extensions, "EGL_MESA_device_software");
}

/* EGL_EXT_device_drm, EGL_EXT_device_drm_render_node: the file, NULL where it does not tell. */
static const char *device_file(EGLDeviceEXT device)
{
	PFNEGLQUERYDEVICESTRINGEXTPROC query =
		(PFNEGLQUERYDEVICESTRINGEXTPROC)eglGetProcAddress("eglQueryDeviceStringEXT");
	const char *extensions = query ? query(device, EGL_EXTENSIONS) : NULL, *file = NULL;

	if (extensions && strstr(extensions, "EGL_EXT_device_drm_render_node"))
		file = query(device, EGL_DRM_RENDER_NODE_FILE_EXT);
	if (!file && extensions && strstr(extensions, "EGL_EXT_device_drm"))
		file = query(device, EGL_DRM_DEVICE_FILE_EXT);
	return file;
}

/* The device in sysfs behind a node, whose names a container may have chosen; "" if unknown. */
static void find_device(const char *node, char ret[PATH_MAX])
{
	char path[64];
	struct stat st;

	*ret = '\0';
	if (stat(node, &st) < 0 || !S_ISCHR(st.st_mode))
		return;
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device", major(st.st_rdev),
		minor(st.st_rdev));
	if (!realpath(path, ret))
		*ret = '\0';
}

static bool is_same_device(const char *one, const char *other)
{
	char devices[2][PATH_MAX];
	struct stat st[2];

	if (stat(one, &st[0]) == 0 && stat(other, &st[1]) == 0 && st[0].st_rdev == st[1].st_rdev)
		return true;
	find_device(one, devices[0]);
	find_device(other, devices[1]);
	return *devices[0] && strcmp(devices[0], devices[1]) == 0;
}

EGLDisplay gp_gl_device_display(const char *node)
{
	PFNEGLQUERYDEVICESEXTPROC query =
		(PFNEGLQUERYDEVICESEXTPROC)eglGetProcAddress("eglQueryDevicesEXT");
	EGLDeviceEXT devices[MOST_DEVICES];
	EGLint n = 0;

	if (!query || !query(MOST_DEVICES, devices, &n))
		return EGL_NO_DISPLAY;
	for (EGLint i = 0; i < n; i++) {
		const char *file = node ? device_file(devices[i]) : NULL;

		if (node ? file && is_same_device(file, node) : is_software(devices[i]))
			return eglGetPlatformDisplay(EGL_PLATFORM_DEVICE_EXT, devices[i], NULL);
	}
	return EGL_NO_DISPLAY;
}

static const char *display_file(EGLDisplay display)
{
	PFNEGLQUERYDISPLAYATTRIBEXTPROC query =
		(PFNEGLQUERYDISPLAYATTRIBEXTPROC)eglGetProcAddress("eglQueryDisplayAttribEXT");
	EGLAttrib device = 0;

	if (!query || !query(display, EGL_DEVICE_EXT, &device) || !device)
		return NULL;
	return device_file((EGLDeviceEXT)device);
}

static void say_vendor(const char *device)
{
	char path[PATH_MAX + 16];
	unsigned int vendor;
	FILE *file;

	snprintf(path, sizeof(path), "%s/vendor", device);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fscanf(file, "0x%4x", &vendor) == 1)
		gp_say("about", "pci-vendor %04x", vendor);
	fclose(file);
}

/* A PCI function is named by its address: Documentation/PCI/sysfs-pci.rst. */
static void say_address(const char *file)
{
	unsigned int domain, bus, slot, function;
	char device[PATH_MAX], *name;
	int n = 0;

	find_device(file, device);
	name = strrchr(device, '/');
	if (!name || sscanf(name, "/%8x:%2x:%2x.%1u%n", &domain, &bus, &slot, &function, &n) != 4 ||
		name[n])
		return;
	gp_say("about", "pci %s", name + 1);
	say_vendor(device);
}

void gp_gl_say_device(const struct gp_gl *gl)
{
	const char *file = display_file(gl->display);

	if (!file)
		return;
	gp_say("about", "node %s", file);
	say_address(file);
	if (!gl->is_cpu && !is_same_device(file, gl->device))
		gp_say("invalid", "it was drawn on %s, not on %s", file, gl->device);
}

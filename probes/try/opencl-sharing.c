/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "try/opencl-api.h"
#include "try/say.h"

/* The extension cl_intel_va_api_media_sharing, whose header needs libva's. */
#define EXTENSION      "cl_intel_va_api_media_sharing"
#define VA_API_DISPLAY 0x4094
#define PREFERRED      0x4095

typedef cl_int ask_devices(cl_platform_id platform, cl_uint kind, void *display, cl_uint set,
	cl_uint most, cl_device_id *devices, cl_uint *n);

struct va {
	void *(*display)(int fd);
	int (*initialize)(void *display, int *major, int *minor);
	int (*terminate)(void *display);
};

/* Libraries stay open: drivers have threads. */
static bool open_libva(struct va *ret)
{
	void *va = dlopen("libva.so.2", RTLD_NOW | RTLD_GLOBAL);
	void *drm = va ? dlopen("libva-drm.so.2", RTLD_NOW) : NULL;

	if (!drm)
		return false;
	*(void **)&ret->display = dlsym(drm, "vaGetDisplayDRM");
	*(void **)&ret->initialize = dlsym(va, "vaInitialize");
	*(void **)&ret->terminate = dlsym(va, "vaTerminate");
	return ret->display && ret->initialize && ret->terminate;
}

/* The render node of the PCI function; negative errno. */
static int open_node(const char *pci)
{
	char path[64], node[sizeof("/dev/dri/") + NAME_MAX];
	const struct dirent *entry;
	int fd = -ENOENT;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/drm", pci);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (fd == -ENOENT && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "renderD", strlen("renderD")) != 0)
			continue;
		snprintf(node, sizeof(node), "/dev/dri/%s", entry->d_name);
		fd = open(node, O_RDWR | O_CLOEXEC);
		fd = fd < 0 ? -errno : fd;
	}
	closedir(dir);
	return fd;
}

static void ask(const struct gp_cl_subject *subject, ask_devices *devices, void *display)
{
	cl_device_id found[16];
	cl_uint n = 0;
	cl_int status =
		devices(subject->platform, VA_API_DISPLAY, display, PREFERRED, 16, found, &n);
	bool is_among = false;

	for (cl_uint i = 0; !status && i < n && i < 16; i++)
		is_among |= found[i] == subject->device;
	if (status)
		gp_say("va-sharing", "%s %d clGetDeviceIDsFromVA_APIMediaAdapterINTEL",
			subject->number, status);
	else
		gp_say("va-sharing", is_among ? "%s ok" : "%s -1 it is another device's",
			subject->number);
}

static void ask_with_display(
	const struct gp_cl_subject *subject, ask_devices *devices, const struct va *va, int node)
{
	void *display = va->display(node);
	int major, minor, status = display ? va->initialize(display, &major, &minor) : -1;

	if (status) {
		gp_say("va-sharing", "%s %d vaInitialize", subject->number, status);
		return;
	}
	ask(subject, devices, display);
	va->terminate(display);
}

void gp_cl_say_sharing(const struct gp_cl_subject *subject)
{
	struct va va;
	ask_devices *devices;
	int node;

	if (!gp_cl_has(subject, EXTENSION)) {
		gp_say("va-sharing", "%s missing", subject->number);
		return;
	}
	*(void **)&devices = subject->cl->extension(
		subject->platform, "clGetDeviceIDsFromVA_APIMediaAdapterINTEL");
	if (!devices || !*subject->pci || !open_libva(&va))
		return;
	node = open_node(subject->pci);
	if (node < 0) {
		gp_say("va-sharing", "%s %s render node", subject->number, gp_say_errno(-node));
		return;
	}
	ask_with_display(subject, devices, &va, node);
	close(node);
}

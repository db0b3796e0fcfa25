/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/render.h"

#include <EGL/eglext.h>
#include <errno.h>
#include <gbm.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "try/node.h"
#include "try/say.h"

bool gp_gl_fail(struct gp_gl *gl, const char *format, ...)
{
	va_list arguments;

	if (*gl->why)
		return false;
	va_start(arguments, format);
	vsnprintf(gl->why, sizeof(gl->why), format, arguments);
	va_end(arguments);
	return false;
}

static const char *egl_error(void)
{
	static const char *const names[] = {"EGL_SUCCESS", "EGL_NOT_INITIALIZED", "EGL_BAD_ACCESS",
		"EGL_BAD_ALLOC", "EGL_BAD_ATTRIBUTE", "EGL_BAD_CONFIG", "EGL_BAD_CONTEXT",
		"EGL_BAD_CURRENT_SURFACE", "EGL_BAD_DISPLAY", "EGL_BAD_MATCH",
		"EGL_BAD_NATIVE_PIXMAP", "EGL_BAD_NATIVE_WINDOW", "EGL_BAD_PARAMETER",
		"EGL_BAD_SURFACE", "EGL_CONTEXT_LOST"};
	EGLint error = eglGetError() - EGL_SUCCESS;

	return error >= 0 && (size_t)error < sizeof(names) / sizeof(names[0]) ? names[error]
									      : "no EGL error";
}

static bool egl_fail(struct gp_gl *gl, const char *call)
{
	return gp_gl_fail(gl, "%s failed on %s: %s", call, gl->device, egl_error());
}

/* Whether a list, separated by blanks, has a name; NULL is an empty one. */
static bool has(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = list; at && (at = strstr(at, name)); at += n)
		if ((at == list || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
			return true;
	return false;
}

static bool node_fail(struct gp_gl *gl, int error)
{
	struct group *group;
	struct stat st;

	if (error == -ENOENT)
		return gp_gl_fail(gl, "%s is not there: no driver has made it", gl->device);
	if (error == -ENODEV)
		return gp_gl_fail(
			gl, "%s is no render node, or no driver is behind it", gl->device);
	if (error != -EACCES || stat(gl->device, &st) < 0)
		return gp_gl_fail(gl, "%s cannot be opened: %s (%s)", gl->device, strerror(-error),
			gp_say_errno(-error));
	if ((st.st_mode & (S_IRGRP | S_IWGRP)) != (S_IRGRP | S_IWGRP))
		return gp_gl_fail(gl,
			"%s may not be opened by this user, nor by a group: its mode is %04o",
			gl->device, st.st_mode & 07777);
	group = getgrgid(st.st_gid);
	if (!group)
		return gp_gl_fail(gl, "%s may not be opened by this user, but by group %u",
			gl->device, st.st_gid);
	return gp_gl_fail(gl, "%s may not be opened by this user, but by members of group %s",
		gl->device, group->gr_name);
}

static bool initialize(struct gp_gl *gl, EGLDisplay display)
{
	if (display == EGL_NO_DISPLAY || !eglInitialize(display, NULL, NULL))
		return false;
	gl->display = display;
	return true;
}

/* By GBM, or by the device that has the node: NVIDIA's older drivers have no GBM. */
static bool open_node(struct gp_gl *gl, const char *extensions)
{
	const char *error;

	gl->node = gp_open_render(gl->device);
	if (gl->node < 0)
		return node_fail(gl, gl->node);
	if (!has(extensions, "EGL_KHR_platform_gbm") && !has(extensions, "EGL_MESA_platform_gbm"))
		error = "EGL has no EGL_KHR_platform_gbm";
	else if ((gl->gbm = gbm_create_device(gl->node)) == NULL)
		error = "GBM has no driver for it";
	else if (initialize(gl, eglGetPlatformDisplay(EGL_PLATFORM_GBM_KHR, gl->gbm, NULL)))
		return true;
	else
		error = egl_error();
	return initialize(gl, gp_gl_device_display(gl->device)) ||
	       gp_gl_fail(gl, "eglInitialize failed on %s: %s", gl->device, error);
}

/* Without any node: the device that Mesa has for it, else no device at all. */
static bool open_processor(struct gp_gl *gl, const char *extensions)
{
	if (initialize(gl, gp_gl_device_display(NULL)))
		return true;
	if (!has(extensions, "EGL_MESA_platform_surfaceless")) {
		gl->has_no_driver = true;
		return gp_gl_fail(gl, "nothing draws on the processor: EGL has no "
				      "EGL_MESA_platform_surfaceless; is Mesa installed?");
	}
	gl->has_no_driver = !initialize(gl,
		eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL));
	return !gl->has_no_driver ||
	       gp_gl_fail(gl,
		       "nothing draws on the processor: eglInitialize says %s; are Mesa's drivers "
		       "installed (libgl1-mesa-dri)?",
		       egl_error());
}

static bool open_display(struct gp_gl *gl)
{
	const char *extensions;

	/* Before EGL is asked anything. */
	if (gl->is_cpu && setenv("LIBGL_ALWAYS_SOFTWARE", "1", 1) < 0)
		return gp_gl_fail(gl, "out of memory");
	extensions = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
	return gl->is_cpu ? open_processor(gl, extensions) : open_node(gl, extensions);
}

/* The strictest first: one that tells of resets. */
static bool create_context(struct gp_gl *gl)
{
	static const EGLint wanted[] = {
		EGL_RENDERABLE_TYPE, EGL_OPENGL_ES3_BIT, EGL_SURFACE_TYPE, EGL_DONT_CARE, EGL_NONE};
	static const EGLint robust[] = {EGL_CONTEXT_CLIENT_VERSION, 3,
		EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY_EXT, EGL_LOSE_CONTEXT_ON_RESET_EXT,
		EGL_NONE};
	static const EGLint plain[] = {EGL_CONTEXT_CLIENT_VERSION, 3, EGL_NONE};
	const char *extensions = eglQueryString(gl->display, EGL_EXTENSIONS);
	EGLConfig config = NULL;
	EGLint n = 0;

	if (!has(extensions, "EGL_KHR_surfaceless_context"))
		return gp_gl_fail(gl, "EGL has no EGL_KHR_surfaceless_context on %s", gl->device);
	if (!has(extensions, "EGL_KHR_no_config_context") &&
		(!eglChooseConfig(gl->display, wanted, &config, 1, &n) || n < 1))
		return egl_fail(gl, "eglChooseConfig");
	if (!eglBindAPI(EGL_OPENGL_ES_API))
		return egl_fail(gl, "eglBindAPI");
	gl->context = EGL_NO_CONTEXT;
	if (has(extensions, "EGL_EXT_create_context_robustness"))
		gl->context = eglCreateContext(gl->display, config, EGL_NO_CONTEXT, robust);
	if (gl->context == EGL_NO_CONTEXT)
		gl->context = eglCreateContext(gl->display, config, EGL_NO_CONTEXT, plain);
	if (gl->context == EGL_NO_CONTEXT)
		return egl_fail(gl, "eglCreateContext for OpenGL ES 3");
	if (!eglMakeCurrent(gl->display, EGL_NO_SURFACE, EGL_NO_SURFACE, gl->context))
		return egl_fail(gl, "eglMakeCurrent");
	return true;
}

/* By the names of Mesa's, of virgl on one of them ("virgl (LLVMPIPE ...)"), and of other makers'.
 */
static bool is_software(const char *renderer)
{
	static const char *const names[] = {"llvmpipe", "softpipe", "swrast", "lavapipe",
		"SwiftShader", "Software", "Basic Render"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasestr(renderer, names[i]))
			return true;
	return false;
}

static const char *gl_text(GLenum what)
{
	const char *text = (const char *)glGetString(what);

	return text ? text : "";
}

bool gp_gl_open(struct gp_gl *gl, const char *device)
{
	const char *extensions;

	*gl = (struct gp_gl){.device = device, .node = -1, .is_cpu = strcmp(device, "cpu") == 0};
	if (!open_display(gl) || !create_context(gl))
		return false;
	gl->is_software = is_software(gl_text(GL_RENDERER));
	extensions = gl_text(GL_EXTENSIONS);
	if (has(extensions, "GL_KHR_robustness"))
		gl->reset_status =
			(GLenum(*)(void))eglGetProcAddress("glGetGraphicsResetStatusKHR");
	else if (has(extensions, "GL_EXT_robustness"))
		gl->reset_status =
			(GLenum(*)(void))eglGetProcAddress("glGetGraphicsResetStatusEXT");
	return true;
}

static const char *gl_error(GLenum error)
{
	static const struct {
		GLenum error;
		const char *name;
	} names[] = {{GL_INVALID_ENUM, "GL_INVALID_ENUM"}, {GL_INVALID_VALUE, "GL_INVALID_VALUE"},
		{GL_INVALID_OPERATION, "GL_INVALID_OPERATION"},
		{GL_OUT_OF_MEMORY, "GL_OUT_OF_MEMORY"},
		{GL_INVALID_FRAMEBUFFER_OPERATION, "GL_INVALID_FRAMEBUFFER_OPERATION"},
		{0x0507, "GL_CONTEXT_LOST"}}; /* KHR_robustness */

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].error == error)
			return names[i].name;
	return "an unknown GL error";
}

bool gp_gl_is_well(struct gp_gl *gl, const char *when)
{
	GLenum error = glGetError(), reset = gl->reset_status ? gl->reset_status() : GL_NO_ERROR;

	if (reset != GL_NO_ERROR)
		return gp_gl_fail(
			gl, "the GPU was reset, and the context is lost (0x%04x) %s", reset, when);
	return error == GL_NO_ERROR || gp_gl_fail(gl, "%s %s", gl_error(error), when);
}

static void say_driver(const struct gp_gl *gl)
{
	const char *extensions = eglQueryString(gl->display, EGL_EXTENSIONS), *driver = NULL;
	PFNEGLGETDISPLAYDRIVERNAMEPROC name =
		(PFNEGLGETDISPLAYDRIVERNAMEPROC)eglGetProcAddress("eglGetDisplayDriverName");

	if (name && has(extensions, "EGL_MESA_query_driver"))
		driver = name(gl->display);
	if (driver)
		gp_say("about", "driver %s", driver);
}

void gp_gl_say(const struct gp_gl *gl)
{
	const char *renderer = gl_text(GL_RENDERER), *version = gl_text(GL_VERSION);
	const char *mesa = strstr(version, "Mesa ");

	gp_say("about", "renderer %s", renderer);
	gp_say("about", "vendor %s", gl_text(GL_VENDOR));
	gp_say("about", "gl %s", version);
	if (mesa)
		gp_say("about", "mesa %s", mesa + strlen("Mesa "));
	say_driver(gl);
	gp_gl_say_device(gl);
	if (gl->is_software) {
		gp_say("about", "software yes");
		if (!gl->is_cpu)
			gp_say("invalid", "%s renders on the processor, not on %s", renderer,
				gl->device);
	} else if (gl->is_cpu) {
		gp_say("invalid", "%s does not look like rendering on the processor", renderer);
	}
}

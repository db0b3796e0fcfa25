/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupass-try-vaapi NODE: what VA-API makes of a render node (machine/attempt.h, vaapi/vaapi.h). */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <va/va_drm.h>
#include <xf86drm.h>

#ifdef GP_WITH_X11
#include <va/va_x11.h>
#endif

#include "try/node.h"
#include "try/nvidia.h"
#include "try/say.h"
#include "try/va-try.h"

void gp_va_begin(const struct gp_va_job *work)
{
	gp_say("doing", "%s %s", work->kind, work->codec);
}

bool gp_va_is_done(const struct gp_va_job *work, const char *call, VAStatus status)
{
	if (status == VA_STATUS_SUCCESS)
		return true;
	gp_say(work->kind, "%s %d %s: %s", work->codec, status, call, vaErrorStr(status));
	return false;
}

static void say_error(void *context, const char *message)
{
	(void)context;
	gp_say("said", "libva error: %s", message);
}

static void say_info(void *context, const char *message)
{
	(void)context;
	gp_say("said", "libva info: %s", message);
}

static void say_environment(void)
{
	static const char *const names[] = {
		"LIBVA_DRIVER_NAME", "LIBVA_DRIVERS_PATH", "LIBVA_MESSAGING_LEVEL", "NVD_BACKEND"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (getenv(names[i]))
			gp_say("environment", "%s %s", names[i], getenv(names[i]));
}

/* Says which; whether it is NVIDIA's. */
static bool say_kernel_driver(int fd)
{
	drmVersionPtr version = drmGetVersion(fd);
	bool is_nvidia = version && strcmp(version->name, "nvidia-drm") == 0;

	if (version)
		gp_say("kmd", "%s", version->name);
	drmFreeVersion(version);
	return is_nvidia;
}

/* NVIDIA's driver calls cuInit() as soon as it is loaded. */
static bool is_left_alone(bool is_nvidia)
{
	const char *asked = getenv("LIBVA_DRIVER_NAME");

	if ((!is_nvidia && !(asked && strstr(asked, "nvidia"))) || !gp_nvidia_would_load())
		return false;
	gp_say("left-alone", "nvidia");
	return true;
}

static VADisplay display_of_node(const char *node)
{
	int fd = gp_open_render(node);
	VADisplay display;

	gp_say("open", "%s", fd < 0 ? gp_say_errno(-fd) : "ok");
	if (fd < 0)
		return NULL;
	if (is_left_alone(say_kernel_driver(fd)))
		return NULL;
	display = vaGetDisplayDRM(fd);
	if (!display)
		gp_say("display", "none");
	return display;
}

#ifdef GP_WITH_X11
static VADisplay display_of_x11(void)
{
	Display *x11 = XOpenDisplay(NULL);

	gp_say("open", "%s", x11 ? "ok" : "ENODEV");
	return x11 && !is_left_alone(false) ? vaGetDisplay(x11) : NULL;
}
#else
static VADisplay display_of_x11(void)
{
	gp_say("open", "ENOTSUP");
	return NULL;
}
#endif

static bool initialize(VADisplay display)
{
	int major = 0, minor = 0;
	VAStatus status;

	vaSetErrorCallback(display, say_error, NULL);
	vaSetInfoCallback(display, say_info, NULL);
	gp_say("doing", "initialize");
	status = vaInitialize(display, &major, &minor);
	gp_say("initialize", "%d %s", status, vaErrorStr(status));
	gp_say("libva", "%d.%d", major, minor);
	return status == VA_STATUS_SUCCESS;
}

static void work(VADisplay display)
{
	const char *vendor = vaQueryVendorString(display);

	gp_say("vendor", "%s", vendor ? vendor : "");
	gp_va_say_profiles(display);
	gp_va_decode(display);
	gp_va_process(display);
	gp_va_encode(display, VAEntrypointEncSlice, "H264");
	gp_va_encode(display, VAEntrypointEncSliceLP, "H264-LP");
	gp_say("doing", "terminate");
	vaTerminate(display);
	gp_say("done", "all");
}

int main(int argc, char **argv)
{
	VADisplay display;

	if (argc != 2 || gp_say_begin() < 0)
		return 2;
	say_environment();
	display = strcmp(argv[1], "x11") == 0 ? display_of_x11() : display_of_node(argv[1]);
	if (display && initialize(display))
		work(display);
	_exit(0); /* not through what drivers do at the end */
}

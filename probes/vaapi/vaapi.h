/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VAAPI_H
#define GP_VAAPI_H

#include "drm/nodes.h"
#include "pci/functions.h"
#include "vaapi/session.h"

/*
 * VA-API as programs of this machine meet it: what came of each render node, and the files that
 * libva goes by. gpupass-try-vaapi NODE says, besides "said" and "end" (machine/attempt.h):
 *
 *   environment NAME VALUE          LIBVA_DRIVER_NAME, LIBVA_DRIVERS_PATH...
 *   open ok|ERRNO                   whether the node could be opened
 *   kmd NAME                        the kernel driver behind it (drmGetVersion)
 *   left-alone DRIVER               it was not started: that would have loaded kernel modules
 *   doing TEXT                      what is begun: where it crashes, it was this
 *   initialize STATUS TEXT          of vaInitialize
 *   libva MAJOR.MINOR               version of the API
 *   vendor TEXT                     vaQueryVendorString
 *   profile PROFILE ENTRYPOINT [rc=CQP,CBR] [max=WIDTHxHEIGHT]
 *   decode|process|encode CODEC ok|STATUS CALL: TEXT|wrong-pixels TEXT|wrong-stream TEXT
 */

/* A *_drv_video.so in one of the directories of distributions. */
struct gp_va_driver_file {
	const char *driver; /* iHD */
	const char *path;
};

/* A setting that programs find in their environment. */
struct gp_va_setting {
	const char *name, *value; /* LIBVA_DRIVER_NAME, i965 */
	const char *file;         /* /etc/environment */
	size_t line;
};

struct gp_vaapi {
	struct gp_va_sessions sessions;
	/* A node that could not be tried, and why; absent: there is no such program here. */
	struct gp_origin untried;
	GP_LIST(struct gp_va_driver_file) files; /* by path */
	struct gp_origin files_unread; /* of a directory that could not be read; path NULL: none */
	GP_LIST(struct gp_va_setting) settings;
	struct gp_strings packages; /* of VA-API drivers, as Debian names those installed */
};

struct gp_attempts;
/* Appends each render node; on a host not those of VFs, which are made for others. */
void gp_vaapi_attempts(struct gp_arena *arena, const struct gp_nodes *nodes,
	const struct gp_pci *pci, bool is_host, struct gp_attempts *ret);
void gp_vaapi_collect(
	struct gp_machine *machine, const struct gp_attempts *attempts, struct gp_vaapi *ret);

/* Whether a driver of that name is in one of the directories. */
bool gp_vaapi_has_file(const struct gp_vaapi *va, const char *driver);

#endif

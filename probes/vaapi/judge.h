/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VA_JUDGE_H
#define GP_VA_JUDGE_H

#include "check.h"
#include "gpu/media.h"

/* What came of a session, as one cause: each check of this layer is about one of these. */
enum gp_va_fault {
	GP_VA_NO_FAULT,
	GP_VA_CUT,          /* how it ended is not known */
	GP_VA_CLOSED,       /* the node could not be opened: the nodes' own checks say why */
	GP_VA_LEFT_ALONE,   /* NVIDIA's, which would have loaded kernel modules */
	GP_VA_CRASHED,      /* the driver took its program down */
	GP_VA_HUNG,         /* it did not come back */
	GP_VA_OVERRIDDEN,   /* the environment asks for a driver that is another GPU's */
	GP_VA_NOT_A_GPU,    /* a node with no video engine behind it */
	GP_VA_FOR_NVIDIA,   /* NVIDIA's, which has rules of its own */
	GP_VA_NO_NAME,      /* libva knows no driver for the kernel's driver */
	GP_VA_XE_UNKNOWN,   /* ... and took the name of xe for one */
	GP_VA_UNLOADABLE,   /* the driver's file cannot be loaded */
	GP_VA_OTHER_ABI,    /* it is for another libva */
	GP_VA_MISSING,      /* no file of the driver */
	GP_VA_OTHER_CHIPS,  /* only a driver for other generations of GPUs is there */
	GP_VA_TOO_OLD,      /* the right driver is older than the GPU */
	GP_VA_CANNOT_START, /* the right driver, and the kernel or the node does not do */
};

struct gp_va_verdict {
	enum gp_va_fault fault;
	const struct gp_va_open *open; /* the file it is about, or NULL */
	const char *said;              /* the line that shows it, or NULL */
};

/* A session, and what is behind its node. */
struct gp_va_case {
	const struct gp_case *c;
	const struct gp_va_session *session;
	const struct gp_function *gpu;    /* NULL: none, or not known */
	const char *kmd;                  /* kernel driver, as DRM names it; NULL: not known */
	const struct gp_media *media;     /* NULL: not Intel's, or not known */
	const struct gp_gpu_model *model; /* NULL: not known */
};

struct gp_va_case gp_va_case_of(const struct gp_case *c, const struct gp_va_session *session);
struct gp_va_verdict gp_va_judge(const struct gp_va_case *v);

/* The drivers that libva should take for a kernel driver, NULL behind the last; NULL: not known. */
const char *const *gp_va_drivers_of(const char *kmd);
/* A kernel driver of a display without a video engine: of a VM, of a server's management. */
bool gp_va_is_no_gpu(const char *kmd);
/* Whether that driver may know this GPU: where it is not known, it may. */
bool gp_va_may_know(const struct gp_va_case *v, const char *driver);
/* The driver that a GPU of Intel's should have: "iHD". */
const char *gp_va_right_driver(const struct gp_va_case *v);

#endif

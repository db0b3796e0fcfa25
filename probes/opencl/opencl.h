/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OPENCL_H
#define GP_OPENCL_H

#include "machine/attempt.h"
#include "machine/read.h"
#include "pci/functions.h"

/*
 * OpenCL: which implementations (ICDs, installable client drivers) the loader libOpenCL.so.1 is
 * told of, and what came of trying them. An .icd file names a library on its first line
 * (cl_khr_icd); ocl-icd and Khronos' loader both read those of one directory.
 */

#define GP_OPENCL_VENDORS "/etc/OpenCL/vendors"

/* An implementation, by the name of its library or of its platform. */
enum gp_cl_kind {
	GP_CL_OTHER,
	GP_CL_NEO,        /* Intel's compute-runtime */
	GP_CL_NEO_LEGACY, /* the same for Gen8 to Gen11, from 24.35 on */
	GP_CL_BEIGNET,    /* Intel's older one */
	GP_CL_RUSTICL,    /* Mesa's */
	GP_CL_CLOVER,     /* Mesa's older one */
	GP_CL_POCL,       /* the CPU's */
	GP_CL_INTEL_CPU,
	GP_CL_AMD,
	GP_CL_NVIDIA,
};

struct gp_icd {
	const char *path;        /* /etc/OpenCL/vendors/intel.icd */
	struct gp_origin from;   /* of that file; malformed: it names no library */
	const char *library;     /* as it stands there; "" */
	struct gp_origin target; /* the library; unreadable with error 0: not in the usual places */
	enum gp_cl_kind kind;
	struct gp_tried tried;
	const char *load_error; /* of dlopen(3), while it was tried; or NULL */
};

struct gp_cl_device {
	const char *number;                        /* "0.0" */
	const char *name, *vendor, *type, *driver; /* "" where not said; type: gpu, cpu, ... */
	const char *pci;                           /* its address, or NULL */
	const char *kernel;  /* ok, wrong ..., STATUS ...; NULL: none was run */
	const char *sharing; /* with VA-API: ok, missing, ...; or NULL */
};

struct gp_cl_platform {
	const char *icd;    /* the file, where it was tried alone; or NULL */
	const char *source; /* the attempt */
	const char *number; /* "0" */
	const char *name, *vendor, *version;
	enum gp_cl_kind kind;
	struct {
		struct gp_cl_device *items;
		size_t n;
	} devices;
};

/* A variable that changes what the loader or a driver does. */
struct gp_cl_variable {
	const char *name, *value;
	const char *source;      /* /etc/environment, or the attempt */
	struct gp_origin target; /* of those that name a file: that file */
};

/* An entry of /dev/dri/by-path for a render node. */
struct gp_cl_by_path {
	const char *path, *address; /* 0000:00:02.0 */
	struct gp_origin target;    /* what it is, or leads to */
	bool is_link;
	struct gp_stat st;      /* of that, where present */
	const char *node;       /* its /dev/dri/renderD*, or NULL */
	struct gp_stat node_st; /* of that */
};

struct gp_opencl {
	struct gp_origin from; /* /etc/OpenCL/vendors */
	struct {
		struct gp_icd *items;
		size_t n;
	} icds;
	struct {
		struct gp_cl_variable *items;
		size_t n;
	} variables;
	struct gp_origin by_path_from; /* /dev/dri/by-path */
	struct {
		struct gp_cl_by_path *items;
		size_t n;
	} by_path;
	struct gp_tried all; /* what the loader finds by itself */
	bool no_loader;      /* there is no libOpenCL.so.1 */
	bool leaves_nvidia;  /* NVIDIA's was not asked: that would load a module of the kernel */
	bool is_counted;     /* all platforms there are, are known */
	struct {
		struct gp_cl_platform *items;
		size_t n;
	} platforms;
};

struct gp_facts;
struct gp_nodes;

/* The files. */
void gp_opencl_collect(
	struct gp_machine *machine, const struct gp_nodes *nodes, struct gp_opencl *ret);
/* Asks for the loader as it is, and for each ICD alone that may be loaded. */
void gp_opencl_attempts(
	struct gp_arena *arena, const struct gp_facts *facts, struct gp_attempts *ret);
/* What came of them. */
void gp_opencl_collect_tried(
	struct gp_machine *machine, const struct gp_attempts *attempts, struct gp_opencl *ret);

enum gp_cl_kind gp_cl_kind_of_library(const char *path);
enum gp_cl_kind gp_cl_kind_of_platform(const char *name);
const char *gp_cl_kind_name(enum gp_cl_kind kind);
/* Whose GPUs it serves: GP_INTEL...; 0: nobody's alone. */
uint16_t gp_cl_kind_vendor(enum gp_cl_kind kind);
/* There and not known to lack its library. */
bool gp_icd_is_whole(const struct gp_icd *icd);
/* The first whole ICD of that kind, or NULL. */
const struct gp_icd *gp_opencl_icd(const struct gp_opencl *opencl, enum gp_cl_kind kind);
/* The value of a variable, or NULL. */
const struct gp_cl_variable *gp_opencl_variable(const struct gp_opencl *opencl, const char *name);

/* ---- the pieces: platforms.c */

/* Adds the platforms that an attempt found; icd: the file that was tried alone, or NULL. */
void gp_cl_platforms_read(struct gp_arena *arena, const struct gp_tried *tried, const char *icd,
	struct gp_opencl *ret);

#endif

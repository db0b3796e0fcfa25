/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OPENCL_API_H
#define GP_OPENCL_API_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <CL/cl_ext.h>
#include <limits.h>
#include <stdbool.h>

/*
 * What gpupass-try-opencl calls of OpenCL. The loader is opened when the program runs, so that
 * one that is missing is a fact, not a program that does not start.
 */
struct gp_cl {
	cl_int (*platforms)(cl_uint, cl_platform_id *, cl_uint *);
	cl_int (*platform_info)(cl_platform_id, cl_platform_info, size_t, void *, size_t *);
	cl_int (*devices)(cl_platform_id, cl_device_type, cl_uint, cl_device_id *, cl_uint *);
	cl_int (*device_info)(cl_device_id, cl_device_info, size_t, void *, size_t *);
	void *(*extension)(cl_platform_id, const char *);
	cl_context (*context)(const cl_context_properties *, cl_uint, const cl_device_id *,
		void (*)(const char *, const void *, size_t, void *), void *, cl_int *);
	cl_int (*release_context)(cl_context);
	cl_command_queue (*queue)(cl_context, cl_device_id, cl_command_queue_properties, cl_int *);
	cl_int (*release_queue)(cl_command_queue);
	cl_mem (*buffer)(cl_context, cl_mem_flags, size_t, void *, cl_int *);
	cl_int (*release_buffer)(cl_mem);
	cl_program (*program)(cl_context, cl_uint, const char **, const size_t *, cl_int *);
	cl_int (*build)(cl_program, cl_uint, const cl_device_id *, const char *,
		void (*)(cl_program, void *), void *);
	cl_int (*build_info)(
		cl_program, cl_device_id, cl_program_build_info, size_t, void *, size_t *);
	cl_int (*release_program)(cl_program);
	cl_kernel (*kernel)(cl_program, const char *, cl_int *);
	cl_int (*release_kernel)(cl_kernel);
	cl_int (*argument)(cl_kernel, cl_uint, size_t, const void *);
	cl_int (*run)(cl_command_queue, cl_kernel, cl_uint, const size_t *, const size_t *,
		const size_t *, cl_uint, const cl_event *, cl_event *);
	cl_int (*read)(cl_command_queue, cl_mem, cl_bool, size_t, size_t, void *, cl_uint,
		const cl_event *, cl_event *);
};

/* -ENOENT where there is no loader, -ENOSYS where it lacks a function; both have been said. */
int gp_cl_open(struct gp_cl *ret);

/* One device; its number is as said: "0.1" is the second of the first platform. */
struct gp_cl_subject {
	const struct gp_cl *cl;
	cl_platform_id platform;
	cl_device_id device;
	const char *number;
	const char *pci; /* "0000:00:02.0", or "" */
};

/* device NUMBER name, vendor, type, ... ; pci is filled in. */
void gp_cl_say_device(struct gp_cl_subject *subject, char pci[static 32]);
bool gp_cl_is_gpu(const struct gp_cl_subject *subject);
bool gp_cl_is_cpu(const struct gp_cl_subject *subject);
/* Whether the device has the extension. */
bool gp_cl_has(const struct gp_cl_subject *subject, const char *extension);
/* kernel NUMBER ok|wrong|STATUS: 4096 sums on the device, each looked at. */
void gp_cl_say_kernel(const struct gp_cl_subject *subject);
/* va-sharing NUMBER ok|missing|STATUS: whether it shares video surfaces with VA-API. */
void gp_cl_say_sharing(const struct gp_cl_subject *subject);

/* ---- opencl-icds.c: which ICDs the loader is shown; before the loader is opened */

/* Whether a variable tells the loader where to look. */
bool gp_cl_are_icds_chosen(void);
/* How many it finds by itself, without those that are left alone. */
int gp_cl_count_icds(void);

/* A directory of links to those ICDs that the loader is to see; "": it looks by itself. */
struct gp_cl_view {
	char directory[PATH_MAX];
	bool is_quiet; /* what is left alone is not said */
};

/*
 * subject: an .icd file, of which the loader is to see no other; "": all that it finds by itself,
 * less NVIDIA's where its kernel module is not loaded, which its ICD would load. Says what it
 * finds. Negative errno where there is nothing to load.
 */
int gp_cl_choose_icds(const char *subject, struct gp_cl_view *ret);
/* The same for "", quietly. */
int gp_cl_hide_icds(struct gp_cl_view *ret);
void gp_cl_forget_icds(const struct gp_cl_view *view);

#endif

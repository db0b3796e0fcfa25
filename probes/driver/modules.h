/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MODULES_H
#define GP_MODULES_H

#include "machine/read.h"

/* Modules of the running kernel that have to do with GPUs: where they come from, what they heed. */

struct gp_module_file {
	const char *module; /* by name, with underscores */
	const char *path;   /* relative to /lib/modules/RELEASE: "updates/dkms/i915.ko" */
};

/* A parameter of a loaded module: /sys/module/MODULE/parameters/NAME. */
struct gp_module_param {
	const char *module, *name;
	struct gp_text_value value;
};

enum gp_dkms_state { GP_DKMS_ADDED, GP_DKMS_BUILT, GP_DKMS_INSTALLED };

/* /var/lib/dkms/NAME/VERSION[/KERNEL/ARCH] */
struct gp_dkms {
	const char *name, *version;
	const char *kernel; /* NULL: added, built for no kernel */
	enum gp_dkms_state state;
	const char *source; /* its directory, or NULL */
	const char *path;   /* of what says so */
	/* Of the version, whatever the kernel: */
	const char *only_for;     /* BUILD_EXCLUSIVE_KERNEL, a regular expression, or NULL */
	struct gp_text_value log; /* what build/make.log says, left by a build that failed */
	const char *log_kernel;   /* the kernel that build was for, or NULL */
};

struct gp_modules {
	const char *release;             /* uname -r, or NULL */
	struct gp_text_value files_from; /* modules.dep */
	struct {
		struct gp_module_file *items;
		size_t n;
	} files;
	struct {
		struct gp_module_param *items;
		size_t n;
	} params;
	struct gp_origin dkms_from; /* /var/lib/dkms */
	struct {
		struct gp_dkms *items;
		size_t n;
	} dkms;
	struct gp_origin headers; /* /lib/modules/RELEASE/build */
	int secure_boot;          /* 1 on, 0 off, -1 not known */
	struct gp_origin
		secure_boot_from;         /* the EFI variable, or the directory that is not there */
	struct gp_text_value lockdown;    /* none, integrity or confidentiality */
	struct gp_text_value sig_enforce; /* /sys/module/module/parameters/sig_enforce: Y or N */
	struct gp_origin mok;             /* a key made for signing DKMS modules */
	struct gp_number_value tainted;   /* /proc/sys/kernel/tainted */
};

/* release may be NULL. */
void gp_modules_collect_files(
	struct gp_machine *machine, const char *release, struct gp_modules *ret);

/* The file that modprobe would load for it, or NULL: none, or not known. */
const char *gp_module_file(const struct gp_modules *modules, const char *module);
/* Whether that file is not the kernel's own (updates/, extra/): 1, 0, -1 not known. */
int gp_module_is_foreign(const struct gp_modules *modules, const char *module);
/* The value of a parameter of a loaded module, or NULL. */
const char *gp_module_param(const struct gp_modules *modules, const char *module, const char *name);
/*
 * Whether the kernel refuses modules that no trusted key has signed: 1, 0, -1 not known. Secure
 * Boot alone does not make every kernel do so; lockdown and sig_enforce are what it goes by.
 */
int gp_modules_must_be_signed(const struct gp_modules *modules);

const char *gp_dkms_state_name(enum gp_dkms_state state);

/* ---- the pieces: dkms.c, signing.c */
void gp_dkms_collect(struct gp_machine *machine, struct gp_modules *ret);
void gp_signing_collect(struct gp_machine *machine, struct gp_modules *ret);

#endif

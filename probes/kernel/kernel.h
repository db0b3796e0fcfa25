/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_KERNEL_H
#define GP_KERNEL_H

#include "kernel/cmdline.h"
#include "kernel/entries.h"
#include "kernel/grub.h"
#include "kernel/initrd.h"
#include "log/log.h"
#include "kernel/modprobe.h"
#include "machine/read.h"

/* What the kernel was told, by whom, and what it made of it. */
struct gp_kernel {
	struct gp_text_value cmdline_text; /* /proc/cmdline */
	struct gp_cmdline cmdline;
	struct gp_text_value configured_text; /* /etc/kernel/cmdline */
	struct gp_cmdline configured;         /* of all its lines */
	struct gp_strings configured_lines; /* those that are no comment; Proxmox reads the first */
	struct gp_grub grub;
	struct gp_entries entries;
	struct gp_text_value config;       /* the kernel's build configuration */
	struct gp_text_value modules_text; /* /proc/modules */
	struct gp_strings modules;         /* loaded, by name with underscores */
	struct gp_strings builtin;         /* likewise, from modules.builtin */
	struct gp_config_files files;      /* those of modprobe and of the lists of modules */
	struct gp_modprobe modprobe;
	struct gp_listed_modules listed; /* to be loaded at boot */
	struct gp_text_value cpuinfo;
	bool cpu_virt;                 /* vmx or svm among the CPU's flags */
	const char *cpu_vendor;        /* GenuineIntel, AuthenticAMD; NULL: not known */
	unsigned cpu_address_bits;     /* physical; 0: not known */
	struct gp_origin kvm;          /* /dev/kvm */
	struct gp_origin initrd;       /* path of the running kernel's initrd image, where found */
	int64_t initrd_mtime;          /* 0: not known */
	struct gp_initrd image;        /* what is in it; only where somebody has a plan for a GPU */
	struct gp_text_value consoles; /* /sys/class/tty/console/active */
	struct gp_text_value iomem;    /* /proc/iomem: what the boot framebuffer holds */
	struct gp_log klog;
};

void gp_kernel_collect_cmdline(struct gp_machine *machine, struct gp_kernel *kernel);
/* release: uname -r, may be NULL. */
void gp_kernel_collect(struct gp_machine *machine, const char *release, struct gp_kernel *kernel);

/* y, m or n as the build configuration says; 0 where that is not known. */
char gp_kernel_config(const struct gp_kernel *kernel, const char *option);
/* The build configuration says itself that it is not set. */
bool gp_kernel_lacks_config(const struct gp_kernel *kernel, const char *option);
/* Loaded or built in; `-` and `_` are the same. */
bool gp_kernel_has_module(const struct gp_kernel *kernel, const char *module);
bool gp_kernel_has_builtin(const struct gp_kernel *kernel, const char *module);
/* Whether the lists of loaded modules could be read at all. */
bool gp_kernel_knows_modules(const struct gp_kernel *kernel);
bool gp_kernel_lists_module(const struct gp_kernel *kernel, const char *module);
/* Drivers that take a GPU or a function beside it before a VM can have it. */
bool gp_is_host_driver(const char *module);
/* Whether a line of modprobe.d decides who gets a GPU: vfio, or a driver that is kept away. */
bool gp_is_about_vfio(const struct gp_directive *directive);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PLATFORM_H
#define GP_PLATFORM_H

#include "kernel/cmdline.h"
#include "machine/read.h"

/* What the machine is and with which tools its settings are changed. */

enum gp_role { GP_ROLE_HOST = 1, GP_ROLE_GUEST = 2, GP_ROLE_CONTAINER = 4 };

enum gp_loader {
	GP_LOADER_UNKNOWN,
	GP_LOADER_GRUB,         /* /etc/default/grub, update-grub or grub-mkconfig */
	GP_LOADER_GRUBBY,       /* Fedora and kin: GRUB with loader entries, edited by grubby */
	GP_LOADER_PVE_GRUB,     /* GRUB, kernels synced by proxmox-boot-tool */
	GP_LOADER_PVE_SYSTEMD,  /* systemd-boot through proxmox-boot-tool: /etc/kernel/cmdline */
	GP_LOADER_SYSTEMD_BOOT, /* loader entries, kernel-install: /etc/kernel/cmdline */
	GP_LOADER_UKI, /* one signed image; command line built in from /etc/kernel/cmdline */
};

enum gp_initrd_tool {
	GP_INITRD_UNKNOWN,
	GP_INITRD_INITRAMFS_TOOLS,
	GP_INITRD_DRACUT,
	GP_INITRD_MKINITCPIO,
};

struct gp_platform {
	const char *distribution;    /* "Debian GNU/Linux 12 (bookworm)"; NULL: not known */
	const char *distribution_id; /* os-release ID; NULL: not known */
	const char *version_id;      /* os-release VERSION_ID, likewise */
	const char
		*proxmox; /* version of pve-manager, "" where it is not known; NULL: not Proxmox */
	bool libvirt;     /* libvirt is installed */
	struct gp_text_value packages; /* what dpkg knows of some packages */
	const char *kernel;            /* uname -r; NULL: not known */
	const char *hostname;          /* NULL: not known */
	const char *product;           /* DMI vendor and product; NULL: not known */
	const char *system; /* stand-in for the UUID of the (virtual) hardware; NULL: not known */
	const char *boot;   /* the same for this boot of the kernel */
	enum gp_loader loader;
	const char *loader_because; /* the evidence */
	enum gp_initrd_tool initrd;
	unsigned roles; /* set of enum gp_role, from evidence */
	const char *roles_because;
	bool efi;
};

/* cmdline: the running one, which says which loader started it. */
void gp_platform_collect(
	struct gp_machine *machine, const struct gp_cmdline *cmdline, struct gp_platform *ret);

const char *gp_loader_name(enum gp_loader loader);
const char *gp_initrd_name(enum gp_initrd_tool tool);
/* The file that this loader takes the kernel command line from, or NULL. */
const char *gp_loader_file(enum gp_loader loader);
/* True where that file is /etc/default/grub. */
bool gp_loader_is_grub(enum gp_loader loader);

/* "host;guest" of a set of roles. */
const char *gp_roles_name(struct gp_arena *arena, unsigned roles);
/* The reverse of one name; 0 where there is no such role. */
unsigned gp_role_parse(const char *name);

/* The version of a Debian package ("22.43.24595.41-1"); NULL: not installed, or not known. */
const char *gp_package_version(
	struct gp_arena *arena, const struct gp_platform *platform, const char *package);

/* Compares kernel releases by their leading numbers: "6.5.13-5-pve" is at least 6.2. */
bool gp_kernel_at_least(const char *release, unsigned major, unsigned minor);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TICKET_FORMATS_H
#define GP_TICKET_FORMATS_H

#include "platform/platform.h"
#include "ticket/lines.h"
#include "ticket/sheet.h"
#include "ticket/ticket.h"

struct gp_ticket {
	struct gp_arena *arena;
	struct gp_ticket_lines lines;
	struct gp_sheet *sheet;
	unsigned roles;              /* of the machine that is asked about; 0: nobody said */
	bool is_inside;              /* it is a container, and lines tell what is in it */
	bool has_nodes_inside;       /* they list the nodes of its GPUs */
	struct gp_strings functions; /* addresses of the PCI functions that were seen, once each */
};

/*
 * Each knows one format by its look, or by the command that printed it, and writes what it tells
 * to the sheet. They run in this order; later ones may lean on what those before have written.
 */
typedef void gp_ticket_reader(struct gp_ticket *ticket);
extern gp_ticket_reader *const gp_ticket_readers[]; /* NULL behind the last */

gp_ticket_reader gp_ticket_inside;   /* docker exec: in the container or not */
gp_ticket_reader gp_ticket_files;    /* cat FILE, and what stands below "FILE:" */
gp_ticket_reader gp_ticket_lists;    /* ls DIRECTORY */
gp_ticket_reader gp_ticket_settings; /* kernel parameters, lines of modprobe.d, module lists */
gp_ticket_reader gp_ticket_vms;      /* settings of VMs and containers */
gp_ticket_reader gp_ticket_docker;   /* docker run, compose files */
gp_ticket_reader gp_ticket_platform; /* uname, pveversion, Secure Boot */
gp_ticket_reader gp_ticket_role;     /* host, guest or container */
gp_ticket_reader gp_ticket_lspci;
gp_ticket_reader gp_ticket_devices;  /* GPUs that messages name */
gp_ticket_reader gp_ticket_cpus;     /* the GPU that comes with a CPU */
gp_ticket_reader gp_ticket_vfs;      /* which of them are VFs */
gp_ticket_reader gp_ticket_drivers;  /* ... and the drivers that say them */
gp_ticket_reader gp_ticket_nodes;    /* ls -l of /dev/dri */
gp_ticket_reader gp_ticket_modules;  /* lsmod, dkms status */
gp_ticket_reader gp_ticket_packages; /* dpkg -l, find /lib/modules, /proc/iomem */
gp_ticket_reader gp_ticket_opencl;   /* clinfo, sycl-ls */

/* ---- what several use: words.c */

/* Word number n of a line, from 0; NULL: it has fewer. */
char *gp_ticket_word(struct gp_arena *arena, const char *line, size_t n);
/* Whether the command is a run of that program, sudo or not. */
bool gp_ticket_runs(const char *command, const char *program);
/* "0000:01:00.0" of 01:00.0 or 0000:01:00.0 at text, lower case; NULL: there is none. */
char *gp_ticket_address(struct gp_arena *arena, const char *text);
/* ... of the first that stands anywhere in text. */
char *gp_ticket_find_address(struct gp_arena *arena, const char *text);
/* "/sys/bus/pci/devices/ADDRESS/NAME" */
char *gp_ticket_pci_path(struct gp_arena *arena, const char *address, const char *name);
/* Notes a PCI function: ids below 0 are not known. */
void gp_ticket_function(
	struct gp_ticket *ticket, const char *address, long vendor, long device, long class_code);
void gp_ticket_driver(struct gp_ticket *ticket, const char *address, const char *driver);
/* The device id of a GPU by its name, as lspci prints it, vendor and all; -1: not known. names.c */
long gp_ticket_id_of_name(struct gp_ticket *ticket, long vendor, const char *text);
/* Whether a function is known, with its class: devices.c */
bool gp_ticket_has_function(struct gp_ticket *ticket, const char *address);
bool gp_ticket_is_gpu_driver(const char *name);

#endif

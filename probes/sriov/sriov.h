/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SRIOV_H
#define GP_SRIOV_H

#include "machine/read.h"
#include "pci/functions.h"
#include "sriov/makers.h"

/* Physical functions, their virtual functions, and who makes these at boot. */

struct gp_vf {
	const char *address;
	const struct gp_function *function; /* NULL: not among the PCI functions */
};

/* How xe shares the GPU's time out: sriov_admin/{pf,vfN}/profile (sysfs-driver-intel-xe-sriov). */
struct gp_vf_profile {
	const char *name; /* pf, vf1, ... */
	struct gp_text_value exec_quantum, preempt_timeout, priority;
};

/* A display function that is no VF, or any other function that can make VFs. */
struct gp_pf {
	const struct gp_function *function;
	const char *path;                /* /sys/devices/pci0000:00/0000:00:02.0 */
	struct gp_number_value totalvfs; /* absent: no SR-IOV capability is shown */
	struct gp_number_value numvfs;
	struct gp_number_value autoprobe; /* 1: the host's drivers take new VFs */
	struct gp_number_value offset, stride;
	struct gp_text_value vf_device; /* the VFs' device id */
	struct gp_text_value resource;
	struct gp_bar bars[6];       /* room for the BARs of all its VFs */
	size_t n_bars;               /* of those that resource has */
	struct gp_names_value admin; /* sriov_admin: xe is in PF mode */
	GP_LIST(struct gp_vf) vfs;
	GP_LIST(struct gp_vf_profile) profiles;
};

struct gp_sriov {
	struct gp_pf *items; /* in the order of gp_pci: each is found by its function */
	size_t n;
	struct gp_text_value meminfo; /* the line of MemAvailable */
	struct gp_vf_makers makers;
};

struct gp_facts;
struct gp_passed;

void gp_sriov_collect(struct gp_machine *machine, const struct gp_pci *pci, struct gp_sriov *ret);

/* The setting that asks for VFs of this GPU: a file, or NULL. */
const char *gp_sriov_wish(const struct gp_facts *facts, const struct gp_function *gpu);

const struct gp_pf *gp_sriov_pf(const struct gp_sriov *sriov, const struct gp_function *function);
/* The next maker that may be about this PF: names its address or none; NULL behind the last. */
const struct gp_vf_maker *gp_sriov_next_maker(const struct gp_sriov *sriov,
	const struct gp_function *pf, const struct gp_vf_maker *after);
/* Whether a VF of this PF has, or would have, that address (PCIe 6.0, 9.3.3.9 and 9.3.3.10). */
bool gp_sriov_would_have(const struct gp_pf *pf, const struct gp_pci *pci, const char *address);
/* A VM's device that is, or would be, a VF of this PF; or NULL. */
const struct gp_passed *gp_sriov_vm_wanting(const struct gp_facts *facts, const struct gp_pf *pf);
/* MemAvailable in bytes; 0: not known. */
uint64_t gp_sriov_memory(const struct gp_sriov *sriov);

#endif

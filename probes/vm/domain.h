/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VM_DOMAIN_H
#define GP_VM_DOMAIN_H

#include "vm/vm.h"

/* A domain of libvirt, as its XML has it (formatdomain; the state wraps it in <domstatus>). */
struct gp_domain {
	const char *name;  /* NULL: it has none */
	const char *uuid;  /* or NULL */
	const char *state; /* running, paused, shutoff ... of <domstatus>; or NULL */
	uint32_t pid;      /* of <domstatus>; 0: none */
	struct gp_vm_traits traits;
	GP_LIST(struct gp_passed) passed; /* vm and what only the machine knows are not filled in */
};

/*
 * Reads the XML as what it is: the bytes of a stranger. No entity, no DTD, nothing from elsewhere,
 * and no deeper or longer than any domain is. False: it is no domain, and *ret_problem says why.
 */
bool gp_domain_parse(struct gp_arena *arena, const char *source, const char *text, size_t size,
	struct gp_domain *ret, const char **ret_problem);

#endif

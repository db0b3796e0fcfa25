/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SRIOV_CHECK_HELP_H
#define GP_SRIOV_CHECK_HELP_H

#include "check.h"

/* What several checks of this layer share. */

/* As many VFs as Intel's integrated GPUs have. */
#define GP_USUAL_VFS 7

typedef void gp_look_at_pf(
	const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf);

/* Looks at each GPU of the case that is no VF; skips where there is none. */
void gp_each_pf(const struct gp_case *c, struct gp_findings *out, gp_look_at_pf *look);
/* The same of those that show an SR-IOV capability; the others are skipped, or unknown. */
void gp_each_capable_pf(const struct gp_case *c, struct gp_findings *out, gp_look_at_pf *look);
/* The same, and of those of which that was not seen: of a ticket, not of a machine at hand. */
void gp_each_perhaps_capable_pf(
	const struct gp_case *c, struct gp_findings *out, gp_look_at_pf *look);

bool gp_pf_is_driven_by(const struct gp_pf *pf, const char *driver);
/* max_vfs of the loaded i915 or xe; absent where the module has no such parameter. */
struct gp_number_value gp_max_vfs(const struct gp_modules *modules, const char *driver);
/* Whether i915 may make VFs of some GPU that they are wanted of, and offers none. */
bool gp_i915_offers_none(const struct gp_case *c);
/* Steps that set max_vfs of the driver, where it is set already or else on the command line. */
void gp_mend_max_vfs(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const char *driver);

/* The last line of that id about the PF, none where VFs of it were enabled since; or NULL. */
const struct gp_log_hit *gp_pf_failed(
	const struct gp_case *c, enum gp_log_id id, const struct gp_function *pf);
/* The last line in which its driver enabled (or disabled) VFs, or NULL. */
const struct gp_log_hit *gp_pf_last_switch(
	const struct gp_case *c, enum gp_log_id id, const struct gp_function *pf);
/* How many VFs something asks for at boot, by this PF's address; 0: nothing does. */
uint64_t gp_vfs_asked(const struct gp_sriov *sriov, const struct gp_function *pf);

#endif

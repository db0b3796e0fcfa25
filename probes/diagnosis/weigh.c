/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much a check's word weighs for what is wanted here. */
#include "diagnosis/diagnosis.h"

#include <string.h>

/* The checks that say whether hardware and driver have such a mode at all. */
static const struct {
	enum gp_mode mode;
	const char *id;
} hardware[] = {
	{GP_MODE_SPLIT, "gvt-unsupported-gen"},
	{GP_MODE_VF, "sriov-platform-unsupported"},
};

/* Inside a guest or a container every mode ends in the driver there. */
static bool all_modes_matter(const struct gp_case *c)
{
	return !c->modes || !(c->roles & GP_ROLE_HOST);
}

static void set_aside(struct gp_arena *arena, struct gp_finding *finding, unsigned wanted)
{
	finding->verdict = GP_SKIP;
	finding->text =
		wanted ? gp_printf(arena, "is about the modes %s; %s is wanted",
				 gp_modes_name(arena, finding->modes), gp_modes_name(arena, wanted))
		       : "is about a mode that nobody wants this GPU for";
}

/* A GPU that is not wanted for a mode that another is wanted for: what is good to know stays. */
static bool is_harmless(const struct gp_case *c, const struct gp_finding *finding)
{
	return finding->said <= GP_NOTE && finding->modes & c->modes;
}

/*
 * An extra that few set up: what VFs or vGPUs alone lack is no flaw of other machines. Who was
 * given one of them, has it.
 */
static enum gp_verdict unwanted(const struct gp_case *c, const struct gp_finding *finding)
{
	bool is_extra = !(finding->modes & ~(unsigned)(GP_MODE_VF | GP_MODE_SPLIT));

	/* Who asks for help with VFs wants some. */
	if (c->facts->is_partial)
		return GP_WARN;

	return is_extra && c->roles & GP_ROLE_HOST ? GP_NOTE : GP_WARN;
}

/* The modes that hardware or driver have not, by GPU of the case. */
static unsigned *impossible_modes(const struct gp_case *c, const struct gp_findings *findings)
{
	unsigned *modes = gp_alloc(findings->arena, c->n_gpus + 1, sizeof(*modes));

	gp_each (finding, findings)
		for (size_t i = 0; finding->said == GP_FAIL && i < GP_ARRAY_SIZE(hardware); i++)
			for (size_t k = 0; k < c->n_gpus; k++)
				if (c->gpus[k] == finding->gpu &&
					strcmp(finding->check->id, hardware[i].id) == 0)
					modes[k] |= (unsigned)hardware[i].mode;
	return modes;
}

static bool is_hardware_check(const struct gp_check *check)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(hardware); i++)
		if (strcmp(hardware[i].id, check->id) == 0)
			return true;
	return false;
}

/* Of what is wanted, it is about nothing but what no GPU here can be. */
static bool is_out_of_reach(
	const struct gp_case *c, const unsigned *impossible, const struct gp_finding *finding)
{
	bool any = false;

	if (finding->modes == GP_MODES_ALL || is_hardware_check(finding->check))
		return false;
	if (finding->said == GP_WARN && finding->modes & GP_MODE_NATIVE)
		return false;
	for (size_t i = 0; i < c->n_gpus; i++) {
		if (finding->gpu && finding->gpu != c->gpus[i])
			continue;
		if (c->wanted[i] & finding->modes & ~impossible[i])
			return false;
		any |= (c->wanted[i] & finding->modes) != 0;
	}
	return any;
}

static void set_aside_as_impossible(struct gp_finding *finding)
{
	finding->verdict = GP_SKIP;
	finding->text = "is about what this GPU cannot be used for";
}

/*
 * Where nobody wants any mode, what would stop one is only not set up; where another mode is
 * wanted, or another GPU, it is of no account.
 */
void gp_weigh(const struct gp_case *c, struct gp_findings *findings)
{
	const unsigned *impossible = impossible_modes(c, findings);
	bool all = all_modes_matter(c);

	gp_each (finding, findings) {
		unsigned wanted = gp_wanted_modes(c, finding->gpu);
		bool matters = all || finding->modes & wanted || finding->modes == GP_MODES_ALL ||
			       is_harmless(c, finding);

		if (!matters && finding->said != GP_SKIP)
			set_aside(findings->arena, finding, wanted);
		else if (!all && finding->said > GP_NOTE && is_out_of_reach(c, impossible, finding))
			set_aside_as_impossible(finding);
		else if (finding->verdict == GP_FAIL &&
			 !gp_is_wanted(c, finding->gpu, all ? ~0u : finding->modes))
			finding->verdict = unwanted(c, finding);
	}
}

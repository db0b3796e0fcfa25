/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

static void write_number(const struct gp_fact_sink *sink, const struct gp_pf *pf, const char *id,
	const struct gp_number_value *number)
{
	if (gp_is_present(&number->from))
		gp_fact_number(
			sink, pf->function->address, id, number->from.path, number->value, "");
}

/* Who takes a VF: its VM, or nobody. */
static const char *vm_of(const struct gp_facts *facts, const struct gp_vf *vf)
{
	const struct gp_passed *passed =
		vf->function ? gp_vms_next_passed(&facts->vms, vf->function, NULL) : NULL;

	return passed ? passed->vm->name : "no VM";
}

static void write_vf(const struct gp_facts *facts, const struct gp_pf *pf, const struct gp_vf *vf,
	const struct gp_fact_sink *sink)
{
	const struct gp_function *function = vf->function;
	struct gp_arena *arena = sink->record->arena;
	const char *driver = function && function->driver ? function->driver : "no driver";
	const char *group = function && gp_is_present(&function->group.from) ? function->group.value
									     : "not known";

	gp_fact(sink, vf->address, "sriov.vf", pf->numvfs.from.path,
		gp_printf(arena, "of %s; %s; group %s; %s", pf->function->address, driver, group,
			vm_of(facts, vf)),
		"");
}

static const char *vf_memory(struct gp_arena *arena, const struct gp_pf *pf)
{
	struct gp_strings sizes = {0};

	for (size_t i = 0; i < GP_ARRAY_SIZE(pf->bars); i++)
		if (pf->bars[i].start)
			gp_strings_add(arena, &sizes,
				gp_printf(arena, "%zu: %llu MiB", i,
					(unsigned long long)((pf->bars[i].end - pf->bars[i].start +
								     1) >>
							     20)));
	return sizes.n ? gp_join(arena, &sizes, "; ") : "none assigned";
}

static void write_pf(
	const struct gp_facts *facts, const struct gp_pf *pf, const struct gp_fact_sink *sink)
{
	struct gp_arena *arena = sink->record->arena;

	if (!gp_is_present(&pf->totalvfs.from))
		return;
	write_number(sink, pf, "sriov.totalvfs", &pf->totalvfs);
	write_number(sink, pf, "sriov.numvfs", &pf->numvfs);
	write_number(sink, pf, "sriov.autoprobe", &pf->autoprobe);
	if (*pf->vf_device.value)
		gp_fact(sink, pf->function->address, "sriov.vf_device", pf->vf_device.from.path,
			pf->vf_device.value, "");
	if (gp_is_present(&pf->resource.from))
		gp_fact(sink, pf->function->address, "sriov.vf_bars", pf->resource.from.path,
			vf_memory(arena, pf), "");
	gp_each (vf, &pf->vfs)
		write_vf(facts, pf, vf, sink);
	gp_each (profile, &pf->profiles)
		gp_fact(sink, pf->function->address,
			gp_printf(arena, "sriov.profile.%s", profile->name), pf->admin.from.path,
			gp_printf(arena, "quantum %s ms; preemption %s us; priority %s",
				profile->exec_quantum.value, profile->preempt_timeout.value,
				profile->priority.value),
			"");
}

void gp_sriov_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_sriov *sriov = &facts->sriov;
	struct gp_arena *arena = sink->record->arena;

	gp_each (pf, sriov)
		write_pf(facts, pf, sink);
	gp_each (maker, &sriov->makers)
		gp_fact(sink, maker->address ? maker->address : "", "sriov.at_boot",
			gp_maker_place(arena, maker),
			maker->problem ? gp_printf(arena, "never: %s", maker->problem)
			: maker->count ? gp_printf(arena, "%llu", (unsigned long long)maker->count)
				       : "VFs",
			"");
}

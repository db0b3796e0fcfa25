/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "firmware/scopes.h"
#include "to-record.h"

static const char *scope_type(struct gp_arena *arena, uint8_t type)
{
	static const char *const names[] = {[GP_SCOPE_ENDPOINT] = "endpoint",
		[GP_SCOPE_BRIDGE] = "bridge",
		[GP_SCOPE_IOAPIC] = "ioapic",
		[GP_SCOPE_HPET] = "hpet",
		[GP_SCOPE_NAMESPACE] = "namespace"};

	if (type >= GP_SCOPE_ENDPOINT && type < GP_ARRAY_SIZE(names))
		return names[type];
	return gp_printf(arena, "type %u", type);
}

/* Each scope's start bus and path, and the function that it names. */
static size_t write_scopes(const struct gp_facts *facts, const struct gp_fact_sink *sink,
	const char *structure, uint16_t segment, const struct gp_scopes *scopes)
{
	struct gp_arena *arena = sink->record->arena;

	gp_each (scope, scopes) {
		const struct gp_function *function =
			scope->type <= GP_SCOPE_BRIDGE
				? gp_scope_function(&facts->pci, segment, scope)
				: NULL;

		gp_record_add(sink->record,
			&(struct gp_row){.kind = "fact",
				.host = sink->host,
				.layer = sink->layer,
				.id = "dmar.scope",
				.subject = gp_printf(arena, "%s@%zu", structure, scope->offset),
				.value = gp_scope_name(arena, scope),
				.unit = scope_type(arena, scope->type),
				.text = function ? function->name : "",
				.source = facts->firmware.dmar_bytes.from.path});
	}
	return scopes->n;
}

#define WRITE_ALL_SCOPES(list)      \
	gp_each (item, &dmar->list) \
	scopes += write_scopes(facts, sink, #list, item->segment, &item->scopes)

static void write_dmar(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_dmar *dmar = &facts->firmware.dmar;
	const char *source = facts->firmware.dmar_bytes.from.path;
	size_t scopes = 0;
	const struct {
		const char *id;
		uint64_t value;
	} numbers[] = {
		{"dmar.haw", dmar->haw},
		{"dmar.flags", dmar->flags},
		{"dmar.drhd.count", dmar->drhd.n},
		{"dmar.rmrr.count", dmar->rmrr.n},
		{"dmar.atsr.count", dmar->atsr.n},
		{"dmar.rhsa.count", dmar->rhsa.n},
		{"dmar.andd.count", dmar->andd.n},
		{"dmar.satc.count", dmar->satc.n},
		{"dmar.sidp.count", dmar->sidp.n},
		{"dmar.unknown.count", dmar->n_unknown},
		{"dmar.problem.count", dmar->problems.n},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(numbers); i++)
		gp_fact_number(sink, "", numbers[i].id, source, numbers[i].value, "");
	WRITE_ALL_SCOPES(drhd);
	WRITE_ALL_SCOPES(rmrr);
	WRITE_ALL_SCOPES(atsr);
	WRITE_ALL_SCOPES(satc);
	WRITE_ALL_SCOPES(sidp);
	gp_fact_number(sink, "", "dmar.scope.count", source, scopes, "");
}

static void write_ivrs(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_ivrs *ivrs = &facts->firmware.ivrs;
	const char *source = facts->firmware.ivrs_bytes.from.path;

	gp_fact_number(sink, "", "ivrs.ivhd.count", source, ivrs->ivhd.n, "");
	gp_fact_number(sink, "", "ivrs.ivmd.count", source, ivrs->ivmd.n, "");
	gp_fact_number(sink, "", "ivrs.problem.count", source, ivrs->problems.n, "");
}

static const char *cpu_virt(const struct gp_kernel *kernel)
{
	if (!strstr(kernel->cpuinfo.value, "\nflags"))
		return "unknown";
	return kernel->cpu_virt ? "yes" : "no";
}

void gp_firmware_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_firmware *firmware = &facts->firmware;

	gp_fact_presence(sink, "dmar.table", &firmware->dmar_bytes.from);
	gp_fact_presence(sink, "ivrs.table", &firmware->ivrs_bytes.from);
	if (gp_is_present(&firmware->dmar_bytes.from))
		write_dmar(facts, sink);
	if (gp_is_present(&firmware->ivrs_bytes.from))
		write_ivrs(facts, sink);
	gp_fact(sink, "", "cpu.virtualisation", "/proc/cpuinfo", cpu_virt(&facts->kernel), "");
	if (facts->kernel.cpu_vendor)
		gp_fact(sink, "", "cpu.vendor", "/proc/cpuinfo", facts->kernel.cpu_vendor, "");
}

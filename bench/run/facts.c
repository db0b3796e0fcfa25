/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <sched.h>
#include <string.h>

#include "check.h"
#include "run/run.h"
#include "telemetry/telemetry.h"
#include "to-record.h"

#define MOST_FIRMWARE 8

static void fact(const struct gp_fact_sink *sink, const char *subject, const char *id,
	const char *source, const char *value)
{
	if (value && *value)
		gp_fact(sink, subject, id, source, value, "");
}

/* ---- the processor */

static void write_cpu(const struct gp_bench_run *run, const struct gp_fact_sink *sink)
{
	static const char governor_path[] = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
	struct gp_text_value governor = gp_read_line(run->machine, governor_path);
	struct gp_target cpu = gp_target_cpu(run->arena, &run->facts);
	cpu_set_t set;

	fact(sink, "cpu", "bench.cpu", "/proc/cpuinfo", cpu.name);
	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		gp_fact_number(sink, "cpu", "bench.cpus", "sched_getaffinity",
			(uint64_t)CPU_COUNT(&set), "");
	fact(sink, "cpu", "bench.governor", governor_path,
		*governor.value ? governor.value : "unknown");
	fact(sink, "", "bench.hypervisor", "",
		run->facts.platform.roles & GP_ROLE_GUEST ? run->facts.platform.product : NULL);
}

/* ---- the driver */

static const char *driver_version(const struct gp_bench_run *run, const struct gp_target *target)
{
	const struct gp_function *function =
		target->address ? gp_pci_find(&run->facts.pci, target->address) : NULL;
	const char *module = function && function->module ? function->module : target->driver;
	struct gp_text_value version =
		gp_read_line(run->machine, gp_printf(run->arena, "/sys/module/%s/version", module));
	const char *file = gp_module_file(&run->facts.modules, module);

	return gp_printf(run->arena, "%s%s%s%s%s", target->driver, *version.value ? " " : "",
		version.value, file ? ", " : "", file ? file : "");
}

/* ---- firmware */

struct firmware {
	const struct gp_bench_run *run;
	const char *address;
	struct gp_strings lines;
};

/*
 * "i915 0000:00:02.0: [drm] GT0: GuC firmware i915/adlp_guc_70.bin version 70.13.1"; the message
 * of a driver that names the device it is about.
 */
static void take_firmware(void *context, const struct gp_klog_line *line)
{
	struct firmware *f = context;
	const char *text, *said;

	if (line->is_boot)
		f->lines = (struct gp_strings){0};
	if (f->lines.n >= MOST_FIRMWARE || !memmem(line->text, line->size, "ersion ", 7) ||
		!memmem(line->text, line->size, "irmware", 7) ||
		!memmem(line->text, line->size, f->address, strlen(f->address)))
		return;
	text = gp_printable(f->run->arena, line->text, line->size, 200);
	said = strstr(text, f->address);
	if (said)
		said = strstr(said, ": ");
	gp_strings_add_once(f->run->arena, &f->lines, said ? said + 2 : text);
}

static void write_firmware(const struct gp_bench_run *run, const struct gp_target *target,
	const struct gp_fact_sink *sink)
{
	struct firmware firmware = {.run = run, .address = target->address};
	const char *source = "";
	bool is_whole = false;

	if (!target->address)
		return;
	gp_machine_klog(run->machine, take_firmware, &firmware, &source, &is_whole);
	gp_each (line, &firmware.lines)
		fact(sink, target->subject, "bench.firmware", source, *line);
	if (!firmware.lines.n)
		fact(sink, target->subject, "bench.firmware", source ? source : "", "unknown");
}

/* ---- who else has a part of the GPU */

static void write_sharing(const struct gp_bench_run *run, const struct gp_target *target,
	const struct gp_fact_sink *sink)
{
	const struct gp_function *function =
		target->address ? gp_pci_find(&run->facts.pci, target->address) : NULL;

	if (!function)
		return;
	if (function->pf)
		fact(sink, target->subject, "bench.sriov", function->physfn.path,
			gp_printf(run->arena, "a VF of %s", function->pf));
	else if (function->totalvfs)
		fact(sink, target->subject, "bench.sriov", "sriov_numvfs",
			gp_printf(run->arena, "%llu VFs of %llu",
				(unsigned long long)function->numvfs,
				(unsigned long long)function->totalvfs));
}

/* Limits of frequency; how a PF shares its engines. */
static void write_settings(const struct gp_bench_run *run, const struct gp_target *target,
	const struct gp_fact_sink *sink)
{
	struct gp_abouts about =
		gp_telemetry_facts(run->arena, run->options.telemetry_root, target);

	gp_each (one, &about)
		fact(sink, target->subject, gp_printf(run->arena, "bench.%s", one->key), "sysfs",
			one->text);
}

/* The same of the host of this guest. */
static void write_host(const struct gp_bench_run *run, const struct gp_fact_sink *sink)
{
	struct gp_abouts about = {0};

	if (run->bench.sidecar)
		about = gp_sidecar_facts(run->arena, run->bench.sidecar);
	gp_each (one, &about)
		fact(sink, "", gp_printf(run->arena, "bench.host-%s", one->key), "sidecar",
			one->text);
}

void gp_bench_machine_facts(const struct gp_bench_run *run, struct gp_record *record)
{
	struct gp_fact_sink sink = {record, gp_record_host(&run->facts.platform),
		gp_layer_names[GP_LAYER_BENCH], run->facts.platform.roles};

	write_cpu(run, &sink);
	gp_each (target, &run->bench.targets) {
		if (target->driver)
			fact(&sink, target->subject, "bench.driver", "",
				driver_version(run, target));
		write_firmware(run, target, &sink);
		write_sharing(run, target, &sink);
		write_settings(run, target, &sink);
	}
	write_host(run, &sink);
}

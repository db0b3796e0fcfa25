/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workloads/workload.h"

#define QUICKER 0.3 /* of the usual time: six tests make one quick look */
#define AROUND  3   /* seconds: set-up, compiling, validation */

static const struct {
	const char *test; /* of gpupass-work-compute */
	const char *title, *primary;
} tests[] = {
	{"global", "Memory of the device, read and written", "bandwidth"},
	{"host-to-device", "Copies from host to device", "bandwidth"},
	{"device-to-host", "Copies from device to host", "bandwidth"},
	{"map", "Memory that host and device share, mapped and touched", "touched"},
	{"fma", "Multiply-adds in single precision", "flops"},
	{"launch", "Empty kernels, one by one", "launch"},
};

static void add_argument(
	struct gp_bench *bench, struct gp_order *order, const char *key, const char *value)
{
	gp_strings_add(
		bench->arena, &order->arguments, gp_printf(bench->arena, "%s=%s", key, value));
}

static const char *seconds(struct gp_bench *bench, double value)
{
	return gp_printf(bench->arena, "%.9g", value);
}

static void plan(struct gp_bench *bench, struct gp_experiment *experiment, const char *device)
{
	const double share = bench->settings->quick ? QUICKER : 1;
	const double warmup = share * bench->settings->warmup;

	experiment->window = share * bench->settings->seconds;
	experiment->seconds = AROUND + warmup + experiment->window;
	add_argument(bench, &experiment->order, "device", device);
	add_argument(bench, &experiment->order, "test", experiment->variant);
	add_argument(bench, &experiment->order, "seconds", seconds(bench, experiment->window));
	add_argument(bench, &experiment->order, "warmup", seconds(bench, warmup));
}

void gp_plan_compute(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret)
{
	const char *device = gp_target_is_cpu(target) ? "cpu" : target->address;

	for (size_t i = 0; i < GP_ARRAY_SIZE(tests); i++) {
		struct gp_experiment *experiment = gp_push(bench->arena, ret);

		*experiment = (struct gp_experiment){
			.workload = "compute",
			.variant = tests[i].test,
			.title = tests[i].title,
			.primary = tests[i].primary,
			.target = target,
			.order.program = "compute",
			.run = gp_run_one,
		};
		if (device)
			plan(bench, experiment, device);
		else
			experiment->cannot =
				"no PCI function behind it that OpenCL could be matched to";
	}
}

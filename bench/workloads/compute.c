/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workloads/workload.h"

#define QUICKER   0.3  /* of the usual time: six tests make one quick look */
#define AROUND    3    /* seconds: set-up, compiling, validation */
#define ANSWER_IN 20.0 /* seconds */

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

/*
 * Why nothing can be reckoned on this device, as where it has no implementation; NULL: it may be
 * tried. What fails in another way fails again when it is measured, and counts there.
 */
static const char *find_hindrance(struct gp_bench *bench, const char *device)
{
	struct gp_order order = {.program = "compute"};
	struct gp_sample answer = {0};
	const char *cannot;

	if (!device)
		return "no PCI function behind it that OpenCL could be matched to";
	add_argument(bench, &order, "offers", "yes");
	add_argument(bench, &order, "device", device);
	gp_ask(bench, &order, ANSWER_IN, &answer);
	cannot = gp_sample_about(&answer, "cannot");
	return *cannot ? cannot : NULL;
}

void gp_plan_compute(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret)
{
	const char *device = gp_target_is_cpu(target) ? "cpu" : target->address;
	const char *hindrance = find_hindrance(bench, device);

	for (size_t i = 0; i < GP_ARRAY_SIZE(tests); i++) {
		struct gp_experiment *experiment = gp_push(bench->arena, ret);

		*experiment = (struct gp_experiment){
			.workload = "compute",
			.variant = tests[i].test,
			.title = tests[i].title,
			.primary = tests[i].primary,
			.target = target,
			.order.program = "compute",
			.cannot = hindrance,
			.run = gp_run_one,
		};
		if (!hindrance)
			plan(bench, experiment, device);
	}
}

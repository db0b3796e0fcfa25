/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupass-bench sidecar: on the host, what it sees while a guest is measured. */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "telemetry/gauges.h"
#include "telemetry/pmu.h"
#include "telemetry/read.h"
#include "telemetry/sensors.h"
#include "telemetry/sidecar.h"
#include "worker/worker.h"

#define TOOL    "gpupass-bench sidecar"
#define DEVICES "/sys/bus/pci/devices"

#define MOST_INTERVAL 2000 /* milliseconds: what is heard holds for GP_TIMELINE_HOLD */

struct options {
	const char *device, *root;
	uint64_t vf;       /* 0: none */
	uint64_t interval; /* milliseconds */
	uint64_t times;    /* lines of each gauge, then it ends; 0: until it is told to */
};

static int complain(const char *what)
{
	fprintf(stderr, TOOL ": %s\n", what);
	return 2;
}

static int help(void)
{
	fputs("Usage: " TOOL " [OPTION]...\n"
	      "\n"
	      "Say on standard output, line by line, what this host sees of a GPU and of its\n"
	      "processor, until standard input ends. A guest reads it: gpupass-bench run\n"
	      "--sidecar ssh:[USER@]HOST[,DEVICE[,vfN]], or --sidecar FILE for a file or FIFO\n"
	      "that both share.\n"
	      "\n"
	      "      --device ADDRESS  the GPU, or the PF of the guest's VF; else the first\n"
	      "      --vf N            the guest's VF: what the PF tells of it\n"
	      "      --interval MS     how often; 10 to 2000, 200 without it\n"
	      "      --help            this\n",
		stdout);
	return 0;
}

static bool take_number(const char *text, uint64_t low, uint64_t high, uint64_t *ret)
{
	return gp_parse_u64(text, 10, ret) == 0 && *ret >= low && *ret <= high;
}

/* -1: go on; else the exit status. */
static int parse(int argc, char **argv, struct options *ret)
{
	static const struct option options[] = {
		{"device", required_argument, NULL, 'd'},
		{"vf", required_argument, NULL, 'v'},
		{"interval", required_argument, NULL, 'i'},
		{"telemetry-root", required_argument, NULL, 'r'},
		{"times", required_argument, NULL, 't'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;

	*ret = (struct options){.root = "", .interval = 200};
	optind = 0; /* the whole command's options were looked at before */
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'd')
			ret->device = optarg;
		else if (option == 'r')
			ret->root = optarg;
		else if (option == 'v' && !take_number(optarg, 1, 63, &ret->vf))
			return complain("--vf wants the number of a VF, from 1");
		else if (option == 'i' && !take_number(optarg, 10, MOST_INTERVAL, &ret->interval))
			return complain("--interval wants milliseconds, 10 to 2000");
		else if (option == 't' && !take_number(optarg, 1, 1000000, &ret->times))
			return complain("--times wants a number");
		else if (option == 'h')
			return help();
		else if (option == '?')
			return 2;
	}
	return optind < argc ? complain("there is nothing to be named here") : -1;
}

/* ---- which device */

static const char *driver_of(struct gp_arena *arena, const char *root, const char *address)
{
	return gp_live_link(arena, root, gp_printf(arena, DEVICES "/%s/driver", address));
}

static bool is_watched(const char *driver)
{
	static const char *const drivers[] = {"i915", "xe", "amdgpu", NULL};

	return gp_is_one_of(driver, drivers);
}

static const char *first_gpu(struct gp_arena *arena, const char *root)
{
	struct gp_strings all = gp_live_list(arena, root, DEVICES, 4096);

	for (size_t i = 0; i < all.n; i++)
		if (is_watched(driver_of(arena, root, all.items[i])) &&
			!gp_live_has(root, gp_printf(arena, DEVICES "/%s/physfn", all.items[i])))
			return all.items[i];
	return NULL;
}

/* "02:00.0" is short for "0000:02:00.0". NULL: no address. */
static const char *whole_address(struct gp_arena *arena, const char *text)
{
	unsigned int domain, bus, device, function;
	char end;

	if (sscanf(text, "%4x:%2x:%2x.%1x%c", &domain, &bus, &device, &function, &end) == 4)
		return gp_printf(arena, "%04x:%02x:%02x.%x", domain, bus, device, function);
	if (sscanf(text, "%2x:%2x.%1x%c", &bus, &device, &function, &end) == 3)
		return gp_printf(arena, "0000:%02x:%02x.%x", bus, device, function);
	return NULL;
}

/* 0, or the exit status. Without a GPU that can be watched there is still the processor. */
static int find_device(struct gp_arena *arena, const struct options *options, struct gp_target *ret)
{
	const char *address = options->device ? whole_address(arena, options->device)
					      : first_gpu(arena, options->root);

	if (options->device && !address)
		return complain("--device wants a PCI address");
	if (options->device &&
		!gp_live_has(options->root, gp_printf(arena, DEVICES "/%s", address)))
		return complain(gp_printf(arena, "there is no device %s here", address));
	*ret = (struct gp_target){.subject = address ? address : "none", .address = address};
	if (!address)
		return 0;
	ret->driver = driver_of(arena, options->root, address);
	ret->is_vf = gp_live_has(options->root, gp_printf(arena, DEVICES "/%s/physfn", address));
	return 0;
}

/* ---- what it says */

static bool is_for_vf(const struct options *options, const char *key)
{
	if (!options->vf || !gp_starts_with(key, "vf"))
		return true;
	return key[2] == (char)('0' + options->vf) && key[3] == '-';
}

static void say_hello(
	struct gp_arena *arena, const struct options *options, const struct gp_target *target)
{
	struct gp_abouts facts = gp_telemetry_facts(arena, options->root, target);

	printf("sidecar " GP_VERSION " %s", target->subject);
	if (options->vf)
		printf(" vf%u", (unsigned int)options->vf);
	putchar('\n');
	gp_each (fact, &facts)
		if (is_for_vf(options, fact->key))
			printf("fact %s %s\n", fact->key, fact->text);
}

struct saying {
	struct gp_arena *arena;
	struct gp_sensors sensors;
	struct gp_strings unknown; /* what was said to be */
};

static const char *reasons_of(struct gp_arena *arena, const struct gp_gauge *gauge)
{
	struct gp_strings words = gp_split(arena, gp_gauge_reasons(arena, gauge), ", ");

	return gp_join(arena, &words, " ");
}

/* What is not known is said once. */
static void say_unknown(struct saying *saying, const struct gp_gauge *gauge)
{
	if (gp_strings_has(&saying->unknown, gauge->name))
		return;
	gp_strings_add(saying->arena, &saying->unknown, gp_strdup(saying->arena, gauge->name));
	printf("unknown %s %s\n", gauge->name, gauge->unknown);
}

static void say_gauge(
	struct saying *saying, struct gp_arena *arena, const struct gp_gauge *gauge, int64_t now)
{
	const char *reasons = reasons_of(arena, gauge);

	if (gp_ends_with(gauge->name, "-min"))
		return; /* the other side finds it in what it hears */
	if (gauge->unknown && strstr(gauge->unknown, "slept"))
		printf("gauge %lld %s 0 %s\n", (long long)now, gauge->name, gauge->unit);
	else if (gauge->unknown)
		say_unknown(saying, gauge);
	else
		printf("gauge %lld %s %.9g %s%s%s\n", (long long)now, gauge->name, gauge->value,
			gauge->unit, *reasons ? " " : "", reasons);
}

static void forget_reasons(struct gp_sensors *sensors)
{
	gp_each (sensor, &sensors->list)
		sensor->seen = 0;
}

/* False: nobody listens any more. */
static bool say_all(struct saying *saying, int64_t from, int64_t to)
{
	struct gp_arena *scratch = gp_arena_new();
	struct gp_gauges gauges = {0};

	gp_sensors_gauges(&saying->sensors, scratch, from, to, &gauges);
	gp_each (gauge, &gauges.list)
		say_gauge(saying, scratch, gauge, to);
	gp_arena_free(scratch);
	forget_reasons(&saying->sensors);
	return fflush(stdout) == 0 && !ferror(stdout);
}

/* What runs in the background has /dev/null, which says nothing of anybody. */
static bool is_held_by_input(void)
{
	struct stat input;

	return fstat(STDIN_FILENO, &input) != 0 || !S_ISCHR(input.st_mode) ||
	       input.st_rdev != makedev(1, 3); /* Documentation/admin-guide/devices.txt */
}

/* False: standard input has ended. */
static bool wait_until(int64_t at)
{
	struct pollfd input = {.fd = is_held_by_input() ? STDIN_FILENO : -1, .events = POLLIN};
	char text[256];

	for (;;) {
		int64_t left = (at - gp_live_now()) / 1000000;

		if (gp_interrupted())
			return false;
		if (left <= 0)
			return true;
		if (poll(&input, 1, (int)left) > 0 && read(STDIN_FILENO, text, sizeof(text)) <= 0)
			return false;
	}
}

int gp_bench_sidecar(struct gp_arena *arena, int argc, char **argv)
{
	struct options options;
	struct gp_target target;
	struct saying saying = {.arena = arena};
	int64_t from, to, next;
	int status = parse(argc, argv, &options);

	if (status < 0)
		status = find_device(arena, &options, &target) ? 2 : -1;
	if (status >= 0)
		return status;
	gp_catch_interrupts();
	gp_sensors_find(&saying.sensors, arena, options.root, &target);
	if (!*options.root) /* a tree's counters cannot be opened */
		gp_sensors_find_pmu(&saying.sensors, &target, options.vf);
	say_hello(arena, &options, &target);
	gp_sensors_read(&saying.sensors);
	from = next = gp_live_now();
	for (uint64_t n = 0; fflush(stdout) == 0 && (!options.times || n < options.times); n++) {
		next += (int64_t)options.interval * 1000000;
		if (!wait_until(next))
			break;
		to = gp_live_now();
		gp_sensors_read(&saying.sensors);
		if (!say_all(&saying, from, to))
			break;
		from = to;
	}
	puts("bye");
	fflush(stdout);
	return 0;
}

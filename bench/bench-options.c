/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench-options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "workloads/workload.h"

#define MOST_RUNS    1000
#define MOST_SECONDS 3600
#define MOST_SIZE    8192
#define LEAST_SIZE   64
#define MOST_LABEL   80

struct parsing {
	struct gp_arena *arena;
	struct gp_bench_options *options;
	const char *error;
	/* What the command line says; 0 and below: nothing. */
	unsigned int runs;
	double seconds, warmup;
};

static int refuse(struct parsing *p, const char *option, const char *value, const char *why)
{
	p->error = gp_printf(p->arena, "%s %s: %s", option,
		gp_printable(p->arena, value, strlen(value), 60), why);
	return -EINVAL;
}

static int take_device(struct parsing *p, const char *value)
{
	gp_strings_add_once(p->arena, &p->options->devices, value);
	return 0;
}

static int take_mode(struct parsing *p, const char *value)
{
	p->options->mode = strcmp(value, "auto") == 0 ? 0 : gp_mode_parse(value);
	if (p->options->mode || strcmp(value, "auto") == 0)
		return 0;
	return refuse(p, "--mode", value,
		"use auto, native, full, split (a vGPU), vf (SR-IOV), container or cpu");
}

static int take_workload(struct parsing *p, const char *value)
{
	struct gp_strings names = {0};

	for (size_t i = 0; i < gp_n_workloads; i++) {
		if (strcmp(gp_workloads[i].name, value) == 0) {
			gp_strings_add_once(p->arena, &p->options->settings.workloads, value);
			return 0;
		}
		gp_strings_add(p->arena, &names, gp_workloads[i].name);
	}
	return refuse(p, "--workload", value,
		gp_printf(p->arena, "there is %s", gp_join(p->arena, &names, ", ")));
}

static int take_codec(struct parsing *p, const char *value)
{
	static const char *const codecs[] = {"h264", "hevc", "hevc10", "vp9", "av1", NULL};

	if (!gp_is_one_of(value, codecs))
		return refuse(p, "--codec", value, "there is h264, hevc, hevc10, vp9 and av1");
	gp_strings_add_once(p->arena, &p->options->settings.codecs, value);
	return 0;
}

static int take_preset(struct parsing *p, const char *value)
{
	/* Those that x264 and x265 share. */
	static const char *const presets[] = {"ultrafast", "superfast", "veryfast", "faster",
		"fast", "medium", "slow", "slower", "veryslow", NULL};

	if (!gp_is_one_of(value, presets))
		return refuse(p, "--preset", value, "no preset of x264, as veryfast or medium");
	gp_strings_add_once(p->arena, &p->options->settings.presets, value);
	return 0;
}

static bool is_side(uint64_t pixels)
{
	return pixels >= LEAST_SIZE && pixels <= MOST_SIZE && pixels % 2 == 0;
}

static bool parse_size(struct parsing *p, const char *value, struct gp_size *ret)
{
	static const struct {
		const char *name;
		struct gp_size size;
	} named[] = {{"720p", {1280, 720}}, {"1080p", {1920, 1080}}, {"4k", {3840, 2160}}};
	struct gp_strings sides = gp_split(p->arena, value, "x");
	uint64_t width, height;

	for (size_t i = 0; i < GP_ARRAY_SIZE(named); i++)
		if (strcasecmp(named[i].name, value) == 0) {
			*ret = named[i].size;
			return true;
		}
	if (sides.n != 2 || gp_parse_u64(sides.items[0], 10, &width) ||
		gp_parse_u64(sides.items[1], 10, &height) || !is_side(width) || !is_side(height))
		return false;
	*ret = (struct gp_size){(unsigned int)width, (unsigned int)height};
	return true;
}

static int take_size(struct parsing *p, const char *value)
{
	struct gp_size size;

	if (!parse_size(p, value, &size))
		return refuse(p, "--size", value,
			"use 720p, 1080p, 4k, or even numbers from 64 to 8192, as 1280x720");
	gp_each (other, &p->options->settings.sizes)
		if (other->width == size.width && other->height == size.height)
			return 0;
	*gp_push(p->arena, &p->options->settings.sizes) = size;
	return 0;
}

static int take_input(struct parsing *p, const char *value)
{
	/* Workers are elsewhere when they open it. */
	char *path = realpath(value, NULL);

	if (!path)
		return refuse(p, "--input", value, strerror(errno));
	p->options->settings.input = gp_strdup(p->arena, path);
	free(path);
	return 0;
}

static int take_runs(struct parsing *p, const char *value)
{
	uint64_t runs;

	if (gp_parse_u64(value, 10, &runs) || !runs || runs > MOST_RUNS)
		return refuse(p, "--runs", value, "a number from 1 to 1000");
	p->runs = (unsigned int)runs;
	return 0;
}

static int take_seconds(
	struct parsing *p, const char *option, const char *value, double least, double *ret)
{
	char *end;
	double seconds = strtod(value, &end);

	if (end == value || *end || strspn(value, "0123456789.") != strlen(value) ||
		!isfinite(seconds) || seconds < least || seconds > MOST_SECONDS)
		return refuse(p, option, value,
			gp_printf(p->arena, "seconds from %g to %d", least, MOST_SECONDS));
	*ret = seconds;
	return 0;
}

static int take_seed(struct parsing *p, const char *value)
{
	if (gp_parse_u64(value, 10, &p->options->settings.seed))
		return refuse(p, "--seed", value, "not a number");
	return 0;
}

static int take_label(struct parsing *p, const char *value)
{
	if (!*value || strlen(value) > MOST_LABEL)
		return refuse(p, "--label", value, "from 1 to 80 bytes");
	p->options->label = value;
	return 0;
}

static int take_session(struct parsing *p, const char *value)
{
	if (!strchr(value, '/') && (!gp_is_plain(value, "._-") || *value == '.'))
		return refuse(p, "--session", value,
			"a name of letters, digits, . _ and -, or a file with a /");
	p->options->session = value;
	return 0;
}

static int take_format(struct parsing *p, const char *value)
{
	if (!gp_face_find(value))
		return refuse(p, "--format", value,
			gp_printf(p->arena, "there is %s", gp_face_names(p->arena)));
	p->options->format = value;
	return 0;
}

static int take_color(struct parsing *p, const char *value)
{
	static const char *const words[] = {"auto", "always", "never", NULL};

	if (!gp_is_one_of(value, words))
		return refuse(p, "--color", value, "there is auto, always and never");
	p->options->color = value;
	return 0;
}

static int take_output(struct parsing *p, const char *value)
{
	p->options->output = value;
	return 0;
}

static int take_sidecar(struct parsing *p, const char *value)
{
	p->options->sidecar = value;
	return 0;
}

static int take_telemetry_root(struct parsing *p, const char *value)
{
	p->options->telemetry_root = value;
	return 0;
}

static int take_window(struct parsing *p, const char *value)
{
	return take_seconds(p, "--seconds", value, 0.1, &p->seconds);
}

static int take_warmup(struct parsing *p, const char *value)
{
	return take_seconds(p, "--warmup", value, 0, &p->warmup);
}

static int take_patience(struct parsing *p, const char *value)
{
	return take_seconds(p, "--patience", value, 0.1, &p->options->patience);
}

static int take_quick(struct parsing *p, const char *value)
{
	(void)value;
	p->options->settings.quick = true;
	return 0;
}

static int take_quiet(struct parsing *p, const char *value)
{
	(void)value;
	p->options->quiet = true;
	return 0;
}

static int take_verbose(struct parsing *p, const char *value)
{
	(void)value;
	p->options->verbose = true;
	return 0;
}

static int take_help(struct parsing *p, const char *value)
{
	(void)value;
	p->options->help = true;
	return 0;
}

static const struct {
	const char *name;
	int short_name; /* 0: none */
	int argument;
	int (*take)(struct parsing *p, const char *value);
} known[] = {
	{"device", 0, required_argument, take_device},
	{"mode", 0, required_argument, take_mode},
	{"workload", 0, required_argument, take_workload},
	{"codec", 0, required_argument, take_codec},
	{"size", 0, required_argument, take_size},
	{"preset", 0, required_argument, take_preset},
	{"input", 0, required_argument, take_input},
	{"runs", 0, required_argument, take_runs},
	{"seconds", 0, required_argument, take_window},
	{"warmup", 0, required_argument, take_warmup},
	{"quick", 0, no_argument, take_quick},
	{"label", 0, required_argument, take_label},
	{"session", 0, required_argument, take_session},
	{"seed", 0, required_argument, take_seed},
	{"sidecar", 0, required_argument, take_sidecar},
	{"format", 0, required_argument, take_format},
	{"output", 'o', required_argument, take_output},
	{"color", 0, required_argument, take_color},
	{"quiet", 0, no_argument, take_quiet},
	{"verbose", 0, no_argument, take_verbose},
	{"patience", 0, required_argument, take_patience},
	{"telemetry-root", 0, required_argument, take_telemetry_root},
	{"help", 'h', no_argument, take_help},
};

#define N_KNOWN    GP_ARRAY_SIZE(known)
#define FIRST_LONG 256

static int take(struct parsing *p, int option, const char *value)
{
	for (size_t i = 0; i < N_KNOWN; i++)
		if (option == FIRST_LONG + (int)i || option == known[i].short_name)
			return known[i].take(p, value);
	return -EINVAL;
}

/* What the command line does not say. */
static int fill_in(struct parsing *p)
{
	struct gp_settings *settings = &p->options->settings, usual;

	gp_settings_default(&usual, settings->quick);
	settings->runs = p->runs ? p->runs : usual.runs;
	settings->seconds = p->seconds > 0 ? p->seconds : usual.seconds;
	settings->warmup = p->warmup >= 0 ? p->warmup : usual.warmup;
	if (p->options->mode != GP_MODE_CPU)
		return 0;
	gp_each (device, &p->options->devices)
		if (strcmp(*device, "cpu") != 0)
			return refuse(p, "--mode", "cpu", "that is --device cpu, without a GPU");
	gp_strings_add_once(p->arena, &p->options->devices, "cpu");
	return 0;
}

static int parse(struct parsing *p, int argc, char **argv)
{
	struct option options[N_KNOWN + 1] = {0};
	int option, error = 0;

	for (size_t i = 0; i < N_KNOWN; i++)
		options[i] = (struct option){
			known[i].name, known[i].argument, NULL, FIRST_LONG + (int)i};
	opterr = 0;
	optind = 0;
	while (!error && (option = getopt_long(argc, argv, "+:ho:", options, NULL)) != -1) {
		if (option == '?' || option == ':') {
			const char *word = argv[optind - 1];

			p->error = gp_printf(p->arena,
				option == ':' ? "%s needs a value"
					      : "there is no option %s; --help",
				gp_printable(p->arena, word, strlen(word), 60));
			error = -EINVAL;
		} else {
			error = take(p, option, optarg);
		}
	}
	if (!error && optind < argc)
		error = refuse(p, "unexpected", argv[optind], "--help says what there is");
	return error ? error : fill_in(p);
}

int gp_bench_options_parse(struct gp_arena *arena, int argc, char **argv,
	struct gp_bench_options *ret, const char **ret_error)
{
	struct parsing p = {.arena = arena, .options = ret, .warmup = -1};
	int error;

	*ret = (struct gp_bench_options){.color = "auto", .telemetry_root = "", .patience = 60};
	gp_settings_default(&ret->settings, false);
	error = parse(&p, argc, argv);
	*ret_error = p.error;
	return error;
}

void gp_bench_options_usage(FILE *out)
{
	fputs("      --device DEVICE     a PCI address as 0000:00:02.0, a node as renderD128,\n"
	      "                          cpu, or x11 (the X server's driver); may be repeated;\n"
	      "                          otherwise the first GPU, and the processor as baseline\n"
	      "      --mode MODE         how this machine has it: native, full, split, vf,\n"
	      "                          container or cpu; otherwise from evidence\n"
	      "      --workload NAME     only this one, see gpupass-bench list; may be repeated\n"
	      "      --codec CODEC       h264, hevc, hevc10, vp9 or av1; may be repeated;\n"
	      "                          otherwise those that the device has\n"
	      "      --size SIZE         of the clips: 720p, 1080p, 4k or 1280x720; may be\n"
	      "                          repeated\n"
	      "      --preset PRESET     of the processor's encoder; may be repeated; otherwise\n"
	      "                          veryfast and medium\n"
	      "      --input FILE        a clip of yours instead of those made here\n"
	      "      --runs N            of each experiment; otherwise 10\n"
	      "      --seconds S         that are measured in one run; otherwise 20\n"
	      "      --warmup S          before that; otherwise 5\n"
	      "      --quick             one run of 2 seconds: to see that it works, not for\n"
	      "                          comparison\n"
	      "      --label TEXT        what to call this side; otherwise mode and device\n"
	      "      --session ID        a step of a comparison with reboots in between: says\n"
	      "                          what comes next, and keeps together what belongs\n"
	      "                          together\n"
	      "      --seed N            of the order of runs; otherwise 1\n"
	      "      --sidecar WHERE     what the host of this guest sees meanwhile, from\n"
	      "                          gpupass-bench sidecar\n"
	      "      --format FORMAT     text, csv, markdown, html, json or prometheus;\n"
	      "                          otherwise text, and csv for a file\n"
	      "  -o, --output FILE       write FILE, whole or not at all; without --format the\n"
	      "                          text comes too\n"
	      "      --color WHEN        auto, always or never\n"
	      "      --quiet             no progress, only what is wrong\n"
	      "      --verbose           every value\n"
	      "      --patience S        that a program may take longer than it should before\n"
	      "                          it is ended; otherwise 60\n"
	      "      --telemetry-root DIR\n"
	      "                          for tests: /proc and /sys are below it\n",
		out);
}

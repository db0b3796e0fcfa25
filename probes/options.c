/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

enum {
	OPT_ROOT = 256,
	OPT_TICKET,
	OPT_ROLE,
	OPT_MODE,
	OPT_DEVICE,
	OPT_LAYER,
	OPT_USER,
	OPT_FORMAT,
	OPT_PLAN,
	OPT_CAPTURE,
	OPT_NO_REDACT,
	OPT_EXPLAIN,
	OPT_LIST,
	OPT_ALLOW,
	OPT_PCI_IDS,
	OPT_KUBERNETES,
	OPT_COLOR,
	OPT_VERBOSE,
	OPT_QUICK,
	OPT_QUIET,
	OPT_HELP,
	OPT_VERSION,
};

static const struct option long_options[] = {
	{"root", required_argument, NULL, OPT_ROOT},
	{"ticket", required_argument, NULL, OPT_TICKET},
	{"role", required_argument, NULL, OPT_ROLE},
	{"mode", required_argument, NULL, OPT_MODE},
	{"device", required_argument, NULL, OPT_DEVICE},
	{"layer", required_argument, NULL, OPT_LAYER},
	{"user", required_argument, NULL, OPT_USER},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"output", required_argument, NULL, 'o'},
	{"plan", no_argument, NULL, OPT_PLAN},
	{"capture", required_argument, NULL, OPT_CAPTURE},
	{"no-redact", no_argument, NULL, OPT_NO_REDACT},
	{"explain", required_argument, NULL, OPT_EXPLAIN},
	{"list-checks", no_argument, NULL, OPT_LIST},
	{"allow", required_argument, NULL, OPT_ALLOW},
	{"pci-ids", required_argument, NULL, OPT_PCI_IDS},
	{"kubernetes", required_argument, NULL, OPT_KUBERNETES},
	{"color", required_argument, NULL, OPT_COLOR},
	{"verbose", no_argument, NULL, OPT_VERBOSE},
	{"quick", no_argument, NULL, OPT_QUICK},
	{"quiet", no_argument, NULL, OPT_QUIET},
	{"help", no_argument, NULL, OPT_HELP},
	{"version", no_argument, NULL, OPT_VERSION},
	{0},
};

struct parsing {
	struct gp_arena *arena;
	struct gp_options *options;
	const char *error;
	unsigned layers; /* of --layer */
};

static int refuse(struct parsing *p, const char *option, const char *value, const char *why)
{
	p->error = gp_printf(p->arena, "%s %s: %s", option,
		gp_printable(p->arena, value, strlen(value), 60), why);
	return -EINVAL;
}

static int take_role(struct parsing *p, const char *value)
{
	struct gp_strings names = gp_split(p->arena, value, ";,");

	gp_each (name, &names) {
		unsigned role = gp_role_parse(*name);
		if (!role)
			return refuse(p, "--role", value, "there is host, guest and container");
		p->options->question.roles |= role;
	}
	return 0;
}

static int take_mode(struct parsing *p, const char *value)
{
	struct gp_strings names = gp_split(p->arena, value, ";,");

	gp_each (name, &names) {
		unsigned mode = gp_mode_parse(*name);
		if (!mode)
			return refuse(p, "--mode", value,
				"use native, full, split (mdev), vf (SR-IOV), container or cpu");
		p->options->question.modes |= mode;
	}
	return 0;
}

static int take_layer(struct parsing *p, const char *value)
{
	int layer = gp_layer_parse(value);

	if (layer < 0)
		return refuse(p, "--layer", value,
			"there is firmware, kernel, iommu, pci, vfio, mdev, sriov, driver, vm, drm, "
			"vaapi, opencl and container");
	p->layers |= 1u << layer;
	return 0;
}

static int take_device(struct parsing *p, const char *value)
{
	const char *colon = strchr(value, ':');

	/* 00:02.0 is short for 0000:00:02.0 */
	p->options->question.device = colon && colon == strrchr(value, ':')
					      ? gp_printf(p->arena, "0000:%s", value)
					      : value;
	return 0;
}

static int take_user(struct parsing *p, const char *value)
{
	if (!gp_is_plain(value, "._-$"))
		return refuse(p, "--user", value, "not the name or the number of a user");
	p->options->question.user = value;
	return 0;
}

static int take_format(struct parsing *p, const char *value)
{
	p->options->face = gp_face_find(value);
	if (p->options->face)
		return 0;
	return refuse(
		p, "--format", value, gp_printf(p->arena, "there is %s", gp_face_names(p->arena)));
}

static int take_allowed(struct parsing *p, const char *value)
{
	if (!gp_check_by_id(value))
		return refuse(p, "--allow", value, "no such check; --list-checks names them");
	gp_strings_add(p->arena, &p->options->allowed, value);
	return 0;
}

static int take_action(struct parsing *p, enum gp_action action)
{
	if (p->options->action != GP_ACTION_EXAMINE) {
		p->error = "only one of --plan, --capture, --explain and --list-checks at a time";
		return -EINVAL;
	}
	p->options->action = action;
	return 0;
}

static int take(struct parsing *p, int option, const char *value)
{
	struct gp_options *o = p->options;

	switch (option) {
	case OPT_ROOT:
		o->root = value;
		return 0;
	case OPT_TICKET:
		o->ticket = value;
		return 0;
	case OPT_ROLE:
		return take_role(p, value);
	case OPT_MODE:
		return take_mode(p, value);
	case OPT_DEVICE:
		return take_device(p, value);
	case OPT_LAYER:
		return take_layer(p, value);
	case OPT_USER:
		return take_user(p, value);
	case OPT_FORMAT:
		return take_format(p, value);
	case 'o':
		o->output = value;
		return 0;
	case OPT_PLAN:
		return take_action(p, GP_ACTION_PLAN);
	case OPT_CAPTURE:
		o->capture = value;
		return take_action(p, GP_ACTION_CAPTURE);
	case OPT_NO_REDACT:
		o->redact = false;
		return 0;
	case OPT_EXPLAIN:
		o->explain = value;
		return take_action(p, GP_ACTION_EXPLAIN);
	case OPT_LIST:
		return take_action(p, GP_ACTION_LIST);
	case OPT_ALLOW:
		return take_allowed(p, value);
	case OPT_PCI_IDS:
		o->reading.pci_ids = value;
		return 0;
	case OPT_KUBERNETES:
		gp_strings_add(p->arena, &o->kubernetes, value);
		return 0;
	case OPT_COLOR:
		o->color = value;
		return 0;
	case OPT_VERBOSE:
		o->verbose = true;
		return 0;
	case OPT_QUICK:
		o->quick = true;
		return 0;
	case OPT_QUIET:
		o->quiet = true;
		return 0;
	case 'h':
	case OPT_HELP:
		return take_action(p, GP_ACTION_HELP);
	case OPT_VERSION:
		return take_action(p, GP_ACTION_VERSION);
	default:
		return -EINVAL;
	}
}

static unsigned tries_of(unsigned layers)
{
	unsigned tries = 0;

	if (layers & 1u << GP_LAYER_DRM)
		tries |= GP_TRIES_NODES;
	if (layers & 1u << GP_LAYER_VAAPI)
		tries |= GP_TRIES_VAAPI;
	if (layers & 1u << GP_LAYER_OPENCL)
		tries |= GP_TRIES_OPENCL;
	return tries;
}

int gp_options_parse(struct gp_arena *arena, unsigned layers, int argc, char **argv,
	struct gp_options *ret, const char **ret_error)
{
	struct parsing p = {.arena = arena, .options = ret};
	int option, error = 0;

	*ret = (struct gp_options){
		.layers = layers, .color = "auto", .redact = true};
	opterr = 0;
	while (!error && (option = getopt_long(argc, argv, ":ho:", long_options, NULL)) != -1) {
		if (option == '?' || option == ':') {
			const char *word = argv[optind - 1];
			p.error = gp_printf(arena,
				option == ':' ? "%s needs a value"
					      : "there is no option %s; --help",
				gp_printable(arena, word, strlen(word), 60));
			error = -EINVAL;
		} else {
			error = take(&p, option, optarg);
		}
	}
	if (!error && optind < argc)
		error = refuse(&p, "unexpected", argv[optind], "--help says what there is");
	if (!error && ret->root && ret->ticket) {
		p.error = "--root and --ticket: one machine at a time";
		error = -EINVAL;
	}
	if (!ret->face)
		ret->face = gp_face_for_file(ret->output);
	if (p.layers)
		ret->layers = p.layers;
	if (!ret->quick)
		ret->reading.tries = tries_of(ret->layers);
	*ret_error = p.error;
	return error;
}

void gp_options_usage(const char *program, FILE *out)
{
	fprintf(out,
		"Usage: %s [OPTION]...\n"
		"Say whether this machine can give a GPU to a VM, what stands in the way, and how\n"
		"to mend it. Nothing on the machine is changed.\n"
		"\n"
		"      --root DIR|FILE     a tree, or a .machine capture, instead of this machine\n"
		"      --ticket FILE|-     text as people paste it where they ask for help: logs,\n"
		"                          settings, output of commands\n"
		"      --role ROLE         host, guest or container; otherwise from evidence\n"
		"      --mode MODE         what is wanted: full (the whole GPU in one VM), split\n"
		"                          (mdev: GVT-g, vGPU), vf (SR-IOV), container, native,\n"
		"                          cpu; otherwise from what is configured\n"
		"      --device ADDRESS    the PCI function it is about, as 0000:01:00.0\n"
		"      --layer LAYER       only firmware, kernel, iommu, pci, vfio, mdev, sriov,\n"
		"                          driver, vm, drm, vaapi, opencl or container; may be\n"
		"                          repeated\n"
		"      --user NAME         who is to use the GPU's nodes; otherwise the services\n"
		"                          that are installed for it\n"
		"      --kubernetes FILE   what kubectl get nodes,pods,daemonsets,namespaces,events\n"
		"                          -A -o json wrote, - for standard input; may be repeated\n"
		"      --format FORMAT     text, csv, html, markdown, json or prometheus; otherwise\n"
		"                          as the name after -o ends (.csv, .html, ...), or text\n"
		"  -o, --output FILE       write FILE, whole or not at all\n"
		"      --verbose           every finding and every fact\n"
		"      --quick             drivers are not tried, nodes not opened\n"
		"      --quiet             only what is wrong, a line each\n"
		"      --color WHEN        auto, always or never\n"
		"      --pci-ids FILE      names of PCI devices, instead of the system's list\n"
		"\n"
		"      --plan              print the remedies of all causes as one shell script;\n"
		"                          runs nothing\n"
		"      --allow ID          let the dangerous remedy of ID into the plan\n"
		"      --capture FILE      write all that was looked at to FILE, to examine it\n"
		"                          elsewhere with --root; private things are redacted\n"
		"      --no-redact         leave them in\n"
		"      --explain ID        what a check looks for, why, and how to mend it\n"
		"      --list-checks       id, layer, hardest verdict and title of every check\n"
		"  -h, --help; --version\n"
		"\n"
		"Exit status: 0 nothing failed, 1 something failed, 2 the command line, input or\n"
		"output is unusable, 3 nothing failed but something that matters could not be\n"
		"measured.\n",
		program);
}

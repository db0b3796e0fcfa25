/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libva was told by its surroundings: variables, the node; and NVIDIA's own rules. */
#include <stdlib.h>
#include <string.h>

#include "vaapi/check-help.h"
#include "vaapi/checks.h"

/* ---- libva-env-override */

static const char *settings_of(const struct gp_case *c, struct gp_arena *arena, const char *name)
{
	struct gp_strings places = {0};

	gp_each (setting, &c->facts->vaapi.settings)
		if (strcmp(setting->name, name) == 0)
			gp_strings_add(arena, &places,
				gp_printf(arena, "%s line %zu", setting->file, setting->line));
	return places.n ? gp_join(arena, &places, ", ") : NULL;
}

static void tell_override(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	const struct gp_va_session *s = v->session;
	bool by_path = s->path && verdict->open && verdict->open->outcome == GP_VA_NO_FILE;
	const char *name = by_path ? "LIBVA_DRIVERS_PATH" : "LIBVA_DRIVER_NAME";
	const char *places = settings_of(v->c, out->arena, name);
	struct gp_finding *finding;

	if (by_path)
		finding = gp_va_say(v, out, GP_WARN, verdict->said,
			"LIBVA_DRIVERS_PATH is %s, where there is no driver for %s", s->path,
			gp_va_node_name(s));
	else
		finding = gp_va_say(v, out, GP_WARN, verdict->said,
			"the environment asks for %s, and the GPU of %s is driven by %s",
			s->requested, gp_va_node_name(s), v->kmd);
	gp_va_mend_by_hand(out, finding, v,
		gp_printf(out->arena, places ? "Take %s out of %s." : "Unset %s%s.", name,
			places ? places : ""));
}

/* A setting of a file that names a driver which no kernel driver here has; NULL: none. */
static const struct gp_va_setting *odd_setting(const struct gp_case *c)
{
	gp_each (setting, &c->facts->vaapi.settings) {
		bool any = false, fits = false;

		if (strcmp(setting->name, "LIBVA_DRIVER_NAME") != 0)
			continue;
		for (size_t i = 0; i < c->n_gpus; i++) {
			const char *driver = c->gpus[i]->driver;
			const char *const *drivers = gp_va_drivers_of(
				gp_equal(driver, "nvidia") ? "nvidia-drm" : driver);

			any |= drivers != NULL;
			fits |= drivers && gp_is_one_of(setting->value, drivers);
		}
		if (any && !fits)
			return setting;
	}
	return NULL;
}

static void env_override(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_va_setting *odd = odd_setting(c);
	struct gp_finding *finding;

	gp_va_each_fault(c, out, GP_VA_IS(GP_VA_OVERRIDDEN), tell_override);
	if (!odd)
		return;
	finding = gp_va_say_of(c, out, GP_WARN, NULL,
		gp_evidence(out, gp_printf(out->arena, "%s line %zu", odd->file, odd->line),
			gp_printf(out->arena, "%s=%s", odd->name, odd->value)),
		"the environment asks for a VA-API driver that no GPU here has");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, odd->file,
			gp_printf(out->arena, "Take %s out of %s.", odd->name, odd->file), 0});
}

/* ---- va-first-node-only */

#define FIRST_NODE "renderD128"

static const struct gp_node *first_node(const struct gp_case *c)
{
	gp_each (node, &c->facts->nodes)
		if (strcmp(node->name, FIRST_NODE) == 0 && !gp_is_absent(&node->node))
			return node;
	return NULL;
}

/* A complaint about the first node, or about a display that nobody named. */
static const struct gp_log_hit *complaint(const struct gp_case *c)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(&c->facts->said, GP_LOG_VA_NO_NODE, hit)))
		if (strstr(hit->text, FIRST_NODE) || strstr(hit->text, "initialize display"))
			return hit;
	return NULL;
}

static void first_node_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_node *own = gp_nodes_render(&c->facts->nodes, gpu->address);
	const struct gp_node *first = first_node(c);
	const struct gp_log_hit *hit = complaint(c);
	const char *evidence = hit ? gp_log_evidence(out, hit) : "/sys/class/drm", *text;
	struct gp_finding *finding;

	if (!own || (first && first == own)) {
		gp_va_say_of(c, out, own ? GP_PASS : GP_SKIP, gpu, "/sys/class/drm",
			own ? "it has the first render node" : "it has no render node");
		return;
	}
	if (first)
		text = gp_printf(out->arena,
			"its node is %s; programs that take the first one, " FIRST_NODE ", get %s",
			own->name, first->address ? first->address : "another device");
	else
		text = gp_printf(out->arena,
			"its node is %s; programs that ask for " FIRST_NODE " find none",
			own->name);
	finding = gp_va_say_of(c, out, hit ? GP_FAIL : GP_NOTE, gpu, evidence, text);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, own->name,
			gp_printf(out->arena,
				"Name the node: vainfo --display drm --device /dev/dri/%s; set it "
				"in the program, too.",
				own->name),
			0});
}

/* /dev/dri was not listed, or has a second render node. */
static bool may_have_another(const struct gp_nodes *nodes)
{
	size_t n = 0;

	gp_each (node, nodes)
		n += node->render;
	return nodes->dri.presence == GP_UNREADABLE || n > 1;
}

/* No GPU is known: a complaint about the first node, which could be opened. */
static bool first_node_by_log(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = complaint(c);

	if (!hit || !c->facts->is_partial || c->n_gpus || !may_have_another(&c->facts->nodes) ||
		gp_log_next(&c->facts->said, GP_LOG_NODE_UNOPENED, NULL))
		return false;
	gp_mend(out,
		gp_va_say_of(c, out, GP_FAIL, NULL, gp_log_evidence(out, hit),
			"VA-API does not start on " FIRST_NODE ": the GPU may have another node"),
		(struct gp_step){GP_STEP_MANUAL, FIRST_NODE,
			"See which nodes there are (ls -l /dev/dri), and name the GPU's: vainfo "
			"--display drm --device /dev/dri/renderD129; set it in the program, too.",
			0});
	return true;
}

static void first_node_only(const struct gp_case *c, struct gp_findings *out)
{
	if (first_node_by_log(c, out))
		return;
	for (size_t i = 0; i < c->n_gpus; i++)
		first_node_of(c, out, c->gpus[i]);
	if (!c->n_gpus)
		gp_find(out, GP_SKIP, "/sys/bus/pci/devices", "there is no GPU");
}

/* ---- va-headless-x11 */

static void headless_x11(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_next(&c->facts->said, GP_LOG_VA_NO_X11, NULL);

	if (hit)
		gp_va_say_of(c, out, GP_NOTE, NULL, gp_log_evidence(out, hit),
			"vainfo looked for a display server first: harmless; vainfo --display drm "
			"does not");
	else
		gp_find(out, GP_PASS, "", "nothing complains about a display server");
}

/* ---- nvidia-vaapi */

static void mend_modeset(struct gp_findings *out, struct gp_finding *finding)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, "/etc/modprobe.d/gpupass.conf",
			"options nvidia-drm modeset=1", 0});
	gp_mend(out, finding, (struct gp_step){GP_STEP_INITRD, "", "", 0});
	gp_mend(out, finding, (struct gp_step){GP_STEP_REBOOT, "", "", 0});
}

/* Programs that use NVDEC need no VA-API: it is missed only where somebody asks for it. */
static bool is_asked_for(const struct gp_case *c)
{
	gp_each (setting, &c->facts->vaapi.settings)
		if (strcmp(setting->value, "nvidia") == 0 ||
			strcmp(setting->name, "NVD_BACKEND") == 0)
			return true;
	gp_each (session, &c->facts->vaapi.sessions)
		if (gp_equal(session->requested, "nvidia") || !session->is_ours)
			return true;
	return gp_vaapi_has_file(&c->facts->vaapi, "nvidia");
}

static void tell_nvidia(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	const char *modeset = gp_module_param(&v->c->facts->modules, "nvidia_drm", "modeset");
	const struct gp_log_hit *hit = gp_log_next(&v->c->facts->said, GP_LOG_NVD_MODESET, NULL);
	bool is_file = verdict->open && verdict->open->outcome != GP_VA_NO_FILE;
	struct gp_finding *finding;

	if (verdict->fault == GP_VA_LEFT_ALONE) {
		gp_va_say(v, out, GP_UNKNOWN, NULL,
			"the VA-API driver for NVIDIA was left alone: starting it would load "
			"nvidia_uvm or make its nodes, which are not there");
		return;
	}
	if (is_file && (gp_equal(modeset, "N") || hit)) {
		mend_modeset(out,
			gp_va_say(v, out, GP_FAIL, hit ? hit->text : verdict->said,
				"the VA-API driver for NVIDIA needs nvidia-drm with modeset=1"));
		return;
	}
	finding = gp_va_say(v, out, is_asked_for(v->c) ? GP_FAIL : GP_NOTE, verdict->said,
		is_file ? "the VA-API driver for NVIDIA is there and did not start"
			: "no VA-API driver for NVIDIA is installed; NVDEC needs none");
	if (is_file)
		gp_va_mend_by_hand(out, finding, v,
			"Start the program with NVD_LOG=1 and NVD_BACKEND=direct: the driver says "
			"what it lacks.");
	else
		gp_va_mend_package(out, finding, "nvidia-vaapi-driver");
}

/* The backend by EGL has been broken since driver 525 (nvidia-vaapi-driver, README). */
static void look_at_backend(const struct gp_case *c, struct gp_findings *out)
{
	const char *version = c->facts->nvidia.module.value;

	gp_each (setting, &c->facts->vaapi.settings) {
		struct gp_finding *finding;

		if (strcmp(setting->name, "NVD_BACKEND") != 0 ||
			strcmp(setting->value, "egl") != 0 || !*version || atoi(version) < 525)
			continue;
		finding = gp_va_say_of(c, out, GP_WARN, NULL,
			gp_evidence(out, setting->file, "NVD_BACKEND=egl"),
			gp_printf(out->arena,
				"NVD_BACKEND=egl does not work with NVIDIA's driver %s", version));
		gp_mend(out, finding,
			(struct gp_step){
				GP_STEP_MANUAL, setting->file, "Set NVD_BACKEND=direct.", 0});
	}
}

static void nvidia(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_fault(
		c, out, GP_VA_IS(GP_VA_FOR_NVIDIA) | GP_VA_IS(GP_VA_LEFT_ALONE), tell_nvidia);
	look_at_backend(c, out);
}

#define ROLES GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER

static const struct gp_check checks[] = {
	{
		.id = "libva-env-override",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_WARN,
		.title = "the environment asks libva for another driver",
		.why = "LIBVA_DRIVER_NAME and LIBVA_DRIVERS_PATH count more than what libva knows of "
		       "the GPU.",
		.mend = "Unset them, or let them name the driver of this GPU.",
		.reference = "libva, va/va.c: va_new_opendriver()",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.run = env_override,
	},
	{
		.id = "va-first-node-only",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "programs take the first render node, and this GPU has another",
		.why = "Without a name, most programs open /dev/dri/renderD128 and nothing else.",
		.mend = "Name the GPU's node where the program is set up.",
		.reference = "FFmpeg, libavutil/hwcontext_vaapi.c",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {"dri-node-missing"},
		.run = first_node_only,
	},
	{
		.id = "va-headless-x11",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_NOTE,
		.title = "vainfo found no display server",
		.why = "It tries Wayland and X11 before the render node; their absence is harmless.",
		.mend = "vainfo --display drm",
		.reference = "vainfo(1)",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.run = headless_x11,
	},
	{
		.id = "nvidia-vaapi",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "VA-API of an NVIDIA GPU does not start",
		.why = "NVIDIA has no VA-API; nvidia-vaapi-driver decodes through NVDEC, and does not "
		       "encode.",
		.mend = "Install nvidia-vaapi-driver; options nvidia-drm modeset=1; "
			"NVD_BACKEND=direct.",
		.reference = "nvidia-vaapi-driver, README",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = {"dri-node-missing", "nvidia-open-required", "nvidia-dkms-headers"},
		.run = nvidia,
	},
};

const struct gp_check_table gp_va_asked_checks = {checks, GP_ARRAY_SIZE(checks)};

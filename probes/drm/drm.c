/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drm/drm.h"

#include <string.h>

#include "facts.h"
#include "platform/udev.h"

#define PROBE "drm"

/* ---- udev: who may open nodes */

/* MODE="0666" of a rule about nodes: one = or := sets it, two compare. */
static bool opens_nodes(const char *rule)
{
	const char *mode = strstr(rule, "MODE=\"0666\"");

	if (!mode)
		mode = strstr(rule, "MODE=\"666\"");
	if (!mode)
		mode = strstr(rule, "MODE:=\"0666\"");
	return mode && (strstr(rule, "\"drm\"") || strstr(rule, "renderD") ||
			       strstr(rule, "dri/") || strstr(rule, "\"card"));
}

static void take_rules(struct gp_machine *machine, const char *path, struct gp_drm *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_text_value text = gp_udev_rules(machine, path);
	struct gp_strings lines = gp_split(arena, text.value, "\n");

	gp_each (line, &lines) {
		const char *rule = gp_strip(arena, *line);

		if (*rule != '#' && opens_nodes(rule))
			*gp_push(arena, &ret->open_rules) =
				(struct gp_open_rule){.file = path, .text = rule};
	}
}

/* systemd's own rules: KERNEL=="renderD*", GROUP="render", MODE="0660" on Debian, 0666 on others.
 */
static void take_default(struct gp_machine *machine, struct gp_drm *ret)
{
	static const char *const files[] = {"/usr/lib/udev/rules.d/50-udev-default.rules",
		"/lib/udev/rules.d/50-udev-default.rules"};
	struct gp_arena *arena = gp_machine_arena(machine);

	for (size_t i = 0; i < GP_ARRAY_SIZE(files) && !ret->default_is_known; i++) {
		struct gp_text_value text = gp_udev_rules(machine, files[i]);
		struct gp_strings lines = gp_split(arena, text.value, "\n");

		gp_each (line, &lines) {
			if (**line == '#' || !strstr(*line, "renderD"))
				continue;
			ret->default_is_known = true;
			ret->default_is_open = opens_nodes(*line);
		}
	}
}

static void collect_udev(struct gp_machine *machine, struct gp_drm *ret)
{
	struct gp_names_value names = gp_read_names(machine, GP_UDEV_RULES);

	gp_each (name, &names.value)
		if (gp_ends_with(*name, ".rules"))
			take_rules(machine,
				gp_printf(gp_machine_arena(machine), GP_UDEV_RULES "/%s", *name),
				ret);
	take_default(machine, ret);
}

/* ---- who sits at the display: logind gives them access, uaccess in sd-login(3) */

static void collect_seat(struct gp_machine *machine, struct gp_drm *ret)
{
	static const char *const phrases[] = {"ACTIVE_UID=", NULL};
	struct gp_text_value seat =
		gp_read_matching(machine, "/run/systemd/seats/seat0", phrases, 1);
	const char *uid = strchr(seat.value, '=');

	ret->seat = seat.from;
	ret->seat_is_taken = uid && gp_parse_u64(gp_strip(gp_machine_arena(machine), uid + 1), 10,
					    &ret->seat_uid) == 0;
}

/* ---- opening them */

void gp_drm_attempts(struct gp_arena *arena, const struct gp_facts *facts, struct gp_attempts *ret)
{
	gp_each (node, &facts->nodes)
		if (node->is_device && gp_starts_with(node->really, "renderD") &&
			gp_is_present(&node->from))
			*gp_push(arena, ret) =
				(struct gp_attempt){.probe = PROBE, .subject = node->node.path};
}

static void take_tries(
	struct gp_machine *machine, const struct gp_attempts *attempts, struct gp_drm *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	gp_each (attempt, attempts)
		if (strcmp(attempt->probe, PROBE) == 0)
			*gp_push(arena, &ret->tries) = (struct gp_node_try){
				.node = attempt->subject, .tried = gp_tried_read(arena, attempt)};
}

void gp_drm_collect(struct gp_machine *machine, const struct gp_attempts *attempts,
	const struct gp_facts *facts, struct gp_drm *ret)
{
	*ret = (struct gp_drm){
		.perf_paranoid = gp_read_line(machine, "/proc/sys/kernel/perf_event_paranoid")};
	collect_udev(machine, ret);
	collect_seat(machine, ret);
	gp_drm_collect_named(machine, facts, ret);
	take_tries(machine, attempts, ret);
}

const struct gp_tried *gp_drm_tried(const struct gp_drm *drm, const struct gp_node *node)
{
	gp_each (try, &drm->tries)
		if (gp_equal(try->node, node->node.path) && gp_is_present(&try->tried.from))
			return &try->tried;
	return NULL;
}

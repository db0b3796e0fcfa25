/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole way: a stranger's capture, its facts, every check, the plan, and each face. */
#include <stdlib.h>
#include <string.h>

#include "diagnosis/plan.h"
#include "machine/source.h"
#include "render.h"
#include "to-record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a script prints must not act on the terminal on which it is reviewed. */
static void expect_harmless(const char *text, size_t size)
{
	if (memchr(text, '\033', size) || memchr(text, '\0', size))
		abort();
}

static void say(struct gp_arena *arena, const struct gp_diagnosis *diagnosis)
{
	static const struct gp_strings nothing;
	static const struct gp_run run = {
		.tool = "fuzz", .version = "0", .time = "", .machine = "memory", .layers = ~0u};
	struct gp_record record = {.arena = arena};
	struct gp_style style = {.verbose = true};
	struct gp_plan plan;
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	gp_plan_make(arena, diagnosis, &nothing, &plan);
	gp_to_record(&run, diagnosis, &plan, &record);
	for (size_t i = 0; i < gp_n_faces; i++) {
		out = open_memstream(&text, &size);
		gp_render(&gp_faces[i], &record, &style, out);
		fclose(out);
		free(text);
	}
	out = open_memstream(&text, &size);
	gp_plan_write_script(arena, diagnosis, &plan, "0", out);
	fclose(out);
	expect_harmless(text, size);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct gp_reading how = {.pci_ids = "/dev/null", .tries = GP_TRIES_ALL};
	const struct gp_question question = {.roles = GP_ROLE_HOST, .modes = GP_MODE_FULL};
	struct gp_machine *machine = NULL;
	struct gp_diagnosis diagnosis;
	struct gp_facts facts;
	char *why = NULL;

	if (gp_machine_open_memory(data, size, &machine, &why)) {
		free(why);
		return 0;
	}
	gp_facts_collect(machine, &how, &facts);
	if (gp_diagnose(gp_machine_arena(machine), &facts, &question, &diagnosis) == 0)
		say(gp_machine_arena(machine), &diagnosis);
	gp_machine_close(machine);
	return 0;
}

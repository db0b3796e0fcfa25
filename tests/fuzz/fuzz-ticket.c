/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that somebody pasted: it becomes a capture that can be read, facts, and a record. */
#include <stdlib.h>
#include <string.h>

#include "machine/source.h"
#include "render.h"
#include "ticket/ticket.h"
#include "to-record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void examine(struct gp_machine *machine)
{
	static const struct gp_run run = {
		.tool = "fuzz", .version = "0", .time = "", .machine = "memory", .layers = ~0u};
	static const struct gp_strings nothing;
	const struct gp_reading how = {.pci_ids = "/dev/null", .tries = GP_TRIES_ALL};
	const struct gp_question question = {0};
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_record record = {.arena = arena};
	struct gp_style style = {.verbose = true};
	struct gp_diagnosis diagnosis;
	struct gp_facts facts;
	struct gp_plan plan;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	gp_facts_collect(machine, &how, &facts);
	if (gp_diagnose(arena, &facts, &question, &diagnosis))
		abort();
	gp_plan_make(arena, &diagnosis, &nothing, &plan);
	gp_to_record(&run, &diagnosis, &plan, &record);
	gp_render(gp_face_find("text"), &record, &style, out);
	fclose(out);
	if (memchr(text, '\033', size))
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_machine *machine = NULL;
	char *why = NULL, *capture;
	size_t capture_size;

	capture = gp_ticket_capture((const char *)data, size, 0, &capture_size);
	if (!capture)
		abort();
	if (gp_machine_open_data("fuzz", capture, capture_size, &machine, &why))
		abort();
	/* Its own words must be a capture that is whole. */
	if (strstr(gp_machine_cut(machine), "line"))
		abort();
	examine(machine);
	gp_machine_close(machine);
	return 0;
}

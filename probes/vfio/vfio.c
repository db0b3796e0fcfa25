/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vfio/vfio.h"

#include <ctype.h>
#include <string.h>

#define QEMU_SERVER "/etc/pve/qemu-server"
#define MOST_IDS    1024

/* "8086:4680" and what may follow it (":subvendor:subdevice:class:mask"); lower case. */
static char *normal_id(struct gp_arena *arena, const char *text, size_t length)
{
	char *id;

	if (length < 9 || text[4] != ':')
		return NULL;
	for (size_t i = 0; i < 9; i++)
		if (i != 4 && !isxdigit((unsigned char)text[i]))
			return NULL;
	if (length > 9 && text[9] != ':')
		return NULL;
	id = gp_strndup(arena, text, 9);
	for (char *c = id; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return id;
}

static void add_ids(struct gp_arena *arena, const char *list, const struct gp_vfio_id *like,
	struct gp_vfio *out)
{
	struct gp_strings pieces = gp_split(arena, list, ", \t\"");

	gp_each (piece, &pieces) {
		char *id = normal_id(arena, *piece, strlen(*piece));

		if (!id || out->n >= MOST_IDS)
			continue;
		*gp_push(arena, out) = *like;
		out->items[out->n - 1].id = id;
		out->items[out->n - 1].text = *piece;
	}
}

static void take_directive(
	struct gp_arena *arena, const struct gp_directive *directive, struct gp_vfio *out)
{
	struct gp_vfio_id like = {.directive = directive,
		.source = gp_printf(arena, "%s:%zu", directive->file, directive->line),
		.lost = GP_ID_CUT};
	struct gp_cmdline options;

	if (normal_id(arena, directive->command, strlen(directive->command)))
		add_ids(arena, directive->text, &like, out);
	if (strcmp(directive->command, "options") != 0 ||
		!gp_same_name(directive->module, "vfio_pci"))
		return;
	options = gp_cmdline_parse(arena, directive->rest);
	gp_each (option, &options) {
		bool named = option->value && strcmp(option->name, "ids") == 0;

		like.lost = named ? GP_ID_TAKEN : GP_ID_CUT;
		like.list += named;
		add_ids(arena, named ? option->value : option->raw, &like, out);
	}
}

/* A string parameter that is set more than once keeps its last value. */
static void forget_earlier_lists(struct gp_vfio *vfio)
{
	const struct gp_vfio_id *last = NULL;

	gp_each (id, vfio)
		if (id->lost == GP_ID_TAKEN)
			last = id;
	gp_each (id, vfio)
		if (id->lost == GP_ID_TAKEN &&
			(id->directive != last->directive || id->list != last->list))
			id->lost = GP_ID_REPLACED;
}

static void find_ids(struct gp_arena *arena, const struct gp_kernel *kernel, struct gp_vfio *out)
{
	struct gp_vfio_id like = {.source = "/proc/cmdline", .lost = GP_ID_TAKEN};

	gp_each (directive, &kernel->modprobe)
		take_directive(arena, directive, out);
	gp_each (param, &kernel->cmdline) {
		bool named = gp_same_name(param->name, "vfio_pci.ids") && param->value;

		like.list += named;
		like.lost = named ? GP_ID_TAKEN : GP_ID_CUT;
		if (named || like.list)
			add_ids(arena, named ? param->value : param->raw, &like, out);
	}
	forget_earlier_lists(out);
}

/* The addresses of "hostpci0: 0000:01:00.0;01:00.1,pcie=1". */
static void take_hostpci(struct gp_arena *arena, const char *vm, const char *source,
	const char *value, struct gp_vfio *out)
{
	char *list = gp_strndup(arena, value, strcspn(value, ",\r\n"));
	struct gp_strings addresses = gp_split(arena, list, "; \t");

	gp_each (address, &addresses) {
		const char *plain = *address;

		if (gp_starts_with(plain, "host="))
			plain += strlen("host=");
		if (!isxdigit((unsigned char)*plain))
			continue;
		if (strchr(plain, ':') == strrchr(plain, ':'))
			plain = gp_printf(arena, "0000:%s", plain);
		*gp_push(arena, &out->vms) =
			(struct gp_vm_device){.vm = vm, .address = plain, .source = source};
	}
}

/* The addresses behind a name in /etc/pve/mapping/pci.cfg: "map id=...,path=0000:01:00.0,...". */
static void take_mapping(struct gp_arena *arena, const char *vm, const struct gp_text_value *config,
	const struct gp_text_value *mappings, const char *value, struct gp_vfio *out)
{
	const char *name = strstr(value, "mapping=") + strlen("mapping=");
	const char *head = gp_printf(arena, "pci: %.*s\n", (int)strcspn(name, ", \r\n"), name);
	const char *line = strstr(mappings->value, head);

	if (!line)
		return;
	for (line += strlen(head); *line == '\t' || *line == ' ';) {
		size_t length = strcspn(line, "\n");
		const char *path = memmem(line, length, "path=", strlen("path="));

		if (path)
			take_hostpci(arena, vm, config->from.path, path + strlen("path="), out);
		line += length + (line[length] == '\n');
	}
}

/* A vGPU (mdev=) leaves the GPU itself with the host. */
static void take_hostpci_line(struct gp_arena *arena, const char *vm,
	const struct gp_text_value *config, const struct gp_text_value *mappings, const char *line,
	struct gp_vfio *out)
{
	const char *colon = strchr(line, ':');
	const char *value = gp_strip(arena, gp_strndup(arena, colon + 1, strcspn(colon + 1, "\n")));

	if (strstr(value, "mdev="))
		return;
	if (strstr(value, "mapping="))
		take_mapping(arena, vm, config, mappings, value, out);
	else
		take_hostpci(arena, vm, config->from.path, value, out);
}

/* Up to the first section header: what follows are snapshots and pending changes. */
static void take_vm(struct gp_arena *arena, const char *vm, const struct gp_text_value *config,
	const struct gp_text_value *mappings, struct gp_vfio *out)
{
	for (const char *line = config->value; *line && *line != '[';) {
		if (gp_starts_with(line, "hostpci")) {
			size_t digits = strspn(line + strlen("hostpci"), "0123456789");
			if (digits && line[strlen("hostpci") + digits] == ':')
				take_hostpci_line(arena, vm, config, mappings, line, out);
		}
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
}

void gp_vfio_collect(
	struct gp_machine *machine, const struct gp_kernel *kernel, struct gp_vfio *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value names = gp_read_names(machine, QEMU_SERVER);

	struct gp_text_value mappings = gp_read_text(machine, "/etc/pve/mapping/pci.cfg");

	*ret = (struct gp_vfio){0};
	find_ids(arena, kernel, ret);
	gp_each (name, &names.value) {
		struct gp_text_value config;

		if (!gp_ends_with(*name, ".conf"))
			continue;
		config = gp_read_text(machine, gp_printf(arena, QEMU_SERVER "/%s", *name));
		take_vm(arena, gp_printf(arena, "vm/%.*s", (int)(strlen(*name) - 5), *name),
			&config, &mappings, ret);
	}
}

const struct gp_vfio_id *gp_vfio_claims(
	const struct gp_vfio *vfio, const struct gp_function *function)
{
	gp_each (id, vfio)
		if (id->lost == GP_ID_TAKEN && strcmp(id->id, function->id) == 0)
			return id;
	return NULL;
}

const struct gp_vm_device *gp_vfio_vm(
	const struct gp_vfio *vfio, const struct gp_function *function)
{
	size_t slot = strcspn(function->address, ".");

	gp_each (device, &vfio->vms)
		if (strcmp(device->address, function->address) == 0 ||
			(strlen(device->address) == slot &&
				strncmp(device->address, function->address, slot) == 0))
			return device;
	return NULL;
}

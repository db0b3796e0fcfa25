/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vfio/vfio.h"

#include <ctype.h>
#include <string.h>

#define QEMU_SERVER "/etc/pve/qemu-server"

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

static void add_ids(struct gp_arena *arena, const char *list, const char *source, bool lost,
	struct gp_vfio *out)
{
	struct gp_strings pieces = gp_split(arena, list, ", \t\"");

	gp_each (piece, &pieces) {
		char *id = normal_id(arena, *piece, strlen(*piece));

		if (id)
			*gp_push(arena, out) =
				(struct gp_vfio_id){.id = id, .source = source, .lost = lost};
	}
}

static void find_in_modprobe(
	struct gp_arena *arena, const struct gp_kernel *kernel, struct gp_vfio *out)
{
	gp_each (directive, &kernel->modprobe) {
		const char *source = gp_printf(arena, "%s:%zu", directive->file, directive->line);
		struct gp_cmdline options;

		if (normal_id(arena, directive->command, strlen(directive->command)))
			add_ids(arena, directive->text, source, true, out);
		if (strcmp(directive->command, "options") != 0 ||
			!gp_same_name(directive->module, "vfio_pci"))
			continue;
		options = gp_cmdline_parse(arena, directive->rest);
		gp_each (option, &options) {
			bool named = option->value && strcmp(option->name, "ids") == 0;
			add_ids(arena, named ? option->value : option->raw, source, !named, out);
		}
	}
}

void gp_vfio_find_ids(struct gp_arena *arena, const struct gp_kernel *kernel, struct gp_vfio *out)
{
	find_in_modprobe(arena, kernel, out);
	gp_each (param, &kernel->cmdline)
		if (gp_same_name(param->name, "vfio_pci.ids") && param->value)
			add_ids(arena, param->value, "/proc/cmdline", false, out);
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

/* Up to the first section header: what follows are snapshots and pending changes. */
static void take_vm(struct gp_arena *arena, const char *vm, const struct gp_text_value *config,
	struct gp_vfio *out)
{
	for (const char *line = config->value; *line && *line != '[';) {
		if (gp_starts_with(line, "hostpci")) {
			size_t digits = strspn(line + strlen("hostpci"), "0123456789");
			const char *colon = line + strlen("hostpci") + digits;
			if (digits && *colon == ':')
				take_hostpci(arena, vm, config->from.path,
					colon + 1 + strspn(colon + 1, " \t"), out);
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

	*ret = (struct gp_vfio){0};
	gp_vfio_find_ids(arena, kernel, ret);
	gp_each (name, &names.value) {
		struct gp_text_value config;

		if (!gp_ends_with(*name, ".conf"))
			continue;
		config = gp_read_text(machine, gp_printf(arena, QEMU_SERVER "/%s", *name));
		take_vm(arena, gp_printf(arena, "vm/%.*s", (int)(strlen(*name) - 5), *name),
			&config, ret);
	}
}

const struct gp_vfio_id *gp_vfio_claims(
	const struct gp_vfio *vfio, const struct gp_function *function)
{
	gp_each (id, vfio)
		if (!id->lost && strcmp(id->id, function->id) == 0)
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

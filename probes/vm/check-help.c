/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vm/check-help.h"

#include <string.h>

static bool say_unreadable(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_vms *vms = &c->facts->vms;

	if (vms->from.presence == GP_UNREADABLE || vms->from.presence == GP_MALFORMED) {
		gp_find_unknown(out, &vms->from);
		return true;
	}
	gp_each (vm, vms)
		if (!gp_is_present(&vm->from)) {
			gp_find_unknown(out, &vm->from);
			return true;
		}
	return false;
}

void gp_each_passed(const struct gp_case *c, struct gp_findings *out, gp_look_at_passed *look)
{
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_passed *passed = NULL;

		while ((passed = gp_vms_next_passed(&c->facts->vms, c->gpus[i], passed)))
			look(c, out, c->gpus[i], passed);
	}
	if (out->n == before && !say_unreadable(c, out))
		gp_find(out, GP_SKIP, "/etc/pve/qemu-server", "no VM of Proxmox has a GPU here");
}

struct gp_finding *gp_find_passed(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_function *gpu, const struct gp_passed *passed, const char *format, ...)
{
	const char *place = gp_vm_place(out->arena, passed->vm->source, passed->line), *text;
	struct gp_finding *finding;
	va_list args;

	va_start(args, format);
	text = gp_vprintf(out->arena, format, args);
	va_end(args);
	finding = gp_find_gpu(out, verdict, gpu,
		gp_evidence(out, place, gp_printf(out->arena, "%s: %s", passed->key, passed->text)),
		"%s", text);
	finding->subject = passed->vm->name;
	return finding;
}

const char *gp_vm_evidence(
	struct gp_findings *out, const struct gp_vm *vm, const struct gp_vm_setting *setting)
{
	return gp_evidence(out, gp_vm_place(out->arena, vm->source, setting->line),
		gp_printf(out->arena, "%s: %s", setting->key, setting->value));
}

/* wxp, w2k3, wvista, win7, win11 ... */
bool gp_vm_is_windows(const struct gp_vm *vm)
{
	const char *type = gp_vm_get(&vm->settings, "ostype");

	return type && *type == 'w';
}

bool gp_vm_is_ovmf(const struct gp_vm *vm)
{
	return gp_equal(gp_vm_get(&vm->settings, "bios"), "ovmf");
}

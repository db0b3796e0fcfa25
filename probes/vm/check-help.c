/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vm/check-help.h"

#include <string.h>

#include "gpu/models.h"

static bool say_unreadable(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_vms *vms = &c->facts->vms;
	const struct gp_origin *places[] = {&vms->from, &vms->libvirt};

	for (size_t i = 0; i < GP_ARRAY_SIZE(places); i++)
		if (places[i]->presence == GP_UNREADABLE || places[i]->presence == GP_MALFORMED) {
			gp_find_unknown(out, places[i]);
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
			if (!passed->vm->is_template)
				look(c, out, c->gpus[i], passed);
	}
	if (out->n == before && !say_unreadable(c, out))
		gp_find(out, GP_SKIP, "/etc/pve/qemu-server; /etc/libvirt/qemu",
			"no VM has a GPU here");
}

struct gp_finding *gp_find_passed(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_function *gpu, const struct gp_passed *passed, const char *format, ...)
{
	const char *place = gp_passed_place(out->arena, passed), *text;
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

bool gp_vm_is_windows(const struct gp_vm *vm)
{
	return vm->traits.guest == GP_VM_WINDOWS;
}

bool gp_vm_is_only_screen(const struct gp_passed *passed)
{
	const struct gp_vm_traits *traits = &passed->vm->traits;

	return passed->legacy_igd || passed->x_vga ||
	       (traits->knows_displays && !traits->displays.n);
}

bool gp_vm_is_ovmf(const struct gp_vm *vm)
{
	return vm->traits.firmware == GP_VM_OVMF;
}

struct gp_finding *gp_find_trait(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_function *gpu, const struct gp_passed *passed, enum gp_vm_trait trait,
	const char *format, ...)
{
	struct gp_finding *finding;
	const char *text;
	va_list args;

	va_start(args, format);
	text = gp_vprintf(out->arena, format, args);
	va_end(args);
	finding = gp_find_passed(out, verdict, gpu, passed, "%s", text);
	if (passed->vm->traits.where[trait])
		finding->evidence = passed->vm->traits.where[trait];
	return finding;
}

const char *gp_vm_id(const struct gp_vm *vm)
{
	return vm->name + strlen("vm/");
}

void gp_mend_vm(struct gp_findings *out, struct gp_finding *finding, const struct gp_vm *vm,
	const struct gp_vm_remedy *remedy)
{
	const char *const said[] = {
		[GP_VM_PROXMOX] = remedy->proxmox,
		[GP_VM_LIBVIRT] = remedy->libvirt,
		[GP_VM_PLAIN] = remedy->qemu,
	};

	if (said[vm->manager])
		gp_mend(out, finding, (struct gp_step){GP_STEP_VM, vm->name, said[vm->manager], 0});
}

/* The setting's pieces, but for those of these names. */
static struct gp_strings pieces_without(
	struct gp_arena *arena, const struct gp_passed *passed, const char *names)
{
	struct gp_strings pieces = gp_split(arena, passed->text, ","), kept = {0};
	struct gp_strings unwanted = gp_split(arena, names, ",");

	gp_each (piece, &pieces) {
		size_t length = strcspn(*piece, "=");

		if (!(*piece)[length] ||
			!gp_strings_has(&unwanted, gp_strndup(arena, *piece, length)))
			gp_strings_add(arena, &kept, *piece);
	}
	return kept;
}

/* qm refuses a value that says one thing twice. */
const char *gp_hostpci_with(
	struct gp_arena *arena, const struct gp_passed *passed, const char *property)
{
	struct gp_strings pieces =
		pieces_without(arena, passed, gp_strndup(arena, property, strcspn(property, "=")));

	return gp_printf(arena, "--%s %s,%s", passed->key, gp_join(arena, &pieces, ","), property);
}

const char *gp_hostpci_without(
	struct gp_arena *arena, const struct gp_passed *passed, const char *names)
{
	struct gp_strings pieces = pieces_without(arena, passed, names);

	return gp_printf(arena, "--%s %s", passed->key, gp_join(arena, &pieces, ","));
}

static const char *named(const struct gp_passed *passed)
{
	if (passed->uuid)
		return passed->uuid;
	return passed->addresses.n ? passed->addresses.items[0] : "the GPU";
}

const char *gp_hostdev_place(struct gp_arena *arena, const struct gp_passed *passed)
{
	return gp_printf(arena, "the <hostdev> of %s", named(passed));
}

const char *gp_device_with(
	struct gp_arena *arena, const struct gp_passed *passed, const char *property)
{
	return gp_printf(arena, "-device vfio-pci,host=%s,%s", named(passed), property);
}

bool gp_is_intel_vf(const struct gp_function *gpu)
{
	return gpu->vendor_id == GP_INTEL && gp_pci_is_vf(gpu);
}

bool gp_is_igd(const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);

	return gpu->vendor_id == GP_INTEL && gpu->domain == 0 && gpu->bus == 0 &&
	       !gp_pci_is_vf(gpu) && !(model && model->discrete);
}

const struct gp_log_hit *gp_code_43(const struct gp_case *c)
{
	return gp_any_log(c, GP_LOG_CODE_43);
}

void gp_show_code_43(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	const struct gp_log_hit *hit = gp_code_43(c);

	if (hit)
		finding->evidence = gp_printf(
			out->arena, "%s; %s", gp_log_evidence(out, hit), finding->evidence);
}

/* A later start, or a change of the settings, may have settled it. */
static bool may_be_settled(const struct gp_vm *vm)
{
	return vm && gp_is_present(&vm->from);
}

const struct gp_log_hit *gp_unexplained(const struct gp_case *c, enum gp_log_id id)
{
	const struct gp_log *logs[] = {&c->facts->vms.log, &c->facts->kernel.klog};

	for (size_t i = 0; i < GP_ARRAY_SIZE(logs); i++) {
		const struct gp_log_hit *hit = NULL;

		while ((hit = gp_log_next(logs[i], id, hit)))
			if (!may_be_settled(gp_vms_said_by(&c->facts->vms, hit)))
				return hit;
	}
	return NULL;
}

const struct gp_log_hit *gp_log_of_vm(
	const struct gp_case *c, enum gp_log_id id, const struct gp_vm *vm)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(&c->facts->vms.log, id, hit)))
		if (gp_vms_said_by(&c->facts->vms, hit) == vm)
			return hit;
	return NULL;
}

struct gp_finding *gp_find_logged(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_log_hit *hit, const char *text, const char *mend)
{
	struct gp_finding *finding = gp_find(out, verdict, gp_log_evidence(out, hit), "%s", text);

	gp_mend(out, finding, (struct gp_step){GP_STEP_MANUAL, "VM", mend, 0});
	return finding;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices of VMs that Proxmox did not find any more when it was to start them. */
#include <string.h>

#include "vfio/check-help.h"
#include "vm/check-help.h"
#include "vm/checks.h"

/* A VF that is not there yet is another fault, and said there. */
static bool names_a_vf(const struct gp_case *c, const struct gp_log_hit *hit)
{
	const char *quote = strchr(hit->text, '\'');
	const char *address;

	if (!quote)
		return false;
	gp_each (pf, &c->facts->sriov) {
		char text[32] = "";
		size_t length = strcspn(quote + 1, "'");

		if (length >= sizeof(text) - 5)
			return false;
		address = length == 7 ? "0000:" : "";
		memcpy(text, address, strlen(address));
		memcpy(text + strlen(address), quote + 1, length);
		if (gp_sriov_would_have(pf, &c->facts->pci, text))
			return true;
	}
	return false;
}

/* A device of Proxmox's by a mapping that this node has no entry for. */
static bool lacks_mapping(const struct gp_case *c, const struct gp_passed *passed)
{
	const struct gp_origin *from = &c->facts->vms.mappings;

	return passed->mapping && !passed->addresses.n &&
	       (gp_is_present(from) || gp_is_absent(from));
}

static struct gp_finding *say_gone(struct gp_findings *out, const struct gp_vm *vm,
	const char *evidence, const char *text, const char *mend)
{
	struct gp_finding *finding =
		gp_find(out, vm && vm->pid ? GP_WARN : GP_FAIL, evidence, "%s", text);

	if (vm)
		finding->subject = vm->name;
	gp_mend(out, finding, (struct gp_step){GP_STEP_MANUAL, vm ? vm->name : "VM", mend, 0});
	return finding;
}

static const char *mend_of(const char *text)
{
	if (strstr(text, "mapping"))
		return "Make the mapping anew: Datacenter, Resource Mappings; its id, IOMMU group and "
		       "subsystem id must be those that the device has now.";
	if (strstr(text, "free device"))
		return "Every device of the mapping is in use: stop another VM, or add devices to it.";
	return "Look where the device is now (lspci -nn): addresses change when a card is added. Then "
	       "qm set ID --hostpci0 ADDRESS.";
}

static const char *text_of(const char *text)
{
	if (strstr(text, "not found for"))
		return "the VM did not start: there is no such mapping on this node";
	if (strstr(text, "mapping"))
		return "the VM did not start: the device of its mapping is not the one it was";
	if (strstr(text, "free device"))
		return "the VM did not start: no device of its mapping was free";
	return "the VM did not start: its device is not there";
}

static void look_at_log(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(&c->facts->vms.log, GP_LOG_PVE_NO_DEVICE, hit))) {
		const struct gp_vm *vm = gp_vms_said_by(&c->facts->vms, hit);

		if (!names_a_vf(c, hit))
			say_gone(out, vm, gp_log_evidence(out, hit), text_of(hit->text),
				mend_of(hit->text));
	}
}

/* "no pci device info for device", of a device that nothing else tells of. */
static void look_for_no_info(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_NO_PCI_DEVICE, 0);

	if (hit)
		say_gone(out, gp_vms_said_by(&c->facts->vms, hit), gp_log_evidence(out, hit),
			text_of(hit->text), mend_of(hit->text));
}

static void gone(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;

	look_at_log(c, out);
	if (out->n == before)
		look_for_no_info(c, out);
	if (out->n != before)
		return;
	gp_each (vm, &c->facts->vms)
		gp_each (passed, &vm->passed)
			if (lacks_mapping(c, passed) && !vm->is_template)
				say_gone(out, vm,
					gp_evidence(out, gp_passed_place(out->arena, passed),
						gp_printf(out->arena, "%s: %s", passed->key,
							passed->text)),
					"the VM names a mapping that this node has no device for",
					mend_of("mapping"));
	if (out->n == before)
		gp_find(out, c->facts->vms.n ? GP_PASS : GP_SKIP, c->facts->vms.from.path,
			c->facts->vms.n ? "no VM missed its device at its last start"
					: "there is no VM here");
}

static const struct gp_check checks[] = {
	{
		.id = "pve-device-gone",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "a VM's device is not there any more",
		.why = "Adding or moving a card changes addresses. Proxmox then finds another device "
		       "at the old one, or none, and does not start the VM.",
		.mend = "Name the address that the device has now, or make the mapping anew.",
		.reference =
			"Proxmox VE, PVE::QemuServer::PCI: parse_hostpci(); PVE::Mapping::PCI: "
			"assert_valid()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = gone,
	},
};

const struct gp_check_table gp_vm_gone_checks = {checks, GP_ARRAY_SIZE(checks)};

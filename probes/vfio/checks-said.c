/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What QEMU, the VM managers and the kernel say of a GPU that a VM could not have. */
#include <ctype.h>
#include <string.h>

#include "vfio/check-help.h"
#include "vfio/check-said.h"
#include "vfio/checks.h"

static void denylist(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_said_list list = gp_said_of(c, out->arena, GP_LOG_DENYLIST);

	gp_each (said, &list) {
		struct gp_finding *finding = gp_find_said(out, GP_WARN, said,
			"vfio-pci will not take this device: the kernel holds it to be unsafe in a "
			"VM");

		gp_mend(out, finding,
			(struct gp_step){GP_STEP_LINE, GP_MODPROBE_CONF,
				"options vfio-pci disable_denylist=1", 0});
	}
	if (!list.n)
		gp_find_silence(c, out, true);
}

static const char *const denials[] = {"Permission denied", "Operation not permitted", NULL};

static bool holds_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return true;
	return false;
}

static void mend_permission(struct gp_findings *out, struct gp_finding *finding)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "/dev/vfio",
			"Let the VM's user open the group: libvirt does it for managed devices; for QEMU "
			"of your own add SUBSYSTEM==\"vfio\", GROUP=\"kvm\", MODE=\"0660\" to a file in "
			"/etc/udev/rules.d; a container needs --device /dev/vfio.",
			0});
}

static void denied_by_policy(
	const struct gp_case *c, struct gp_findings *out, struct gp_said_list *list)
{
	*list = gp_said_of(c, out->arena, GP_LOG_VFIO_DENIED);
	gp_each (said, list) {
		struct gp_finding *finding;

		if (!strstr(said->hit->text, "DENIED") && !strstr(said->hit->text, "denied"))
			continue;
		finding = gp_find_said(out, GP_FAIL, said,
			"a security policy (AppArmor or SELinux) keeps QEMU from the device");
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "/dev/vfio",
				"Allow it in the policy: for libvirt attach the GPU as a hostdev of the "
				"domain, not by QEMU arguments; then the rule is made for it.",
				0});
	}
}

static void open_failed_of(struct gp_findings *out, const struct gp_said *said)
{
	struct gp_finding *finding;

	if (holds_one_of(said->hit->text, denials)) {
		finding = gp_find_said(
			out, GP_FAIL, said, "QEMU may not open the GPU's group in /dev/vfio");
		mend_permission(out, finding);
	} else if (strstr(said->hit->text, "No such file")) {
		finding = gp_find_said(out, GP_FAIL, said,
			"the GPU's group is not in /dev/vfio: nothing of it is bound to vfio-pci");
		finding->waits_for = "vfio-not-first";
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, said->address,
				"Bind the GPU to vfio-pci before the VM starts.", 0});
	}
}

/* A device node of iommufd is another matter. */
static bool is_about_group(const struct gp_said *said)
{
	return !strstr(said->hit->text, "/dev/vfio/devices/");
}

static void group_perm(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_said_list list = gp_said_of(c, out->arena, GP_LOG_VFIO_OPEN), policy;
	size_t before = out->n;

	denied_by_policy(c, out, &policy);
	gp_each (said, &list)
		if (is_about_group(said))
			open_failed_of(out, said);
	if (out->n == before)
		gp_find_silence(c, out, false);
}

/* The VM that a message of Proxmox's names: "... by VMID '101'", or NULL. */
static const struct gp_vm *named_vm(const struct gp_case *c, const char *text)
{
	const char *id = strstr(text, "VMID ");

	if (!id)
		return NULL;
	id += strlen("VMID ") + (id[strlen("VMID ")] == '\'');
	gp_each (vm, &c->facts->vms) {
		const char *own = vm->name + strlen("vm/");

		if (strncmp(own, id, strlen(own)) == 0 && !isdigit((unsigned char)id[strlen(own)]))
			return vm;
	}
	return NULL;
}

static void in_use_of(const struct gp_case *c, struct gp_findings *out, const struct gp_said *said)
{
	const struct gp_vm *vm = named_vm(c, said->hit->text);
	struct gp_finding *finding;

	if (vm && !vm->pid && strstr(said->hit->text, "already in use")) {
		gp_find_said(
			out, GP_NOTE, said, "%s had the GPU then; it does not run now", vm->name);
		return;
	}
	finding =
		gp_find_said(out, GP_FAIL, said, "%s has the GPU: no second one can start with it",
			vm ? vm->name : "another VM or program");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, vm ? vm->name : said->address,
			vm ? gp_printf(out->arena,
				     "Stop the VM that has the GPU first: qm shutdown %s; or give this "
				     "VM another GPU or VF.",
				     gp_shell_word(out->arena, vm->name + strlen("vm/")))
			   : "Stop the VM that has the GPU first, or give this VM another GPU or VF.",
			0});
}

static void in_use(const struct gp_case *c, struct gp_findings *out)
{
	static const enum gp_log_id ids[] = {GP_LOG_VFIO_IN_USE, GP_LOG_VFIO_OPEN};
	size_t before = out->n;

	for (size_t i = 0; i < GP_ARRAY_SIZE(ids); i++) {
		struct gp_said_list list = gp_said_of(c, out->arena, ids[i]);

		gp_each (said, &list)
			if (ids[i] == GP_LOG_VFIO_IN_USE || strstr(said->hit->text, "busy"))
				in_use_of(c, out, said);
	}
	if (out->n == before)
		gp_find_silence(c, out, false);
}

/* Whether the host still holds the GPU or what is beside it; true where that is not known. */
static bool is_held(const struct gp_case *c, const struct gp_function *gpu)
{
	if (!gpu || gpu->driver_from.presence == GP_UNREADABLE || gp_pci_is_native(gpu))
		return true;
	gp_each (other, &c->facts->pci)
		if (gp_is_in_the_way(gpu, other) && gp_pci_is_native(other))
			return true;
	return false;
}

static void bind_failed_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_said *said)
{
	struct gp_finding *finding;
	bool no_module = strstr(said->hit->text, "Cannot find vfio-pci");

	if (no_module ? gp_kernel_has_module(&c->facts->kernel, "vfio_pci")
		      : !is_held(c, said->gpu)) {
		gp_find_said(out, GP_NOTE, said,
			"was so when the VM was last started, and is not "
			"so any more");
		return;
	}
	finding = gp_find_said(out, GP_FAIL, said,
		no_module
			? "Proxmox found no module vfio-pci to bind the GPU to"
			: "Proxmox could not take the GPU from the host: its driver would not let "
			  "go");
	finding->waits_for = "vfio-modules-missing";
	if (no_module)
		gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "vfio_pci", "", 0});
	else if (said->gpu)
		gp_mend_whole_slot(c, out, finding, said->gpu);
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, said->address,
				"Bind the GPU to vfio-pci at boot, before the host's driver takes it: "
				"its ids in options vfio-pci ids=..., and softdep DRIVER pre: vfio-pci.",
				0});
}

static void bind_failed(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_said_list list = gp_said_of(c, out->arena, GP_LOG_BIND_FAILED);

	gp_each (said, &list)
		bind_failed_of(c, out, said);
	if (!list.n)
		gp_find_silence(c, out, false);
}

static void say_no_cdev(struct gp_findings *out, struct gp_finding *finding)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "iommufd",
			"Use a kernel built with CONFIG_VFIO_DEVICE_CDEV and CONFIG_IOMMUFD, or let the "
			"VM use the older way: leave iommufd out of its settings.",
			0});
}

/* A VM whose QEMU is told to use iommufd, on a kernel that is known not to have it. */
static bool wants_missing_cdev(const struct gp_case *c, struct gp_findings *out)
{
	bool any = false;

	if (gp_kernel_config(&c->facts->kernel, "CONFIG_VFIO_DEVICE_CDEV") != 'n')
		return false;
	gp_each (vm, &c->facts->vms) {
		const char *args = vm->traits.args;
		struct gp_finding *finding;

		if (!args || !strstr(args, "iommufd"))
			continue;
		any = true;
		finding = gp_find(out, GP_FAIL, gp_vm_trait_where(&vm->traits, GP_VM_ARGS),
			"the VM asks for iommufd, and this kernel has no /dev/vfio/devices");
		finding->subject = vm->name;
		say_no_cdev(out, finding);
	}
	return any;
}

static void cdev_missing(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_said_list list = gp_said_of(c, out->arena, GP_LOG_CDEV_MISSING);
	size_t before = out->n;

	gp_each (said, &list)
		if (strcasestr(said->hit->text, "no such file"))
			say_no_cdev(out,
				gp_find_said(out, GP_FAIL, said,
					"a VM wants the GPU through iommufd, and there is no device "
					"file for it"));
	if (out->n == before && !wants_missing_cdev(c, out))
		gp_find_silence(c, out, false);
}

static const struct gp_check checks[] = {
	{
		.id = "vfio-denylist",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_WARN,
		.title = "vfio-pci refuses the device",
		.why = "The kernel keeps a short list of devices that a guest could misuse to harm "
		       "the host; vfio-pci does not take them.",
		.mend = "Leave it with the host; disable_denylist=1 takes the risk.",
		.reference = "Linux, drivers/vfio/pci/vfio_pci.c: vfio_pci_dev_in_denylist()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.not_in_plan = true,
		.run = denylist,
	},
	{
		.id = "pve-bind-failed",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_FAIL,
		.title = "Proxmox could not bind the GPU to vfio-pci",
		.why = "When a VM starts, Proxmox takes its devices from the host's drivers. A driver "
		       "that is busy, with a console or a program, does not let go.",
		.mend = "Bind the GPU to vfio-pci at boot, before the host's driver.",
		.reference = "Proxmox VE, PVE::QemuServer::PCI and PVE::SysFSTools",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.needs = {GP_HAS_A_GROUP},
		.run = bind_failed,
	},
	{
		.id = "vfio-group-perm",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_FAIL,
		.title = "QEMU may not open the group",
		.why = "A VM has its devices through /dev/vfio/GROUP. Who may not open that has none.",
		.mend = "Give the VM's user the group by a udev rule, or let libvirt manage it.",
		.reference = "Linux, Documentation/driver-api/vfio.rst; QEMU, hw/vfio/container.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.needs = {GP_HAS_A_GROUP, "group-not-viable"},
		.run = group_perm,
	},
	{
		.id = "vfio-in-use",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_FAIL,
		.title = "another VM has the GPU",
		.why = "A function, and a whole IOMMU group, belongs to one VM at a time.",
		.mend = "Stop the other VM first, or give each a VF or a GPU of its own.",
		.reference = "Proxmox VE, PVE::QemuServer::PCI: reserve_pci_usage(); libvirt, "
			     "virHostdevPreparePCIDevices()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.needs = {"group-not-viable"},
		.run = in_use,
	},
	{
		.id = "vfio-cdev-missing",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_FAIL,
		.title = "there is no device file for iommufd",
		.why = "VM managers that use iommufd open /dev/vfio/devices/vfioN, which only kernels "
		       "built for it have.",
		.mend = "Use a kernel with CONFIG_VFIO_DEVICE_CDEV and IOMMUFD, or the older way "
			"through groups.",
		.reference = "Linux, Documentation/driver-api/vfio.rst: VFIO Device cdev",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.needs = {GP_HAS_A_GROUP},
		.run = cdev_missing,
	},
};

const struct gp_check_table gp_vfio_said_checks = {checks, GP_ARRAY_SIZE(checks)};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of a machine of which only parts were seen: what to look at next. */
#include <stdlib.h>
#include <string.h>

#include "diagnosis/diagnosis.h"

#define MOST_ASKED 5

/*
 * What shows a fact, by the start of the path that it comes from. A ticket with that output is
 * read by probes/ticket.
 */
static const struct {
	const char *start;
	const char *command;
} shows[] = {
	{"/sys/bus/pci/devices", "sudo lspci -nnvvv"},
	{"/sys/class/iommu", "ls /sys/class/iommu"},
	{"/sys/kernel/iommu_groups", "find /sys/kernel/iommu_groups -type l"},
	{"/sys/firmware/acpi/tables", "ls /sys/firmware/acpi/tables"},
	{"/sys/firmware/efi", "mokutil --sb-state"},
	{"/sys/module", "grep -s . /sys/module/{i915,xe,kvm,vfio_pci,nvidia_drm}/parameters/*"},
	{"/sys/class/drm", "ls -l /dev/dri /dev/dri/by-path"},
	{"/dev/dri", "ls -l /dev/dri /dev/dri/by-path"},
	{"/proc/cmdline", "cat /proc/cmdline"},
	{"/etc/default/grub", "grep . /etc/default/grub /etc/kernel/cmdline"},
	{"/etc/kernel/cmdline", "grep . /etc/default/grub /etc/kernel/cmdline"},
	{"/etc/modprobe.d", "grep -r . /etc/modprobe.d /etc/modules /etc/modules-load.d"},
	{"/etc/modules", "grep -r . /etc/modprobe.d /etc/modules /etc/modules-load.d"},
	{"/etc/sysfs.conf", "grep -rs numvfs /etc/sysfs.conf /etc/sysfs.d /etc/tmpfiles.d"},
	{"/proc/modules", "lsmod"},
	{"/proc/cpuinfo", "grep -m1 flags /proc/cpuinfo"},
	{"/proc/sys/kernel/osrelease", "uname -r"},
	{"/lib/modules", "modinfo -n i915 xe nvidia"},
	{"/var/lib/dkms", "dkms status"},
	{"/etc/pve/qemu-server", "qm config VMID"},
	{"/etc/libvirt/qemu", "virsh dumpxml NAME"},
	{"/etc/pve/lxc", "pct config CTID"},
	{"/etc/OpenCL", "clinfo"},
	{"gpupass-try-opencl", "clinfo"},
	{"gpupass-try-vaapi", "vainfo --display drm"},
	{"gpupass-try-drm", "id; ls -l /dev/dri"},
	{"/proc/self/status", "id; ls -l /dev/dri"},
	{"/etc/group", "id; ls -l /dev/dri"},
	{GP_KERNEL_LOG, "sudo dmesg"},
	{GP_PASTED, "sudo dmesg"},
};

static const char *command_for(const char *evidence)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(shows); i++)
		if (gp_starts_with(evidence, shows[i].start))
			return shows[i].command;
	return NULL;
}

static bool needs(const struct gp_check *check, const char *id)
{
	for (const char *const *need = check->needs; *need; need++)
		if (strcmp(*need, id) == 0)
			return true;
	return false;
}

/* What may be the fault behind the first cause, or any fault where none is certain. */
static bool is_in_question(const struct gp_diagnosis *diagnosis, const struct gp_finding *finding)
{
	const struct gp_finding *cause =
		diagnosis->causes.n ? diagnosis->causes.items[0].finding : NULL;

	if (finding->verdict != GP_UNKNOWN || finding->check->ceiling < GP_FAIL)
		return false;
	if (!cause || cause->verdict != GP_FAIL)
		return true;
	return needs(cause->check, finding->check->id) ||
	       gp_equal(cause->waits_for, finding->check->id);
}

static struct gp_ask *ask_for(
	struct gp_arena *arena, struct gp_diagnosis *diagnosis, const char *command)
{
	struct gp_ask *ask;

	gp_each (asked, &diagnosis->asks)
		if (strcmp(asked->command, command) == 0)
			return asked;
	ask = gp_push(arena, &diagnosis->asks);
	ask->command = command;
	return ask;
}

/* What settles most comes first. */
static int by_use(const void *a, const void *b)
{
	const struct gp_ask *left = a, *right = b;

	if (left->ids.n != right->ids.n)
		return left->ids.n > right->ids.n ? -1 : 1;
	return strcmp(left->command, right->command);
}

void gp_find_asks(struct gp_diagnosis *diagnosis)
{
	struct gp_arena *arena = diagnosis->findings.arena;

	if (!diagnosis->c.facts->is_partial)
		return;
	gp_each (finding, &diagnosis->findings) {
		const char *command =
			is_in_question(diagnosis, finding) ? command_for(finding->evidence) : NULL;

		if (command)
			gp_strings_add_once(arena, &ask_for(arena, diagnosis, command)->ids,
				finding->check->id);
	}
	if (diagnosis->asks.n)
		qsort(diagnosis->asks.items, diagnosis->asks.n, sizeof(*diagnosis->asks.items),
			by_use);
	if (diagnosis->asks.n > MOST_ASKED)
		diagnosis->asks.n = MOST_ASKED;
}

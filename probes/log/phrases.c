/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/log.h"

const struct gp_log_phrase gp_log_phrases[] = {
	/* kernel command line and modules */
	{GP_LOG_UNKNOWN_PARAM, "Unknown kernel command line parameters \""},
	{GP_LOG_MODULE_PARAM, ": unknown parameter '"},
	{GP_LOG_NOMODESET, "Booted with the nomodeset parameter"},
	/* firmware and IOMMU */
	{GP_LOG_DMAR_OPTION, "DMAR: Unknown option - '"},
	{GP_LOG_DMAR_FAILURE, "DMAR: Parse DMAR table failure"},
	{GP_LOG_DMAR_FAILURE, "DMAR: Failed to find handle for ACPI object"},
	{GP_LOG_DMAR_FAILURE, "DMAR: Initialization failed"},
	{GP_LOG_DMAR_FAILURE, "DMAR: Failed to map"},
	{GP_LOG_DMAR_FAILURE, "Your BIOS is broken; DMAR reported at address"},
	{GP_LOG_AMD_FAILURE, "AMD-Vi: Failed to "}, {GP_LOG_AMD_FAILURE, "AMD-Vi: Disabling"},
	{GP_LOG_IR_ENABLED, "Enabled IRQ remapping"},
	{GP_LOG_IR_ENABLED, "AMD-Vi: Interrupt remapping enabled"},
	{GP_LOG_IR_MISSING, "No interrupt remapping support"},
	{GP_LOG_IR_MISSING, "interrupt remapping will be disabled"},
	{GP_LOG_VIRT_DISABLED, "disabled by BIOS"}, {GP_LOG_VIRT_DISABLED, "disabled by bios"},
	{GP_LOG_VIRT_DISABLED, "disabled by the BIOS"},
	{GP_LOG_VIRT_DISABLED, "disabled (by BIOS)"},
	{GP_LOG_ACS_OVERRIDE, "PCIe ACS overrides enabled"},
	/* pci and vfio */
	{GP_LOG_SIMPLEDRM, "Initialized simpledrm"}, {GP_LOG_BAR_BUSY, ": can't reserve [mem"},
	{GP_LOG_VFIO_BAD_ID, "invalid id string \""},
	{GP_LOG_RESET_WAIT, "ms after FLR"},
	{GP_LOG_RESET_WAIT, "ms after AF_FLR"},
	{GP_LOG_RESET_WAIT, "ms after PM D3"},
	{GP_LOG_RESET_WAIT, "ms after D3"},
	{GP_LOG_RESET_WAIT, "ms after bus reset"},
	{GP_LOG_RESET_WAIT, "ms after resume"},
	{GP_LOG_INACCESSIBLE, " to D0, device inaccessible"},
	{GP_LOG_INACCESSIBLE, " to D0 (config space inaccessible)"},
	{GP_LOG_ROM_INVALID, "Invalid PCI ROM header signature: expecting 0xaa55"},
	{GP_LOG_ROM_INVALID, "Device option ROM contents are probably invalid"},
	{GP_LOG_DENYLIST, "exists in vfio-pci device denylist"},
	{GP_LOG_DENYLIST, "exists in vfio-pci device blacklist"},
	{GP_LOG_VFIO_DENIED, " name=\"/dev/vfio/"},
	{GP_LOG_VFIO_DENIED, " path=\"/dev/vfio/"},
	{GP_LOG_MSR, "handled rdmsr"},
	{GP_LOG_MSR, "handled wrmsr"},
	{GP_LOG_MSR, "handled RDMSR"},
	{GP_LOG_MSR, "handled WRMSR"},
	/* mdev and GVT-g */
	/* SR-IOV */
	/* drivers and their firmware */
	/* QEMU, Proxmox, libvirt */
	{GP_LOG_NOT_VIABLE, " is not viable"},
	{GP_LOG_NOT_VIABLE, "all devices within the iommu_group are bound to their vfio"},
	{GP_LOG_VFIO_OPEN, "failed to open /dev/vfio/"},
	{GP_LOG_VFIO_OPEN, "ould not open '/dev/vfio/"},
	{GP_LOG_VFIO_IN_USE, "already in use by VMID "},
	{GP_LOG_VFIO_IN_USE, "is currently reserved for use by VMID "},
	{GP_LOG_VFIO_IN_USE, " is in use by driver "},
	{GP_LOG_VFIO_IN_USE, "Verify all devices in group "},
	{GP_LOG_BIND_FAILED, "can't unbind/bind "},
	{GP_LOG_BIND_FAILED, "Cannot find vfio-pci module!"},
	{GP_LOG_BIND_FAILED, "Cannot bind 0"},
	{GP_LOG_CDEV_MISSING, "/dev/vfio/devices/vfio"},
	{GP_LOG_XEN_HOST_BRIDGE, "0000:00:00.0/config"},
};

const size_t gp_log_phrase_count = GP_ARRAY_SIZE(gp_log_phrases);

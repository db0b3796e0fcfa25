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
	{GP_LOG_VFIO_BAD_ID, "invalid id string \""}, {GP_LOG_FLR_DEAD, "ms after FLR; giving up"},
	{GP_LOG_RESET_BY_VENDOR, "Unsupported reset method 'device_specific'"},
	/* mdev and GVT-g */
	{GP_LOG_GVT_UNSUPPORTED, "Unsupported device. GVT-g is disabled"},
	/* SR-IOV */
	{GP_LOG_SRIOV_UNUSED, "Support for SR-IOV is not available"},
	{GP_LOG_SRIOV_NO_DRIVER, "no driver bound to device; cannot configure SR-IOV"},
	{GP_LOG_SRIOV_NOT_BY_DRIVER, "driver does not support SR-IOV configuration via sysfs"},
	{GP_LOG_SRIOV_MMIO, "not enough MMIO resources for SR-IOV"},
	{GP_LOG_SRIOV_BUS, " out of range of [bus"},
	{GP_LOG_SRIOV_BUS, "SR-IOV: bus number out of range"},
	{GP_LOG_SRIOV_BUS, "SR-IOV: IOV BARS not allocated"},
	{GP_LOG_SRIOV_BUSY, " VFs already enabled. Disable before enabling"},
	{GP_LOG_SRIOV_IN_USE, "Cannot modify SR-IOV while VFs are assigned"},
	{GP_LOG_SRIOV_IN_USE, " are still assigned"},
	{GP_LOG_SRIOV_PF_MODE, "Running in SR-IOV PF mode"},
	{GP_LOG_SRIOV_VF_MODE, "Running in SR-IOV VF mode"}, {GP_LOG_ENABLED, ": Enabled "},
	{GP_LOG_DISABLED, ": Disabled "},
	{GP_LOG_PF_HAS_VFS, "Cannot bind to PF with SR-IOV enabled"},
	{GP_LOG_VF_ABI, "IOV: Unable to confirm version"},
	{GP_LOG_VF_ABI, "mmio request 0x5506: failure"},
	{GP_LOG_VF_ABI, "mmio request 0x5506: no reply"},
	{GP_LOG_VF_ABI, "mmio request 0x5507: failure"},
	{GP_LOG_VF_ABI, "mmio request 0x5507: no reply"},
	{GP_LOG_PAGE_FAULT, "BUG: unable to handle page fault"},
	{GP_LOG_VF_FLR_TRACE, "gen6_gmch_remove"}, {GP_LOG_VF_FLR_TRACE, "handle_vf_flr"},
	{GP_LOG_NO_PCI_DEVICE, "no pci device info for device '"},
	/* drivers and their firmware */
	{GP_LOG_FORCE_PROBE, " is not properly supported by "},
	{GP_LOG_FORCE_PROBE, " is not officially supported by "},
	/* QEMU, Proxmox, libvirt */
};

const size_t gp_log_phrase_count = GP_ARRAY_SIZE(gp_log_phrases);

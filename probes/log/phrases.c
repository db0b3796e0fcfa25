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
	/* drivers and their firmware */
	{GP_LOG_FORCE_PROBE, " is not properly supported by "},
	{GP_LOG_FORCE_PROBE, " is not officially supported by "},
	{GP_LOG_PROBE_FAILED, ": probe of 0000:"}, {GP_LOG_PROBE_FAILED, ": probe with driver "},
	{GP_LOG_PROBE_FAILED, "Device initialization failed ("},
	{GP_LOG_PROBE_FAILED, "Fatal error during GPU init"},
	/* QEMU, Proxmox, libvirt */
};

const size_t gp_log_phrase_count = GP_ARRAY_SIZE(gp_log_phrases);

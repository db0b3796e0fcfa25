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
	{GP_LOG_FW_MISSING, "Direct firmware load for "},
	{GP_LOG_FW_MISSING, "firmware: failed to load "}, {GP_LOG_UC_MISSING, ": fetch failed"},
	{GP_LOG_UC_FAILED, "GuC initialization failed"}, {GP_LOG_UC_FAILED, "Enabling uc failed ("},
	{GP_LOG_UC_FAILED, "GuC load failed: status"},
	{GP_LOG_DMC_MISSING, "Failed to load DMC firmware"}, {GP_LOG_WEDGED, "declaring it wedged"},
	{GP_LOG_WEDGED, "Xe has declared device "}, {GP_LOG_WEDGED, "Fatal error during GPU init"},
	{GP_LOG_GUC_ON, "GUC: submission enabled"}, {GP_LOG_GUC_ON, "GuC submission enabled"},
	{GP_LOG_GUC_OFF, "GUC: submission disabled"}, {GP_LOG_GUC_OFF, "GuC submission disabled"},
	{GP_LOG_GUC_OPTION, "Incompatible option enable_guc="},
	{GP_LOG_REFUSED_UNSIGNED, "Loading of unsigned module is rejected"},
	{GP_LOG_REFUSED_UNSIGNED, "Loading of module with unavailable key is rejected"},
	{GP_LOG_REFUSED_UNSIGNED, "Loading of module with unsupported crypto is rejected"},
	{GP_LOG_REFUSED_UNSIGNED, "unsigned module loading is restricted"},
	{GP_LOG_REFUSED_UNSIGNED, "Key was rejected by service"},
	{GP_LOG_UNSIGNED_TAINT,
		"module verification failed: signature and/or required key missing"},
	{GP_LOG_DKMS_EXCLUSIVE, "includes a BUILD_EXCLUSIVE directive"},
	{GP_LOG_DKMS_FAILED, "Bad return status for module build on kernel"},
	{GP_LOG_NVIDIA_OPEN, "requires use of the NVIDIA open kernel modules"},
	{GP_LOG_NVIDIA_RMINIT, "RmInitAdapter failed!"},
	{GP_LOG_NVIDIA_BAR, "assigned to your NVIDIA device is invalid"},
	{GP_LOG_NVIDIA_TAKEN, "The NVIDIA probe routine was not called"},
	{GP_LOG_NVIDIA_TAKEN, " is already bound to "},
	{GP_LOG_NVIDIA_MISMATCH, "API mismatch: the client has the version"},
	{GP_LOG_NVIDIA_MISMATCH, "Driver/library version mismatch"},
	{GP_LOG_NVIDIA_IN_USE, "with non-zero usage count"},
	/* QEMU, Proxmox, libvirt */
};

const size_t gp_log_phrase_count = GP_ARRAY_SIZE(gp_log_phrases);

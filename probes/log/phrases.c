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
	{GP_LOG_BAD_RMRR, "No firmware reserved region can cover this RMRR"},
	{GP_LOG_BAD_RMRR, "Your BIOS is broken; bad RMRR"},
	{GP_LOG_RMRR_WORKAROUND, "is broken - applying workaround"},
	{GP_LOG_X2APIC_OPTOUT, "because BIOS sets x2apic opt out bit"},
	{GP_LOG_BAR_NO_SPACE, ": no space for [mem size"},
	{GP_LOG_BAR_NO_SPACE, "]: can't assign; no space"},
	{GP_LOG_BAR_NO_SPACE, ": failed to assign [mem size"},
	{GP_LOG_BAR_NO_SPACE, "]: failed to assign"}, {GP_LOG_BAR_ASSIGNED, ": assigned [mem 0x"},
	{GP_LOG_BAR_ASSIGNED, "]: assigned"},
	{GP_LOG_SMALL_BAR, "Using a reduced BAR size of 256MiB"},
	{GP_LOG_SMALL_BAR, "Failed to resize BAR2"}, {GP_LOG_CODE_43, "Code 43"},
	{GP_LOG_IGFX_OFF, "DMAR: Disable GFX device mapping"},
	{GP_LOG_RMRR_INELIGIBLE, "ineligible for IOMMU domain attach due to platform RMRR"},
	{GP_LOG_FIRMWARE_1TO1, "has requested this device have a 1:1 IOMMU mapping"},
	{GP_LOG_DMA_FAULT, "] Request device ["}, {GP_LOG_DMA_FAULT, "[IO_PAGE_FAULT device="},
	{GP_LOG_DMA_FAULT, "AMD-Vi: Event logged [IO_PAGE_FAULT domain="},
	{GP_LOG_DMA_FAULTS_LEFT_OUT, "dmar_fault: "},
	{GP_LOG_DMA_FAULTS_LEFT_OUT, "amd_iommu_report_page_fault: "},
	{GP_LOG_MAP_INVALID, "= -22 (Invalid argument)"},
	{GP_LOG_MAP_INVALID, "VFIO_MAP_DMA failed: Invalid argument"},
	{GP_LOG_MAP_NO_MEMORY, "= -12 (Cannot allocate memory)"},
	{GP_LOG_MAP_NO_MEMORY, "VFIO_MAP_DMA failed: Cannot allocate memory"},
	{GP_LOG_NO_PEER_TO_PEER, "PCI peer-to-peer transactions on BARs are not supported"},
	{GP_LOG_MEMLOCK, "RLIMIT_MEMLOCK ("},
	{GP_LOG_MEMLOCK, "cannot limit locked memory of process"},
	{GP_LOG_VIOMMU_Q35, "to use Intel vIOMMU please set the machine type to q35"},
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
	/* QEMU, Proxmox, libvirt */
};

const size_t gp_log_phrase_count = GP_ARRAY_SIZE(gp_log_phrases);

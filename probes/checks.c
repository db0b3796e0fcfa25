/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "container/checks.h"
#include "driver/checks.h"
#include "drm/checks.h"
#include "firmware/checks.h"
#include "gpu/checks.h"
#include "guest/checks.h"
#include "iommu/checks.h"
#include "kernel/checks.h"
#include "mdev/checks.h"
#include "opencl/checks.h"
#include "pci/checks.h"
#include "sriov/checks.h"
#include "vaapi/checks.h"
#include "vfio/checks.h"
#include "vm/checks.h"

const struct gp_check_table *const gp_check_tables[] = {
	&gp_firmware_checks,
	&gp_firmware_memory_checks,
	&gp_firmware_bar_checks,
	&gp_kernel_set_checks,
	&gp_kernel_unknown_checks,
	&gp_kernel_param_checks,
	&gp_kernel_boot_checks,
	&gp_kernel_vtd_checks,
	&gp_iommu_checks,
	&gp_iommu_group_checks,
	&gp_iommu_dma_checks,
	&gp_iommu_vm_checks,
	&gp_pci_checks,
	&gp_pci_said_checks,
	&gp_gpu_chip_checks,
	&gp_gpu_reset_checks,
	&gp_vfio_ids_checks,
	&gp_vfio_binding_checks,
	&gp_vfio_initrd_checks,
	&gp_vfio_said_checks,
	&gp_vfio_state_checks,
	&gp_gpu_mode_checks,
	&gp_gvt_checks,
	&gp_gvt_log_checks,
	&gp_mdev_type_checks,
	&gp_mdev_vm_checks,
	&gp_sriov_enable_checks,
	&gp_sriov_log_checks,
	&gp_sriov_persist_checks,
	&gp_sriov_use_checks,
	&gp_gpu_kernel_checks,
	&gp_driver_checks,
	&gp_driver_dkms_checks,
	&gp_driver_signing_checks,
	&gp_driver_guc_checks,
	&gp_driver_firmware_checks,
	&gp_driver_bound_checks,
	&gp_driver_nvidia_checks,
	&gp_va_asked_checks,
	&gp_va_driver_checks,
	&gp_va_offer_checks,
	&gp_va_work_checks,
	&gp_guest_kernel_checks,
	&gp_guest_vf_checks,
	&gp_vm_gone_checks,
	&gp_vm_machine_checks,
	&gp_vm_igd_checks,
	&gp_vm_rom_checks,
	&gp_vm_shared_checks,
	&gp_vm_windows_checks,
	&gp_vm_windows_vf_checks,
	&gp_vm_settings_checks,
	&gp_vm_address_checks,
	&gp_vm_guest_checks,
	&gp_drm_node_checks,
	&gp_drm_open_checks,
	&gp_drm_access_checks,
	&gp_drm_pmu_checks,
	&gp_opencl_icd_checks,
	&gp_opencl_neo_checks,
	&gp_opencl_mesa_checks,
	&gp_opencl_device_checks,
	&gp_container_lxc_checks,
	&gp_container_lxc_ids_checks,
	&gp_container_docker_checks,
	&gp_container_node_checks,
	&gp_container_cluster_checks,
	&gp_container_kubernetes_checks,
	NULL,
};

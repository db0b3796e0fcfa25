/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_LOG_H
#define GP_LOG_H

#include "machine/machine.h"

/* What the kernel's log is called as evidence. */
#define GP_KERNEL_LOG "kernel log"
/* And what a person pasted. */
#define GP_PASTED "what was pasted"

/*
 * The messages of a log that a check asks for: of the kernel's, and of what QEMU and the VM
 * managers wrote. A log is read once; a line is kept where it holds one of the phrases of
 * log/phrases.c. Message bodies are matched, never prefixes, which change from version to version.
 */
enum gp_log_id {
	/* kernel command line and modules */
	GP_LOG_UNKNOWN_PARAM, /* Unknown kernel command line parameters "..." */
	GP_LOG_MODULE_PARAM,  /* NAME: unknown parameter '...' ignored */
	GP_LOG_NOMODESET,     /* Booted with the nomodeset parameter */
	/* firmware and IOMMU */
	GP_LOG_DMAR_OPTION,   /* DMAR: Unknown option - '...' */
	GP_LOG_DMAR_FAILURE,  /* the kernel could not start VT-d */
	GP_LOG_AMD_FAILURE,   /* the kernel could not start the AMD IOMMU */
	GP_LOG_IR_ENABLED,    /* interrupt remapping is on */
	GP_LOG_IR_MISSING,    /* vfio says that it is not */
	GP_LOG_VIRT_DISABLED, /* kvm: VMX/SVM disabled by BIOS */
	GP_LOG_ACS_OVERRIDE,  /* the out-of-tree ACS override is honoured */
	GP_LOG_BAD_RMRR,      /* an RMRR that the memory map does not cover */
	GP_LOG_RMRR_WORKAROUND,
	GP_LOG_X2APIC_OPTOUT,
	GP_LOG_BAR_NO_SPACE, /* BAR N: no space for, failed to assign: may be tried again */
	GP_LOG_BAR_ASSIGNED,
	GP_LOG_SMALL_BAR, /* i915 and xe: the BAR to the card's memory could not be resized */
	GP_LOG_CODE_43,   /* Windows stopped a device */
	GP_LOG_IGFX_OFF,  /* DMAR: Disable GFX device mapping */
	GP_LOG_RMRR_INELIGIBLE,
	GP_LOG_FIRMWARE_1TO1,
	GP_LOG_DMA_FAULT,           /* one of them; names bus:device.function */
	GP_LOG_DMA_FAULTS_LEFT_OUT, /* dmar_fault: N callbacks suppressed */
	GP_LOG_MAP_INVALID,         /* QEMU's VFIO_MAP_DMA: Invalid argument */
	GP_LOG_MAP_NO_MEMORY,       /* the same: Cannot allocate memory */
	GP_LOG_NO_PEER_TO_PEER,     /* ... and it was about a BAR */
	GP_LOG_MEMLOCK,             /* the limit on locked memory was exceeded */
	GP_LOG_VIOMMU_Q35,          /* Proxmox: vIOMMU without q35 */
	/* pci and vfio */
	GP_LOG_FLR_DEAD,        /* not ready Nms after FLR; giving up */
	GP_LOG_RESET_BY_VENDOR, /* reset_method: device_specific is none */
	GP_LOG_SIMPLEDRM,       /* Initialized simpledrm */
	GP_LOG_BAR_BUSY,        /* vfio-pci ...: BAR N: can't reserve [mem ...] */
	GP_LOG_VFIO_BAD_ID,     /* vfio-pci: invalid id string */
	GP_LOG_RESET_WAIT,      /* (not )ready 1023ms after FLR; waiting, giving up */
	GP_LOG_INACCESSIBLE,    /* ... to D0, device inaccessible */
	GP_LOG_ROM_INVALID,     /* the option ROM is none */
	GP_LOG_DENYLIST,        /* exists in vfio-pci device denylist */
	GP_LOG_NO_RESET,        /* QEMU, libvirt, Proxmox: there is no way to reset the device */
	GP_LOG_IOTLB_TIMEOUT,   /* AMD-Vi: a device does not answer the IOMMU any more */
	GP_LOG_VFIO_DENIED,     /* AppArmor or SELinux kept something from /dev/vfio/ */
	GP_LOG_MSR,             /* kvm: a guest's access to a register that kvm does not know */
	/* mdev and GVT-g */
	GP_LOG_GVT_UNSUPPORTED,    /* i915 has no GVT-g for this GPU */
	GP_LOG_GVT_OFF,            /* i915 was not told to split the GPU (drm.debug) */
	GP_LOG_GVT_GUC,            /* GVT-g gave way to GuC submission */
	GP_LOG_GUC_NOT_SUBMITTING, /* enable_guc= asks for submission that this GPU has not */
	GP_LOG_GVT_UNTRACKED,      /* the table of registers of 5.19 lacks one */
	GP_LOG_KVMGT_NO_DEVICE,    /* kvmgt found no i915 with GVT-g */
	GP_LOG_KVMGT_NOT_FOUND,    /* there is no such module */
	GP_LOG_KVMGT_SYMBOL,       /* kvmgt and i915 are not of one build */
	GP_LOG_MODULE_NOT_FOUND,   /* a listed module that does not exist */
	GP_LOG_GVT_NO_ROOM,        /* a vGPU found no graphics memory */
	GP_LOG_WRITE_NO_SPACE,     /* a shell wrote to a file, or to a vGPU type's create */
	GP_LOG_MDEV_NONE_LEFT,     /* Proxmox: no instance of the type is left */
	GP_LOG_MDEV_NO_TYPE,       /* Proxmox: no such type */
	GP_LOG_MDEV_OTHER_TYPE,    /* Proxmox: the VM's mdev exists with another type */
	GP_LOG_MDEV_NO_PARENT,     /* Proxmox: the device makes no mdevs */
	GP_LOG_MDEV_ALL_FUNCTIONS, /* Proxmox: a vGPU of several functions at once */
	GP_LOG_MDEV_OPREGION,      /* QEMU: the kernel has no OpRegion for the vGPU */
	GP_LOG_GVT_GOLDEN,         /* optional file of GVT-g that nobody has */
	GP_LOG_GVT_GUEST,          /* a guest's page tables that GVT-g cannot follow */
	/* SR-IOV */
	GP_LOG_SRIOV_UNUSED,        /* the GPU has SR-IOV, xe of this kernel does not use it */
	GP_LOG_SRIOV_NO_DRIVER,     /* no driver bound to device; cannot configure SR-IOV */
	GP_LOG_SRIOV_NOT_BY_DRIVER, /* driver does not support SR-IOV configuration via sysfs */
	GP_LOG_SRIOV_MMIO,          /* not enough MMIO resources for SR-IOV */
	GP_LOG_SRIOV_BUS,           /* no bus numbers, or no addresses, for the VFs */
	GP_LOG_SRIOV_BUSY,          /* N VFs already enabled. Disable before enabling M VFs */
	GP_LOG_SRIOV_IN_USE,        /* VFs cannot be taken away while a VM has one */
	GP_LOG_SRIOV_PF_MODE,       /* Running in SR-IOV PF mode */
	GP_LOG_SRIOV_VF_MODE,       /* Running in SR-IOV VF mode */
	GP_LOG_ENABLED,             /* ...: Enabled ...: of a GPU's driver, its VFs */
	GP_LOG_DISABLED,            /* ...: Disabled ... */
	GP_LOG_SRIOV_ERANGE,        /* a shell: writing sriov_numvfs, out of range */
	GP_LOG_SRIOV_ENOMEM,        /* the same, cannot allocate memory */
	GP_LOG_PF_HAS_VFS,          /* Cannot bind to PF with SR-IOV enabled */
	GP_LOG_VF_ABI,              /* the PF's GuC firmware does not understand the VF's driver */
	GP_LOG_PAGE_FAULT,          /* BUG: unable to handle page fault */
	GP_LOG_VF_FLR_TRACE,        /* a line of its trace: resetting a VF */
	GP_LOG_NO_PCI_DEVICE,       /* Proxmox: no pci device info for device '...' */
	/* drivers and their firmware */
	GP_LOG_FORCE_PROBE,      /* Your graphics device XXXX is not properly supported by i915 */
	GP_LOG_PROBE_FAILED,     /* a driver knows a device and failed to start it */
	GP_LOG_FW_MISSING,       /* a file of firmware is not there */
	GP_LOG_UC_MISSING,       /* (GuC|HuC|GSC) firmware ...: fetch failed */
	GP_LOG_UC_FAILED,        /* GuC could not be started */
	GP_LOG_DMC_MISSING,      /* Failed to load DMC firmware */
	GP_LOG_WEDGED,           /* the driver gave the GPU up */
	GP_LOG_GUC_ON,           /* GuC submission enabled */
	GP_LOG_GUC_OFF,          /* GuC submission disabled */
	GP_LOG_GUC_OPTION,       /* Incompatible option enable_guc=7 - undocumented flag */
	GP_LOG_REFUSED_UNSIGNED, /* a module was refused for its signature */
	GP_LOG_UNSIGNED_TAINT,   /* module verification failed: ... tainting kernel */
	GP_LOG_DKMS_EXCLUSIVE,   /* ... includes a BUILD_EXCLUSIVE directive */
	GP_LOG_DKMS_MAKE_LOG,    /* ... names the package that could not be built */
	GP_LOG_DKMS_FAILED,      /* Bad return status for module build on kernel: ... */
	GP_LOG_NVIDIA_OPEN,      /* requires use of the NVIDIA open kernel modules */
	GP_LOG_NVIDIA_RMINIT,    /* RmInitAdapter failed! (0x26:0xffff:1290) */
	GP_LOG_NVIDIA_BAR,       /* This PCI I/O region assigned to your NVIDIA device is invalid */
	GP_LOG_NVIDIA_TAKEN,     /* The NVIDIA probe routine was not called for 1 device(s) */
	GP_LOG_NVIDIA_MISMATCH,  /* API mismatch: the client has the version ... */
	GP_LOG_NVIDIA_SMI,       /* nvidia-smi is installed and finds no driver */
	GP_LOG_NVIDIA_IN_USE,    /* Attempting to remove device ... with non-zero usage count */
	/* QEMU, Proxmox, libvirt */
	GP_LOG_NO_IOMMU,        /* cannot prepare PCI pass-through, IOMMU not present */
	GP_LOG_MMAP_FAILED,     /* QEMU: Failed to mmap 0000:01:00.0 BAR 1 */
	GP_LOG_NOT_VIABLE,      /* vfio 0000:01:00.0: group 1 is not viable */
	GP_LOG_VFIO_OPEN,       /* failed to open /dev/vfio/1: Permission denied */
	GP_LOG_VFIO_IN_USE,     /* another VM has the device */
	GP_LOG_BIND_FAILED,     /* Proxmox could not bind the device to vfio-pci */
	GP_LOG_CDEV_MISSING,    /* there is no /dev/vfio/devices/vfioN */
	GP_LOG_XEN_HOST_BRIDGE, /* Xen: ... Failed to open .../0000:00:00.0/config */
	/* settings of VMs, as QEMU and VM managers refuse them */
	GP_LOG_PVE_Q35,         /* Proxmox: pcie=1 without the machine type q35 */
	GP_LOG_PVE_LEGACY_IGD,  /* Proxmox: a rule of legacy-igd=1 is broken */
	GP_LOG_IGD_UNSUPPORTED, /* QEMU: legacy mode does not know this generation */
	GP_LOG_IGD_LEGACY_OFF,  /* QEMU: ... legacy mode disabled, and why */
	GP_LOG_IGD_OPREGION,    /* QEMU 10.0.0: it wants the OpRegion of a VF */
	GP_LOG_ROMFILE,         /* QEMU: failed to find romfile "..." */
	GP_LOG_PVE_NO_DEVICE,   /* Proxmox: the device, or its mapping, is not there any more */
	GP_LOG_NOT_MOVABLE,     /* migration, suspend or a snapshot with memory was refused */
	GP_LOG_WINDOWS_HYPERVISOR, /* Windows has turned on a hypervisor of its own */
	/* kernels and drivers of guests */
	GP_LOG_GVT_DETECTED,   /* i915: Virtual GPU for Intel GVT-g detected. */
	GP_LOG_MMIO_DEAD,      /* i915: MMIO access returns 0xFFFFFFFF! */
	GP_LOG_UNKNOWN_SYMBOL, /* i915: Unknown symbol drm_dp_dpcd_read (err -2) */
	GP_LOG_SYMBOL_VERSION, /* i915: disagrees about version of symbol ... */
	GP_LOG_NO_VBIOS,       /* amdgpu: Unable to locate a BIOS ROM */
	/* nodes of /dev/dri, as programs see them */
	GP_LOG_NODE_NAMED,    /* a path of a render node, in whatever was said of it */
	GP_LOG_NODE_UNOPENED, /* FFmpeg: Failed to open /dev/dri/renderD128 as DRM device node */
	GP_LOG_NOT_A_DEVICE,  /* Proxmox: //dev/dri/renderD128 is not a device */
	GP_LOG_NO_PMU,        /* i915: PMU not supported for this GPU */
	GP_LOG_NO_ENGINES,    /* intel_gpu_top: Failed to detect engines! */
	GP_LOG_PMU_REFUSED,   /* intel_gpu_top: Failed to initialize PMU! (Permission denied) */
	/* VA-API */
	GP_LOG_VA_RC,       /* FFmpeg: the driver offers CQP alone */
	GP_LOG_VA_OUTPUT,   /* FFmpeg: Failed to map output buffers: 24 */
	GP_LOG_VA_PIPELINE, /* FFmpeg: Failed to create processing pipeline config: 12 */
	GP_LOG_VA_NO_NODE,  /* FFmpeg, vainfo: the node that was named, or taken, is none */
	GP_LOG_VA_NO_X11,   /* vainfo: no X server, no Wayland */
	GP_LOG_NVD_MODESET, /* the VA-API driver for NVIDIA needs modeset=1 */
	GP_LOG_HUC_MEI,     /* i915: HuC waits for the mei driver, in vain */
	GP_LOG_GSC_PROXY,   /* can't init GSC proxy due to missing mei component */
	/* OpenCL */
	GP_LOG_OCL_NONE,      /* a program found no platform */
	GP_LOG_OCL_BEIGNET,   /* Beignet does not know the GPU, or computes wrongly on it */
	GP_LOG_OCL_SMALL_BAR, /* Intel's compute-runtime: Small BAR detected for ... */
	/* containers and Kubernetes */
	GP_LOG_CT_DEVICE_MISSING, /* a device given to a container is not there */
	GP_LOG_CT_NO_GPU_RUNTIME, /* Docker knows of nothing that hands out GPUs */
	GP_LOG_CT_NO_GROUP,       /* unable to find group render: no matching entries ... */
	GP_LOG_LXC_NO_DEVICE,     /* Proxmox: Device /dev/dri/renderD128 does not exist */
	GP_LOG_CT_IDMAP,          /* newgidmap: gid range [44-45) -> [44-45) not allowed */
	GP_LOG_NVML_UNKNOWN,      /* Failed to initialize NVML: Unknown Error */
	GP_LOG_K8S_INSUFFICIENT,  /* 1 Insufficient gpu.intel.com/i915 */
	GP_LOG_K8S_FORBIDDEN,     /* violates PodSecurity "baseline:latest": ... */
	GP_LOG_K8S_GPU_LABEL,     /* a line that names Intel's GPU label */
	GP_LOG_K8S_WATCHES,       /* a device plugin: too many open files */
	GP_LOG_COUNT
};

/* The phrases of ids; one id may have several. Two lines of one table may share a phrase. */
struct gp_log_phrase {
	enum gp_log_id id;
	const char *phrase; /* at least four bytes */
};

extern const struct gp_log_phrase gp_log_phrases[];
extern const size_t gp_log_phrase_count;

struct gp_log_talker;

struct gp_log_hit {
	enum gp_log_id id;
	const char *text;   /* printable, cut at 400 bytes */
	const char *source; /* "kernel log", or the file */
	int64_t usec;       /* since boot; -1: not known */
};

struct gp_log {
	const char *source; /* file it was read from, or NULL */
	int error;          /* why it could not be read, positive errno */
	bool whole;         /* starts at boot: what is not in it was not said */
	/* Oldest first: 64 of an id, and of each address that it goes on to name 16 more. */
	struct gp_log_hit *items;
	size_t n;
	size_t seen[GP_LOG_COUNT]; /* how many there were */
	struct gp_log_talker *talkers;
	size_t n_talkers;
};

void gp_log_collect_kernel(struct gp_machine *machine, struct gp_log *ret);

/* The first hit of id after `after` (NULL: from the start), or NULL. */
const struct gp_log_hit *gp_log_next(
	const struct gp_log *log, enum gp_log_id id, const struct gp_log_hit *after);
/* Where a text has a PCI address, as 01:00.0 of 0000:01:00.0; NULL: nowhere. */
#define GP_LOG_ADDRESS 7 /* bytes of it */
const char *gp_log_address(const char *text, size_t size);
/* Whether a message names that address, with its domain or without. */
bool gp_log_names(const char *text, const char *address);
/* The first of those that name the address. */
const struct gp_log_hit *gp_log_next_of(const struct gp_log *log, enum gp_log_id id,
	const char *address, const struct gp_log_hit *after);

/* ---- scanning: log/scan.c */

/* Finds all phrases in one pass over a text. */
struct gp_log_scanner;
struct gp_log_scanner *gp_log_scanner_new(struct gp_arena *arena);
/* Calls found() once for each id with a phrase in the text, in no particular order. */
void gp_log_scan(const struct gp_log_scanner *scanner, const char *text, size_t size,
	void (*found)(void *context, enum gp_log_id id), void *context);
/* Adds a hit for each id in the line. */
void gp_log_take(struct gp_arena *arena, const struct gp_log_scanner *scanner, struct gp_log *log,
	const char *source, const struct gp_klog_line *line);

#endif

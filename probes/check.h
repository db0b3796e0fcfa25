/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CHECK_H
#define GP_CHECK_H

#include "facts.h"

enum gp_layer {
	GP_LAYER_FIRMWARE,
	GP_LAYER_KERNEL,
	GP_LAYER_IOMMU,
	GP_LAYER_PCI,
	GP_LAYER_VFIO,
	GP_LAYER_MDEV,
	GP_LAYER_SRIOV,
	GP_LAYER_DRIVER,
	GP_LAYER_VM,
	GP_LAYER_DRM,
	GP_LAYER_VAAPI,
	GP_LAYER_OPENCL,
	GP_LAYER_CONTAINER,
	GP_LAYER_BENCH,
	GP_N_LAYERS
};

/* In the order of their hardness. */
enum gp_verdict { GP_SKIP, GP_PASS, GP_NOTE, GP_UNKNOWN, GP_WARN, GP_FAIL };

enum gp_mode {
	GP_MODE_NATIVE = 1 << 0,
	GP_MODE_FULL = 1 << 1,
	GP_MODE_SPLIT = 1 << 2,
	GP_MODE_VF = 1 << 3,
	GP_MODE_CONTAINER = 1 << 4,
	GP_MODE_CPU = 1 << 5,
	/* About the very function that goes to the VM: full for a GPU or a PF, vf for a VF. */
	GP_MODES_HANDED_OVER = GP_MODE_FULL | GP_MODE_VF,
	GP_MODES_PASSTHROUGH = GP_MODE_FULL | GP_MODE_SPLIT | GP_MODE_VF,
	GP_MODES_HOST_DRIVER = GP_MODE_NATIVE | GP_MODE_SPLIT | GP_MODE_VF | GP_MODE_CONTAINER,
	GP_MODES_ALL = (1 << 6) - 1
};

extern const char *const gp_layer_names[GP_N_LAYERS];
extern const char *const gp_verdict_names[];
/* -1, or 0 for a mode, where there is none of that name. */
int gp_layer_parse(const char *name);
unsigned gp_mode_parse(const char *name);
/* "full;vf" */
char *gp_modes_name(struct gp_arena *arena, unsigned modes);

/*
 * A remedy is a list of typed steps; the plan merges those of all causes and says each for the
 * platform. The order of the kinds is the order in a plan.
 */
enum gp_step_kind {
	GP_STEP_FIRMWARE, /* argument: what to set in the firmware setup */
	GP_STEP_MANUAL,   /* argument: what a person must do, in words */
	/*
	 * subject: vm/100; argument: the setting, as "--machine q35" for Proxmox, for libvirt an
	 * element and its place, as "<ioapic driver='kvm'/> in <features>", "-machine q35" for
	 * QEMU.
	 */
	GP_STEP_VM,
	GP_STEP_PACKAGE,        /* subject: what it is for, a key of diagnosis/packages.c */
	GP_STEP_DKMS,           /* subject: NAME/VERSION; argument: kernel to install it for */
	GP_STEP_CMDLINE_ADD,    /* subject: parameter */
	GP_STEP_CMDLINE_REMOVE, /* subject: parameter, as it stands */
	GP_STEP_MODULE_LOAD,    /* subject: module to load at boot */
	GP_STEP_LINE,           /* subject: file; argument: a line it has to hold */
	GP_STEP_REPLACE,        /* subject: file; line: number; argument: new line, "" to drop it */
	GP_STEP_INITRD,         /* rebuild it: implied by steps that touch modules */
	GP_STEP_REBOOT,
};

struct gp_step {
	enum gp_step_kind kind;
	const char *subject;
	const char *argument;
	size_t line;
};

struct gp_steps {
	struct gp_step *items;
	size_t n;
};

/* What is looked at: the facts and the question asked about them. */
struct gp_case {
	const struct gp_facts *facts;
	unsigned roles;     /* set of enum gp_role */
	unsigned modes;     /* wanted modes; 0: nobody said */
	const char *intent; /* what says so: "--mode", a file, "given to this VM"; or "" */
	const struct gp_function **gpus; /* the GPUs it is about, by address */
	size_t n_gpus;
	unsigned *wanted;                 /* of each GPU: the modes that the wish is about */
	const struct gp_function *device; /* named by --device, or NULL */
	const char *user;                 /* --user: a name or a number; or NULL */
};

/* The modes that this GPU is wanted for; NULL: those that any is. */
unsigned gp_wanted_modes(const struct gp_case *c, const struct gp_function *gpu);
/* Whether one of these modes is among them. */
bool gp_is_wanted(const struct gp_case *c, const struct gp_function *gpu, unsigned modes);

/* Whether one of the GPUs is this vendor's. */
bool gp_has_gpu_of(const struct gp_case *c, uint16_t vendor);

struct gp_check;

/* A check's verdict on a subject. */
struct gp_finding {
	const struct gp_check *check;
	enum gp_verdict verdict;
	const struct gp_function *gpu; /* the GPU it is about; NULL: the machine */
	const char *subject;           /* address, group/N, file, parameter; "": the machine */
	const char *text;              /* one line for a person */
	const char *evidence;          /* file or log line that says so */
	unsigned modes;                /* modes it matters to: the check's, or fewer */
	struct gp_steps steps;         /* how to mend it */
	const char *waits_for;         /* one more need, of this finding alone: an id, or NULL */
	bool stands_alone;             /* true whatever else fails: then a warning of its own */
	/* Filled in by the diagnosis. */
	enum gp_verdict said;              /* the check's own word, before intent and needs */
	const struct gp_check *blocked_by; /* the need that does not hold */
	bool is_waiting;                   /* for that, and would be looked at otherwise */
};

struct gp_findings {
	struct gp_arena *arena;
	const struct gp_check *check; /* the one that is running */
	struct gp_finding *items;
	size_t n;
};

/*
 * A check looks for one fault. It is a pure function of the case: no I/O, no clock, no state. It
 * says at least one finding, a pass included.
 */
struct gp_check {
	const char *id; /* from the catalogue: never renamed */
	enum gp_layer layer;
	enum gp_verdict ceiling; /* the hardest verdict it may reach */
	const char *title;       /* the fault in a few words */
	const char *why;         /* why it matters */
	const char *mend;        /* how to mend it, in words */
	const char *reference;   /* where this is documented */
	unsigned roles;          /* machines it looks at */
	unsigned modes;          /* modes it matters to */
	bool not_in_plan;        /* its remedy is dangerous: only by --allow */
	const char *needs[20];   /* ids that must hold for it to mean anything; NULL behind */
	void (*run)(const struct gp_case *, struct gp_findings *);
};

struct gp_check_table {
	const struct gp_check *items;
	size_t n;
};

/* Every table, in the order of the layers; NULL items behind the last. */
extern const struct gp_check_table *const gp_check_tables[];
const struct gp_check *gp_check_by_id(const char *id);

/* Adds a finding about the machine; what it returns holds until the next. */
struct gp_finding *gp_find(struct gp_findings *out, enum gp_verdict verdict, const char *evidence,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same about a GPU. */
struct gp_finding *gp_find_gpu(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_function *gpu, const char *evidence, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Could not be measured, and why: "/proc/cmdline: Permission denied". */
struct gp_finding *gp_find_unknown(struct gp_findings *out, const struct gp_origin *from);
/* The same about a GPU. */
struct gp_finding *gp_find_gpu_unknown(
	struct gp_findings *out, const struct gp_function *gpu, const struct gp_origin *from);
/* Adds a step to a finding. */
void gp_mend(struct gp_findings *out, struct gp_finding *finding, struct gp_step step);
/* A path and what it says, as evidence: `/proc/cmdline: "intel_iommu=off"`. */
const char *gp_evidence(struct gp_findings *out, const char *path, const char *text);

/* The first such line of the kernel's log, else of those of the VMs, else said by programs. */
const struct gp_log_hit *gp_any_log(const struct gp_case *c, enum gp_log_id id);
/*
 * Whether a line is about this GPU: it names it, or names none and this is the only GPU of its
 * vendor.
 */
bool gp_log_is_about(
	const struct gp_case *c, const struct gp_log_hit *hit, const struct gp_function *gpu);
/* The last such line of that id in the kernel's log, or NULL. */
const struct gp_log_hit *gp_log_last_of(
	const struct gp_case *c, enum gp_log_id id, const struct gp_function *gpu);
/*
 * Where no GPU of that vendor (0: of any) is known and there may be one that was not seen: the last
 * line of that id in any log, which is all that tells of it. Else NULL.
 */
const struct gp_log_hit *gp_log_without_gpu(
	const struct gp_case *c, enum gp_log_id id, uint16_t vendor);
/* The line, as evidence. */
const char *gp_log_evidence(struct gp_findings *out, const struct gp_log_hit *hit);

#endif

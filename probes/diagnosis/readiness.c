/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnosis/diagnosis.h"

const char *gp_ready_name(enum gp_ready state)
{
	static const char *const names[] = {[GP_READY] = "ready",
		[GP_BLOCKED] = "blocked",
		[GP_UNSUPPORTED] = "unsupported",
		[GP_READY_UNKNOWN] = "unknown"};

	return names[state];
}

/* The ids of unblocked findings with that word about this GPU and mode, each once. */
static struct gp_strings ids_that_say(const struct gp_diagnosis *diagnosis,
	const struct gp_function *gpu, enum gp_mode mode, enum gp_verdict said)
{
	struct gp_strings ids = {0};

	gp_each (finding, &diagnosis->findings)
		if (finding->said == said && !finding->blocked_by &&
			finding->check->ceiling == GP_FAIL && finding->modes & mode &&
			(!finding->gpu || finding->gpu == gpu))
			gp_strings_add_once(diagnosis->findings.arena, &ids, finding->check->id);
	return ids;
}

static const char *when_ready(struct gp_arena *arena, const struct gp_function *gpu)
{
	if (gp_pci_is_native(gpu))
		return gp_printf(arena,
			"%s holds it now; it has to be handed to vfio-pci when the VM starts",
			gpu->driver);
	if (gpu->driver)
		return gp_printf(arena, "%s has it", gpu->driver);
	return "no driver holds it; vfio-pci can take it";
}

static void judge(struct gp_diagnosis *diagnosis, const struct gp_function *gpu, enum gp_mode mode)
{
	struct gp_arena *arena = diagnosis->findings.arena;
	struct gp_strings fails = ids_that_say(diagnosis, gpu, mode, GP_FAIL);
	struct gp_strings unknowns = ids_that_say(diagnosis, gpu, mode, GP_UNKNOWN);
	struct gp_readiness *readiness = gp_push(arena, &diagnosis->readiness);

	readiness->gpu = gpu;
	readiness->mode = mode;
	if (fails.n) {
		readiness->state = GP_BLOCKED;
		readiness->text = gp_join(arena, &fails, ", ");
	} else if (unknowns.n) {
		readiness->state = GP_READY_UNKNOWN;
		readiness->text = gp_join(arena, &unknowns, ", ");
	} else {
		readiness->state = GP_READY;
		readiness->text = when_ready(arena, gpu);
	}
}

/* Modes that no check of this version says enough about. */
static void leave_open(struct gp_diagnosis *diagnosis, const struct gp_function *gpu)
{
	const unsigned judged = GP_MODE_FULL;

	for (unsigned mode = 1; mode & GP_MODES_ALL; mode <<= 1) {
		struct gp_readiness *readiness;

		if (!(diagnosis->c.modes & mode & ~judged))
			continue;
		readiness = gp_push(diagnosis->findings.arena, &diagnosis->readiness);
		*readiness = (struct gp_readiness){gpu, (enum gp_mode)mode, GP_READY_UNKNOWN,
			"this version does not judge this mode yet"};
	}
}

void gp_find_readiness(struct gp_diagnosis *diagnosis)
{
	const struct gp_case *c = &diagnosis->c;

	if (!(c->roles & GP_ROLE_HOST))
		return;
	for (size_t i = 0; i < c->n_gpus; i++) {
		if (c->modes && !c->wanted[i])
			continue;
		if (!c->modes || c->modes & GP_MODE_FULL)
			judge(diagnosis, c->gpus[i], GP_MODE_FULL);
		leave_open(diagnosis, c->gpus[i]);
	}
}

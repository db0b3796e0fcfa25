/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "diagnosis/diagnosis.h"
#include "gpu/support.h"

/* Ids that wait on a command line which the kernel was not started with: the file, or NULL. */
static const char *ids_in_vain(const struct gp_kernel *kernel, const struct gp_function *gpu)
{
	const struct {
		const struct gp_cmdline *params;
		const char *file;
	} lines[] = {{&kernel->grub.effective, GP_GRUB_FILE},
		{&kernel->configured, kernel->configured_text.from.path}};

	for (size_t i = 0; i < GP_ARRAY_SIZE(lines); i++) {
		const struct gp_param *ids = gp_cmdline_last(lines[i].params, "vfio_pci.ids");

		if (ids && ids->value && strcasestr(ids->value, gpu->id))
			return lines[i].file;
	}
	return NULL;
}

/* What says that this GPU as a whole is meant for a VM, or NULL. */
static const char *full_wish(const struct gp_facts *facts, const struct gp_function *gpu)
{
	const struct gp_vfio_id *claim = gp_vfio_claims(&facts->vfio, gpu);
	const struct gp_passed *taking = gp_vms_taking(&facts->vms, gpu);

	if (gp_pci_is_vf(gpu))
		return NULL;
	/* Of a PF that has VFs, ids= is about these: they share the id. */
	if (claim && !(gpu->numvfs && gp_pci_is_native(gpu)))
		return claim->source;
	if (taking)
		return taking->vm->source;
	if (gp_starts_with(gpu->override.value, "vfio"))
		return gpu->override.from.path;
	if (gpu->driver && gp_pci_is_vfio_driver(gpu->driver))
		return gpu->driver_from.path;
	return ids_in_vain(&facts->kernel, gpu);
}

/* Docker and Kubernetes take whatever the host's drivers have. */
static const char *container_wish(const struct gp_facts *facts, const struct gp_function *gpu)
{
	const char *wish = gp_vms_container_wish(facts, gpu);

	if (!wish && gp_pci_is_native(gpu))
		wish = gp_containers_wish(&facts->containers);
	return wish;
}

static const struct {
	enum gp_mode mode;
	const char *(*find)(const struct gp_facts *facts, const struct gp_function *gpu);
} wishes[] = {
	{GP_MODE_FULL, full_wish},
	{GP_MODE_SPLIT, gp_mdev_wish},
	{GP_MODE_VF, gp_sriov_wish},
	{GP_MODE_CONTAINER, container_wish},
};

static void note_intent(struct gp_case *c, const char *because)
{
	if (because && !*c->intent)
		c->intent = because;
}

/* The modes that settings ask of this GPU. */
static unsigned wishes_of(struct gp_case *c, const struct gp_function *gpu)
{
	unsigned modes = 0;

	for (size_t i = 0; i < GP_ARRAY_SIZE(wishes); i++) {
		const char *because = wishes[i].find(c->facts, gpu);

		modes |= because ? (unsigned)wishes[i].mode : 0;
		note_intent(c, because);
	}
	return modes;
}

static void choose_gpus(struct gp_arena *arena, struct gp_case *c)
{
	const struct gp_pci *pci = &c->facts->pci;

	c->gpus = gp_alloc(arena, pci->n + 1, sizeof(*c->gpus));
	gp_each (function, pci)
		if (c->device ? function == c->device : function->kind == GP_GPU_REAL)
			c->gpus[c->n_gpus++] = function;
}

static bool may_be_meant(struct gp_arena *arena, struct gp_case *c, const struct gp_function *gpu,
	unsigned mode, bool able, bool free)
{
	const char *why;

	if (free && wishes_of(c, gpu) & ~mode)
		return false;
	return !able || gp_gpu_supports(arena, c->facts, gpu, mode, &why) != GP_NOT_SUPPORTED;
}

/*
 * Without a GPU that a setting names for the mode it is about every one that may have it, those
 * first that no setting names for another.
 */
static void want_anywhere(struct gp_arena *arena, struct gp_case *c, unsigned mode)
{
	static const struct {
		bool able, free;
	} passes[] = {{true, true}, {true, false}, {false, true}, {false, false}};
	bool any = false;

	for (size_t pass = 0; pass < GP_ARRAY_SIZE(passes) && !any; pass++)
		for (size_t i = 0; i < c->n_gpus; i++) {
			if (!may_be_meant(arena, c, c->gpus[i], mode, passes[pass].able,
				    passes[pass].free))
				continue;
			c->wanted[i] |= mode;
			any = true;
		}
}

static bool is_beside_a_gpu(const struct gp_pci *pci, const struct gp_function *function)
{
	gp_each (other, pci)
		if (other->kind != GP_GPU_NONE && gp_pci_same_slot(other, function))
			return true;
	return false;
}

/* Whether it names a device that is here and has nothing to do with a GPU: a disk controller. */
static bool is_of_another_device(const struct gp_pci *pci, const struct gp_vfio_id *id)
{
	bool found = false;

	gp_each (function, pci) {
		if (strcasecmp(function->id, id->id) != 0)
			continue;
		if (is_beside_a_gpu(pci, function))
			return false;
		found = true;
	}
	return found;
}

static bool is_all_about_others(const struct gp_facts *facts)
{
	gp_each (id, &facts->vfio)
		if (!is_of_another_device(&facts->pci, id))
			return false;
	return true;
}

/* ids= that no GPU here has: somebody wants to pass one on, and says it wrongly. */
static void find_wish_of_machine(struct gp_arena *arena, struct gp_case *c)
{
	if (c->modes & GP_MODE_FULL || is_all_about_others(c->facts))
		return;
	for (size_t i = 0; i < c->n_gpus; i++)
		if (gp_vfio_claims(&c->facts->vfio, c->gpus[i]))
			return;
	c->modes |= GP_MODE_FULL;
	note_intent(c, c->facts->vfio.items[0].source);
	if (!c->facts->pci.unread.path)
		want_anywhere(arena, c, GP_MODE_FULL);
}

static bool is_host(const struct gp_case *c)
{
	return c->roles & GP_ROLE_HOST;
}

/* The render node of a GPU that this container was given, or NULL. */
static const struct gp_node *node_given(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_node *node = gp_nodes_render(&c->facts->nodes, gpu->address);

	return node && gp_is_present(&node->node) ? node : NULL;
}

/*
 * A container sees every GPU of its host in sysfs: those are meant whose node it was given, and
 * without any, those that the host's driver has.
 */
static void want_in_container(struct gp_case *c, unsigned mode)
{
	bool any = false;

	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_node *node = node_given(c, c->gpus[i]);

		if (!node)
			continue;
		c->wanted[i] = mode;
		note_intent(c, node->node.path);
		any = true;
	}
	for (size_t i = 0; i < c->n_gpus && !any; i++)
		if (gp_pci_is_native(c->gpus[i])) {
			c->wanted[i] = mode;
			note_intent(c, c->gpus[i]->driver_from.path);
		}
}

/* Who was given a GPU, is to use it, in the mode in which it came. */
static void want_what_was_given(struct gp_case *c)
{
	if (c->roles & GP_ROLE_CONTAINER)
		want_in_container(c, GP_MODE_CONTAINER);
	for (size_t i = 0; i < c->n_gpus && c->roles & GP_ROLE_GUEST; i++) {
		c->wanted[i] = gp_guest_mode(&c->facts->guest, c->gpus[i]);
		note_intent(c, "given to this VM");
	}
	for (size_t i = 0; i < c->n_gpus; i++)
		c->modes |= c->wanted[i];
}

/* --mode in a guest is about the GPUs that came so; where none is known to have, about all. */
static void want_given_as(struct gp_case *c, unsigned modes)
{
	bool any = false;

	for (size_t i = 0; i < c->n_gpus; i++) {
		c->wanted[i] = gp_guest_mode(&c->facts->guest, c->gpus[i]) & modes;
		any |= c->wanted[i] != 0;
	}
	for (size_t i = 0; i < c->n_gpus && !any; i++)
		c->wanted[i] = modes;
}

/* Nothing tells whether it is a host, a guest or a container: only of a ticket. */
static bool is_any(const struct gp_case *c)
{
	return c->roles == (GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER);
}

/* What a guest with an IOMMU of its own passes on to nobody, it uses itself. */
static void want_the_rest(struct gp_case *c)
{
	if (is_any(c))
		return;
	for (size_t i = 0; i < c->n_gpus && c->roles & GP_ROLE_GUEST; i++) {
		if (c->wanted[i] || (c->gpus[i]->driver && !gp_pci_is_native(c->gpus[i])))
			continue;
		c->wanted[i] = GP_MODE_NATIVE;
		c->modes |= GP_MODE_NATIVE;
		note_intent(c, "given to this VM");
	}
}

/* What was handed over of a cluster is about its GPUs, wherever they are. */
static void find_wish_of_cluster(struct gp_case *c)
{
	const struct gp_kubernetes *kubernetes = &c->facts->containers.kubernetes;

	if (!kubernetes->files.n)
		return;
	c->modes |= GP_MODE_CONTAINER;
	note_intent(c, kubernetes->files.items[0].path);
}

static void want_what_is_set(struct gp_arena *arena, struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++) {
		c->wanted[i] = wishes_of(c, c->gpus[i]);
		c->modes |= c->wanted[i];
	}
	find_wish_of_machine(arena, c);
	want_the_rest(c);
	find_wish_of_cluster(c);
}

/* What was asked for on the command line, of the GPUs that settings name for it. */
static void want_modes(struct gp_arena *arena, struct gp_case *c, unsigned modes)
{
	unsigned named = 0;

	c->intent = "--mode";
	c->modes = modes;
	if (!is_host(c)) {
		if (c->roles & GP_ROLE_CONTAINER)
			want_in_container(c, modes);
		else
			want_given_as(c, modes);
		return;
	}
	for (size_t i = 0; i < c->n_gpus; i++) {
		c->wanted[i] = c->device ? modes : wishes_of(c, c->gpus[i]) & modes;
		named |= c->wanted[i];
	}
	for (unsigned mode = 1; mode & GP_MODES_ALL; mode <<= 1)
		if (mode & modes & ~named)
			want_anywhere(arena, c, mode);
}

int gp_case_open(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_question *question, struct gp_case *ret)
{
	*ret = (struct gp_case){
		.facts = facts,
		.user = question->user,
		.roles = question->roles ? question->roles : facts->platform.roles,
		.intent = "",
	};
	if (question->device) {
		ret->device = gp_pci_find(&facts->pci, question->device);
		if (!ret->device)
			return -ENODEV;
		if (ret->device->kind == GP_GPU_NONE)
			return -ENOTSUP;
	}
	choose_gpus(arena, ret);
	ret->wanted = gp_alloc(arena, ret->n_gpus + 1, sizeof(*ret->wanted));
	if (question->modes)
		want_modes(arena, ret, question->modes);
	else if (!is_host(ret))
		want_what_was_given(ret);
	else
		want_what_is_set(arena, ret);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chain.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACES_MOST 16
#define GIVEN_MOST  256 /* devices of VMs */

/* Where a layer stands in the chain. */
struct place {
	const char *layer, *name;
	const char *modes; /* that come through it; NULL: it is shown only where it is broken */
};

#define IN_VMS   "full;split;vf"
#define IN_PLACE "native;container"
#define ANYWHERE "native;full;split;vf;container;cpu"
#define PLACE_END                \
	{                        \
		NULL, NULL, NULL \
	}

static const struct place host_places[PLACES_MOST] = {
	{"firmware", "Firmware", ANYWHERE},
	{"kernel", "Kernel", ANYWHERE},
	{"iommu", "IOMMU", IN_VMS},
	{"pci", "PCI device", ANYWHERE},
	{"driver", "Driver", "native;split;vf;container"},
	{"mdev", "mdev", "split"},
	{"sriov", "SR-IOV VF", "vf"},
	{"vfio", "vfio", IN_VMS},
	{"vm", "VM", IN_VMS},
	{"drm", "DRM node", IN_PLACE},
	{"vaapi", "VA-API", IN_PLACE},
	{"opencl", "OpenCL", IN_PLACE},
	{"container", "Container", "container"},
	PLACE_END,
};

static const struct place guest_places[PLACES_MOST] = {
	{"firmware", "Firmware", NULL},
	{"iommu", "IOMMU", NULL},
	{"mdev", "mdev", NULL},
	{"sriov", "SR-IOV VF", NULL},
	{"vfio", "vfio", NULL},
	{"vm", "VM", ANYWHERE},
	{"pci", "PCI device", ANYWHERE},
	{"kernel", "Guest kernel", ANYWHERE},
	{"driver", "Guest driver", ANYWHERE},
	{"drm", "DRM node", ANYWHERE},
	{"vaapi", "VA-API", ANYWHERE},
	{"opencl", "OpenCL", ANYWHERE},
	{"container", "Container", "container"},
	PLACE_END,
};

static const struct place container_places[PLACES_MOST] = {
	{"firmware", "Firmware", NULL},
	{"kernel", "Kernel", NULL},
	{"iommu", "IOMMU", NULL},
	{"pci", "PCI device", NULL},
	{"mdev", "mdev", NULL},
	{"sriov", "SR-IOV VF", NULL},
	{"vfio", "vfio", NULL},
	{"vm", "VM", NULL},
	{"driver", "Driver", NULL},
	{"container", "Container", ANYWHERE},
	{"drm", "DRM node", ANYWHERE},
	{"vaapi", "VA-API", ANYWHERE},
	{"opencl", "OpenCL", ANYWHERE},
	PLACE_END,
};

/* What a chain is drawn with. */
struct draft {
	const struct gp_digest *digest;
	const struct gp_digest_gpu *gpu;      /* NULL: the machine */
	GP_LIST(const struct gp_row *) given; /* to which VM which device */
	const struct place *places;
	const char *modes;
	struct gp_link links[PLACES_MOST];
	struct gp_link apart[PLACES_MOST]; /* the same without what waits */
};

const char *gp_link_word(enum gp_link_state state)
{
	static const char *const words[] = {
		[GP_LINK_NONE] = "not there",
		[GP_LINK_OK] = "ok",
		[GP_LINK_UNKNOWN] = "unknown",
		[GP_LINK_WARNS] = "warns",
		[GP_LINK_WAITS] = "waits",
		[GP_LINK_FAILS] = "fails",
	};

	return words[state];
}

static bool shares_mode(const char *list, const char *other)
{
	for (;; other++) {
		char word[16];
		size_t size = strcspn(other, ";");

		if (size && size < sizeof(word)) {
			memcpy(word, other, size);
			word[size] = '\0';
			if (gp_listed(list, word))
				return true;
		}
		other += size;
		if (!*other)
			return false;
	}
}

bool gp_chain_enters_vm(const struct gp_chain *chain)
{
	return shares_mode(IN_VMS, chain->modes);
}

char *gp_chain_words(struct gp_arena *arena, const struct gp_chain *chain)
{
	struct gp_strings words = {0};

	gp_each (link, &chain->links) {
		bool bare = link->state == GP_LINK_OK || link->state == GP_LINK_WAITS;

		gp_strings_add(arena, &words,
			gp_printf(arena, bare ? "%s %s" : "%s %s (%s)", link->name,
				gp_link_word(link->state), link->id));
	}
	return gp_join(arena, &words, " - ");
}

static const struct gp_digest_gpu *gpu_of(const struct gp_digest *digest, const char *address)
{
	gp_each (gpu, &digest->gpus)
		if (gp_equal(gpu->address, address))
			return gpu;
	return NULL;
}

/* 0000:01:00.0: its length without the function; 0: it is no such address. */
static size_t slot_size(const char *subject)
{
	const char *dot = strrchr(subject, '.');

	if (!dot || !dot[1] || dot[2] || !gp_is_plain(subject, ":.") || !strchr(subject, ':'))
		return 0;
	return (size_t)(dot - subject);
}

/* Whether a PCI function is the GPU, one that it comes with, or its VF. */
static bool is_part_of(const struct draft *draft, const char *address)
{
	const struct gp_digest_gpu *gpu = draft->gpu, *other;
	size_t size = slot_size(address);

	if (!size || gp_equal(address, gpu->address))
		return true;
	other = gpu_of(draft->digest, address);
	if (other)
		return gp_equal(other->pf, gpu->address);
	return strncmp(address, gpu->address, size) == 0 && gpu->address[size] == '.';
}

static bool has_part_of(const struct draft *draft, const char *addresses)
{
	char address[32];
	size_t size;

	for (const char *at = addresses; *at; at += size + (at[size] == ';')) {
		size = strcspn(at, ";");
		snprintf(address, sizeof(address), "%.*s", (int)(size < 31 ? size : 31), at);
		if (is_part_of(draft, address))
			return true;
	}
	return false;
}

/* Whether a VM gets it, as far as is known what that gets. */
static bool is_given_to(const struct draft *draft, const char *vm)
{
	bool gets_others = false;

	gp_each (given, &draft->given) {
		if (!gp_equal((*given)->subject, vm))
			continue;
		if (gp_equal((*given)->id, "vm.mdev") || has_part_of(draft, (*given)->value))
			return true;
		gets_others = true;
	}
	return !gets_others;
}

/* Whether what is said of a subject concerns the GPU: not what is said of another one. */
static bool is_about(const struct draft *draft, const char *subject)
{
	const struct gp_digest_gpu *gpu = draft->gpu;

	if (!gpu || !*subject)
		return true;
	if (gp_starts_with(subject, "group/"))
		return !*gpu->group || gp_equal(subject + strlen("group/"), gpu->group);
	if (gp_starts_with(subject, "vm/"))
		return is_given_to(draft, subject);
	return is_part_of(draft, subject);
}

enum gp_link_state gp_link_state_of(const struct gp_row *row)
{
	if (gp_equal(row->verdict, "fail"))
		return GP_LINK_FAILS;
	if (gp_equal(row->verdict, "warn"))
		return GP_LINK_WARNS;
	if (gp_equal(row->verdict, "pass") || gp_equal(row->verdict, "note"))
		return GP_LINK_OK;
	if (gp_equal(row->verdict, "unknown"))
		return GP_LINK_UNKNOWN;
	return gp_equal(row->verdict, "skip") && gp_starts_with(row->text, "blocked by ")
		       ? GP_LINK_WAITS
		       : GP_LINK_NONE;
}

static size_t place_of(const struct place *places, const char *layer)
{
	size_t i = 0;

	while (places[i].layer && !gp_equal(places[i].layer, layer))
		i++;
	return i;
}

static void worsen(struct gp_link *link, enum gp_link_state state, const char *id, long rank)
{
	if (state < link->state || (state == link->state && rank >= link->rank))
		return;
	link->state = state;
	link->rank = rank;
	link->id = id;
}

static void take_row(struct draft *draft, const struct gp_row *row)
{
	bool is_cause = gp_equal(row->kind, "cause");
	size_t at = place_of(draft->places, row->layer);
	enum gp_link_state state = gp_link_state_of(row);
	long rank = is_cause ? strtol(row->value, NULL, 10) : LONG_MAX;

	if ((!is_cause && !gp_equal(row->kind, "finding")) || !draft->places[at].layer ||
		state == GP_LINK_NONE || !is_about(draft, row->subject) ||
		(*row->mode && !shares_mode(row->mode, draft->modes)))
		return;
	if (state == GP_LINK_WAITS) {
		worsen(&draft->links[at], state, row->text + strlen("blocked by "), rank);
		return;
	}
	worsen(&draft->links[at], state, row->id, rank);
	worsen(&draft->apart[at], state, row->id, rank);
}

static bool is_shown(const struct draft *draft, size_t i)
{
	const struct place *place = &draft->places[i];

	if (draft->links[i].state == GP_LINK_FAILS)
		return true;
	return draft->links[i].state != GP_LINK_NONE && place->modes &&
	       shares_mode(place->modes, draft->modes);
}

/* What comes before the break does not wait for it, though one of its checks may. */
static void settle(struct draft *draft)
{
	const struct gp_link *broken = NULL;

	for (size_t i = 0; draft->places[i].layer; i++) {
		struct gp_link *link = &draft->links[i];
		bool is_of_node = gp_equal(draft->places[i].layer, "drm") ||
				  gp_equal(draft->places[i].layer, "vaapi");

		if (!broken && link->state == GP_LINK_FAILS)
			broken = link;
		if (!broken && link->state == GP_LINK_WAITS &&
			draft->apart[i].state != GP_LINK_NONE)
			*link = draft->apart[i];
		if (broken && is_of_node && draft->gpu && !*draft->gpu->node &&
			link->state != GP_LINK_NONE)
			worsen(link, GP_LINK_WAITS, broken->id, LONG_MAX);
	}
}

static void take_links(struct gp_arena *arena, const struct draft *draft, struct gp_chain *chain)
{
	for (size_t i = 0; draft->places[i].layer; i++)
		if (is_shown(draft, i))
			*gp_push(arena, &chain->links) = draft->links[i];
	gp_each (link, &chain->links)
		if (link->state == GP_LINK_FAILS &&
			(!chain->first || link->rank < chain->first->rank))
			chain->first = link;
}

static const struct place *places_for(const struct gp_record *part)
{
	const char *role = gp_record_meta(part, "role");

	if (!role || gp_listed(role, "host"))
		return host_places;
	if (gp_listed(role, "guest"))
		return guest_places;
	return gp_listed(role, "container") ? container_places : host_places;
}

static void take_given(struct gp_arena *arena, struct draft *draft, const struct gp_record *part)
{
	const struct gp_row *row = NULL;

	while (draft->given.n < GIVEN_MOST && (row = gp_record_next(part, "fact", row)))
		if (gp_equal(row->id, "vm.device") || gp_equal(row->id, "vm.mdev"))
			*gp_push(arena, &draft->given) = row;
}

static void add_chain(struct gp_arena *arena, const struct gp_record *part,
	const struct gp_digest *digest, const struct gp_digest_gpu *gpu, const char *wanted,
	struct gp_chains *chains)
{
	struct gp_chain chain = {.subject = gpu ? gpu->address : "", .modes = wanted};
	struct draft draft = {.digest = digest, .gpu = gpu, .places = places_for(part)};

	take_given(arena, &draft, part);
	/* Inside a VM or a container, and where nobody wants more, the GPU is used in place. */
	draft.modes = gp_printf(
		arena, "%s%s", wanted, draft.places == host_places && *wanted ? "" : ";native");
	for (size_t i = 0; i < PLACES_MOST; i++)
		draft.links[i] = draft.apart[i] =
			(struct gp_link){.name = draft.places[i].name, .id = "", .rank = LONG_MAX};
	for (size_t i = 0; i < part->n; i++)
		take_row(&draft, &part->items[i]);
	settle(&draft);
	take_links(arena, &draft, &chain);
	if (chain.links.n)
		*gp_push(arena, &chains->list) = chain;
}

/* What is wanted of a GPU; of a PF also what is wanted of its VFs. */
static const char *wanted_of(const struct gp_digest *digest, const struct gp_digest_gpu *gpu)
{
	if (*gpu->wanted)
		return gpu->wanted;
	gp_each (other, &digest->gpus)
		if (*other->wanted && gp_equal(other->pf, gpu->address))
			return other->wanted;
	return "";
}

static bool has_chain(const struct gp_digest *digest, const struct gp_digest_gpu *gpu)
{
	/* A VF is a part of its PF's chain. */
	if (*gpu->pf && !gp_equal(gpu->pf, gpu->address) && gpu_of(digest, gpu->pf))
		return false;
	if (digest->names_wanted)
		return *wanted_of(digest, gpu) != '\0';
	return !*gpu->kind || gp_equal(gpu->kind, "gpu");
}

/* On a host, what a VM gets and what is used in place go two ways: a chain each. */
static void add_chains(struct gp_arena *arena, const struct gp_record *part,
	const struct gp_digest *digest, const struct gp_digest_gpu *gpu, const char *wanted,
	struct gp_chains *chains)
{
	struct gp_strings modes = gp_split(arena, wanted, ";"), vm = {0}, in_place = {0};

	for (size_t i = 0; i < modes.n; i++)
		gp_strings_add(
			arena, gp_listed(IN_VMS, modes.items[i]) ? &vm : &in_place, modes.items[i]);
	if (places_for(part) != host_places || !vm.n || !in_place.n) {
		add_chain(arena, part, digest, gpu, wanted, chains);
		return;
	}
	add_chain(arena, part, digest, gpu, gp_join(arena, &vm, ";"), chains);
	add_chain(arena, part, digest, gpu, gp_join(arena, &in_place, ";"), chains);
}

struct gp_chains gp_chains(
	struct gp_arena *arena, const struct gp_record *part, const struct gp_digest *digest)
{
	struct gp_chains chains = {0};
	size_t n = 0;

	gp_each (gpu, &digest->gpus) {
		if (!has_chain(digest, gpu))
			continue;
		if (n++ < GP_CHAIN_GPUS_MOST)
			add_chains(arena, part, digest, gpu, wanted_of(digest, gpu), &chains);
		else
			chains.left_out++;
	}
	if (!n)
		add_chains(arena, part, digest, NULL, digest->mode, &chains);
	return chains;
}

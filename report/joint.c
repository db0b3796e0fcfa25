/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "family.h"

#include <string.h>

/* Devices that a VM is given. */
#define HANDED_MOST 64

/* What the host gives a VM, one function or one slot each. */
struct handed {
	const char *address; /* 0000:01:00.0, or 0000:01:00 for all functions; of an mdev its GPU */
	const char *guest_address; /* as the guest has it; "" */
};

struct handed_list {
	GP_LIST(struct handed) list;
};

/* Whether there was room for any. */
static bool take_handed(
	struct gp_arena *arena, struct handed_list *handed, const struct gp_row *row)
{
	struct gp_strings addresses = gp_split(arena, row->value, ";");
	size_t before = handed->list.n;

	for (size_t i = 0; i < addresses.n && handed->list.n < HANDED_MOST; i++)
		*gp_push(arena, &handed->list) = (struct handed){addresses.items[i], ""};
	return handed->list.n > before;
}

/* Where in the guest it is stands behind the device that it is said of, with the same source. */
static struct handed_list handed_to(
	struct gp_arena *arena, const struct gp_record *host, const char *vm)
{
	const struct gp_row *row = NULL, *device = NULL;
	struct handed_list handed = {0};

	while (*vm && (row = gp_record_next(host, "fact", row))) {
		if (!gp_equal(row->subject, vm))
			continue;
		if (gp_equal(row->id, "vm.device") || gp_equal(row->id, "vm.mdev")) {
			device = take_handed(arena, &handed, row) ? row : NULL;
		} else if (gp_equal(row->id, "vm.guest_address") && device &&
			   gp_equal(row->source, device->source)) {
			handed.list.items[handed.list.n - 1].guest_address = row->value;
		}
	}
	return handed;
}

/* Whether a function is the one handed over, or in the slot that is. */
static bool covers(const char *address, const char *function)
{
	size_t size = strlen(address);

	return gp_starts_with(function, address) &&
	       (!function[size] || (function[size] == '.' && !strchr(address, '.')));
}

static const struct gp_digest_gpu *gpu_at(const struct gp_digest *digest, const char *address)
{
	gp_each (gpu, &digest->gpus)
		if (*address && covers(address, gpu->address))
			return gpu;
	return NULL;
}

/* 0000:00:02.1 and 0000:00:02.0 */
static bool share_slot(const char *a, const char *b)
{
	const char *dot = strrchr(a, '.');
	size_t size = dot ? (size_t)(dot - a) : strlen(a);

	return size && strncmp(a, b, size) == 0 && b[size] == '.';
}

/*
 * Whether it is the chain that leads into VMs where that is the way, or else the one to what runs
 * in place. Within a VM all that is wanted goes one way; where nothing is wanted nothing is known.
 */
static bool leads(const struct gp_kin *kin, const struct gp_chain *chain, bool into_vm)
{
	return *kin->digest.inside || gp_chain_enters_vm(chain) == into_vm ||
	       (!*chain->modes && !chain->first);
}

static const struct gp_chain *chain_of(
	const struct gp_kin *kin, const char *address, bool whole_slot, bool into_vm)
{
	gp_each (chain, &kin->chains.list)
		if (leads(kin, chain, into_vm) && (whole_slot ? share_slot(address, chain->subject)
							      : covers(address, chain->subject)))
			return chain;
	return NULL;
}

/* A VF's is that of its PF; where the host does not know it, that of what is in its slot. */
static const struct gp_chain *chain_to(
	const struct gp_kin *outer, const char *address, bool into_vm)
{
	const struct gp_digest_gpu *gpu = gpu_at(&outer->digest, address);
	const struct gp_chain *chain = NULL;

	if (!*address)
		return NULL;
	if (gpu && *gpu->pf)
		chain = chain_of(outer, gpu->pf, false, into_vm);
	if (!chain)
		chain = chain_of(outer, address, false, into_vm);
	return chain || (gpu && *gpu->pf) ? chain : chain_of(outer, address, true, into_vm);
}

/* What is known of one among several: nothing yet, the one, or that there are two. */
struct choice {
	const struct gp_chain *chain;
	bool is_open;
};

static void offer(struct choice *choice, const struct gp_chain *chain)
{
	choice->is_open |= chain && choice->chain && choice->chain != chain;
	choice->chain = chain ? chain : choice->chain;
}

static const struct gp_chain *chosen(const struct choice *choice)
{
	return choice->is_open ? NULL : choice->chain;
}

static const struct gp_chain *by_guest_address(const struct gp_kin *outer,
	const struct handed_list *handed, const struct gp_digest_gpu *gpu)
{
	struct choice choice = {0};

	gp_each (device, &handed->list)
		if (gpu && gp_equal(device->guest_address, gpu->address))
			offer(&choice, chain_to(outer, device->address, true));
	return chosen(&choice);
}

static const struct gp_chain *by_id(const struct gp_kin *outer, const struct handed_list *handed,
	const struct gp_digest_gpu *gpu)
{
	struct choice choice = {0};

	gp_each (device, &handed->list) {
		const struct gp_digest_gpu *given = gpu_at(&outer->digest, device->address);

		if (gpu && given && *gpu->id && gp_equal(given->id, gpu->id))
			offer(&choice, chain_to(outer, device->address, true));
	}
	return chosen(&choice);
}

/* QEMU's own display, unless it says otherwise by its id. */
static bool is_emulated(const struct gp_kin *kin, const char *address)
{
	const struct gp_digest_gpu *gpu = gpu_at(&kin->digest, address);
	const struct gp_row *row = NULL;

	if (!gpu)
		return false;
	if (gp_equal(gpu->kind, "emulated"))
		return true;
	while ((row = gp_record_next(&kin->machine->record, "fact", row)))
		if (gp_equal(row->id, "gpu.passed-as") && gp_equal(row->subject, address))
			return gp_equal(row->value, "emulated");
	return false;
}

/* Where one GPU went in and one came out. */
static const struct gp_chain *by_number(const struct gp_kin *outer,
	const struct handed_list *handed, const struct gp_kin *inner, const struct gp_chain *chain)
{
	struct choice choice = {0};
	size_t others = 0;

	gp_each (other, &inner->chains.list)
		others += other != chain && !is_emulated(inner, other->subject);
	if (others || inner->chains.left_out || is_emulated(inner, chain->subject))
		return NULL;
	gp_each (device, &handed->list)
		offer(&choice, chain_to(outer, device->address, true));
	if (!choice.chain)
		gp_each (of_outer, &outer->chains.list)
			offer(&choice, leads(outer, of_outer, true) ? of_outer : NULL);
	return chosen(&choice);
}

static const struct gp_chain *before_guest(
	const struct gp_kin *outer, const struct gp_kin *inner, const struct gp_chain *chain)
{
	const struct gp_digest_gpu *gpu = gpu_at(&inner->digest, chain->subject);
	struct gp_arena *arena = gp_arena_new();
	struct handed_list handed = handed_to(arena, &outer->machine->record, inner->member->as);
	const struct gp_chain *before = by_guest_address(outer, &handed, gpu);

	if (!before)
		before = by_id(outer, &handed, gpu);
	if (!before)
		before = by_number(outer, &handed, inner, chain);
	gp_arena_free(arena);
	return before;
}

/* A container sees its GPU where the machine around it does. */
static const struct gp_chain *before_container(
	const struct gp_kin *outer, const struct gp_kin *inner, const struct gp_chain *chain)
{
	const struct gp_digest_gpu *gpu = gpu_at(&inner->digest, chain->subject);
	const struct gp_chain *before = chain_to(outer, chain->subject, false);
	struct choice choice = {0};

	if (!before && gpu)
		before = chain_to(outer, gpu->pf, false);
	if (before || *chain->subject)
		return before;
	gp_each (of_outer, &outer->chains.list)
		offer(&choice, leads(outer, of_outer, false) ? of_outer : NULL);
	return chosen(&choice);
}

const struct gp_chain *gp_chain_before(
	const struct gp_kin *outer, const struct gp_kin *inner, const struct gp_chain *chain)
{
	if (gp_machine_is_container(inner->machine))
		return before_container(outer, inner, chain);
	return before_guest(outer, inner, chain);
}

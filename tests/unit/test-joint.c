/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kin.h"

/*
 * "pve1 0000:00:02.0 > ubuntu 0000:06:10.0 | ...": each lane, behind < the one it goes on from
 * where that is not the one before, with ! where it is lost.
 */
static const char *joints(const struct gp_record *all, const struct gp_kindred *kindred)
{
	struct gp_strings words = {0};

	gp_each (joint, &kindred->joints) {
		if (joint != kindred->joints.items)
			gp_strings_add(all->arena, &words, "|");
		gp_each (lane, &joint->lanes)
			gp_strings_add(all->arena, &words,
				gp_printf(all->arena, "%s%.*s%s%s%s",
					lane == joint->lanes.items
						? ""
						: gp_printf(all->arena, "%zu>", lane->from),
					(int)strcspn(lane->whose, " "), lane->whose,
					*lane->chain->subject ? " " : "", lane->chain->subject,
					lane->is_lost ? "!" : ""));
	}
	return gp_join(all->arena, &words, " ");
}

static void joints_are(const struct gp_record *all, const char *wanted)
{
	struct gp_fleet fleet = fleet_of(all);
	struct gp_kindred kindred;

	assert_int_equal(fleet.families.n, 1);
	kindred = gp_kindred(all->arena, &fleet, fleet.families.items);
	assert_string_equal(joints(all, &kindred), wanted);
	gp_fleet_free(&fleet);
}

static void test_vf_is_of_its_pf(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	add_guest(all);
	joints_are(all, "pve1 " PF " 0>ubuntu " IN_VM);
}

static void test_by_id(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	gpu(all, CARD, "10de:2504", "full");
	hand(all, "vm/100", "vm.device", "0000:03:00");
	add_guest(all);
	gpu(all, "0000:07:00.0", "10de:2504", "full");
	joints_are(all, "pve1 " PF " 0>ubuntu " IN_VM " | pve1 " CARD " 0>ubuntu 0000:07:00.0");
}

/* Two alike: which is which is said by the address alone. */
static void test_by_address(void **state)
{
	struct gp_record *all = *state;

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, CARD, "10de:2504", "full");
	gpu(all, "0000:04:00.0", "10de:2504", "full");
	layer(all, "vm");
	vm(all, "vm/100", "uuid-g");
	hand(all, "vm/100", "vm.device", "0000:04:00.0");
	hand(all, "vm/100", "vm.guest_address", IN_VM);
	hand(all, "vm/100", "vm.device", CARD);
	add_guest(all);
	gpu(all, "0000:07:00.0", "10de:2504", "full");
	joints_are(
		all, "pve1 " CARD " | pve1 0000:04:00.0 0>ubuntu " IN_VM " | ubuntu 0000:07:00.0");
}

/* Where one device too many is in the guest is not said of the one before it. */
static void test_by_address_of_many(void **state)
{
	struct gp_record *all = *state;

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, CARD, "10de:2504", "full");
	gpu(all, "0000:04:00.0", "10de:2504", "full");
	layer(all, "vm");
	vm(all, "vm/100", "uuid-g");
	for (unsigned i = 1; i < 64; i++)
		hand(all, "vm/100", "vm.device", gp_printf(all->arena, "0000:%x:00.0", 16 + i));
	hand(all, "vm/100", "vm.device", CARD);
	hand(all, "vm/100", "vm.guest_address", IN_VM);
	hand(all, "vm/100", "vm.device", "0000:04:00.0");
	hand(all, "vm/100", "vm.guest_address", "0000:07:00.0");
	begin(all, "ubuntu", "guest", "uuid-g", "boot-g");
	gpu(all, IN_VM, "10de:1111", "full");
	gpu(all, "0000:07:00.0", "10de:2222", "full");
	layer(all, "pci");
	joints_are(
		all, "pve1 " CARD " 0>ubuntu " IN_VM " | pve1 0000:04:00.0 | ubuntu 0000:07:00.0");
}

static void test_by_number(void **state)
{
	struct gp_record *all = *state;

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:4680", "vf");
	gpu(all, CARD, "10de:2504", "full");
	layer(all, "vm");
	vm(all, "vm/100", "uuid-g");
	/* A VF that the host does not have is still of its slot. */
	hand(all, "vm/100", "vm.device", VF);
	begin(all, "ubuntu", "guest", "uuid-g", "boot-g");
	layer(all, "pci");
	joints_are(all, "pve1 " PF " 0>ubuntu | pve1 " CARD);
}

/* What QEMU shows is not what went in. */
static void test_emulated(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	begin(all, "ubuntu", "guest", "uuid-g", "boot-g");
	gpu(all, IN_VM, "1234:1111", "full");
	fact(all, "gpu.passed-as", IN_VM, "emulated");
	layer(all, "pci");
	joints_are(all, "pve1 " PF " | ubuntu " IN_VM);
}

static void test_mdev(void **state)
{
	struct gp_record *all = *state;

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:3e92", "split;container");
	layer(all, "iommu");
	layer(all, "drm");
	vm(all, "vm/100", "uuid-g");
	hand(all, "vm/100", "vm.mdev", PF);
	add_guest(all);
	add_container(all, PF, "boot-h");
	/* What a VM gets and what is used in place go two ways. */
	joints_are(all, "pve1 " PF " 0>ubuntu " IN_VM " | pve1 " PF " 0>jelly " PF);
}

static void test_container_in_a_guest(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	add_container(all, IN_VM, "boot-g");
	add_guest(all);
	joints_are(all, "pve1 " PF " 0>ubuntu " IN_VM " 1>jelly " IN_VM);
}

static void test_container_elsewhere(void **state)
{
	struct gp_record *all = *state;

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:4680", "container");
	gpu(all, CARD, "8086:4680", "container");
	layer(all, "drm");
	add_container(all, CARD, "boot-h");
	joints_are(all, "pve1 " PF " | pve1 " CARD " 0>jelly " CARD);
	begin(all, "none", "container", "", "boot-h");
	layer(all, "container");
	joints_are(all, "pve1 " PF " | pve1 " CARD " 0>jelly " CARD " | none");
}

/* What breaks on the way into VMs is not in the way of a container, nor the other way round. */
static void test_other_way(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	breaks(all, "sriov", "no-vf", PF);
	add_container(all, PF, "boot-h");
	add_container(all, "", "boot-h");
	joints_are(all, "pve1 " PF " | jelly " PF " | jelly");
}

static void test_other_way_into_a_vm(void **state)
{
	struct gp_record *all = *state;

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:4680", "container");
	breaks(all, "vaapi", "no-codec", PF);
	vm(all, "vm/100", "uuid-g");
	hand(all, "vm/100", "vm.device", VF);
	add_guest(all);
	joints_are(all, "pve1 " PF " | ubuntu " IN_VM);
}

/* A host of which nothing is wanted says nothing of the way. */
static void test_no_way(void **state)
{
	struct gp_record *all = *state;

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:4680", "");
	layer(all, "firmware");
	vm(all, "vm/100", "uuid-g");
	hand(all, "vm/100", "vm.device", VF);
	add_guest(all);
	add_container(all, PF, "boot-h");
	joints_are(all, "pve1 " PF " 0>ubuntu " IN_VM " 0>jelly " PF);
}

static void test_two_guests(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	vm(all, "vm/101", "uuid-i");
	hand(all, "vm/101", "vm.device", VF);
	add_guest(all);
	breaks(all, "driver", "no-driver", IN_VM);
	add_container(all, IN_VM, "boot-g");
	begin(all, "debian", "guest", "uuid-i", "boot-i");
	gpu(all, IN_VM, "8086:4680", "vf");
	layer(all, "pci");
	joints_are(all, "pve1 " PF " 0>ubuntu " IN_VM " 1>jelly " IN_VM "! 0>debian " IN_VM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_vf_is_of_its_pf),
		TEST(test_by_id),
		TEST(test_by_address),
		TEST(test_by_address_of_many),
		TEST(test_by_number),
		TEST(test_emulated),
		TEST(test_mdev),
		TEST(test_container_in_a_guest),
		TEST(test_container_elsewhere),
		TEST(test_other_way),
		TEST(test_other_way_into_a_vm),
		TEST(test_no_way),
		TEST(test_two_guests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

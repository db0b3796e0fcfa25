/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "facts.h"
#include "machine/source.h"

struct looked {
	struct gp_machine *machine;
	struct gp_facts facts;
};

static void look(struct looked *l, const char *text)
{
	char *why = NULL;

	assert_int_equal(gp_machine_open_memory(text, strlen(text), &l->machine, &why), 0);
	gp_facts_collect(l->machine, &(struct gp_reading){.tries = GP_TRIES_ALL}, &l->facts);
}

#define NODES                                                                                  \
	"C /dev/dri/card0 0660 root video 0 226:0\n"                                           \
	"C /dev/dri/renderD128 0660 root render 0 226:128\n"                                   \
	"C /dev/dri/renderD129 0660 root render 0 226:0\n"                                     \
	"C /dev/dri/renderD130 0660 root render 0 226:132\n"                                   \
	"C /dev/dri/renderD131 0660 root render 0 1:3\n"                                       \
	"N /dev/dri/renderD133 0000 root root 0\n"                                             \
	"L /sys/class/drm/card0 -> ../../devices/pci0000:00/0000:00:02.0/drm/card0\n"          \
	"L /sys/class/drm/card0-DP-1 -> ../../devices/pci0000:00/0000:00:02.0/drm/card0/x\n"   \
	"L /sys/class/drm/renderD128 -> ../../devices/pci0000:00/0000:00:02.0/drm/r\n"         \
	"L /sys/class/drm/renderD132 -> ../../devices/pci0000:00/0000:03:00.0/virtio1/drm/r\n" \
	"F /sys/class/drm/version\n"                                                           \
	"L /sys/devices/pci0000:00/0000:00:02.0/drm/card0/device -> ../../../0000:00:02.0\n"   \
	"L /sys/devices/pci0000:00/0000:00:02.0/drm/r/device -> ../../../0000:00:02.0\n"       \
	"L /sys/devices/pci0000:00/0000:03:00.0/virtio1/drm/r/device -> ../../../virtio1\n"

static const struct gp_node *node_of(const struct looked *l, const char *name)
{
	const struct gp_node *node = gp_nodes_find(&l->facts.nodes, name);

	assert_non_null(node);
	return node;
}

static void a_node_is_what_its_number_says(void **state)
{
	struct looked l;

	(void)state;
	look(&l, "gpupass-machine 1\n" NODES "end\n");
	assert_string_equal(node_of(&l, "renderD128")->address, "0000:00:02.0");
	assert_string_equal(node_of(&l, "renderD129")->really, "card0");
	assert_string_equal(node_of(&l, "renderD130")->really, "renderD132");
	assert_string_equal(node_of(&l, "renderD130")->address, "0000:03:00.0");
	assert_false(node_of(&l, "renderD131")->is_device);
	assert_false(node_of(&l, "renderD133")->is_device);
	assert_null(gp_nodes_find(&l.facts.nodes, "renderD132"));
	assert_null(gp_nodes_find(&l.facts.nodes, "version"));
	gp_machine_close(l.machine);
}

/* A card is never opened, whatever it is called, and neither is what the kernel does not know. */
static void only_render_nodes_are_tried(void **state)
{
	struct looked l;
	struct gp_attempts attempts = {0};

	(void)state;
	look(&l, "gpupass-machine 1\n" NODES "end\n");
	gp_drm_attempts(gp_machine_arena(l.machine), &l.facts, &attempts);
	assert_int_equal(attempts.n, 2);
	assert_string_equal(attempts.items[0].subject, "/dev/dri/renderD128");
	assert_string_equal(attempts.items[1].subject, "/dev/dri/renderD130");
	gp_machine_close(l.machine);
}

static void hostile_accounts_are_left_out(void **state)
{
	const struct gp_account *user;
	struct gp_strings groups;
	struct looked l;
	uint64_t gid = 0;

	(void)state;
	look(&l,
		"gpupass-machine 1\n"
		"F /etc/group\n|render:x:105:ann,,bob,\n|broken\n|:x:7:\n|big:x:99999999999999999999:\n"
		"|users:x:100:\n"
		"F /etc/passwd\n|ann:x:1000:100::/:/bin/sh\n|x:y\n|neg:x:-1:1::/:\n|bob:x:1001:77::/:\n"
		"end\n");
	assert_int_equal(l.facts.accounts.users.n, 2);
	assert_int_equal(l.facts.accounts.groups.n, 2);
	user = gp_accounts_user(&l.facts.accounts, "1001");
	assert_non_null(user);
	groups = gp_accounts_groups_of(gp_machine_arena(l.machine), &l.facts.accounts, user);
	assert_int_equal(groups.n, 2);
	assert_string_equal(groups.items[0], "77");
	assert_string_equal(groups.items[1], "render");
	assert_true(gp_accounts_gid(&l.facts.accounts, "render", &gid));
	assert_int_equal(gid, 105);
	assert_false(gp_accounts_gid(&l.facts.accounts, "video", &gid));
	assert_null(gp_accounts_user(&l.facts.accounts, "carl"));
	gp_machine_close(l.machine);
}

static void expect_malformed(const char *status)
{
	struct looked l;
	char text[512];

	snprintf(text, sizeof(text),
		"gpupass-machine 1\nF /proc/17/status\n%sL /proc/self -> 17\nend\n", status);
	look(&l, text);
	assert_int_equal(l.facts.accounts.self.from.presence, GP_MALFORMED);
	gp_machine_close(l.machine);
}

static void a_process_is_whole_or_malformed(void **state)
{
	struct looked l;

	(void)state;
	expect_malformed("|Uid:\n|Gid:\t0\t0\t0\t0\n|CapEff:\t0\n");
	expect_malformed("|Uid:\t0\t0\n|Gid:\t0\t0\n|CapEff:\txyz\n");
	expect_malformed("|Groups:\t4 5\n");
	look(&l, "gpupass-machine 1\nF /proc/17/status\n|Uid:\t1\t2\t3\t4\n|Gid:\t5\t6\t7\t8\n"
		 "|Groups:\t44 x 105 \n|CapEff:\t0000004000000000\nL /proc/self -> 17\nend\n");
	assert_int_equal(l.facts.accounts.self.uid, 2);
	assert_int_equal(l.facts.accounts.self.gid, 6);
	assert_int_equal(l.facts.accounts.self.groups.n, 2);
	assert_true(l.facts.accounts.self.capabilities == 1ull << 38);
	gp_machine_close(l.machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_is_what_its_number_says),
		cmocka_unit_test(only_render_nodes_are_tried),
		cmocka_unit_test(hostile_accounts_are_left_out),
		cmocka_unit_test(a_process_is_whole_or_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

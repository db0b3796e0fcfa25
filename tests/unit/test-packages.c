/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "diagnosis/packages.h"

static void names_follow_the_distribution(void **state)
{
	static const struct {
		struct gp_platform platform;
		const char *key, *name;
	} cases[] = {
		{{.distribution_id = "debian", .version_id = "12", .kernel = "6.1.0-25-amd64"},
			"kernel-headers", "linux-headers-6.1.0-25-amd64"},
		{{.distribution_id = "debian", .proxmox = "8.2.4", .kernel = "6.8.12-1-pve"},
			"kernel-headers", "proxmox-headers-6.8.12-1-pve proxmox-default-headers"},
		{{.distribution_id = "debian", .proxmox = "7.4-17", .kernel = "5.15.108-1-pve"},
			"kernel-headers", "pve-headers-5.15.108-1-pve"},
		{{.distribution_id = "fedora", .kernel = "6.11.4-301.fc41.x86_64"},
			"kernel-headers", "kernel-devel-6.11.4-301.fc41.x86_64"},
		{{.distribution_id = "arch", .kernel = "6.6.58-1-lts"}, "kernel-headers",
			"linux-lts-headers"},
		{{.distribution_id = "debian", .version_id = "12"}, "intel-gpu-firmware",
			"firmware-misc-nonfree"},
		{{.distribution_id = "debian", .version_id = "13"}, "intel-gpu-firmware",
			"firmware-intel-graphics"},
		{{.distribution_id = "debian"}, "intel-gpu-firmware", "firmware-intel-graphics"},
		{{.distribution_id = "ubuntu", .version_id = "24.04"}, "amd-gpu-firmware",
			"linux-firmware"},
		{{.distribution_id = "fedora"}, "intel-gpu-tools", "igt-gpu-tools"},
		{{.distribution_id = "debian", .version_id = "12"}, "intel-opencl",
			"intel-opencl-icd"},
	};
	struct gp_arena *arena = gp_arena_new();

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++)
		assert_string_equal(
			gp_package_name(arena, &cases[i].platform, cases[i].key), cases[i].name);
	gp_arena_free(arena);
}

static void what_is_not_known_has_no_name(void **state)
{
	static const struct gp_platform nix = {.distribution_id = "nixos"},
					arch = {.distribution_id = "arch"},
					debian = {.distribution_id = "debian"},
					trixie = {.distribution_id = "debian", .version_id = "13"},
					pve9 = {.distribution_id = "debian", .proxmox = "9.0.3"},
					hostile = {.distribution_id = "debian",
						.kernel = "6.1; reboot"};
	struct gp_arena *arena = gp_arena_new();

	(void)state;
	assert_null(gp_package_name(arena, &nix, "dkms"));
	assert_null(gp_package_command(arena, &nix, "dkms", false));
	assert_null(gp_package_name(arena, &arch, "driverctl"));
	assert_null(gp_package_name(arena, &trixie, "intel-opencl"));
	assert_null(gp_package_name(arena, &pve9, "intel-opencl"));
	assert_null(gp_package_name(arena, &debian, "kernel-headers"));
	assert_null(gp_package_name(arena, &hostile, "kernel-headers"));
	assert_null(gp_package_name(arena, &debian, "no-such-thing"));
	gp_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_follow_the_distribution),
		cmocka_unit_test(what_is_not_known_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

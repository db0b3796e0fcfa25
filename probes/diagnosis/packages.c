/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnosis/packages.h"

#include <stdlib.h>
#include <string.h>

enum family { DEBIAN, PROXMOX, UBUNTU, FEDORA, ARCH, N_FAMILIES };

/* A %s is the release of the running kernel. */
static const struct {
	const char *key;
	const char *names[N_FAMILIES];
} packages[] = {
	{"kernel-headers", {"linux-headers-%s", "proxmox-headers-%s proxmox-default-headers",
				   "linux-headers-%s", "kernel-devel-%s", "linux-headers"}},
	{"dkms", {"dkms", "dkms", "dkms", "dkms", "dkms"}},
	{"intel-gpu-firmware", {"firmware-intel-graphics", "pve-firmware", "linux-firmware",
				       "intel-gpu-firmware", "linux-firmware"}},
	{"amd-gpu-firmware", {"firmware-amd-graphics", "pve-firmware", "linux-firmware",
				     "amd-gpu-firmware", "linux-firmware"}},
	{"nvidia-gpu-firmware", {"firmware-nvidia-graphics", "pve-firmware", "linux-firmware",
					"nvidia-gpu-firmware", "linux-firmware"}},
	{"kernel-graphics-modules", {NULL, NULL, "linux-modules-extra-%s", NULL, NULL}},
	{"full-kernel", {"linux-image-amd64", NULL, "linux-generic", NULL, NULL}},
	{"intel-gpu-tools", {"intel-gpu-tools", "intel-gpu-tools", "intel-gpu-tools",
				    "igt-gpu-tools", "intel-gpu-tools"}},
	{"sysfsutils", {"sysfsutils", "sysfsutils", "sysfsutils", "sysfsutils", "sysfsutils"}},
	{"driverctl", {"driverctl", "driverctl", "driverctl", "driverctl", NULL}},
	{"mdevctl", {"mdevctl", "mdevctl", "mdevctl", "mdevctl", NULL}},
	{"intel-media-driver",
		{"intel-media-va-driver", "intel-media-va-driver", "intel-media-va-driver-non-free",
			"intel-media-driver", "intel-media-driver"}},
	{"intel-media-driver with its shaders",
		{"intel-media-va-driver-non-free", "intel-media-va-driver-non-free",
			"intel-media-va-driver-non-free", "intel-media-driver",
			"intel-media-driver"}},
	{"intel-vaapi-driver",
		{"i965-va-driver-shaders", "i965-va-driver-shaders", "i965-va-driver-shaders",
			"libva-intel-driver", "libva-intel-driver"}},
	{"Mesa's VA-API driver", {"mesa-va-drivers", "mesa-va-drivers", "mesa-va-drivers",
					 "mesa-va-drivers-freeworld", "mesa"}},
	{"nvidia-vaapi-driver",
		{"nvidia-vaapi-driver", "nvidia-vaapi-driver", "nvidia-vaapi-driver",
			"nvidia-vaapi-driver", "libva-nvidia-driver"}},
	{"intel-opencl", {"intel-opencl-icd", "intel-opencl-icd", "intel-opencl-icd",
				 "intel-compute-runtime", "intel-compute-runtime"}},
	{"mesa-opencl", {"mesa-opencl-icd", "mesa-opencl-icd", "mesa-opencl-icd", "mesa-libOpenCL",
				"opencl-mesa"}},
	{"nvidia-opencl", {"nvidia-opencl-icd", "nvidia-opencl-icd", NULL, NULL, "opencl-nvidia"}},
	{"opencl-loader", {"ocl-icd-libopencl1", "ocl-icd-libopencl1", "ocl-icd-libopencl1",
				  "ocl-icd", "ocl-icd"}},
	{"mokutil", {"mokutil", "mokutil", "mokutil", "mokutil", "mokutil"}},
};

static enum family family_of(const struct gp_platform *platform)
{
	static const char *const debians[] = {"debian", "raspbian", "devuan", NULL};
	static const char *const ubuntus[] = {"ubuntu", "linuxmint", "pop", "zorin", NULL};
	static const char *const fedoras[] = {
		"fedora", "rhel", "centos", "rocky", "almalinux", "nobara", NULL};
	static const char *const arches[] = {
		"arch", "manjaro", "endeavouros", "cachyos", "garuda", NULL};
	const char *id = platform->distribution_id;

	if (platform->proxmox)
		return PROXMOX;
	if (gp_is_one_of(id, debians))
		return DEBIAN;
	if (gp_is_one_of(id, ubuntus))
		return UBUNTU;
	if (gp_is_one_of(id, fedoras))
		return FEDORA;
	return gp_is_one_of(id, arches) ? ARCH : N_FAMILIES;
}

/* Before Debian 13 all graphics firmware was in one package but AMD's. */
static const char *older_debian(const struct gp_platform *platform, const char *key)
{
	if (!platform->version_id || atoi(platform->version_id) >= 13)
		return NULL;
	if (strcmp(key, "intel-gpu-firmware") == 0 || strcmp(key, "nvidia-gpu-firmware") == 0)
		return "firmware-misc-nonfree";
	return NULL;
}

/* Debian 13 has none, and so has the Proxmox VE that is made of it. */
static bool was_dropped(enum family family, const struct gp_platform *platform, const char *key)
{
	if (strcmp(key, "intel-opencl") != 0)
		return false;
	if (family == PROXMOX)
		return gp_starts_with(platform->proxmox, "9.");
	return family == DEBIAN && platform->version_id && atoi(platform->version_id) == 13;
}

/* Arch names the headers after the kernel's flavour. */
static const char *arch_headers(struct gp_arena *arena, const char *release)
{
	static const char *const flavours[] = {"lts", "zen", "hardened", "cachyos", "rt"};

	for (size_t i = 0; release && i < GP_ARRAY_SIZE(flavours); i++)
		if (strstr(release, flavours[i]))
			return gp_printf(arena, "linux-%s-headers", flavours[i]);
	return "linux-headers";
}

static const char *with_release(struct gp_arena *arena, const char *name, const char *release)
{
	size_t before = strcspn(name, "%");

	if (!name[before])
		return name;
	if (!release || !gp_is_plain(release, "_.+-~"))
		return NULL;
	return gp_printf(arena, "%.*s%s%s", (int)before, name, release, name + before + 2);
}

const char *gp_package_name(
	struct gp_arena *arena, const struct gp_platform *platform, const char *key)
{
	enum family family = family_of(platform);
	const char *older = family == DEBIAN ? older_debian(platform, key) : NULL;

	if (family == N_FAMILIES || was_dropped(family, platform, key))
		return NULL;
	if (older)
		return older;
	if (family == PROXMOX && strcmp(key, "kernel-headers") == 0 &&
		gp_starts_with(platform->proxmox, "7."))
		return with_release(arena, "pve-headers-%s", platform->kernel);
	if (family == ARCH && strcmp(key, "kernel-headers") == 0)
		return arch_headers(arena, platform->kernel);
	for (size_t i = 0; i < GP_ARRAY_SIZE(packages); i++)
		if (strcmp(packages[i].key, key) == 0 && packages[i].names[family])
			return with_release(arena, packages[i].names[family], platform->kernel);
	return NULL;
}

const char *gp_package_command(struct gp_arena *arena, const struct gp_platform *platform,
	const char *name, bool unattended)
{
	static const struct {
		const char *ask, *go;
	} commands[N_FAMILIES] = {
		[DEBIAN] = {"apt-get install", "apt-get install -y"},
		[PROXMOX] = {"apt-get install", "apt-get install -y"},
		[UBUNTU] = {"apt-get install", "apt-get install -y"},
		[FEDORA] = {"dnf install", "dnf install -y"},
		[ARCH] = {"pacman -S --needed", "pacman -S --needed --noconfirm"},
	};
	enum family family = family_of(platform);

	if (family == N_FAMILIES)
		return NULL;
	return gp_printf(
		arena, "%s %s", unattended ? commands[family].go : commands[family].ask, name);
}

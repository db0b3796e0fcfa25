/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gpupass-try-drm NODE: opens a render node as an application does and says what it is.
 *
 *   acl none|ERROR               its access list, or each entry of it that names somebody:
 *   acl user|group NUMBER rw-    acl(5), linux/posix_acl_xattr.h
 *   open ok|ERROR
 *   version NAME MAJOR.MINOR.PATCH
 *   bus pci ADDRESS VENDOR:DEVICE | bus platform|usb|host1x|other
 *   node primary|render PATH     what libdrm calls the nodes of this device
 *   device ERROR                 libdrm could not say
 *   cap NAME NUMBER|ERROR
 */
#include <endian.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <xf86drm.h>

#include "try/node.h"
#include "try/say.h"

/* ---- the access list */

#define ACL_NAME    "system.posix_acl_access"
#define ACL_VERSION 2
#define ACL_USER    0x02
#define ACL_GROUP   0x08
#define ACL_MASK    0x10
#define MOST_ACL    4096

struct acl_entry {
	uint16_t tag, permissions;
	uint32_t id;
};

static void say_entries(const struct acl_entry *entries, size_t n)
{
	unsigned int mask = 7;

	for (size_t i = 0; i < n; i++)
		if (le16toh(entries[i].tag) == ACL_MASK)
			mask = le16toh(entries[i].permissions);
	for (size_t i = 0; i < n; i++) {
		unsigned int tag = le16toh(entries[i].tag);
		unsigned int may = le16toh(entries[i].permissions) & mask;

		if (tag == ACL_USER || tag == ACL_GROUP)
			gp_say("acl", "%s %u %c%c%c", tag == ACL_USER ? "user" : "group",
				le32toh(entries[i].id), may & 4 ? 'r' : '-', may & 2 ? 'w' : '-',
				may & 1 ? 'x' : '-');
	}
}

static void say_acl(const char *path)
{
	union {
		uint32_t version;
		unsigned char bytes[MOST_ACL];
	} value;
	struct acl_entry entries[MOST_ACL / sizeof(struct acl_entry)];
	ssize_t n = getxattr(path, ACL_NAME, &value, sizeof(value));
	size_t size;

	if (n < 0) {
		gp_say("acl", "%s",
			errno == ENODATA || errno == ENOTSUP ? "none" : gp_say_errno(errno));
		return;
	}
	if ((size_t)n < sizeof(value.version) || le32toh(value.version) != ACL_VERSION) {
		gp_say("acl", "EINVAL");
		return;
	}
	size = (size_t)n - sizeof(value.version);
	memcpy(entries, value.bytes + sizeof(value.version), size);
	say_entries(entries, size / sizeof(*entries));
	gp_say("acl", "read");
}

/* ---- the device */

static const char *node_kind(int kind)
{
	return kind == DRM_NODE_PRIMARY ? "primary" : kind == DRM_NODE_RENDER ? "render" : NULL;
}

static const char *bus_kind(int kind)
{
	switch (kind) {
	case DRM_BUS_PLATFORM:
		return "platform";
	case DRM_BUS_USB:
		return "usb";
	case DRM_BUS_HOST1X:
		return "host1x";
	default:
		return "other";
	}
}

static void say_device(int fd)
{
	drmDevicePtr device = NULL;
	int r = drmGetDevice2(fd, 0, &device);

	if (r) {
		gp_say("device", "%s", gp_say_errno(-r));
		return;
	}
	if (device->bustype == DRM_BUS_PCI)
		gp_say("bus", "pci %04x:%02x:%02x.%u %04x:%04x", device->businfo.pci->domain,
			device->businfo.pci->bus, device->businfo.pci->dev,
			device->businfo.pci->func, device->deviceinfo.pci->vendor_id,
			device->deviceinfo.pci->device_id);
	else
		gp_say("bus", "%s", bus_kind(device->bustype));
	for (int i = 0; i < DRM_NODE_MAX; i++)
		if (device->available_nodes & 1 << i && node_kind(i))
			gp_say("node", "%s %s", node_kind(i), device->nodes[i]);
	drmFreeDevice(&device);
}

static void say_version(int fd)
{
	drmVersionPtr version = drmGetVersion(fd);

	if (!version) {
		gp_say("version", "%s", gp_say_errno(errno));
		return;
	}
	gp_say("version", "%.*s %d.%d.%d", version->name_len, version->name, version->version_major,
		version->version_minor, version->version_patchlevel);
	drmFreeVersion(version);
}

static void say_capabilities(int fd)
{
	static const struct {
		uint64_t number;
		const char *name;
	} capabilities[] = {
		{DRM_CAP_DUMB_BUFFER, "dumb-buffer"},
		{DRM_CAP_PRIME, "prime"},
		{DRM_CAP_SYNCOBJ, "syncobj"},
		{DRM_CAP_SYNCOBJ_TIMELINE, "syncobj-timeline"},
	};

	for (size_t i = 0; i < sizeof(capabilities) / sizeof(*capabilities); i++) {
		uint64_t value = 0;

		if (drmGetCap(fd, capabilities[i].number, &value) == 0)
			gp_say("cap", "%s %llu", capabilities[i].name, (unsigned long long)value);
		else
			gp_say("cap", "%s %s", capabilities[i].name, gp_say_errno(errno));
	}
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 2 || gp_say_begin() < 0)
		return 2;
	say_acl(argv[1]);
	fd = gp_open_render(argv[1]);
	gp_say("open", "%s", fd < 0 ? gp_say_errno(-fd) : "ok");
	if (fd < 0)
		return 1;
	say_version(fd);
	say_device(fd);
	say_capabilities(fd);
	close(fd);
	return 0;
}

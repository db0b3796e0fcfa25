/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "machine/redact.h"

struct world {
	struct gp_arena *arena;
	struct gp_redactor *redactor;
};

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	static const char *names[] = {"alice", "video"};
	struct gp_strings users = {.items = names, .n = 2};

	assert_non_null(world);
	world->arena = gp_arena_new();
	world->redactor = gp_redactor_for(world->arena, "crux7", &users);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	gp_arena_free(world->arena);
	free(world);
	return 0;
}

static const char *redact_file(struct world *world, const char *path, const char *text)
{
	struct gp_bytes bytes = {(const uint8_t *)text, strlen(text)};

	if (!gp_redact_content(world->redactor, path, &bytes))
		return NULL;
	assert_int_equal(strlen((const char *)bytes.data), bytes.size);
	return (const char *)bytes.data;
}

static void assert_becomes(struct world *world, const char *text, const char *expected)
{
	struct gp_klog_line line = {.text = text, .size = strlen(text)};
	const char *redacted = redact_file(world, "/etc/some/file", text);

	assert_string_equal(redacted, expected);
	/* Once more changes nothing. */
	assert_string_equal(redact_file(world, "/etc/some/file", redacted), expected);
	gp_redact_line(world->redactor, &line);
	assert_int_equal(line.size, strlen(expected));
	assert_memory_equal(line.text, expected, line.size);
}

static void test_settings_of_vms(void **state)
{
	struct world *world = *state;
	struct gp_bytes arguments = {(const uint8_t *)"kvm\0-name\0mail,x=y\0-object\0"
						      "secret,id=a,data=pw\0",
		48};

	assert_string_equal(redact_file(world, "/etc/pve/nodes/a/qemu-server/100.conf",
				    "#root password is 1234\n"
				    "name: mail\nmachine: q35\nargs: -fw_cfg name=a,string=b\n"),
		"#\nname: host1\nmachine: q35\nargs: -fw_cfg name=a,string=(redacted)\n");
	assert_string_equal(redact_file(world, "/etc/pve/lxc/101.conf", "hostname: web\n"),
		"hostname: host2\n");
	assert_string_equal(redact_file(world, "/var/log/pve/tasks/index",
				    "UPID:a:0:1:F:qmstart:100:eve@pve: 0 OK\n"),
		"UPID:a:0:1:F:qmstart:100:user1@pve: 0 OK\n");
	assert_string_equal(gp_redact_path(world->redactor,
				    "/var/log/pve/tasks/F/UPID:a:0:1:F:qmstart:100:eve@pve:"),
		"/var/log/pve/tasks/F/UPID:a:0:1:F:qmstart:100:user1@pve:");
	assert_true(gp_redact_content(world->redactor, "/proc/4711/cmdline", &arguments));
	assert_memory_equal(arguments.data,
		"kvm\0-name\0host1,x=y\0-object\0secret,id=a,data=(redacted)\0", 57);
	assert_string_equal(
		redact_file(world, "/etc/fstab", "name: a data=ordered"), "name: a data=ordered");
}

static const char domain[] =
	"<?xml version='1.0'?>\n"
	"<!-- the secret is 4711 -->\n"
	"<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
	"  <name>alices-pc</name>\n"
	"  <uuid>4C4C4544-0038-4A10-8052-B4C04F4A3332</uuid>\n"
	"  <title>Alice's</title><description>PIN 4711</description>\n"
	"  <metadata><libosinfo:libosinfo xmlns:libosinfo='x'>"
	"<libosinfo:os id='http://microsoft.com/win/11'/></libosinfo:libosinfo></metadata>\n"
	"  <sysinfo type='smbios'><system><entry name='serial'>S3R14L</entry></system></sysinfo>\n"
	"  <os firmware='efi'><type arch='x86_64' machine='pc-q35-8.1'>hvm</type>"
	"<nvram>/home/alice/alices-pc.fd</nvram></os>\n"
	"  <features><hyperv mode='custom'><vendor_id state='on' value='abc'/></hyperv></features>\n"
	"  <devices>\n"
	"    <disk><source file='/srv/alice.qcow2'/><serial>D15K</serial></disk>\n"
	"    <interface type='bridge'><mac address='52:54:00:12:34:56'/></interface>\n"
	"    <graphics type='spice' passwd='geheim' listen='192.168.1.17'/>\n"
	"    <hostdev mode='subsystem' type='pci' managed='yes'><source>"
	"<address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source>"
	"<rom file='/home/alice/card.rom'/></hostdev>\n"
	"  </devices>\n"
	"  <qemu:commandline><qemu:arg value='-object'/>"
	"<qemu:arg value='secret,id=a,data=geheim'/>"
	"<qemu:env name='TOKEN' value='geheim'/></qemu:commandline>\n"
	"</domain>\n";

static void test_domains(void **state)
{
	static const char *const secrets[] = {"4711", "alice", "Alice", "4C4C4544", "S3R14L",
		"D15K", "52:54", "geheim", "192.168", "TOKEN"};
	static const char *const needed[] = {"type='kvm'", "machine='pc-q35-8.1'", "firmware='efi'",
		"http://microsoft.com/win/11", "xmlns:qemu='http://libvirt.org/", "managed='yes'",
		"bus='0x01'", "value='abc'", "value='-object'", "/card.rom'", "<uuid>uuid-"};
	struct world *world = *state;
	const char *redacted = redact_file(world, "/etc/libvirt/qemu/alices-pc.xml", domain);
	const char *name = strstr(redacted, "<name>") + strlen("<name>");
	const char *path = gp_redact_path(world->redactor, "/etc/libvirt/qemu/alices-pc.xml");
	const char *log = gp_redact_path(world->redactor, "/var/log/libvirt/qemu/alices-pc.log");

	for (size_t i = 0; i < GP_ARRAY_SIZE(secrets); i++)
		assert_null(strstr(redacted, secrets[i]));
	for (size_t i = 0; i < GP_ARRAY_SIZE(needed); i++)
		assert_non_null(strstr(redacted, needed[i]));
	assert_string_equal(redact_file(world, "/run/libvirt/qemu/x.xml", redacted), redacted);
	/* Files keep the name that the domain has now, and lines their numbers. */
	assert_memory_equal(name, path + strlen("/etc/libvirt/qemu/"), strlen("host1<") - 1);
	assert_string_equal(log, "/var/log/libvirt/qemu/host1.log");
	assert_memory_equal(redacted, "\n\n<domain", 9);
	/* What is none is not handed on. */
	assert_null(redact_file(world, "/etc/libvirt/qemu/a.xml", "<domain a=b>"));
	assert_null(redact_file(world, "/etc/libvirt/qemu/a.xml", "<!DOCTYPE a><domain/>"));
	assert_null(redact_file(world, "/etc/libvirt/qemu/a.xml", "<domain><name"));
}

static void test_arguments_of_libvirt(void **state)
{
	struct world *world = *state;

	assert_string_equal(redact_file(world, "/var/log/libvirt/qemu/a.log",
				    "HOME=/var/lib/libvirt/qemu/domain-3-alpha "
				    "-object {\"id\":\"x\",\"data\":\"c2Vj\"} "
				    "{\"filename\":\"/var/lib/libvirt/images/beta.qcow2\"}\n"),
		"HOME=/var/lib/libvirt/qemu/domain-3-host1 "
		"-object {\"id\":\"x\",\"data\":\"(redacted)\"} "
		"{\"filename\":\"/var/lib/libvirt/images/disk1\"}\n");
	assert_string_equal(redact_file(world, "/etc/pve/qemu-server/1.conf",
				    "args: -fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=65536\n"),
		"args: -fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=65536\n");
}

static void assert_argument_becomes(struct world *world, const char *text, const char *expected)
{
	const char *redacted = redact_file(world, "/proc/4711/cmdline", text);

	assert_string_equal(redacted, expected);
	assert_string_equal(redact_file(world, "/proc/4711/cmdline", redacted), expected);
}

static void test_other_machines_in_arguments(void **state)
{
	struct world *world = *state;

	assert_argument_becomes(world,
		"-blockdev {\"driver\":\"nbd\",\"server\":{\"type\":\"inet\",\"host\":\"nas.lan\","
		"\"port\":\"10809\"}}",
		"-blockdev {\"driver\":\"nbd\",\"server\":{\"type\":\"inet\",\"host\":\"host1\","
		"\"port\":\"10809\"}}");
	assert_argument_becomes(world,
		"{ \"host\" : \"nas.lan\", \"user\": \"bob\", \"data\" : \"a\\\"b\" }",
		"{ \"host\" : \"host1\", \"user\": \"user1\", \"data\" : \"(redacted)\" }");
	assert_argument_becomes(world,
		"{\"driver\":\"https\",\"url\": \"https://bob:geheim@nas.lan/disk.iso\"}",
		"{\"driver\":\"https\",\"url\": \"(redacted)\"}");
	assert_argument_becomes(world, "-drive file=https://alice:geheim@nas.lan/d.iso,if=none",
		"-drive file=https://(redacted)/d.iso,if=none");
	assert_argument_becomes(world,
		"-cdrom nbd+tls://nas.lan:10809/iso file.server.host=nas.lan",
		"-cdrom nbd+tls://host1:10809/iso file.server.host=host1");
	assert_argument_becomes(world, "{\"server\":{\"host\":\"192.168.1.17\"}}",
		"{\"server\":{\"host\":\"198.18.0.1\"}}");
	/* What is looked at stays. */
	assert_argument_becomes(world,
		"-device {\"driver\":\"vfio-pci\",\"host\":\"0000:01:00.0\",\"id\":\"hostdev0\"} "
		"-device vfio-pci,host=01:00.0 {\"host\":\"localhost\"}",
		"-device {\"driver\":\"vfio-pci\",\"host\":\"0000:01:00.0\",\"id\":\"hostdev0\"} "
		"-device vfio-pci,host=01:00.0 {\"host\":\"localhost\"}");
}

static void test_addresses(void **state)
{
	struct world *world = *state;

	assert_becomes(world, "eth0: 3c:ec:EF:12:34:56 up", "eth0: 02:00:00:00:00:01 up");
	assert_becomes(world, "virtio=BC:24:11:00:00:0A,bridge=vmbr0,3c:ec:EF:12:34:56",
		"virtio=02:00:00:00:00:02,bridge=vmbr0,02:00:00:00:00:01");
	assert_becomes(world, "enx3cecef123456: renamed", "enx020000000003: renamed");
	assert_becomes(world, "ip=192.168.1.17::192.168.1.1:255.255.255.0",
		"ip=198.18.0.1::198.18.0.2:255.255.255.0");
	assert_becomes(world, "host fe80::3eec:efff:fe12:3456/64", "host 2001:db8::3/64");
	assert_becomes(world, "scsi naa.5000c500a1b2c3d4 wwn-0x5000c500a1b2c3d4",
		"scsi naa.wwn1 wwn-0xwwn1");
	assert_becomes(
		world, "Device Serial Number 00-11-22-ff-fe-33-44-55", "Device Serial Number wwn2");
}

static void test_ids(void **state)
{
	struct world *world = *state;
	const char *dashed = redact_file(world, "/x", "4C4C4544-0038-4A10-8052-B4C04F4A3332");
	const char *plain = redact_file(world, "/x", "4c4c454400384a108052b4c04f4a3332");

	assert_true(gp_starts_with(dashed, "uuid-"));
	assert_int_equal(strlen(dashed), 13);
	assert_string_equal(dashed, plain);
	assert_string_not_equal(
		dashed, redact_file(world, "/x", "4C4C4544-0038-4A10-8052-B4C04F4A3333"));
	assert_string_equal(gp_redact_path(world->redactor,
				    "/sys/bus/mdev/devices/4c4c4544-0038-4a10-8052-b4c04f4a3332"),
		gp_printf(world->arena, "/sys/bus/mdev/devices/%s", dashed));
	assert_becomes(world, "root=UUID=ABCD-1234 ro", "root=UUID=disk1 ro");
	assert_becomes(world, "scsi1: /dev/disk/by-id/ata-Samsung_SSD_870_S6P1NX0,size=1T",
		"scsi1: /dev/disk/by-id/disk2,size=1T");
	assert_becomes(world, "usb 1-1: SerialNumber: 0123ABC", "usb 1-1: SerialNumber: serial1");
	assert_becomes(
		world, "<entry name='serial'>XYZ</entry>", "<entry name='serial'>serial2</entry>");
	assert_becomes(world, "ide0: x,serial=QM00001,size=4", "ide0: x,serial=serial3,size=4");
}

static void test_credentials(void **state)
{
	struct world *world = *state;

	assert_becomes(
		world, "cipassword: $5$abc def\ncores: 4\n", "cipassword: (redacted)\ncores: 4\n");
	assert_becomes(world, "sshkeys: ssh-rsa%20AAAA\n", "sshkeys: (redacted)\n");
	assert_becomes(world, "graphics passwd='geheim' port", "graphics passwd='(redacted)' port");
	assert_becomes(world, "vnc_password = \"geheim\"", "vnc_password = \"(redacted)\"");
	assert_becomes(world, "-spice password=geheim,port=1", "-spice password=(redacted),port=1");
	assert_becomes(
		world, "args: -vnc 0.0.0.0:77,password=on", "args: -vnc 0.0.0.0:77,password=on");
	assert_becomes(
		world, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB me", "ssh-ed25519 (redacted) me");
}

static void test_names(void **state)
{
	struct world *world = *state;

	assert_becomes(world, "crux7 crux7.example.com crux7.lan", "host1 host1 host1");
	assert_becomes(world, "crux77 xcrux7 6.1-crux7", "crux77 xcrux7 6.1-crux7");
	assert_becomes(world, "/home/bob/x.rom and /home/bob", "/home/user1/x.rom and /home/user1");
	assert_becomes(world, "user = \"alice\"", "user = \"user2\"");
	assert_string_equal(gp_redact_owner(world->redactor, "alice"), "user2");
	assert_string_equal(gp_redact_owner(world->redactor, "root"), "root");
	assert_string_equal(gp_redact_path(world->redactor, "/etc/pve/nodes/crux7/qemu-server"),
		"/etc/pve/nodes/host1/qemu-server");
	/* A user's name that the system uses too. */
	assert_becomes(world, "video=efifb:off", "video=efifb:off");
	assert_string_equal(redact_file(world, "/etc/group", "video:x:44:video,alice\n"),
		"user3:x:44:user3,user2\n");
}

static void test_what_stays(void **state)
{
	static const char *const lines[] = {
		"0000:00:02.0 0000:01:00.1 10000:e1:00.0 00:02.0",
		"pci 0000:00:02.0: [8086:4680] type 00 class 0x030000",
		"vfio-pci.ids=10de:1b80,10de:10f0 intel_iommu=on iommu=pt",
		"Linux version 6.1.0-25-amd64 (gcc-12 (Debian 12.2.0-14) 12.2.0)",
		"BIOS version 1.2.3.4, fw 7.13.1.0, v1.14.2.0",
		"NVRM: version: 535.183.01 VBIOS 94.02.71.40.46",
		"DMAR: dmar0: reg_base_addr fed90000 ver 1:0 cap d2008c40660462",
		"mem 0x6000000000-0x60ffffffff 64bit pref 0x5000000000",
		"pci:v00008086d00004680sv00001462sd00007D25bc03sc00i00",
		"::1 :: 127.0.0.1 0.0.0.0 255.255.255.0 [::]:5900",
		"00:00:00:00:00:00 ff:ff:ff:ff:ff:ff",
		"SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
		"00000000-0000-0000-0000-000000000000",
		"/sys/bus/mdev/devices/00000001-0000-0000-0000-000000000100",
		"Serial: 8250/16550 driver, 32 ports, serial0: socket, SerialNumber=3",
		"Nov 21 10:00:00 2026-11-21T10:00:00",
		"std::vector dead::x a::b",
		"kvm_intel i915 mdev vfio_iommu_type1 snd_hda_intel",
		"x-no-mmap=on,x-pci-device-id=0x1b80",
		"password",
		"password=",
		"",
	};
	struct world *world = *state;

	for (size_t i = 0; i < GP_ARRAY_SIZE(lines); i++)
		assert_becomes(world, lines[i], lines[i]);
	assert_string_equal(
		gp_redact_path(world->redactor,
			"/sys/firmware/efi/efivars/X-01234567-93ca-11d2-aa0d-00e098032b8c"),
		"/sys/firmware/efi/efivars/X-01234567-93ca-11d2-aa0d-00e098032b8c");
	assert_string_equal(gp_redact_path(world->redactor, "/sys/devices/pci0000:00/0000:00:02.0"),
		"/sys/devices/pci0000:00/0000:00:02.0");
}

static void test_files(void **state)
{
	struct world *world = *state;

	assert_string_equal(
		redact_file(world, "/sys/class/dmi/id/board_serial", "/7XYZ/CN12/\n"), "serial1\n");
	assert_string_equal(
		redact_file(world, "/sys/class/dmi/id/chassis_asset_tag", "Inv 77\n"), "serial2\n");
	assert_string_equal(redact_file(world, "/sys/class/dmi/id/product_serial", "/7XYZ/CN12/\n"),
		"serial1\n");
	assert_string_equal(redact_file(world, "/sys/class/dmi/id/product_serial", "\n"), "\n");
	assert_string_equal(
		redact_file(world, "/sys/class/dmi/id/product_name", "Z690\n"), "Z690\n");
	assert_null(redact_file(world, "/sys/firmware/dmi/tables/DMI", "x"));
	assert_null(redact_file(world, "/sys/class/drm/card0-DP-1/edid", "x"));
	assert_null(redact_file(world, "/etc/shadow", "root:x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_settings_of_vms, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_domains, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_arguments_of_libvirt, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_other_machines_in_arguments, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_addresses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ids, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_credentials, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

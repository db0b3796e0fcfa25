/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "vm/domain.h"

#define DOMAIN(inside) "<domain type='kvm'>\n<name>win11</name>\n" inside "</domain>\n"

static bool parse(struct gp_arena *arena, const char *text, struct gp_domain *ret)
{
	const char *problem;

	return gp_domain_parse(arena, "a.xml", text, strlen(text), ret, &problem);
}

static void reads_what_a_vm_is(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	const struct gp_vm_traits *traits;
	struct gp_domain domain;

	(void)state;
	assert_true(parse(arena,
		DOMAIN("<uuid>4c4c4544-0038-4a10-8052-b4c04f4a3332</uuid>"
		       "<memory unit='GiB'>16</memory><currentMemory unit='KiB'>8388608</currentMemory>"
		       "<os firmware='efi'><type machine='pc-q35-8.1'>hvm</type><firmware>"
		       "<feature enabled='yes' name='enrolled-keys'/></firmware></os>"
		       "<features><kvm><hidden state='on'/></kvm><hyperv mode='custom'>"
		       "<relaxed state='on'/><vapic state='off'/>"
		       "<vendor_id state='on' value='abc'/></hyperv>"
		       "<ioapic driver='qemu'/></features>"
		       "<cpu mode='host-passthrough'><feature policy='disable' name='vmx'/></cpu>"
		       "<devices><video><model type='vga'/></video><memballoon model='virtio'/>"
		       "<iommu model='intel'/></devices>"),
		&domain));
	traits = &domain.traits;
	assert_string_equal(domain.name, "win11");
	assert_string_equal(domain.uuid, "4c4c4544-0038-4a10-8052-b4c04f4a3332");
	assert_int_equal(traits->q35, 1);
	assert_int_equal(traits->firmware, GP_VM_OVMF);
	assert_true(traits->enrolled_keys && traits->shrinks && traits->viommu);
	assert_int_equal(gp_vm_has_host_cpu(traits), 1);
	assert_true(gp_vm_hides_kvm(traits) && gp_vm_has_hyperv(traits));
	assert_true(gp_vm_takes_away(traits, "vmx"));
	assert_false(gp_vm_hides_hypervisor(traits));
	assert_string_equal(gp_vm_hv_vendor(traits), "abc");
	assert_int_equal(traits->ioapic_kvm, 0);
	assert_int_equal(traits->displays.n, 1);
	assert_string_equal(traits->displays.items[0], "std");
	assert_string_equal(traits->where[GP_VM_VIOMMU], "a.xml:3: \"<iommu model='intel'>\"");
	gp_arena_free(arena);
}

static enum gp_vm_firmware firmware_of(struct gp_arena *arena, const char *text)
{
	struct gp_domain domain;

	assert_true(parse(arena, text, &domain));
	return domain.traits.firmware;
}

/* SeaBIOS is for PCs alone. */
static void guesses_the_firmware_of_pcs_alone(void **state)
{
	static const struct {
		const char *text;
		enum gp_vm_firmware firmware;
	} cases[] = {
		{DOMAIN("<os><type arch='x86_64' machine='pc-q35-8.1'>hvm</type></os>"),
			GP_VM_SEABIOS},
		{DOMAIN("<os><type machine='q35'>hvm</type></os>"), GP_VM_SEABIOS},
		{DOMAIN("<os><type>hvm</type></os>"), GP_VM_SEABIOS},
		{DOMAIN("<os><type arch='aarch64' machine='virt-8.1'>hvm</type></os>"),
			GP_VM_FIRMWARE_UNKNOWN},
		{DOMAIN("<os><type arch='riscv64' machine='virt'>hvm</type></os>"),
			GP_VM_FIRMWARE_UNKNOWN},
		{DOMAIN("<os><type machine='virt'>hvm</type></os>"), GP_VM_FIRMWARE_UNKNOWN},
		{DOMAIN("<os firmware='efi'><type arch='aarch64'>hvm</type></os>"), GP_VM_OVMF},
		{DOMAIN("<os firmware='bios'><type arch='x86_64'>hvm</type></os>"), GP_VM_SEABIOS},
	};
	struct gp_arena *arena = gp_arena_new();

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++)
		assert_int_equal(firmware_of(arena, cases[i].text), cases[i].firmware);
	gp_arena_free(arena);
}

static void reads_how_wide_addresses_are(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_domain domain;

	(void)state;
	assert_true(parse(arena,
		DOMAIN("<cpu><model>EPYC</model><maxphysaddr mode='passthrough'/></cpu>"),
		&domain));
	assert_true(gp_vm_has_host_phys_bits(&domain.traits));
	assert_true(parse(arena,
		DOMAIN("<cpu><model>EPYC</model><maxphysaddr mode='emulate' bits='40'/></cpu>"),
		&domain));
	assert_false(gp_vm_has_host_phys_bits(&domain.traits));
	gp_arena_free(arena);
}

static void reads_its_devices(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_domain domain;

	(void)state;
	assert_true(parse(arena,
		DOMAIN("<devices><hostdev type='pci' managed='yes'><source>"
		       "<address domain='0x0000' bus='0x01' slot='0x00' function='0x1'/></source>"
		       "<rom bar='off' file='/a.rom'/>"
		       "<address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>"
		       "</hostdev><hostdev type='pci'><source><address bus='0x02' slot='0x1f' "
		       "function='0x7'/></source></hostdev>"
		       "<hostdev type='pci'><source><address bus='256'/></source></hostdev>"
		       "<hostdev type='usb'><source><address bus='1' device='2'/></source></hostdev>"
		       "<hostdev type='mdev'><source><address uuid='a-b'/></source></hostdev>"
		       "<hostdev type='mdev'><source><address uuid='../x'/></source></hostdev>"
		       "</devices>"),
		&domain));
	assert_int_equal(domain.passed.n, 3);
	assert_string_equal(domain.passed.items[0].addresses.items[0], "0000:01:00.1");
	assert_string_equal(domain.passed.items[0].romfile, "/a.rom");
	assert_string_equal(domain.passed.items[0].guest_address, "0000:00:02.0");
	assert_true(domain.passed.items[0].is_rebound && domain.passed.items[0].no_rombar);
	assert_string_equal(domain.passed.items[1].addresses.items[0], "0000:02:1f.7");
	assert_false(domain.passed.items[1].is_rebound);
	assert_string_equal(domain.passed.items[2].uuid, "a-b");
	gp_arena_free(arena);
}

static void reads_states(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_domain domain;

	(void)state;
	assert_true(parse(arena,
		"<domstatus state='running' pid='4711'>" DOMAIN(
			"<commandline><arg value='-cpu'/><arg value='host,-hypervisor'/></commandline>") "</domstatus>",
		&domain));
	assert_int_equal(domain.pid, 4711);
	assert_string_equal(domain.state, "running");
	assert_true(domain.traits.overrides_cpu && gp_vm_hides_hypervisor(&domain.traits));
	gp_arena_free(arena);
}

static void refuses_what_is_none(void **state)
{
	static const char *const texts[] = {"", "<domain>", "<network><name>a</name></network>",
		"<domain type='kvm'/>", "<!DOCTYPE domain><domain><name>a</name></domain>",
		"<domain><name>&b;</name></domain>", "<domain><name>a</name></domain><x/>"};
	struct gp_arena *arena = gp_arena_new();
	struct gp_domain domain;
	char *deep = gp_alloc(arena, 3 * 100000 + 1, 1);

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(texts); i++)
		assert_false(parse(arena, texts[i], &domain));
	for (size_t i = 0; i < 100000; i++)
		memcpy(deep + 3 * i, "<a>", 3);
	assert_false(parse(arena, deep, &domain));
	gp_arena_free(arena);
}

static void reads_arguments(void **state)
{
	static const char *items[] = {"qemu-system-x86_64", "-machine", "pc-q35-8.1,usb=off",
		"-cpu", "host", "-cpu", "host,kvm=off,hypervisor=off", "-blockdev",
		"{\"driver\":\"file\",\"filename\":\"/usr/share/OVMF/OVMF_CODE.fd\"}", "-device",
		"{\"driver\":\"vfio-pci\",\"host\":\"0000:01:00.0\",\"id\":\"hostdev0\"}",
		"-device", "{\"driver\":\"virtio-vga\",\"id\":\"video0\"}"};
	struct gp_strings arguments = {items, GP_ARRAY_SIZE(items)};
	struct gp_arena *arena = gp_arena_new();
	struct gp_vm_traits traits = gp_vm_traits_of_arguments(arena, 4711, &arguments);

	(void)state;
	assert_int_equal(traits.q35, 1);
	assert_int_equal(traits.firmware, GP_VM_OVMF);
	assert_true(gp_vm_hides_kvm(&traits) && gp_vm_hides_hypervisor(&traits));
	assert_true(traits.overrides_cpu);
	assert_int_equal(traits.displays.n, 1);
	assert_string_equal(traits.displays.items[0], "virtio");
	arguments.n = 1;
	traits = gp_vm_traits_of_arguments(arena, 4711, &arguments);
	assert_int_equal(traits.firmware, GP_VM_SEABIOS);
	assert_string_equal(traits.cpu, "qemu64");
	assert_string_equal(traits.displays.items[0], "std");
	gp_arena_free(arena);
}

/* One image of so many blocks, as the specification has it. */
static void put_image(uint8_t *at, uint8_t type, uint8_t blocks, bool is_last)
{
	memcpy(at, "\x55\xaa", 2);
	at[0x18] = 0x40;
	memcpy(at + 0x40, "PCIR\xde\x10\x04\x25", 8);
	at[0x50] = blocks;
	at[0x54] = type;
	at[0x55] = is_last ? 0x80 : 0;
}

static const char *images_of(struct gp_arena *arena, const uint8_t *data, size_t size)
{
	struct gp_memory_stream memory = gp_memory_stream((struct gp_bytes){data, size});
	struct gp_bytes images = {0};

	assert_int_equal(gp_rom_images(arena, &memory.stream, &images), 0);
	return (const char *)images.data;
}

static void reads_roms(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_rom rom = {0};
	uint8_t data[2048] = {0};
	static uint8_t large[252 * 512];
	const char *images;

	(void)state;
	put_image(data, 0, 2, false);
	put_image(data + 1024, 3, 2, true);
	images = images_of(arena, data, sizeof(data));
	assert_string_equal(images, "image 0 10de:2504\nimage 3 10de:2504\n");
	assert_true(gp_rom_parse(arena, images, &rom));
	assert_true(rom.legacy && rom.efi);
	assert_int_equal(rom.vendor, 0x10de);
	/* An image of no length, one that points out of the file, one that is cut off. */
	data[0x50] = 0;
	assert_string_equal(images_of(arena, data, sizeof(data)), "image 0 10de:2504\n");
	data[0x19] = 0xff;
	assert_string_equal(images_of(arena, data, sizeof(data)), "");
	assert_string_equal(images_of(arena, data + 1024, 511), "");
	assert_false(gp_rom_parse(arena, "", &rom));
	assert_false(gp_rom_parse(arena, "image 0 10de", &rom));
	assert_false(gp_rom_parse(arena, "image 0 10de:12345", &rom));
	/* An image that is larger than what is kept of it at a time. */
	put_image(large, 0, 250, false);
	put_image(large + 250 * 512, 3, 2, true);
	assert_string_equal(
		images_of(arena, large, sizeof(large)), "image 0 10de:2504\nimage 3 10de:2504\n");
	gp_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_a_vm_is),
		cmocka_unit_test(guesses_the_firmware_of_pcs_alone),
		cmocka_unit_test(reads_how_wide_addresses_are),
		cmocka_unit_test(reads_its_devices),
		cmocka_unit_test(reads_states),
		cmocka_unit_test(refuses_what_is_none),
		cmocka_unit_test(reads_arguments),
		cmocka_unit_test(reads_roms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

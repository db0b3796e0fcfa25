#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the tree of a large host: the same bytes every time.

usage: big-machine.py DIRECTORY

512 PCI functions on eight root complexes, 8 GPUs with 7 virtual functions each, every function in
an IOMMU group, 40 Proxmox VMs, and a kernel log of 10 MB.
"""
import os
import random
import struct
import sys
from pathlib import Path

KERNEL = "6.8.12-4-pve"
FUNCTIONS = 512
CPUS = 64
LOG_BYTES = 10 << 20
CMDLINE = (f"BOOT_IMAGE=/boot/vmlinuz-{KERNEL} root=/dev/mapper/pve-root ro quiet intel_iommu=on "
           "iommu=pt i915.enable_guc=3 i915.max_vfs=7")
CHIPSET = [("00.0", 0x09a2, 0x088000, None), ("14.0", 0x1bcd, 0x0c0330, "xhci_hcd"),
           ("17.0", 0x1ba2, 0x010601, "ahci"), ("1f.0", 0x1b81, 0x060100, None),
           ("1f.4", 0x1bc9, 0x0c0500, "i801_smbus"), ("1f.5", 0x1bca, 0x0c8000, "intel-spi")]
MODULES = {"xhci_hcd": "xhci_pci"}


class Function:
    def __init__(self, address, above, device, class_code, driver, physfn=None):
        self.address, self.device, self.class_code = address, device, class_code
        self.driver, self.physfn = driver, physfn
        self.vfs, self.secondary = [], 0
        self.path = f"{above}/{address}"


class Host:
    def __init__(self, root):
        self.root = Path(root)
        self.functions = []

    def put(self, path, content):
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def link(self, path, target):
        """A relative link, as sysfs has them; the target is an absolute path of the machine."""
        link = self.root / path.lstrip("/")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(target, os.path.dirname(path)))

    def add(self, *args, **more):
        self.functions.append(Function(*args, **more))
        return self.functions[-1]

    def add_port(self, complex_bus, device, secondary):
        top = f"/sys/devices/pci0000:{complex_bus:02x}"
        port = self.add(f"0000:{complex_bus:02x}:{device:02x}.0", top, 0x352a, 0x060400, "pcieport")
        port.secondary = secondary
        return port

    def add_vfs(self, pf, count, first, device, driver):
        bus = pf.address[:8]
        for i in range(first, first + count):
            address = f"{bus}{i // 8:02x}.{i % 8}"
            vf = self.add(address, os.path.dirname(pf.path), device, pf.class_code, driver, pf)
            pf.vfs.append(vf)

    def plan_functions(self):
        for slot, device, class_code, driver in CHIPSET:
            self.add(f"0000:00:{slot}", "/sys/devices/pci0000:00", device, class_code, driver)
        for i in range(8):
            self.plan_complex(0x10 + 0x18 * i)
        for i in range(FUNCTIONS - len(self.functions)):
            self.add(f"0000:fe:{i // 8:02x}.{i % 8}", "/sys/devices/pci0000:fe", 0x3450, 0x088000,
                     None)

    def plan_complex(self, bus):
        """A GPU, a network card of two ports and three disks, each behind a port of its own."""
        port = self.add_port(bus, 1, bus + 1)
        gpu = self.add(f"0000:{bus + 1:02x}:00.0", port.path, 0x56c0, 0x038000, "i915")
        self.add_vfs(gpu, 7, 1, 0x56c0, "vfio-pci")
        port = self.add_port(bus, 3, bus + 2)
        cards = [self.add(f"0000:{bus + 2:02x}:00.{i}", port.path, 0x1592, 0x020000, "ice")
                 for i in range(2)]
        for i, card in enumerate(cards):
            self.add_vfs(card, 16, 8 + 16 * i, 0x1889, "iavf")
        for i in range(3):
            port = self.add_port(bus, 5 + 2 * i, bus + 3 + i)
            self.add(f"0000:{bus + 3 + i:02x}:00.0", port.path, 0x0a54, 0x010802, "nvme")

    def write_functions(self):
        for group, function in enumerate(self.functions):
            self.write_function(function, group)
        for driver in {f.driver for f in self.functions if f.driver}:
            module = MODULES.get(driver, driver.replace("-", "_"))
            self.link(f"/sys/bus/pci/drivers/{driver}/module", f"/sys/module/{module}")
            self.put(f"/sys/module/{module}/refcnt", "1\n")

    def write_function(self, function, group):
        path = function.path
        self.put(f"{path}/config", config_space(function))
        for name, value in attributes(function).items():
            self.put(f"{path}/{name}", f"{value}\n")
        self.link(f"/sys/bus/pci/devices/{function.address}", path)
        self.link(f"{path}/subsystem", "/sys/bus/pci")
        self.link(f"{path}/iommu_group", f"/sys/kernel/iommu_groups/{group}")
        self.link(f"/sys/kernel/iommu_groups/{group}/devices/{function.address}", path)
        self.put(f"/sys/kernel/iommu_groups/{group}/type", "DMA-FQ\n")
        self.put(f"/sys/kernel/iommu_groups/{group}/reserved_regions",
                 "0x00000000fee00000 0x00000000feefffff msi\n")
        if function.driver:
            self.link(f"{path}/driver", f"/sys/bus/pci/drivers/{function.driver}")
        if function.physfn:
            self.link(f"{path}/physfn", function.physfn.path)
        for i, vf in enumerate(function.vfs):
            self.link(f"{path}/virtfn{i}", vf.path)
        if function.class_code == 0x020000:
            name = "en" + function.address[5:].replace(":", "p").replace(".", "f")
            self.put(f"{path}/net/{name}/operstate", "down\n" if function.physfn else "up\n")
            self.put(f"{path}/net/{name}/carrier", "1\n")
            self.link(f"/sys/class/net/{name}", f"{path}/net/{name}")
        if function.driver == "i915":
            self.write_nodes(function)

    def write_nodes(self, gpu):
        index = [f for f in self.functions if f.driver == "i915"].index(gpu)
        for name, minor in ((f"card{index}", index), (f"renderD{128 + index}", 128 + index)):
            self.put(f"{gpu.path}/drm/{name}/dev", f"226:{minor}\n")
            self.link(f"{gpu.path}/drm/{name}/device", gpu.path)
            self.link(f"/sys/class/drm/{name}", f"{gpu.path}/drm/{name}")

    def write_iommu(self):
        units = b"".join(struct.pack("<HHBBHQ", 0, 16, i == 8, 0, 0, 0xc0000000 + (i << 20))
                         for i in range(9))
        self.put("/sys/firmware/acpi/tables/DMAR", dmar(units))
        for i in range(9):
            unit = f"/sys/devices/virtual/iommu/dmar{i}"
            for name, value in (("cap", "19ed008c40780c66"), ("ecap", "3ef9a6f0df"),
                                ("version", "5:0"), ("domains_supported", "65536")):
                self.put(f"{unit}/intel-iommu/{name}", f"{value}\n")
            self.link(f"/sys/class/iommu/dmar{i}", unit)

    def write_kernel(self):
        self.put("/proc/cmdline", CMDLINE + "\n")
        self.put("/proc/sys/kernel/osrelease", KERNEL + "\n")
        self.put("/proc/sys/kernel/hostname", "pve1\n")
        self.put("/proc/cpuinfo", "\n".join(cpu(i) for i in range(CPUS)))
        self.put("/proc/interrupts", interrupts())
        self.put("/proc/iomem", "00000000-0009ffff : System RAM\n")
        names = [MODULES.get(d, d).replace("-", "_")
                 for d in sorted({f.driver for f in self.functions if f.driver})]
        names += ["kvm_intel", "kvm", "vfio_iommu_type1", "vfio_pci_core", "vfio", "zfs", "spl"]
        self.put("/proc/modules",
                 "".join(f"{n} 131072 2 - Live 0xffffffffc0575000\n" for n in names))
        self.put(f"/boot/config-{KERNEL}",
                 "".join(f"CONFIG_OPTION_{i}={'ym'[i % 2]}\n" for i in range(11000)) +
                 "CONFIG_INTEL_IOMMU=y\nCONFIG_VFIO=m\nCONFIG_VFIO_PCI=m\n")
        self.put(f"/boot/initrd.img-{KERNEL}", bytes(1 << 20))
        self.put(f"/lib/modules/{KERNEL}/modules.builtin",
                 "".join(f"kernel/drivers/some/module{i}.ko\n" for i in range(400)))

    def write_settings(self):
        self.put("/etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'
                                    "ID=debian\nVERSION_ID=\"12\"\n")
        self.put("/etc/default/grub", f'GRUB_CMDLINE_LINUX_DEFAULT="{CMDLINE.split("ro ")[1]}"\n')
        self.put("/etc/modprobe.d/pve-blacklist.conf", "blacklist nvidiafb\n")
        self.put("/etc/modules-load.d/vfio.conf", "vfio\nvfio_iommu_type1\nvfio_pci\n")
        self.put("/usr/sbin/update-initramfs", "#!/bin/sh\n")
        self.put("/etc/pve/local/.keep", "")
        self.put("/etc/pve/mapping/pci.cfg", "".join(
            f"pci: gpu{i}\n\tmap id=8086:56c0,node=pve1,path={vf.address}\n\n"
            for i, vf in enumerate(self.vfs())))
        for i in range(40):
            self.put(f"/etc/pve/qemu-server/{100 + i}.conf", self.vm(i))

    def vfs(self):
        return [f for f in self.functions if f.physfn and f.driver == "vfio-pci"]

    def vm(self, i):
        vf = self.vfs()[i]
        given = f"mapping=gpu{i}" if i % 2 else vf.address
        settings = [
            "agent: 1", "bios: ovmf", "boot: order=scsi0", "cores: 8", "cpu: host",
            f"efidisk0: local-zfs:vm-{100 + i}-disk-0,efitype=4m,size=1M",
            f"hostpci0: {given},pcie=1", "machine: q35", "memory: 16384",
            "meta: creation-qemu=9.0.2,ctime=1731000000", f"name: media{i}",
            f"net0: virtio=BC:24:11:00:00:{i:02X},bridge=vmbr0,firewall=1", "numa: 0",
            "onboot: 1", "ostype: l26", f"scsi0: local-zfs:vm-{100 + i}-disk-1,size=64G",
            "scsihw: virtio-scsi-single", "serial0: socket",
            f"smbios1: uuid=00000000-0000-4000-8000-{i:012d}", "sockets: 1", "vga: std"]
        snapshot = [line for line in settings if not line.startswith("hostpci")]
        return "\n".join(settings + ["", "[before]", *snapshot, "snaptime: 1731000000"]) + "\n"

    def write_log(self):
        with open(self.root / "var/log/dmesg", "w", encoding="ascii") as log:
            for at, text in enumerate(boot_messages(self.functions)):
                log.write(f"[{at / 500:12.6f}] {text}\n")
            seconds, messages = 60.0, later_messages(self.functions)
            while log.tell() < LOG_BYTES:
                seconds += 0.8
                log.write(f"[{seconds:12.6f}] {next(messages)}\n")

    def write(self):
        (self.root / "var/log").mkdir(parents=True)
        self.plan_functions()
        assert len(self.functions) == FUNCTIONS, len(self.functions)
        self.write_functions()
        self.write_iommu()
        self.write_kernel()
        self.write_settings()
        self.write_log()


def dmar(structures):
    body = struct.pack("<BB10x", 45, 1) + structures
    table = bytearray(struct.pack("<4sIBB6s8sI4sI", b"DMAR", 36 + len(body), 1, 0, b"BENCH ",
                                  b"BIGHOST ", 1, b"TEST", 1) + body)
    table[9] = -sum(table) & 0xff
    return bytes(table)


def attributes(function):
    """What sysfs shows of a function, but for links and binary files."""
    bars = "0x0000000000000000 0x0000000000000000 0x0000000000000000"
    values = {
        "vendor": "0x8086", "device": f"0x{function.device:04x}",
        "class": f"0x{function.class_code:06x}", "revision": "0x04",
        "subsystem_vendor": "0x8086", "subsystem_device": "0x4905", "irq": 16,
        "numa_node": 0, "local_cpus": "ffffffff,ffffffff", "local_cpulist": "0-63",
        "enable": 1, "broken_parity_status": 0, "consistent_dma_mask_bits": 64,
        "dma_mask_bits": 64, "msi_bus": 1, "d3cold_allowed": 1, "power_state": "D0",
        "driver_override": "(null)", "ari_enabled": 0, "current_link_speed": "16.0 GT/s PCIe",
        "current_link_width": 16, "max_link_speed": "16.0 GT/s PCIe", "max_link_width": 16,
        "modalias": f"pci:v00008086d0000{function.device:04X}sv00008086sd00004905bc03sc80i00",
        "resource": "\n".join(["0x0000202ffe000000 0x0000202ffeffffff 0x000000000014220c"] +
                              [bars] * 12),
    }
    if function.secondary:
        values |= {"secondary_bus_number": function.secondary,
                   "subordinate_bus_number": function.secondary}
    elif not function.physfn:
        values |= {"reset_method": "flr bus", "reset": ""}
    if function.vfs:
        values |= {"sriov_totalvfs": len(function.vfs), "sriov_numvfs": len(function.vfs),
                   "sriov_drivers_autoprobe": 1}
    return values


def config_space(function):
    """A header, a PCI Express and a power management capability."""
    space = bytearray(256)
    struct.pack_into("<HHHHI", space, 0, 0x8086, function.device, 6, 0x10,
                     function.class_code << 8 | 4)
    space[0x0e] = 1 if function.secondary else 0
    struct.pack_into("<HH", space, 0x2c, 0x8086, 0x4905)
    space[0x34] = 0x40
    space[0x40:0x44] = bytes((0x10, 0xd0, 0x42 if function.secondary else 0x02, 0))
    space[0xd0:0xd4] = bytes((0x01, 0, 0x03, 0))
    return bytes(space)


def cpu(index):
    return (f"processor\t: {index}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\n"
            "model name\t: Intel(R) Xeon(R) Gold 6430\nstepping\t: 8\n"
            "flags\t\t: fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 "
            "clflush dts acpi mmx fxsr sse sse2 ss ht tm pbe syscall nx pdpe1gb rdtscp lm vmx smx "
            "est tm2 ssse3 fma cx16 xtpr pdcm pcid dca sse4_1 sse4_2 x2apic movbe popcnt aes avx\n"
            "bugs\t\t: spectre_v1 spectre_v2\naddress sizes\t: 46 bits physical, 57 bits virtual\n")


def interrupts():
    head = "      " + "".join(f"{'CPU' + str(i):>11}" for i in range(CPUS)) + "\n"
    counts = "".join(f"{i * 7919 % 100000:>11}" for i in range(CPUS))
    return head + "".join(f"{i:>4}: {counts}  IR-PCI-MSIX-0000:12:00.0    {i}-edge      ice-{i}\n"
                          for i in range(1200))


def boot_messages(functions):
    yield f"Linux version {KERNEL} (build@proxmox) (gcc (Debian 12.2.0-14) 12.2.0) #1 SMP"
    yield f"Command line: {CMDLINE}"
    yield "DMI: Supermicro SYS-421GE/X13DEG, BIOS 2.1 12/01/2023"
    yield "DMAR: IOMMU enabled"
    for i in range(9):
        yield f"DMAR: dmar{i}: reg_base_addr {0xc0000000 + (i << 20):x} ver 5:0 cap 19ed008c ecap 3e"
    yield "DMAR-IR: Enabled IRQ remapping in x2apic mode"
    for group, function in enumerate(functions):
        kind = "01" if function.secondary else "00"
        yield f"pci {function.address}: [8086:{function.device:04x}] type {kind} class " \
              f"{function.class_code:#08x}"
        yield f"pci {function.address}: reg 0x10: [mem 0x202ffe000000-0x202ffeffffff 64bit pref]"
        yield f"pci {function.address}: Adding to iommu group {group}"
    for function in functions:
        if function.driver == "i915":
            yield f"i915 {function.address}: [drm] GT0: GuC firmware i915/dg2_guc_70.bin version 70"
            yield f"i915 {function.address}: [drm] GT0: HuC: authenticated for all workloads"
            yield f"i915 {function.address}: 7 VFs could be associated with this PF"
    yield "VFIO - User Level meta-driver version: 0.3"


def later_messages(functions):
    """What a busy host logs for months."""
    dice = random.Random(1)
    nics = [f.address for f in functions if f.class_code == 0x020000]

    def mac():
        return ":".join(f"{dice.randrange(256):02x}" for _ in range(6))

    def address():
        return ".".join(str(dice.randrange(1, 255)) for _ in range(4))

    makers = (
        lambda vm: f"fwbr{vm}i0: port 2(tap{vm}i0) entered {dice.choice(STATES)} state",
        lambda vm: f"vmbr0: port 5(fwpr{vm}p0) entered {dice.choice(STATES)} state",
        lambda vm: f"tap{vm}i0: {dice.choice(('entered', 'left'))} promiscuous mode",
        lambda vm: f"kvm [{vm * 31}]: vcpu{vm % 8}, guest rIP: 0xfffff8{vm:06x} ignored rdmsr: "
                   f"0x{dice.randrange(1 << 12):x}",
        lambda vm: f"vfio-pci 0000:11:00.{1 + vm % 7}: enabling device (0000 -> 0002)",
        lambda vm: f"ice {dice.choice(nics)} eno1: NIC Link is up 25 Gbps Full Duplex, "
                   "Requested FEC: RS-FEC, Negotiated FEC: NONE, Autoneg Advertised: Off",
        lambda vm: f"audit: type=1400 audit(17{vm}.123:{dice.randrange(99999)}): "
                   'apparmor="DENIED" operation="mount" class="mount" info="failed perms check" '
                   f'error=-13 profile="lxc-{vm}_</var/lib/lxc>" name="/run/" pid={vm * 7} '
                   'comm="(networkd)" flags="rw, remount, noatime, bind"',
        lambda vm: f"[UFW BLOCK] IN=vmbr0 OUT= MAC={mac()}:{mac()}:08:00 SRC={address()} "
                   f"DST={address()} LEN=40 TOS=0x00 PREC=0x00 TTL=243 ID={dice.randrange(65536)} "
                   f"PROTO=TCP SPT={dice.randrange(65536)} DPT=8006 WINDOW=1024 RES=0x00 SYN URGP=0",
        lambda vm: f"EXT4-fs (dm-{vm % 60}): mounted filesystem "
                   f"{vm:08x}-0000-4000-8000-000000000000 r/w with ordered data mode.",
        lambda vm: f"nvme nvme{vm % 24}: I/O {vm} QID {vm % 32} timeout, completion polled",
        lambda vm: f"usb 1-{vm % 14}: new high-speed USB device number {vm % 127} using xhci_hcd",
        lambda vm: f"perf: interrupt took too long ({2500 + vm} > {2400 + vm}), lowering "
                   "kernel.perf_event_max_sample_rate to 79000",
        lambda vm: f"pcieport 0000:10:05.0: AER: Corrected error received: 0000:13:00.{vm % 2}",
    )
    while True:
        yield dice.choice(makers)(dice.randrange(100, 140))


STATES = ("blocking", "disabled", "forwarding", "learning")

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    Host(sys.argv[1]).write()

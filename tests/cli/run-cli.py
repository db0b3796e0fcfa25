#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a user meets on the command line: options, exit statuses, bad input.

usage: run-cli.py DOCTOR REPORT FIXTURES
"""
import csv
import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HEADER = "kind,host,layer,id,subject,mode,verdict,value,unit,text,source"
DOCTOR = REPORT = FIXTURES = ""


def run(*args, program=None, **more):
    # A hang is a failure: nothing here may take longer than this.
    return subprocess.run([program or DOCTOR, *map(str, args)], capture_output=True, timeout=30,
                          check=False, **more)


def rows(done):
    return list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8", "replace"))))


def findings(done, check):
    return [r for r in rows(done) if r["kind"] == "finding" and r["id"] == check]


class Tree(unittest.TestCase):
    """A machine made of plain files."""

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.root = Path(self.temporary.name) / "root"
        for directory in ("proc", "sys/class/iommu", "sys/bus/pci/devices",
                          "sys/firmware/acpi/tables", "sys/kernel/iommu_groups"):
            (self.root / directory).mkdir(parents=True)
        self.put("proc/cmdline", "quiet\n")

    def put(self, path, content):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def look(self, *args):
        return run("--root", self.root, "--role", "host", "--format", "csv", *args)

    def one_line(self, done, *words):
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, b"")
        text = done.stderr.decode()
        self.assertEqual(text.count("\n"), 1, text)
        for word in words:
            self.assertIn(word, text)


def dmar(*structures):
    body = struct.pack("<BB10x", 38, 1) + b"".join(structures)
    table = bytearray(struct.pack("<4sIBB6s8sI4sI", b"DMAR", 36 + len(body), 1, 0, b"OEMID ",
                                  b"OEMTABLE", 1, b"TEST", 1) + body)
    table[9] = -sum(table) & 0xff
    return bytes(table)


DRHD = struct.pack("<HHBBHQ", 0, 16, 1, 0, 0, 0xfed90000)


class BadInput(Tree):
    def test_missing_root(self):
        self.one_line(run("--root", "/nonexistent/machine"), "/nonexistent/machine")

    def test_root_that_is_no_capture(self):
        self.one_line(run("--root", "/bin/sh"), "/bin/sh")

    def test_dmar_entry_of_length_0(self):
        self.put("sys/firmware/acpi/tables/DMAR", dmar(DRHD, b"\1\0\0\0"))
        self.put("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n")
        found = findings(self.look("--mode", "full"), "fw-table-malformed")
        self.assertEqual([f["verdict"] for f in found], ["fail"])
        self.assertIn("length", found[0]["text"])

    def test_cmdline_of_one_gigabyte(self):
        with open(self.root / "proc/cmdline", "wb") as file:
            file.truncate(1 << 30)
        done = self.look("--mode", "full")
        self.assertIn(done.returncode, (1, 3))
        self.assertEqual(findings(done, "nomodeset-leftover")[0]["verdict"], "skip")
        done = self.look()
        self.assertEqual(findings(done, "nomodeset-leftover")[0]["verdict"], "unknown")

    def test_binary_cmdline(self):
        self.put("proc/cmdline", b"quiet\0\xff\xfe intel_iommu=off")
        done = self.look()
        finding = findings(done, "nomodeset-leftover")[0]
        self.assertEqual(finding["verdict"], "unknown")
        self.assertIn("/proc/cmdline", finding["text"])

    def test_links_lead_nowhere_outside(self):
        secret = Path(self.temporary.name) / "secret"
        secret.write_text("nomodeset outside-the-root\n")
        for target in (str(secret), "../../secret", "../../../../../../.." + str(secret),
                       "/etc/shadow"):
            (self.root / "proc/cmdline").unlink()
            (self.root / "proc/cmdline").symlink_to(target)
            done = self.look("--verbose")
            self.assertNotIn(b"outside-the-root", done.stdout)
            self.assertNotIn(b"root:", done.stdout)
            self.assertEqual(findings(done, "nomodeset-leftover")[0]["verdict"], "unknown")

    def test_pipe_and_directory_where_a_file_should_be(self):
        (self.root / "proc/cmdline").unlink()
        os.mkfifo(self.root / "proc/cmdline")
        self.assertEqual(findings(self.look(), "nomodeset-leftover")[0]["verdict"], "unknown")
        (self.root / "proc/cmdline").unlink()
        (self.root / "proc/cmdline").mkdir()
        self.assertEqual(findings(self.look(), "nomodeset-leftover")[0]["verdict"], "unknown")

    def test_log_of_garbage(self):
        self.put("var/log/dmesg", os.urandom(1 << 20) + b"\0" * (1 << 20) + b"x" * (1 << 20))
        self.assertIn(self.look().returncode, (0, 3))

    def test_capture_cut_in_the_middle(self):
        whole = (Path(FIXTURES) / "lab-vtd-kernel-off.machine").read_bytes()
        for part in (1, 2, 3):
            cut = Path(self.temporary.name) / "cut.machine"
            cut.write_bytes(whole[:len(whole) * part // 4])
            done = run("--root", cut, "--role", "host", "--mode", "full", "--format", "csv")
            self.assertIn(done.returncode, (1, 3))
            self.assertTrue([r for r in rows(done) if r["kind"] == "meta" and r["id"] == "cut"])
            for finding in (r for r in rows(done) if r["kind"] == "finding"):
                self.assertNotEqual((finding["id"], finding["verdict"]), ("fw-vtd-off", "fail"))

    def test_empty_machine_is_not_diagnosed(self):
        with tempfile.TemporaryDirectory() as empty:
            done = run("--root", empty, "--role", "host", "--mode", "full", "--format", "csv")
            self.assertEqual(done.returncode, 3)
            self.assertFalse([r for r in rows(done) if r["kind"] == "cause"])


class CommandLine(Tree):
    def test_csv_begins_with_the_header(self):
        first = self.look().stdout.decode().splitlines()[0]
        self.assertEqual(first.replace('"', ""), HEADER)

    def test_flags_that_could_not_be_read_are_not_known(self):
        def virtualisation(content):
            self.put("proc/cpuinfo", content)
            return [row["value"] for row in rows(self.look()) if row["id"] == "cpu.virtualisation"]

        self.assertEqual(virtualisation("processor\t: 0\nflags\t\t: fpu vmx sse2\n"), ["yes"])
        self.assertEqual(virtualisation("processor\t: 0\nflags\t\t: fpu sse2\n"), ["no"])
        self.assertEqual(virtualisation(""), ["unknown"])

    def test_unusable_words(self):
        for args, word in ((["--frobnicate"], "--frobnicate"), (["--mode", "fall"], "fall"),
                           (["--role", "guset"], "guset"), (["--format", "pdf"], "pdf"),
                           (["--layer", "vfoi"], "vfoi"), (["--allow", "nothing"], "nothing"),
                           (["--device", "0000:ff:1f.7"], "0000:ff:1f.7"), (["more"], "more"),
                           (["--user", "a b"], "a b"), (["--user", ""], "--user"),
                           (["--root"], "--root"), (["--explain", "nothing"], "nothing"),
                           (["--plan", "--list-checks"], "--plan"), (["--color", "red"], "--color")):
            root = [] if args == ["--root"] else ["--root", self.root]
            self.one_line(run(*root, *args), word)

    def test_user_who_is_asked_about(self):
        case = Path(FIXTURES).parent.parent / "tests/checks/cases/not-in-render/user-asked-about.machine"

        def verdict(*args):
            done = run("--root", case, "--role", "host", "--mode", "native", "--format", "csv", *args)
            return done.returncode, {r["verdict"] for r in findings(done, "not-in-render")}
        self.assertEqual(verdict("--user", "user1"), (1, {"fail"}))
        self.assertEqual(verdict("--user", "1000"), (1, {"fail"}))
        self.assertEqual(verdict("--user", "root"), (0, {"pass"}))
        self.assertEqual(verdict("--user", "nobody-knows"), (3, {"unknown"}))
        self.assertEqual(verdict(), (0, {"skip"}))

    def test_a_users_access_is_the_same_without_names(self):
        case = Path(FIXTURES).parent.parent / "tests/checks/cases/not-in-render/user-asked-about.machine"
        named = Path(self.temporary.name) / "named.machine"
        redacted = Path(self.temporary.name) / "redacted.machine"
        text = case.read_text().replace("user1", "annabel")
        named.write_text(text.replace("render:x:105:", "render:x:105:annabel"))
        self.assertEqual(run("--root", named, "--capture", redacted).returncode, 0)
        self.assertNotIn("annabel", redacted.read_text())
        for root in named, redacted:
            done = run("--root", root, "--role", "host", "--mode", "native", "--format", "csv",
                       "--user", "1000")
            self.assertEqual({r["verdict"] for r in findings(done, "not-in-render")}, {"pass"})

    def test_escapes_in_words_do_not_act(self):
        done = run("--mode", "\033[31mred")
        self.assertNotIn(b"\033", done.stderr)

    def test_list_and_explain(self):
        listed = run("--list-checks").stdout.decode().splitlines()
        self.assertGreaterEqual(len(listed), 35)
        for line in listed:
            name, layer, ceiling, title = line.split(None, 3)
            self.assertIn(ceiling, ("note", "warn", "fail"))
            explained = run("--explain", name)
            self.assertEqual(explained.returncode, 0)
            for words in (name, title, layer, "How to mend it"):
                self.assertIn(words, explained.stdout.decode())

    def test_output_is_whole_or_not_there(self):
        out = Path(self.temporary.name) / "record.csv"
        done = self.look("-o", out)
        self.assertIn(done.returncode, (0, 3))
        self.assertEqual(done.stdout, b"")
        self.assertTrue(out.read_text().startswith('"kind"'))
        self.one_line(self.look("-o", self.temporary.name), self.temporary.name)
        self.one_line(self.look("-o", "/nonexistent/x"), "/nonexistent/x")
        self.assertEqual(self.look("-o", "/dev/full").returncode, 2)
        self.assertEqual(sorted(os.listdir(self.temporary.name)), ["record.csv", "root"])

    def test_full_standard_output(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([DOCTOR, "--root", self.root], stdout=full, timeout=30,
                                  stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 2)

    def test_exit_statuses(self):
        self.put("sys/firmware/acpi/tables/FACP", b"FACP")
        self.assertEqual(self.look("--mode", "full").returncode, 1)
        self.assertEqual(self.look("--mode", "full", "--layer", "vfio").returncode, 0)
        self.assertEqual(self.look("--layer", "driver", "--mode", "full").returncode, 0)

    def test_changes_nothing(self):
        def state():
            return sorted((str(p), p.lstat().st_mtime_ns, p.lstat().st_size)
                          for p in self.root.rglob("*"))
        before = state()
        for args in ([], ["--plan"], ["--capture", Path(self.temporary.name) / "x.machine"],
                     ["--format", "html"]):
            run("--root", self.root, *args)
        self.assertEqual(state(), before)

    def test_wish_decides_how_hard_a_fault_is(self):
        def verdict(*args):
            return findings(self.look(*args), "fw-vtd-off")[0]["verdict"]
        self.assertEqual(verdict("--mode", "full"), "fail")
        self.assertEqual(verdict(), "warn")
        self.assertEqual(verdict("--mode", "container"), "skip")


class Plans(Tree):
    """What a plan says to vfio-pci: one list, and no id that names a stranger."""

    def setUp(self):
        super().setUp()
        (self.root / "sys/class/iommu/dmar0").mkdir()

    def function(self, address, ids, class_code, driver, group):
        where = f"sys/bus/pci/devices/{address}"
        for name, value in zip(("vendor", "device"), ids.split(":")):
            self.put(f"{where}/{name}", f"0x{value}\n")
        self.put(f"{where}/class", f"0x{class_code}\n")
        self.put(f"{where}/reset_method", "bus\n")
        (self.root / where / "driver").symlink_to(f"../../../../bus/pci/drivers/{driver}")
        (self.root / where / "iommu_group").symlink_to(f"../../../../kernel/iommu_groups/{group}")
        (self.root / f"sys/kernel/iommu_groups/{group}/devices/{address}").mkdir(parents=True)

    def plan(self, *args):
        return run("--root", self.root, "--role", "host", "--mode", "full", "--plan",
                   *args).stdout.decode()

    def test_one_list_for_two_cards(self):
        self.function("0000:01:00.0", "10de:1c82", "030000", "nouveau", 1)
        self.function("0000:01:00.1", "10de:0fb9", "040300", "snd_hda_intel", 1)
        self.function("0000:02:00.0", "1002:67df", "030000", "amdgpu", 2)
        plan = self.plan()
        lists = [line for line in plan.splitlines() if line.startswith("options vfio-pci")]
        self.assertEqual(lists, ["options vfio-pci ids=10de:1c82,10de:0fb9,1002:67df"])

    def test_no_list_where_an_id_names_the_hosts_own(self):
        self.function("0000:01:00.0", "10de:1c82", "030000", "nouveau", 1)
        self.function("0000:01:00.1", "10de:0fb9", "040300", "snd_hda_intel", 1)
        self.function("0000:02:00.0", "10de:1c03", "030000", "nouveau", 2)
        self.function("0000:02:00.1", "10de:0fb9", "040300", "snd_hda_intel", 2)
        plan = self.plan("--device", "0000:01:00.0")
        self.assertNotIn("options vfio-pci", plan)
        self.assertIn("driverctl set-override 0000:01:00.0", plan)

    def test_leaves_the_other_groups_of_the_slot_alone(self):
        self.function("0000:0c:00.0", "1002:1638", "030000", "amdgpu", 1)
        self.function("0000:0c:00.1", "1002:1637", "040300", "snd_hda_intel", 1)
        self.function("0000:0c:00.3", "1022:1639", "0c0330", "xhci_hcd", 3)
        plan = self.plan()
        self.assertIn("options vfio-pci ids=1002:1638,1002:1637\n", plan)
        self.assertNotIn("1022:1639", plan)

    def test_completes_one_list_for_both_cards(self):
        self.put("etc/modprobe.d/vfio.conf",
                 "options vfio-pci ids=10de:1c82:1043:8599,10de:1c03 disable_vga disable_idle_d3=1\n")
        self.function("0000:01:00.0", "10de:1c82", "030000", "nouveau", 1)
        self.function("0000:01:00.1", "10de:0fb9", "040300", "snd_hda_intel", 1)
        self.function("0000:02:00.0", "10de:1c03", "030000", "nouveau", 2)
        self.function("0000:02:00.1", "10de:1aef", "040300", "snd_hda_intel", 2)
        self.assertIn("options vfio-pci ids=10de:1c82:1043:8599,10de:1c03,10de:0fb9,10de:1aef "
                      "disable_vga disable_idle_d3=1\n", self.plan())

    def test_keeps_the_last_list_of_the_command_line(self):
        self.put("etc/default/grub", 'GRUB_CMDLINE_LINUX_DEFAULT="quiet vfio-pci.ids=10de:1c82 '
                 'vfio-pci.ids=10de:1c82,10de:2204"\n')
        self.put("proc/cmdline", "BOOT_IMAGE=/vmlinuz quiet vfio-pci.ids=10de:1c82 "
                 "vfio-pci.ids=10de:1c82,10de:2204\n")
        self.function("0000:01:00.0", "10de:1c82", "030000", "nouveau", 1)
        self.function("0000:01:00.1", "10de:0fb9", "040300", "snd_hda_intel", 1)
        self.function("0000:02:00.0", "10de:2204", "030000", "vfio-pci", 2)
        self.assertIn('GRUB_CMDLINE_LINUX_DEFAULT="quiet '
                      'vfio-pci.ids=10de:1c82,10de:2204,10de:0fb9"\n', self.plan())


class Captures(Tree):
    def test_replay_says_the_same(self):
        self.put("etc/default/grub", 'GRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=on"\n')
        self.put("var/log/dmesg", "[    0.000000] Linux version 6.1.0\n"
                 "[    1.000000] vfio_pci: unknown parameter '8086:10d3' ignored\n")
        capture = Path(self.temporary.name) / "x.machine"
        self.assertEqual(run("--root", self.root, "--capture", capture, "--no-redact").returncode, 0)

        def said(root):
            done = run("--root", root, "--role", "host", "--mode", "full", "--format", "csv")
            return [(r["id"], r["subject"], r["verdict"]) for r in rows(done)
                    if r["kind"] in ("finding", "cause")]
        self.assertEqual(said(capture), said(self.root))

    def test_redacts_by_default(self):
        self.put("proc/sys/kernel/hostname", "annes-secret-box\n")
        capture = Path(self.temporary.name) / "x.machine"
        run("--root", self.root, "--capture", capture)
        self.assertNotIn("annes-secret-box", capture.read_text())
        run("--root", self.root, "--capture", capture, "--no-redact")
        self.assertIn("annes-secret-box", capture.read_text())


UUID, MAC, ADDRESS = "9f6c1e0a-77b1-4c52-8d6e-0c1f5b1f4d11", "bc:24:11:5a:6b:7c", "203.0.113.77"
SECRETS = ("annes-secret-box", "gudrun", "hunter2", "S3cretPassw0rd", "AAAAB3NzaC1yc2E", "ticketpw",
           "WD-WCC4N5PF96", "4C530001180815", "notes-about-anne", UUID, MAC, ADDRESS)


class Leaks(Tree):
    """Every secret that a file of the explicit list may hold, in every place it may hold it."""

    def setUp(self):
        super().setUp()
        for number, name in ((0, "host"), (2, "igpu")):
            device = f"sys/bus/pci/devices/0000:00:0{number}.0/"
            self.put(device + "vendor", "0x8086\n")
            self.put(device + "device", "0x4690\n")
            self.put(device + "class", "0x030000\n" if number else "0x060000\n")
        self.put("proc/sys/kernel/hostname", "annes-secret-box\n")
        self.put("etc/hostname", "annes-secret-box\n")
        self.put("etc/passwd", "root:x:0:0::/root:/bin/sh\ngudrun:x:1000:1000::/home/gudrun:/bin/sh\n")
        self.put("etc/group", "root:x:0:\nrender:x:104:gudrun\n")
        self.put("proc/cmdline", f"BOOT_IMAGE=/vmlinuz root=UUID={UUID} ip={ADDRESS} quiet\n")
        self.put("etc/default/grub", f'GRUB_CMDLINE_LINUX_DEFAULT="root=UUID={UUID} quiet"\n')
        self.put("etc/kernel/cmdline", f"root=UUID={UUID} ip={ADDRESS}\n")
        self.put("var/log/dmesg", "[    0.000000] Linux version 6.8.0 (gudrun@annes-secret-box)\n"
                 f"[    0.100000] Command line: root=UUID={UUID} ip={ADDRESS}\n"
                 "[    2.000000] usb 1-1: SerialNumber: 4C530001180815\n"
                 f"[    3.000000] r8169 0000:02:00.0 eth0: RTL8125B, {MAC}, XID 641\n"
                 f"[    3.100000] i915: unknown parameter 'gudrun' ignored on annes-secret-box\n")
        vm = (f"#notes-about-anne\nargs: -vnc 0.0.0.0:77,password=hunter2\ncipassword: S3cretPassw0rd\n"
              f"ciuser: gudrun\nhostpci0: 0000:00:02.0,pcie=1\nipconfig0: ip={ADDRESS}/24,gw={ADDRESS}\n"
              f"name: annes-secret-box\nnet0: virtio={MAC.upper()},bridge=vmbr0\n"
              f"scsi0: local:vm-100-disk-0,serial=WD-WCC4N5PF96\nsmbios1: uuid={UUID}\n"
              f"sshkeys: ssh-rsa%20AAAAB3NzaC1yc2E%20gudrun%40annes-secret-box\n")
        self.put("etc/pve/qemu-server/100.conf", vm)
        self.put("etc/pve/lxc/101.conf", f"hostname: annes-secret-box\nnet0: name=eth0,hwaddr={MAC},"
                 f"ip={ADDRESS}/24\nlxc.mount.entry: /dev/dri dev/dri none bind\n")
        self.put("run/qemu-server/100.pid", "4711\n")
        self.put("proc/4711/cmdline", "\0".join(
            ["/usr/bin/kvm", "-id", "100", "-name", "annes-secret-box,debug-threads=on", "-smbios",
             f"type=1,uuid={UUID}", "-device", f"virtio-net-pci,mac={MAC}", "-vnc",
             "unix:/var/run/qemu-server/100.vnc,password=hunter2", "-spice",
             f"addr={ADDRESS},password=ticketpw", "-drive", "file=/dev/sda,serial=WD-WCC4N5PF96", ""]))
        upid = "UPID:annes-secret-box:00001267:0000ABCD:66D1A2B3:qmstart:100:gudrun@pam:"
        self.put("var/log/pve/tasks/index", f"{upid} 66D1A2B9 start failed: QEMU exited with code 1\n")
        self.put(f"var/log/pve/tasks/{upid[len('UPID:annes-secret-box:00001267:0000ABCD:66D1A2B')]}/{upid}",
                 f"kvm: -vnc {ADDRESS}:77,password=hunter2: failed for gudrun\n"
                 f"kvm: -device vfio-pci,host=0000:00:02.0: vfio 0000:00:02.0: group 0 is not viable\n")
        self.put("var/log/libvirt/qemu/annes-secret-box.log", "2024-08-30 10:00:00.000+0000: starting "
                 f"up libvirt version: 9.0\n-uuid {UUID} -device virtio-net-pci,mac={MAC}\n")
        self.put("etc/sysfs.conf", "# gudrun wants these\n"
                 "devices/pci0000:00/0000:00:02.0/sriov_numvfs = 7\n")
        self.put("etc/udev/rules.d/70-net.rules", f'ATTR{{address}}=="{MAC}", NAME="lan"\n'
                 'ATTR{device}=="0x4690", ATTR{sriov_numvfs}="7"\n')
        self.put("etc/modprobe.d/own.conf", "# gudrun on annes-secret-box\noptions i915 enable_guc=3\n")

    def test_no_secret_is_in_a_capture(self):
        capture = Path(self.temporary.name) / "x.machine"
        self.assertEqual(run("--root", self.root, "--capture", capture).returncode, 0)
        text = capture.read_text()
        for secret in SECRETS:
            self.assertNotIn(secret.lower(), text.lower())
        self.assertIn("hostpci0", text)

    def test_what_has_no_business_in_a_capture_is_there_without_redaction(self):
        capture = Path(self.temporary.name) / "x.machine"
        run("--root", self.root, "--capture", capture, "--no-redact")
        text = capture.read_text()
        for secret in ("annes-secret-box", "gudrun", "hunter2", UUID, MAC, ADDRESS):
            self.assertIn(secret, text)

    def test_a_redacted_capture_says_the_same(self):
        capture = Path(self.temporary.name) / "x.machine"
        run("--root", self.root, "--capture", capture)

        def said(root):
            return [(r["id"], r["verdict"]) for r in
                    rows(run("--root", root, "--role", "host", "--format", "csv"))
                    if r["kind"] in ("finding", "cause", "readiness")]
        self.assertEqual(said(capture), said(self.root))


class Kubernetes(Tree):
    """What kubectl wrote, handed over."""

    OBJECTS = {"kind": "List", "items": [
        {"kind": "Node", "metadata": {"name": "west"},
         "status": {"allocatable": {"gpu.intel.com/xe": "1"}, "nodeInfo": {"osImage": "Ubuntu"}}},
        {"kind": "Pod", "metadata": {"name": "jellyfin", "namespace": "media"},
         "spec": {"containers": [{"env": [{"name": "KEY", "value": "s3cret"}], "image": "jellyfin",
                                  "resources": {"limits": {"gpu.intel.com/i915": "1"}}}]},
         "status": {"phase": "Pending"}}]}

    def setUp(self):
        super().setUp()
        self.file = Path(self.temporary.name) / "cluster.json"
        self.file.write_text(json.dumps(self.OBJECTS), encoding="utf-8")

    def failed(self, done):
        return [r["subject"] for r in findings(done, "k8s-insufficient") if r["verdict"] == "fail"]

    def test_from_a_file_and_from_standard_input(self):
        self.assertEqual(self.failed(self.look("--kubernetes", self.file)), ["pod/media/jellyfin"])
        done = run("--root", self.root, "--format", "csv", "--kubernetes", "-", input=self.file.read_bytes())
        self.assertEqual(self.failed(done), ["pod/media/jellyfin"])

    def test_several_files_are_one_cluster(self):
        for name, item in zip(("node.json", "pod.json"), self.OBJECTS["items"]):
            (self.file.parent / name).write_text(json.dumps(item), encoding="utf-8")
        done = self.look("--kubernetes", self.file.parent / "node.json",
                         "--kubernetes", self.file.parent / "pod.json")
        self.assertIn("gpu.intel.com/xe", findings(done, "k8s-insufficient")[0]["text"])

    def test_what_cannot_be_read_is_said(self):
        self.one_line(self.look("--kubernetes", "/nowhere.json"), "/nowhere.json", "--kubernetes")
        self.one_line(self.look("--kubernetes", "/"), "--kubernetes")
        self.file.write_text("kubectl: no such host", encoding="utf-8")
        done = self.look("--kubernetes", self.file)
        self.assertEqual(findings(done, "k8s-insufficient")[0]["verdict"], "unknown")
        self.assertIn("is no JSON", findings(done, "k8s-insufficient")[0]["text"])

    def test_a_capture_keeps_what_is_looked_at(self):
        capture = self.file.parent / "c.machine"
        self.look("--kubernetes", self.file, "--capture", capture)
        self.assertNotIn("s3cret", capture.read_text(encoding="utf-8"))
        self.assertNotIn("west", capture.read_text(encoding="utf-8"))
        self.assertEqual(self.failed(run("--root", capture, "--role", "host", "--format", "csv")),
                         ["pod/media/jellyfin"])


class Report(Tree):
    def test_draws_the_same_faces_as_the_doctor(self):
        record = Path(self.temporary.name) / "r.csv"
        env = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
        run("--root", self.root, "--format", "csv", "-o", record, env=env)
        for face in ("text", "csv", "html"):
            ours = run("--root", self.root, "--format", face, env=env).stdout
            theirs = run(record, "--format", face, program=REPORT).stdout
            self.assertEqual(ours, theirs)

    def test_format_by_name(self):
        record, page = (Path(self.temporary.name) / name for name in ("r.csv", "r.html"))
        run("--root", self.root, "-o", record)
        self.assertTrue(record.read_text().startswith('"kind","host"'))
        run(record, "-o", page, program=REPORT)
        self.assertTrue(page.read_text().startswith("<!DOCTYPE html>"))
        run(record, "-o", page, "--format", "json", program=REPORT)
        json.loads(page.read_text())
        run("--diff", record, record, "-o", page, program=REPORT)
        self.assertNotIn("<", page.read_text())

    def test_refuses_what_is_no_record(self):
        for content in (b"", b"hello\n", b"\0\1\2", b'"kind","host"\n', b'"a",' * 100000):
            file = Path(self.temporary.name) / "bad.csv"
            file.write_bytes(content)
            self.one_line(run(file, program=REPORT), "bad.csv")


class FilesFrom(Tree):
    """Names of records that come from a list."""

    def setUp(self):
        super().setUp()
        self.records = [Path(self.temporary.name) / name for name in ("a.csv", "b c\n.csv")]
        for record in self.records:
            run("--root", self.root, "--format", "csv", "-o", record)

    def report(self, *args, **more):
        return run("--format", "csv", *args, program=REPORT, **more)

    def test_a_list_is_as_good_as_arguments(self):
        wanted = self.report(*self.records).stdout
        names = b"\0".join(str(record).encode() for record in self.records)
        self.assertEqual(self.report("--files-from", "-", input=names).stdout, wanted)
        listed = Path(self.temporary.name) / "list"
        listed.write_bytes(names)
        self.assertEqual(self.report("--files-from", listed).stdout, wanted)
        listed.write_text(f"\n{self.records[0]}\n")
        self.assertEqual(self.report(self.records[0], f"--files-from={listed}").stdout,
                         self.report(self.records[0], self.records[0]).stdout)

    def test_unusable(self):
        self.one_line(self.report("--files-from", "-", input=b"\n"), "names no record")
        self.one_line(self.report("--files-from", "/nonexistent"), "/nonexistent")
        self.one_line(self.report("--files-from", "-", input=b"/no-such\n"), "/no-such")
        self.one_line(self.report("--files-from", "/"), "cannot be read")
        self.one_line(run("--diff", *self.records, "--files-from", "-", program=REPORT), "--diff")


class Diff(Tree):
    """What changed between two records, and what the shell is told."""

    def record(self, name, fixture, edit=lambda text: text, time="1767225600"):
        capture, record = (Path(self.temporary.name) / (name + end) for end in (".machine", ".csv"))
        capture.write_text(edit((Path(FIXTURES) / (fixture + ".machine")).read_text()))
        run("--root", capture, "--format", "csv", "-o", record,
            env={**os.environ, "SOURCE_DATE_EPOCH": time})
        return record

    def diff(self, *args, **more):
        return run("--diff", *args, program=REPORT, **more)

    def said(self, status, *args):
        done = self.diff(*args)
        self.assertEqual((done.returncode, done.stderr), (status, b""))
        return done.stdout.decode()

    def setUp(self):
        super().setUp()
        self.off = self.record("off", "adl-sriov-guc-off")
        self.on = self.record("on", "adl-sriov-ok")

    def test_nothing_differs(self):
        later = self.record("later", "adl-sriov-guc-off", time="1867225600")
        self.assertNotEqual(later.read_bytes(), self.off.read_bytes())
        for other in (self.off, later):
            self.assertEqual(self.said(0, self.off, other), "Nothing differs.\n")
            self.assertEqual(self.said(0, self.off, other, "--quiet"), "")

    def test_order_of_rows_is_no_difference(self):
        with open(self.off, newline="", encoding="utf-8") as file:
            head, *rest = csv.reader(file)
        turned = Path(self.temporary.name) / "turned.csv"
        with open(turned, "w", newline="", encoding="utf-8") as file:
            turn = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            turn.writerows([head, *reversed(rest)])
        self.assertEqual(self.said(0, self.off, turned), "Nothing differs.\n")

    def test_a_fix_and_its_reverse(self):
        text = self.said(1, self.off, self.on)
        self.assertTrue(text.startswith("1 cause is gone; vf of 0000:00:02.0 was"), text)
        self.assertIn("(guc-forced-off,", text)
        self.assertIn("module.parameter, i915.enable_guc: 0 -> 3\n", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 80)
        quiet = self.said(1, self.on, self.off, "--quiet")
        self.assertTrue(quiet.startswith("1 cause is new; vf of 0000:00:02.0 was ready"), quiet)
        markdown = self.said(1, self.off, self.on, "--format", "markdown")
        self.assertIn("\n### Causes that are gone\n", markdown)

    def test_one_edit_is_found(self):
        edited = self.record("edited", "adl-sriov-ok",
                             lambda text: text.replace("6.8.12-8-pve", "6.8.12-9-pve"))
        text = self.said(1, self.on, edited)
        self.assertIn("  - kernel: 6.8.12-8-pve -> 6.8.12-9-pve\n", text)
        self.assertNotIn("Readiness", text)

    def test_writes_a_file_and_reads_standard_input(self):
        out = Path(self.temporary.name) / "diff.txt"
        self.assertEqual(self.said(1, self.off, self.on, "-o", out), "")
        with open(self.off, "rb") as file:
            done = self.diff("-", self.on, stdin=file)
        self.assertEqual((done.returncode, done.stdout), (1, out.read_bytes()))

    def test_what_is_unusable(self):
        bad = Path(self.temporary.name) / "bad.csv"
        bad.write_bytes(b"hello\n")
        out = Path(self.temporary.name) / "out.txt"
        self.one_line(self.diff(self.on, bad, "-o", out), "bad.csv")
        self.one_line(self.diff(bad, self.on), "bad.csv")
        self.one_line(self.diff(self.on, "/nowhere.csv"), "/nowhere.csv")
        self.one_line(self.diff(self.on), "--diff")
        self.one_line(self.diff(self.on, self.on, self.on), "--diff")
        for name in ("html", "csv", "docx"):
            self.one_line(self.diff(self.on, self.off, "--format", name, "-o", out),
                          "text, markdown", name)
        self.assertFalse(out.exists())


if __name__ == "__main__":
    DOCTOR, REPORT, FIXTURES = sys.argv[1:4]
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`gpupass-bench run` beside workers that behave in every way: what comes of each.

usage: run-bench.py GPUPASS-BENCH-FAKE FAKE-WORKER
"""
import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

BENCH = WORKER = ""


class Bench(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        # Workers are looked for beside the program.
        shutil.copy(BENCH, self.folder / "gpupass-bench")
        shutil.copy(WORKER, self.folder / "gpupass-work-fake")
        self.environment = dict(os.environ, XDG_STATE_HOME=str(self.folder / "state"))

    def start(self, *args, **more):
        return subprocess.Popen([self.folder / "gpupass-bench", *map(str, args)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=self.environment, **more)

    def bench(self, *args, **more):
        # A hang is a failure: nothing here may take longer than this.
        return subprocess.run([self.folder / "gpupass-bench", *map(str, args)], check=False,
                              stdout=more.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
                              timeout=60, env=dict(self.environment, **more.pop("env", {})), **more)

    def measure(self, *workloads, runs=1, more=(), **how):
        words = [word for workload in workloads for word in ("--workload", workload)]
        return self.bench("run", "--device", "cpu", "--runs", runs, "--format", "csv", *words,
                          *more, **how)

    def rows(self, done, kind, start=""):
        text = done if isinstance(done, str) else done.stdout.decode()
        return [row for row in csv.DictReader(io.StringIO(text))
                if row["kind"] == kind and row["id"].startswith(start)]

    def meta(self, done, name):
        rows = [row for row in self.rows(done, "meta") if row["id"] == name]
        return rows[0]["value"] if rows else None

    def one_line(self, done, *words, status=2):
        self.assertEqual(done.returncode, status, done.stderr)
        text = done.stderr.decode()
        self.assertEqual(text.count("\n"), 1, text)
        for word in words:
            self.assertIn(word, text)


class Samples(Bench):
    def fails(self, workload, why, *more):
        done = self.measure(workload, more=more)
        rows = self.rows(done, "run")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual([row["id"] for row in rows], [f"{workload}.fake.failed"], rows)
        self.assertIn(why, rows[0]["text"])
        self.assertEqual(rows[0]["verdict"], "invalid")
        self.assertEqual(rows[0]["value"], "")
        self.assertEqual(self.rows(done, "stat"), [])
        self.assertIn(why, done.stderr.decode())

    def is_invalid(self, workload, why, *more):
        done = self.measure(workload, more=more)
        rows = self.rows(done, "run", f"{workload}.fake.")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertTrue(rows)
        for row in rows:
            self.assertEqual(row["verdict"], "invalid")
            self.assertIn(why, row["text"])
        self.assertEqual(self.rows(done, "stat"), [])

    def test_good(self):
        done = self.measure("ok", runs=2)
        self.assertEqual(done.returncode, 0, done.stderr)
        fps = self.rows(done, "run", "ok.fake.fps")
        self.assertEqual([row["source"] for row in fps], ["run 1", "run 2"])
        for row in fps:
            self.assertEqual((row["verdict"], row["value"], row["unit"], row["subject"],
                              row["mode"], row["layer"], row["text"]),
                             ("valid", "100.5", "frames/s", "cpu", "cpu", "bench", ""))
        self.assertEqual(self.rows(done, "run", "ok.fake.init")[0]["value"], "2.5")
        stat = self.rows(done, "stat", "ok.fake.fps")
        self.assertEqual([(row["value"], row["unit"]) for row in stat], [("100.5", "frames/s")])
        self.assertIn("n = 2", stat[0]["text"])
        about = self.rows(done, "fact", "bench.device")
        self.assertEqual([(row["value"], row["source"]) for row in about], [("fake", "ok.fake")])
        self.assertIn("38.1 dB", self.rows(done, "fact", "bench.check")[0]["value"])
        self.assertEqual(self.meta(done, "tool"), "gpupass-bench")
        self.assertEqual(self.meta(done, "label"), "cpu")
        self.assertEqual(self.meta(done, "runs"), "2")
        self.assertEqual(self.meta(done, "schema"), "1")
        self.assertIsNone(self.meta(done, "interrupted"))
        self.assertIn("mode cpu on cpu", done.stderr.decode())

    def test_quick_is_stamped(self):
        self.assertIn("too short", self.meta(self.measure("ok", more=["--quick"]), "quick"))
        self.assertIsNone(self.meta(self.measure("ok"), "quick"))

    def test_crash(self):
        self.fails("crash", "crashed (Segmentation fault)")

    def test_killed(self):
        self.fails("killed", "crashed (Killed)")

    def test_hang(self):
        self.fails("hang", "did not answer in 0.7 s and was ended", "--patience", "0.5")

    def test_never_ready(self):
        self.fails("unready", "did not answer in 0.5 s and was ended", "--patience", "0.5")

    def test_early_end(self):
        self.fails("early", "ended without a result")

    def test_exit_status(self):
        self.fails("status", "ended with status 3: the driver says no")

    def test_says_that_it_failed(self):
        self.fails("failed", "no encoder of this name")

    def test_program_is_missing(self):
        (self.folder / "gpupass-work-fake").unlink()
        done = self.measure("ok")
        self.assertEqual(done.returncode, 3)
        self.assertIn("gpupass-work-fake is not installed", done.stderr.decode())

    def test_rubbish(self):
        done = self.measure("rubbish")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertNotIn(b"\x1b", done.stdout + done.stderr)
        for row in self.rows(done, "run", "rubbish."):
            self.assertIn("cannot be understood", row["text"])
            self.assertEqual(row["verdict"], "invalid")

    def test_number_that_is_none(self):
        self.is_invalid("nan", "cannot be understood: metric fps nan")

    def test_invalid(self):
        self.is_invalid("invalid", "pixels 6.2 dB")

    def test_short_window(self):
        self.is_invalid("brief", "too short a window")

    def test_full_pipe(self):
        self.assertEqual(self.measure("flood").returncode, 0)

    def test_children_do_not_stay(self):
        file = self.folder / "pid"
        done = self.measure("children", env={"FAKE_PID": str(file)})
        self.assertEqual(done.returncode, 0, done.stderr)
        pid = int(file.read_text(encoding="ascii").split()[1])
        # It is killed, which may take the kernel a moment.
        for _ in range(100):
            status = Path(f"/proc/{pid}/status")
            if not status.exists() or "State:\tZ" in status.read_text(encoding="ascii"):
                return
            time.sleep(0.05)
        self.fail("a child of the worker is left")

    def test_software_counts_for_the_processor_only(self):
        done = self.bench("run", "--device", "x11", "--runs", 1, "--format", "csv",
                          "--workload", "software")
        self.assertEqual(done.returncode, 1)
        fps = {row["subject"]: row for row in self.rows(done, "run", "software.fake.fps")}
        self.assertEqual(fps["cpu"]["verdict"], "valid")
        self.assertEqual(fps["x11"]["verdict"], "invalid")
        self.assertIn("llvmpipe", fps["x11"]["text"])

    def test_histogram(self):
        row = self.rows(self.measure("histogram"), "run", "histogram.fake.latency-histogram")[0]
        self.assertEqual((row["value"], row["unit"], row["text"]), ("16", "ms", "1:5 2.5:10 4:1"))

    def test_environment(self):
        done = self.measure("environment", env={"DISPLAY": ":77", "LD_PRELOAD": ""})
        told = {row["id"]: row["value"] for row in self.rows(done, "fact", "bench.")}
        self.assertRegex(told["bench.home"], "^/tmp/gpupass-")
        self.assertEqual(told["bench.cache"], told["bench.home"])
        self.assertEqual(told["bench.directory"], told["bench.home"])
        self.assertFalse(os.path.exists(told["bench.home"]))
        self.assertEqual(told["bench.display"], "none")
        self.assertEqual(told["bench.preload"], "none")
        self.assertEqual(told["bench.fake"], "set")
        # The standard streams, and the list's own.
        self.assertEqual(told["bench.open"], "0 1 2 3")
        done = self.bench("run", "--device", "x11", "--runs", 1, "--format", "csv",
                          "--workload", "environment", env={"DISPLAY": ":77"})
        told = {row["subject"]: row["value"] for row in self.rows(done, "fact", "bench.display")}
        self.assertEqual(told, {"x11": ":77", "cpu": "none"})

    def test_what_failed_is_not_tried_again(self):
        done = self.measure("crash", "ok", runs=3)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(self.rows(done, "run", "crash.")), 1)
        self.assertEqual(len(self.rows(done, "run", "ok.fake.fps")), 3)
        self.assertEqual(done.stderr.decode().count("Segmentation"), 1)

    def test_what_is_invalid_is_tried_again_and_told_once(self):
        done = self.measure("invalid", runs=3)
        self.assertEqual(len(self.rows(done, "run", "invalid.fake.fps")), 3)
        self.assertEqual(done.stderr.decode().count("pixels"), 1)

    def test_nothing_can_be_measured(self):
        done = self.measure("missing")
        self.assertEqual(done.returncode, 3)
        self.assertIn("there is no such thing", done.stderr.decode())
        self.assertEqual(done.stdout, b"")

    def test_a_baseline_alone_is_not_enough(self):
        done = self.bench("run", "--device", "x11", "--runs", 1, "--workload", "cpu-only",
                          "--format", "csv")
        self.assertEqual(done.returncode, 3)
        self.assertIn("nothing could be measured on x11: only", done.stderr.decode())
        self.assertEqual({row["subject"] for row in self.rows(done, "run")}, {"cpu"})

    def test_what_cannot_be_measured_is_in_the_record(self):
        done = self.measure("missing", "ok")
        self.assertEqual(done.returncode, 0)
        rows = self.rows(done, "fact", "bench.cannot")
        self.assertEqual([(row["text"], row["source"]) for row in rows],
                         [("there is no such thing", "missing.fake")])

    def test_order_is_the_seed_s(self):
        def order(seed):
            rows = self.rows(self.measure("ok", "invalid", "nan", "histogram", "software", runs=2,
                                          more=["--seed", seed]), "run")
            return [(row["id"], row["source"]) for row in rows if row["id"].endswith(".cpu")]

        first = order(1)
        self.assertEqual(first, order(1))
        # Rounds: all of run 1 come before any of run 2.
        self.assertEqual([source for _, source in first], ["run 1"] * 5 + ["run 2"] * 5)
        self.assertTrue(any(order(seed) != first for seed in (2, 3, 4)))


class Interrupts(Bench):
    def interrupted(self, number):
        file = self.folder / "out.csv"
        # Of two experiments in an order that is drawn, the slow one ends up second in one of them.
        running = self.start("run", "--device", "cpu", "--runs", 2, "--workload", "slow",
                             "-o", file)
        time.sleep(1)
        running.send_signal(number)
        stdout, stderr = running.communicate(timeout=30)
        return running.returncode, stdout, stderr.decode(), file

    def test_nothing_was_finished(self):
        status, stdout, stderr, file = self.interrupted(signal.SIGINT)
        self.assertEqual(status, 1, stderr)
        self.assertEqual(stdout, b"", "there is nothing to show")
        self.assertEqual(stderr.count("interrupted"), 1, stderr)
        text = file.read_text(encoding="utf-8")
        self.assertEqual(self.rows(text, "run"), [])
        self.assertIsNotNone(self.meta(text, "interrupted"))

    def test_terminated(self):
        status, _, stderr, _ = self.interrupted(signal.SIGTERM)
        self.assertEqual(status, 1, stderr)

    def test_what_is_finished_is_kept(self):
        running = self.start("run", "--device", "cpu", "--runs", 1000, "--workload", "ok",
                             "--format", "csv")
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        stdout, stderr = running.communicate(timeout=30)
        text = stdout.decode()
        self.assertEqual(running.returncode, 1, stderr)
        self.assertGreater(len(self.rows(text, "run", "ok.fake.fps")), 0)
        for row in self.rows(text, "run"):
            self.assertEqual(row["verdict"], "valid")
        self.assertIn("samples", self.meta(text, "interrupted"))

    def test_the_second_one_quits(self):
        running = self.start("run", "--device", "cpu", "--workload", "slow")
        time.sleep(1)
        # Stopped, it sees both at once.
        running.send_signal(signal.SIGINT)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=30)
        self.assertIn(running.returncode, (1, -signal.SIGINT))


class Progress(Bench):
    def test_one_line_on_a_terminal(self):
        ours, theirs = os.openpty()
        self.addCleanup(os.close, ours)
        running = subprocess.Popen(
            [self.folder / "gpupass-bench", "run", "--device", "cpu", "--runs", "3", "--workload",
             "ok", "--workload", "crash"], stdout=subprocess.DEVNULL, stderr=theirs,
            env=self.environment)
        os.close(theirs)
        text = b""
        try:
            while piece := os.read(ours, 4096):
                text += piece
        except OSError:
            pass  # the other end is closed
        self.assertEqual(running.wait(timeout=30), 1)
        lines = text.decode().split("\n")
        self.assertEqual(len(lines), 4, lines)
        for line in lines[2:]:
            for shown in line.rstrip("\r").split("\r"):
                self.assertLess(len(shown), 80)
        self.assertIn("6 runs, about 1 s", lines[1])
        self.assertIn("[1/6] ", lines[2])
        self.assertIn("left: ok.fake on cpu, run 3", text.decode())

    def test_nothing_elsewhere(self):
        done = self.measure("ok", runs=2)
        self.assertNotIn("\r", done.stderr.decode())
        # On what, and how long.
        self.assertEqual(done.stderr.decode().count("\n"), 2)
        self.assertEqual(self.measure("ok", more=["--quiet"]).stderr, b"")


class Output(Bench):
    def test_file_and_text(self):
        file = self.folder / "out.csv"
        done = self.bench("run", "--device", "cpu", "--runs", 1, "--workload", "ok", "-o", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(self.rows(file.read_text(encoding="utf-8"), "run"))
        self.assertTrue(done.stdout)
        self.assertFalse(done.stdout.startswith(b'"kind"'))

    def test_format_decides(self):
        file = self.folder / "out.html"
        done = self.bench("run", "--device", "cpu", "--runs", 1, "--workload", "ok", "-o", file,
                          "--format", "html")
        self.assertEqual((done.returncode, done.stdout), (0, b""))
        self.assertIn("<html", file.read_text(encoding="utf-8"))

    def test_not_writable_is_said_first(self):
        done = self.bench("run", "--device", "cpu", "--workload", "ok",
                          "-o", self.folder / "no" / "out.csv")
        self.one_line(done, "no/out.csv", "No such file or directory")
        done = self.bench("run", "--device", "cpu", "--workload", "ok", "-o", self.folder)
        self.one_line(done, "Is a directory")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["gpupass-bench", "gpupass-work-fake"])

    def kept(self, done):
        self.assertEqual(done.returncode, 2, done.stderr)
        text = done.stderr.decode()
        self.assertIn("No space left on device; the record is in ", text)
        file = Path(text.rsplit("the record is in ", 1)[1].strip())
        self.assertTrue(self.rows(file.read_text(encoding="utf-8"), "run"))
        file.unlink()

    def test_full_disk(self):
        self.kept(self.bench("run", "--device", "cpu", "--runs", 1, "--workload", "ok",
                             "-o", "/dev/full", env={"TMPDIR": str(self.folder)}))

    def test_full_standard_output(self):
        with open("/dev/full", "wb") as full:
            self.kept(self.bench("run", "--device", "cpu", "--runs", 1, "--workload", "ok",
                                 "--format", "csv", stdout=full, env={"TMPDIR": str(self.folder)}))

    def test_full_file_system(self):
        # A few KiB of one, in a mount namespace that ends with the program.
        place = self.folder / "small"
        place.mkdir()
        words = ["unshare", "-rm", "sh", "-c",
                 'mount -t tmpfs -o size=4k none "$0" && exec "$@"', place]
        if subprocess.run([*words, "true"], check=False, capture_output=True).returncode:
            self.skipTest("no mount namespace can be had")
        done = subprocess.run(
            [*words, self.folder / "gpupass-bench", "run", "--device", "cpu", "--runs", "9",
             "--workload", "ok", "-o", place / "out.csv"], capture_output=True, check=False,
            timeout=60, env=dict(self.environment, TMPDIR=str(self.folder)))
        self.kept(done)

    def test_nowhere_else_either(self):
        done = self.bench("run", "--device", "cpu", "--runs", 1, "--workload", "ok", "--format",
                          "csv", "-o", "/dev/full", env={"TMPDIR": "/nonexistent"})
        self.assertEqual(done.returncode, 2)
        self.assertIn("goes to standard output", done.stderr.decode())
        self.assertTrue(self.rows(done, "run"))


class Sessions(Bench):
    def step(self, label, *more, session="s", workload="ok"):
        return self.bench("run", "--device", "cpu", "--runs", 1, "--workload", workload,
                          "--session", session, "--label", label, "--quiet", "--format", "csv",
                          *more)

    def is_done(self, done, *words):
        self.assertEqual(done.returncode, 0, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr.decode())

    def test_turns(self):
        file = self.folder / "state" / "gpupass" / "s.csv"
        self.is_done(self.step("a"), "step 1 is done; next is step 2, of the other side")
        self.one_line(self.step("a"), "step 2 is of the other side, and this is a again")
        self.is_done(self.step("b"), "next is step 3, of b", f"compare {file}")
        self.one_line(self.step("a"), "step 3 is of b, and this is a")
        self.is_done(self.step("b"), "next is step 4, of a")
        self.is_done(self.step("a"), "next is step 5, of a")
        self.one_line(self.step("c"), "step 5 is of a, and this is c")
        meta = [(row["id"], row["value"]) for row in
                self.rows(file.read_text(encoding="utf-8"), "meta")
                if row["id"] in ("session", "session_step", "label")]
        self.assertEqual([value for name, value in meta if name == "label"], list("abba"))
        self.assertEqual([value for name, value in meta if name == "session_step"], list("1234"))
        self.assertEqual({value for name, value in meta if name == "session"}, {"s"})
        self.assertEqual(os.listdir(file.parent), ["s.csv"])

    def test_other_settings(self):
        file = self.folder / "s.csv"
        self.is_done(self.step("a", session=file))
        before = file.read_bytes()
        for more, words in ((["--seconds", 2], "seconds was 20 in step 1, and is 2 now"),
                            (["--warmup", 1], "warmup was 5 in step 1, and is 1 now"),
                            (["--codec", "av1"], "codecs is av1 now, and was nothing in step 1"),
                            (["--input", WORKER], "input is fake-worker.py")):
            self.one_line(self.step("b", *more, session=file), words)
        self.one_line(self.step("b", session=file, workload="histogram"), "workloads was ok")
        self.assertEqual(file.read_bytes(), before)

    def test_what_is_cut_short_is_no_step(self):
        file = self.folder / "s.csv"
        running = self.start("run", "--device", "cpu", "--workload", "slow", "--session", file)
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        _, stderr = running.communicate(timeout=30)
        self.assertEqual(running.returncode, 1)
        self.assertIn("cut short, it is not step 1", stderr.decode())
        self.assertFalse(file.exists())
        done = self.step("a", session=file, workload="crash")
        self.assertIn("nothing valid, it is not step 1", done.stderr.decode())
        self.assertFalse(file.exists())

    def test_file_that_is_no_session(self):
        file = self.folder / "s.csv"
        file.write_text("nothing\n", encoding="ascii")
        self.one_line(self.step("a", session=file), "s.csv: no gpupass record")
        self.one_line(self.step("a", session="/nonexistent/s.csv"), "No such file")


class Interleaved(Bench):
    """Two sides in turn; both are this machine here."""

    def compare(self, *args, sides=("cpu", "cpu"), pairs=6, **how):
        return self.bench("compare", "--interleave", *sides, "--pairs", pairs, *args, **how)

    def sides(self, text):
        """The rows of runs, for each label."""
        rows, label = {}, None
        for row in csv.DictReader(io.StringIO(text)):
            if row["kind"] == "meta" and row["id"] == "label":
                label = row["value"]
            if row["kind"] == "run":
                rows.setdefault(label, []).append(row)
        return rows

    def test_pairs(self):
        file = self.folder / "both.csv"
        done = self.compare("--workload", "ok", "-o", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        sides = self.sides(file.read_text(encoding="utf-8"))
        self.assertEqual(sorted(sides), ["cpu (A)", "cpu (B)"])
        for rows in sides.values():
            fps = [row["source"] for row in rows if row["id"] == "ok.fake.fps"]
            self.assertEqual(fps, [f"run {n} pair {n}" for n in range(1, 7)])
        self.assertIn("equal", done.stdout.decode())
        # What was written can be compared again.
        again = self.bench("compare", file)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(again.stdout, done.stdout)

    def test_half_a_pair_is_kept(self):
        done = self.compare("--workload", "picky", "--format", "csv", pairs=2,
                            sides=("FAKE_SIDE=a cpu", "FAKE_SIDE=b cpu"))
        sides = self.sides(done.stdout.decode())
        self.assertEqual({label: {row["verdict"] for row in rows} for label, rows in sides.items()},
                         {"FAKE_SIDE=a cpu": {"valid"}, "FAKE_SIDE=b cpu": {"invalid"}})
        self.assertIn("picky.fake on FAKE_SIDE=b cpu, pair 1: it is b", done.stderr.decode())

    def test_same_device_with_other_settings_is_no_noise(self):
        def alike(*sides):
            done = self.compare("--workload", "ok", "--quiet", "--format", "html", pairs=1,
                                sides=sides)
            return b"what differs is noise" in done.stdout

        self.assertTrue(alike("cpu", "cpu"))
        self.assertFalse(alike("cpu", "LIBVA_DRIVER_NAME=i965 cpu"))
        done = self.measure("ok", env={"LIBVA_DRIVER_NAME": "i965"})
        self.assertIn("LIBVA_DRIVER_NAME=i965", self.meta(done, "environment"))

    def test_what_failed_is_not_asked_for_again(self):
        done = self.compare("--workload", "crash", "--workload", "ok", "--format", "csv", pairs=2)
        for rows in self.sides(done.stdout.decode()).values():
            self.assertEqual(len([row for row in rows if row["id"] == "crash.fake.failed"]), 1)

    def test_sides_that_are_none(self):
        self.one_line(self.compare("--workload", "ok", sides=("renderD250", "cpu")),
                      "renderD250: there is no such node")
        self.one_line(self.compare(sides=("a b", "cpu")), '"a b": a side is')
        self.one_line(self.compare(sides=("", "cpu")), "a side is")
        self.one_line(self.compare(sides=("A=b", "cpu")), "a side is")
        self.one_line(self.compare("--device", "cpu"), "not for --interleave")
        self.one_line(self.compare("--on", "host"), "ssh:HOST")
        self.one_line(self.compare("--on", "ssh:-oProxyCommand=x"), "ssh:HOST")
        self.one_line(self.compare(pairs=0), "--pairs 0")
        self.one_line(self.compare("--band", "x"), "--band x")
        self.one_line(self.compare("--workload", "missing", "--quiet"), "nothing that both")
        self.one_line(self.bench("compare", "--interleave", "cpu"), "needs two sides")

    def test_no_gpupass_bench_there(self):
        ssh = self.folder / "ssh"
        for script, words in (("exit 255", "ssh ended with status 255"),
                              ("echo hello", "no gpupass-bench serve"),
                              ("echo gpupass-bench serve 1; echo '\"x\"'; echo ready",
                               "no gpupass-bench serve"),
                              ("yes", "no gpupass-bench serve")):
            ssh.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
            ssh.chmod(0o755)
            done = self.compare("--workload", "ok", "--on", "ssh:there",
                                env={"PATH": f"{self.folder}:{os.environ['PATH']}"})
            self.one_line(done, "cpu on there: ", words)

    def test_over_ssh(self):
        # What ssh does there is to hand the words to a shell.
        ssh = self.folder / "ssh"
        ssh.write_text('#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nexec sh -c "$3"\n',
                       encoding="ascii")
        ssh.chmod(0o755)
        done = self.compare("--workload", "ok", "--on", "ssh:there", pairs=1,
                            env={"PATH": f"{self.folder}:{os.environ['PATH']}"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("B is cpu on there: mode cpu", done.stderr.decode())

    def test_a_side_that_is_gone(self):
        ssh = self.folder / "ssh"
        ssh.write_text('#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\n'
                       'exec timeout -s KILL 5 sh -c "$3"\n', encoding="ascii")
        ssh.chmod(0o755)
        done = self.compare("--workload", "ok", "--on", "ssh:there", "--format", "csv", pairs=1000,
                            env={"PATH": f"{self.folder}:{os.environ['PATH']}"})
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("cpu on there: ", done.stderr.decode())
        self.assertEqual(len(self.sides(done.stdout.decode())), 2)

    def test_interrupt(self):
        running = self.start("compare", "--interleave", "cpu", "cpu", "--workload", "ok",
                             "--pairs", 1000, "--format", "csv")
        time.sleep(4)
        running.send_signal(signal.SIGINT)
        stdout, stderr = running.communicate(timeout=30)
        self.assertEqual(running.returncode, 1)
        self.assertIn("interrupted", stderr.decode())
        for rows in self.sides(stdout.decode()).values():
            self.assertEqual({row["verdict"] for row in rows}, {"valid"})


class Served(Bench):
    def test_requests(self):
        done = self.bench("serve", "--device", "cpu", "--workload", "ok", "--quiet",
                          input=b"run ok.fake 1 1\nrun x.y 1 1\nrun ok.fake -1 1\nnonsense\n" +
                          b"x" * 10000)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.decode().splitlines()
        self.assertEqual(lines[0], "gpupass-bench serve 1")
        self.assertEqual(lines[1].split()[:2], ["experiment", "ok.fake"])
        self.assertEqual(lines.count("ready"), 1)
        self.assertEqual(lines.count("done"), 1)
        self.assertGreaterEqual(lines.count("refused"), 3)


class Words(Bench):
    def refused(self, *args, words=()):
        self.one_line(self.bench("run", *args), *words)

    def test_options(self):
        self.refused("--devise", "cpu", words=["no option --devise"])
        self.refused("--runs", "0", words=["--runs 0"])
        self.refused("--runs", "1001", words=["--runs 1001"])
        self.refused("--seconds", "-3", words=["--seconds -3"])
        self.refused("--seconds", "nan", words=["--seconds nan"])
        self.refused("--size", "8k", words=["--size 8k", "4k"])
        self.refused("--size", "1921x1080", words=["even"])
        self.refused("--codec", "h265", words=["hevc"])
        self.refused("--preset", "p4", words=["--preset p4"])
        self.refused("--workload", "xxx", words=["there is ok"])
        self.refused("--mode", "passthrough", words=["full"])
        self.refused("--mode", "cpu", "--device", "x11", words=["--device cpu"])
        self.refused("--mode", "vf", "--device", "cpu", words=["--mode vf", "no GPU"])
        self.refused("--session", "x", "--quick", "--device", "cpu", words=["--quick"])
        self.refused("--format", "xml", words=["csv"])
        self.refused("--color", "maybe", words=["always"])
        self.refused("--input", "/nonexistent", words=["No such file"])
        self.refused("--label", "", words=["--label"])
        self.refused("--session", "x y", words=["--session x y"])
        self.refused("--device", words=["needs a value"])
        self.refused("word", words=["unexpected word"])

    def test_devices(self):
        self.refused("--device", "renderD250", words=["renderD250: there is no such node"])
        self.refused("--device", "0000:77:00.0", words=["there is no such PCI function"])
        self.refused("--device", "77:00.0", words=["there is no such PCI function"])
        self.refused("--device", "banana", words=["banana: no device"])
        self.refused("--device", "/dev/null", words=["/dev/null: no device"])
        self.refused("--device", "\x1b[31m", words=["\\x1b"])

    def test_commands(self):
        self.one_line(self.bench(), "run")
        self.one_line(self.bench("dance"), "no such command")
        for args in (["--help"], ["run", "--help"], ["list", "--help"], ["serve", "--help"],
                     ["compare", "--interleave", "--help"]):
            done = self.bench(*args)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertTrue(done.stdout.startswith(b"Usage: gpupass-bench"))
            # It fits a terminal.
            self.assertLessEqual(max(map(len, done.stdout.decode().splitlines())), 80)
        self.assertRegex(self.bench("--version").stdout.decode(), r"^gpupass-bench \d")


if __name__ == "__main__":
    BENCH, WORKER = sys.argv[1:3]
    del sys.argv[1:3]
    unittest.main(verbosity=1)

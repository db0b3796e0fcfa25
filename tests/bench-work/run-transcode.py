#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Transcodes on the processor and on the VA-API driver for tests, whose faults have to be seen.

usage: run-transcode.py GPUPASS-WORK-TRANSCODE [DRIVER.so]

What needs the driver needs Xvfb as well; what needs clips of other kinds, ffmpeg.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

WORKER = Path(sys.argv[1]).resolve()
DRIVER = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
TIMEOUT = 120
SIZE = "size=160x90"
SHORT = ["seconds=0.2", "warmup=0"]
clips = None


class Said:
    """What one run said, by what its lines begin with."""

    def __init__(self, done):
        self.status = done.returncode
        self.lines = done.stdout.decode().splitlines()
        self.errors = done.stderr.decode("utf-8", "replace")

    def all(self, key):
        return [line[len(key) + 1:] for line in self.lines if line.startswith(key + " ")]

    def one(self, key):
        found = self.all(key)
        return found[0] if len(found) == 1 else None

    def metric(self, name, unit):
        value, said_unit = self.one(f"metric {name}").split()
        assert said_unit == unit, f"{name} in {said_unit}"
        return float(value)


def work(*arguments, faults="", go=b"go\n"):
    # Under the sanitizers, a crash stays one, and libx265 may lose what it loses.
    sanitizer = ":handle_segv=0" + (":detect_leaks=0" if "codec=hevc" in " ".join(map(str, arguments)) else "")
    environment = {**os.environ, "GPUPASS_TEST_VA": faults,
                   "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + sanitizer}
    return Said(subprocess.run([WORKER, *map(str, arguments)], input=go, capture_output=True,
                               timeout=TIMEOUT, check=False, env=environment))


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True, timeout=TIMEOUT,
                   stdin=subprocess.DEVNULL)


class Case(unittest.TestCase):
    def show(self, said):
        return "\n".join(said.lines) + "\n" + said.errors[-2000:]

    def valid(self, said):
        self.assertEqual(said.status, 0, self.show(said))
        for word in ("failed", "invalid"):
            self.assertEqual(said.all(word), [], self.show(said))
        self.assertRegex(said.one("check") or "", r"^pixels [\d.]+ dB, means [\d.]+ dB over \d+ frames$",
                         self.show(said))
        begin, end = map(int, said.one("window").split())
        self.assertLess(begin, end)
        self.assertGreater(int(said.one("ready")), 0)
        return said

    def refused(self, word, pattern, said):
        self.assertEqual(said.status, 0, self.show(said))
        self.assertEqual(len(said.all(word)), 1, self.show(said))
        self.assertRegex(said.one(word), pattern)
        self.assertEqual(said.all("check"), [], self.show(said))
        return said


class Clips(Case):
    def test_made_twice_is_the_same(self):
        hashes = set()
        for name in ("one.mkv", "two.mkv"):
            said = work(f"make-clip={clips / name}", "size=128x72", "frames=12", "codec=h264")
            self.assertEqual(said.one("about clip"), "H.264 High 128x72, 30 frames/s, 12 frames", self.show(said))
            hashes.add(said.one("about clip-hash"))
        self.assertEqual(len(hashes), 1)
        self.assertRegex(hashes.pop(), "^[0-9a-f]{16}$")
        self.assertEqual((clips / "one.mkv").read_bytes(), (clips / "two.mkv").read_bytes())
        other = work(f"make-clip={clips / 'two.mkv'}", "size=128x72", "frames=13")
        self.assertNotEqual(other.one("about clip-hash"), said.one("about clip-hash"))

    def test_each_codec(self):
        offers = dict(offer.split() for offer in work("offers=yes", "device=cpu").all("about offers"))
        self.assertEqual(offers.get("h264"), "decode;encode")
        for codec, title in (("hevc", "HEVC Main "), ("hevc10", "HEVC Main 10 "), ("vp9", "VP9 Profile 0 "),
                             ("av1", "AV1 Main ")):
            if offers.get(codec) != "decode;encode":
                continue
            with self.subTest(codec):
                clip = clips / f"{codec}.mkv"
                made = work(f"make-clip={clip}", "size=160x96", f"codec={codec}", "frames=12", "rate=25")
                self.assertEqual(made.one("about clip"), title + "160x96, 25 frames/s, 12 frames", self.show(made))
                asked = work("offers=yes", f"clip={clip}")
                self.assertEqual(asked.one("about clip-kind"), codec)
                self.assertEqual(asked.one("about clip-size"), "160x96")
                self.valid(work(f"clip={clip}", f"codec={codec}", "size=96x64", *SHORT))

    def test_no_clip_is_left_where_none_could_be_made(self):
        said = work(f"make-clip={clips}/no/such/folder.mkv", "size=128x72")
        self.refused("failed", "^the clip cannot be written: No such file", said)

    def test_hostile_clips(self):
        whole = (clips / "clip.mkv").read_bytes()
        files = {
            "missing.mkv": (None, "^the clip cannot be read: No such file"),
            "empty.mkv": (b"", "^the clip cannot be read"),
            "begin.mkv": (whole[:300], "^the clip cannot be read"),
            "cut.mkv": (whole[:len(whole) // 2], "^the clip is damaged"),
            "noise.mkv": (bytes(i * i * 31 % 251 for i in range(50000)), "^the clip cannot be read"),
            "list.m3u8": (f"#EXTM3U\n#EXTINF:1,\n{clips}/clip.mkv\n#EXT-X-ENDLIST\n".encode(),
                          "^the clip cannot be read"),
        }
        for name, (data, pattern) in files.items():
            with self.subTest(name):
                if data is not None:
                    (clips / name).write_bytes(data)
                self.refused("failed", pattern, work(f"clip={clips / name}", SIZE, *SHORT))

    def test_bytes_that_were_changed(self):
        """Whatever comes of it: it ends, and says a word."""
        whole = (clips / "clip.mkv").read_bytes()
        for at in range(100, len(whole), len(whole) // 12):
            data = bytearray(whole)
            data[at:at + 40] = bytes((byte ^ 0xa5) for byte in data[at:at + 40])
            (clips / "changed.mkv").write_bytes(data)
            said = work(f"clip={clips / 'changed.mkv'}", SIZE, *SHORT)
            self.assertEqual(said.status, 0, self.show(said))
            self.assertEqual(len(said.all("failed") + said.all("invalid") + said.all("check")), 1, self.show(said))

    @unittest.skipUnless(shutil.which("ffmpeg"), "no ffmpeg")
    def test_clips_of_others(self):
        source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-frames:v", "30", "-pix_fmt", "yuv420p"]
        ffmpeg("-f", "lavfi", "-i", "sine=duration=1", clips / "audio.m4a")
        ffmpeg(*source, "-c:v", "libx264", "-bf", "3", clips / "b-frames.mp4")
        ffmpeg(*source, "-c:v", "libx264", "-bf", "3", "-g", "10", "-x264-params", "open-gop=1",
               clips / "open.mkv")
        ffmpeg(*source, "-c:v", "mpeg2video", clips / "mpeg2.ts")
        ffmpeg(*source, "-c:v", "libx264", "-bf", "0", "-f", "h264", clips / "bare.h264")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=1200", "-frames:v", "30", "-c:v", "libx264", clips / "fast.mp4")
        self.refused("failed", "no video", work(f"clip={clips / 'audio.m4a'}", SIZE, *SHORT))
        self.refused("failed", "no timestamps", work(f"clip={clips / 'bare.h264'}", SIZE, *SHORT))
        self.refused("failed", "frames/s are not to be believed", work(f"clip={clips / 'fast.mp4'}", SIZE, *SHORT))
        for name in ("b-frames.mp4", "open.mkv", "mpeg2.ts"):
            with self.subTest(name):
                said = self.valid(work(f"clip={clips / name}", SIZE, "seconds=0.3", "warmup=0"))
                self.assertEqual(said.one("about loop-frames"), "30")

    def test_orders_that_make_no_sense(self):
        clip = f"clip={clips / 'clip.mkv'}"
        for arguments in ([], [clip], ["size=64x64"], [clip, "size=0x0"], [clip, "size=99999x16"],
                          [clip, "size=65x64"], [clip, SIZE, "seconds=nan"], [clip, SIZE, "rate=1e9"],
                          [clip, SIZE, "codec=h263"], [clip, SIZE, "experiment="], [clip, SIZE, "depth=0"],
                          [clip, SIZE, "depth"], [clip, SIZE, "check=maybe"], [clip, SIZE, "speed=1"],
                          [clip, SIZE, "make-clip=x"]):
            with self.subTest(arguments):
                self.refused("failed", "^(not |neither |no size)", work(*arguments))


class Experiments:
    """The same for a device and for the processor."""
    device = None

    def transcode(self, *arguments, faults="", **more):
        return work(f"device={self.device}", f"clip={clips / 'clip.mkv'}", SIZE, *arguments, faults=faults, **more)

    def test_throughput(self):
        said = self.valid(self.transcode("experiment=throughput", "seconds=0.3", "warmup=0.1"))
        begin, end = map(int, said.one("window").split())
        frames = said.metric("fps", "frames/s") * (end - begin) / 1e9
        self.assertAlmostEqual(frames, round(frames), places=3)
        self.assertEqual(round(frames) % 30, 0, "whole loops")
        self.assertEqual(said.one("about loop-frames"), "30")
        self.assertGreater(int(said.one("about loop-bytes")), 1000)
        self.assertGreater(said.metric("cpu", "ms/frame"), 0)
        self.assertGreater(said.metric("psnr", "dB"), 30)
        self.assertRegex(said.one("about clip-hash"), "^[0-9a-f]{16}$")
        self.assertTrue(said.one("about ffmpeg"))

    def test_latency(self):
        said = self.valid(self.transcode("experiment=latency", "seconds=1", "warmup=0.2", "rate=60"))
        self.assertLessEqual(said.metric("p50", "ms"), said.metric("p95", "ms"))
        self.assertLessEqual(said.metric("p95", "ms"), said.metric("max", "ms"))
        self.assertEqual(said.all("metric p99"), [])
        self.assertTrue(0 <= said.metric("missed", "%") <= 100)
        self.assertEqual(said.one("about delay"), "0 frames")
        buckets = said.one("histogram latency ms").split()
        self.assertEqual(sum(int(bucket.split(":")[1]) for bucket in buckets), 60)
        begin, end = map(int, said.one("window").split())
        self.assertAlmostEqual((end - begin) / 1e9, 1, places=3)

    def test_stream(self):
        said = self.valid(self.transcode("experiment=stream", "seconds=1", "warmup=0.2"))
        self.assertTrue(0 < said.metric("slowest", "x") <= 1)
        self.assertGreaterEqual(said.metric("late", "frames"), 0)
        self.assertGreater(said.metric("cpu", "ms/frame"), 0)

    def test_without_a_check(self):
        said = self.transcode("check=no", *SHORT)
        self.assertEqual((said.all("check"), said.one("about check")), ([], "no"))
        self.assertEqual(said.all("failed") + said.all("invalid"), [])

    def test_nobody_says_go(self):
        said = self.transcode(*SHORT, go=b"")
        self.assertEqual((said.status, said.all("window"), len(said.all("ready"))), (0, [], 1))


class Processor(Experiments, Case):
    device = "cpu"

    def test_what_it_runs_on(self):
        said = self.valid(self.transcode("preset=ultrafast", "threads=1", *SHORT))
        self.assertEqual((said.one("about encoder"), said.one("about preset"), said.one("about threads")),
                         ("libx264", "ultrafast", "1"))

    def test_too_slow_is_no_latency(self):
        big = clips / "big.mkv"
        work(f"make-clip={big}", "size=1920x1080", "frames=2")
        said = work(f"clip={big}", "size=1920x1080", "preset=placebo", "experiment=latency", "rate=1000",
                    "seconds=0.2", "warmup=0", "threads=1")
        self.refused("failed", "^too slow for 1000 frames/s: of 200 frames", said)
        said = work(f"clip={big}", "size=1920x1080", "preset=placebo", "experiment=stream", "rate=1000",
                    "seconds=0.5", "warmup=0", "threads=1", "check=no")
        self.assertLess(said.metric("slowest", "x"), 0.9, self.show(said))
        self.assertGreater(said.metric("late", "frames"), 10)


@unittest.skipUnless(DRIVER and shutil.which("Xvfb"), "no VA-API driver for tests, or no Xvfb")
class Driver(Experiments, Case):
    device = "x11"

    def fault(self, faults, *arguments):
        return self.transcode(*SHORT, *arguments, faults=faults)

    def test_what_it_runs_on(self):
        said = self.valid(self.fault(""))
        self.assertEqual((said.one("about encoder"), said.one("about entrypoint"), said.one("about profile")),
                         ("h264_vaapi", "EncSlice", "High"))
        self.assertTrue(said.one("about vendor").startswith("gpupass test driver"))

    def test_offers(self):
        asked = ["offers=yes", "device=x11"]
        self.assertEqual(work(*asked).all("about offers"), ["h264 decode;encode", "vp9 decode"])
        self.assertEqual(work(*asked, faults="no-encode").all("about offers"), ["h264 decode", "vp9 decode"])
        self.assertEqual(work(*asked, faults="no-profiles").all("about offers"), [])
        self.refused("failed", "^no VA-API driver", work(*asked, faults="error=vaInitialize"))

    def test_low_power(self):
        said = self.valid(self.fault("lp-only"))
        self.assertEqual(said.one("about entrypoint"), "EncSliceLP")

    def test_pixels_that_are_wrong(self):
        for faults, pattern in (("wrong-pixels", "^the pictures are not those of the clip: [0-9.]+ dB"),
                                ("constant-frames", "^all pictures are the same"),
                                ("constant-cost", "^all pictures are the same")):
            for experiment in ("throughput", "stream"):
                with self.subTest(faults + " " + experiment):
                    said = self.refused("invalid", pattern,
                                        self.fault(faults, f"experiment={experiment}", "rate=200"))
                    self.assertEqual(len(said.all("window")), 1)

    def test_what_is_not_offered(self):
        self.refused("failed", "^the driver offers no decoding of H.264 High; FFmpeg would go on with",
                     self.fault("no-profiles"))
        self.refused("failed", "^the driver offers no encoding of H.264$", self.fault("no-encode"))
        self.refused("failed", "^the driver offers no encoding of HEVC$", self.fault("", "codec=hevc"))
        self.assertEqual(self.fault("no-profiles").all("ready"), [])

    def test_errors_of_the_driver(self):
        for call, pattern in (("vaInitialize", "^no VA-API driver on this device"),
                              ("vaCreateContext", "Failed to create decode context: 1"),
                              ("vaEndPicture", "Failed to end picture decode issue: 1"),
                              ("vaCreateSurfaces", "^the driver does not decode H.264 High; .*Failed to create surface"),
                              ("vaMapBuffer", "^encoding failed")):
            with self.subTest(call):
                self.refused("failed", pattern, self.fault(f"error={call}"))

    def test_crash(self):
        self.assertEqual(self.fault("crash=vaEndPicture").status, -signal.SIGSEGV)

    @unittest.skipUnless(shutil.which("ffmpeg"), "no ffmpeg")
    def test_clips_of_others(self):
        source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-frames:v", "30", "-pix_fmt", "yuv420p"]
        ffmpeg(*source, "-c:v", "libx264", "-bf", "2", clips / "b.mp4")
        ffmpeg(*source, "-pix_fmt", "yuv422p", "-c:v", "libx264", clips / "422.mp4")
        ffmpeg(*source, "-c:v", "mpeg2video", clips / "other.ts")
        clip = ["device=x11", SIZE, *SHORT]
        self.valid(work(f"clip={clips / 'b.mp4'}", *clip))
        self.refused("failed", "^the driver does not decode H.264 High 4:2:2; FFmpeg would go on",
                     work(f"clip={clips / '422.mp4'}", *clip))
        self.refused("failed", "^the driver does not decode mpeg2video Main; FFmpeg would go on",
                     work(f"clip={clips / 'other.ts'}", *clip))


def start_screen():
    """An X server without a screen, at a number that is free; os.environ gets it."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "64x64x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    if not re.fullmatch(r"\d+", number):
        sys.exit(f"Xvfb did not start: exit status {server.wait()}")
    os.environ["DISPLAY"] = ":" + number
    return server


def main():
    global clips
    del sys.argv[1:1 + (2 if DRIVER else 1)]
    screen = None
    if DRIVER and shutil.which("Xvfb"):
        screen = start_screen()
        os.environ.update(LIBVA_DRIVER_NAME="gpupass", LIBVA_DRIVERS_PATH=str(DRIVER.parent),
                          LIBVA_MESSAGING_LEVEL="1")
    try:
        with tempfile.TemporaryDirectory() as directory:
            clips = Path(directory)
            work(f"make-clip={clips / 'clip.mkv'}", "size=320x180", "frames=30")
            return not unittest.main(exit=False, verbosity=1).result.wasSuccessful()
    finally:
        if screen:
            screen.terminate()
            screen.wait()


if __name__ == "__main__":
    sys.exit(main())

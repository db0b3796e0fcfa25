#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What libva, vainfo and FFmpeg meet in the test driver: pixels that are right, and every fault.

usage: run-va.py DRIVER.so

Needs Xvfb, ffmpeg with VA-API, libx264 and libvpx, and vainfo; without them it is skipped.
"""
import ctypes
import ctypes.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

SKIPPED = 77
HERE = Path(__file__).resolve().parent
SIZE = "320x180"
FRAMES = 25
CLIPS = {
    "baseline.mp4": ["libx264", "-profile:v", "baseline"],
    "main.mp4": ["libx264", "-profile:v", "main", "-refs", "4", "-bf", "0"],
    "high.mp4": ["libx264", "-profile:v", "high", "-bf", "0", "-slices", "3"],
    "b-frames.mp4": ["libx264", "-profile:v", "high", "-bf", "3"],
    "matrices.mp4": ["libx264", "-profile:v", "high", "-bf", "0", "-x264-params", "cqm=jvt"],
    "vp9.webm": ["libvpx-vp9", "-deadline", "good", "-cpu-used", "5", "-b:v", "500k",
                 "-auto-alt-ref", "1", "-lag-in-frames", "16"],
}
DEVICE = ["-init_hw_device", "vaapi=va:,connection_type=x11", "-filter_hw_device", "va"]
DECODE = ["-hwaccel", "vaapi", "-hwaccel_device", "va", "-hwaccel_output_format", "vaapi"]
clips = None


def lacking():
    """What is missing on this machine, in one line, or None."""
    for program in ("Xvfb", "ffmpeg", "vainfo"):
        if shutil.which(program) is None:
            return f"no program {program}"
    encoders = subprocess.run(["ffmpeg", "-v", "quiet", "-encoders"], capture_output=True,
                              check=False).stdout.decode("utf-8", "replace")
    for encoder in ("h264_vaapi", "libx264", "libvpx-vp9"):
        if encoder not in encoders:
            return f"ffmpeg has no encoder {encoder}"
    for library in ("va", "va-x11", "X11"):
        if ctypes.util.find_library(library) is None:
            return f"no library {library}"
    return None


def start_screen():
    """An X server without a screen, at a number that is free; os.environ gets it."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "64x64x24", "-nolisten", "tcp",
         "-noreset"],
        pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    if not number:
        sys.exit(f"Xvfb did not start: exit status {server.wait()}")
    os.environ["DISPLAY"] = ":" + number
    return server


def make_clips(directory):
    source = f"testsrc2=size={SIZE}:rate=25,noise=alls=20:allf=t"
    for name, encoder in CLIPS.items():
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source,
                        "-frames:v", str(FRAMES), "-pix_fmt", "yuv420p", "-threads", "1",
                        "-c:v", *encoder, str(directory / name)], check=True, timeout=120)


def run(program, *args, faults="", timeout=120):
    return subprocess.run([program, *map(str, args)], capture_output=True, timeout=timeout,
                          check=False, stdin=subprocess.DEVNULL,
                          env={**os.environ, "GPUPASS_TEST_VA": faults})


def ffmpeg(*args, faults="", timeout=120):
    return run("ffmpeg", "-hide_banner", "-nostats", *args, faults=faults, timeout=timeout)


def decode_on_driver(clip, faults="", filters="", **more):
    return ffmpeg("-v", "verbose", *DEVICE, *DECODE, "-i", clips / clip, "-vf",
                  filters + "hwdownload,format=nv12", "-f", "framemd5", "-", faults=faults, **more)


def encode_on_driver(output, *options, faults="", **more):
    return ffmpeg("-v", "verbose", *DEVICE, "-i", clips / "high.mp4", "-vf",
                  "format=nv12,hwupload", "-c:v", "h264_vaapi", *options, "-y", output,
                  faults=faults, **more)


def sums(done):
    return [line.split()[-1] for line in done.stdout.decode().splitlines() if line[:1] == "0"]


def psnr(one, other):
    said = ffmpeg("-i", one, "-i", other, "-lavfi", "psnr", "-f", "null", "-").stderr.decode()
    found = re.search(r"PSNR .*average:(\S+)", said)
    return float(found.group(1))


class Case(unittest.TestCase):
    def works(self, done):
        self.assertEqual(done.returncode, 0, done.stderr.decode("utf-8", "replace"))
        return done

    def on_driver(self, done):
        """It worked, and it was not FFmpeg's own decoder that did it."""
        said = self.works(done).stderr.decode("utf-8", "replace")
        self.assertIn("VAAPI driver: gpupass test driver", said)
        self.assertRegex(said, r"pixfmt:vaapi|Reinit context to \S+, pix_fmt: vaapi")
        return sums(done)

    def fails(self, done, *words):
        self.assertGreater(done.returncode, 0, done.stderr.decode("utf-8", "replace"))
        for word in words:
            self.assertIn(word, done.stderr.decode("utf-8", "replace"))


class Pixels(Case):
    def test_decoding_is_exact(self):
        for clip in CLIPS:
            with self.subTest(clip):
                software = self.works(ffmpeg("-v", "error", "-i", clips / clip, "-vf",
                                             "format=nv12", "-f", "framemd5", "-"))
                self.assertEqual(len(sums(software)), FRAMES)
                self.assertEqual(self.on_driver(decode_on_driver(clip)), sums(software))

    def test_decoding_large_and_odd(self):
        # Sizes that are no multiple of a macroblock, and more than one tile of VP9.
        for name, encoder in (("large.mp4", CLIPS["high.mp4"]), ("large.webm", CLIPS["vp9.webm"])):
            self.works(ffmpeg("-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1366x770",
                              "-frames:v", "4", "-pix_fmt", "yuv420p", "-c:v", *encoder, "-y",
                              clips / name))
            software = self.works(ffmpeg("-v", "error", "-i", clips / name, "-vf", "format=nv12",
                                         "-f", "framemd5", "-"))
            self.assertEqual(self.on_driver(decode_on_driver(name)), sums(software))

    def test_scaling(self):
        for width, height in ((640, 360), (200, 100)):
            hard, soft = clips / "scaled-hard.nut", clips / "scaled-soft.nut"
            done = ffmpeg("-v", "verbose", *DEVICE, *DECODE, "-i", clips / "high.mp4", "-vf",
                          f"scale_vaapi=w={width}:h={height},hwdownload,format=nv12", "-c:v",
                          "rawvideo", "-y", hard)
            self.on_driver(done)
            self.works(ffmpeg("-v", "error", "-i", clips / "high.mp4", "-vf",
                              f"format=nv12,scale={width}:{height},format=nv12", "-c:v",
                              "rawvideo", "-y", soft))
            self.assertGreater(psnr(hard, soft), 40)

    def test_formats(self):
        # There and back again.
        hard = clips / "formats.nut"
        filters = "scale_vaapi=format=p010,scale_vaapi=format=bgra,scale_vaapi=format=nv12"
        done = ffmpeg("-v", "verbose", *DEVICE, *DECODE, "-i", clips / "high.mp4", "-vf",
                      filters + ",hwdownload,format=nv12", "-c:v", "rawvideo", "-y", hard)
        self.on_driver(done)
        self.assertGreater(psnr(hard, clips / "high.mp4"), 25)

    def test_encoding(self):
        orders = (["-qp", "20"], ["-qp", "22", "-profile:v", "main", "-bf", "2", "-g", "5"],
                  ["-b:v", "4M"], ["-b:v", "5M", "-maxrate", "5M"],
                  ["-rc_mode", "CBR", "-b:v", "5M", "-profile:v", "constrained_baseline"])
        for number, options in enumerate(orders):
            for ending in ("mp4", "h264"):
                with self.subTest(options=options, ending=ending):
                    output = clips / f"encoded-{number}.{ending}"
                    done = self.works(encode_on_driver(output, *options))
                    self.assertIn("VAEntrypointEncSlice", done.stderr.decode())
                    self.assertGreater(psnr(output, clips / "high.mp4"), 30)

    def test_low_qp_is_better(self):
        sizes = []
        for qp in (20, 35):
            self.works(encode_on_driver(clips / "qp.h264", "-qp", qp))
            sizes.append((clips / "qp.h264").stat().st_size)
        self.assertGreater(sizes[0], 2 * sizes[1])

    def test_transcoding(self):
        output = clips / "transcoded.mp4"
        done = ffmpeg("-v", "verbose", *DEVICE, *DECODE, "-i", clips / "vp9.webm", "-vf",
                      "scale_vaapi=w=160:h=90", "-c:v", "h264_vaapi", "-qp", "18", "-y", output)
        self.on_driver(done)
        soft = clips / "transcoded-soft.nut"
        self.works(ffmpeg("-v", "error", "-i", clips / "vp9.webm", "-vf", "scale=160:90", "-c:v",
                          "rawvideo", "-y", soft))
        self.assertGreater(psnr(output, soft), 35)

    def test_vainfo(self):
        said = self.works(run("vainfo", "--display", "x11")).stdout.decode()
        for line in (r"Driver version: gpupass test driver \d",
                     r"VAProfileH264High\s*:\s*VAEntrypointVLD",
                     r"VAProfileH264High\s*:\s*VAEntrypointEncSlice\n",
                     r"VAProfileVP9Profile0\s*:\s*VAEntrypointVLD",
                     r"VAProfileNone\s*:\s*VAEntrypointVideoProc"):
            self.assertRegex(said, line)


class Faults(Case):
    def test_unknown_switches(self):
        for faults in ("no-profile", "slow", "slow=x", "slow=-1", "slow=.", "slow=1.", "slow=1.2345",
                       "slow=1.x", "takes", "takes=0", "takes=x", "error", "error=vaCreateContexts",
                       "error=vaCreateContext:", "error=vaCreateContext:0", "crash=",
                       "no-encode,,lp-only", "lp-only=1", "wrong-pixels "):
            with self.subTest(faults):
                self.fails(run("vainfo", "--display", "x11", faults=faults),
                           "GPUPASS_TEST_VA: not a switch of the test driver")

    def test_no_profiles(self):
        said = run("vainfo", "--display", "x11", faults="no-profiles").stdout.decode()
        self.assertIn("gpupass test driver", said)
        self.assertNotIn("VAProfile", said)
        self.fails(decode_on_driver("high.mp4", faults="no-profiles"), "No support for codec h264")

    def test_entrypoints(self):
        said = run("vainfo", "--display", "x11", faults="lp-only").stdout.decode()
        self.assertRegex(said, r"VAProfileH264High\s*:\s*VAEntrypointEncSliceLP\n")
        self.assertNotRegex(said, r"VAEntrypointEncSlice\n")
        self.works(encode_on_driver(clips / "lp.h264", "-low_power", "1", faults="lp-only"))
        self.assertGreater(psnr(clips / "lp.h264", clips / "high.mp4"), 30)
        self.fails(encode_on_driver(clips / "lp.h264", "-low_power", "1"))

        said = run("vainfo", "--display", "x11", faults="no-encode").stdout.decode()
        self.assertNotIn("VAEntrypointEnc", said)
        self.fails(encode_on_driver(clips / "none.h264", faults="no-encode"))
        self.on_driver(decode_on_driver("high.mp4", faults="no-encode"))

    def test_wrong_pixels(self):
        for clip in ("high.mp4", "vp9.webm"):
            # Scaled, they are altered twice.
            for filters in ("", "scale_vaapi=w=160:h=90,"):
                right = self.on_driver(decode_on_driver(clip, filters=filters))
                wrong = self.on_driver(decode_on_driver(clip, "wrong-pixels", filters))
                self.assertEqual(len(wrong), len(right))
                self.assertFalse(set(wrong) & set(right))
        output = clips / "wrong.nut"
        self.works(ffmpeg("-v", "error", *DEVICE, *DECODE, "-i", clips / "high.mp4", "-vf",
                          "hwdownload,format=nv12", "-c:v", "rawvideo", "-y", output,
                          faults="wrong-pixels"))
        self.assertLess(psnr(output, clips / "high.mp4"), 20)

    def test_constant_frames(self):
        right = self.on_driver(decode_on_driver("high.mp4"))
        same = self.on_driver(decode_on_driver("high.mp4", faults="constant-frames"))
        self.assertEqual(same, [right[0]] * FRAMES)
        scaled = self.on_driver(decode_on_driver("high.mp4", faults="constant-frames",
                                                 filters="scale_vaapi=w=96:h=64,"))
        self.assertEqual(len(scaled), FRAMES)
        self.assertEqual(len(set(scaled)), 1)

    def test_constant_frames_of_encoder(self):
        output = clips / "constant.h264"
        self.works(encode_on_driver(output, "-qp", "10", faults="constant-frames"))
        still = clips / "still.nut"
        self.works(ffmpeg("-v", "error", "-i", clips / "high.mp4", "-vf",
                          f"loop=loop={FRAMES - 1}:size=1,trim=end_frame={FRAMES}", "-c:v",
                          "rawvideo", "-y", still))
        self.assertGreater(psnr(output, still), 40)
        self.assertLess(psnr(output, clips / "high.mp4"), 30)

    def test_constant_cost(self):
        same = self.on_driver(decode_on_driver("vp9.webm", faults="constant-cost"))
        self.assertEqual(len(same), FRAMES)
        self.assertEqual(len(set(same)), 1)

    def test_constant_cost_of_encoder(self):
        output = clips / "gray.h264"
        self.works(encode_on_driver(output, "-g", "10", faults="constant-cost"))
        read = ffmpeg("-v", "error", "-xerror", "-err_detect", "explode", "-i", output, "-pix_fmt",
                      "yuv420p", "-f", "rawvideo", "-")
        self.assertEqual(self.works(read).stderr, b"")
        width, height = map(int, SIZE.split("x"))
        self.assertEqual(read.stdout, b"\x80" * (width * height * 3 // 2 * FRAMES))

    def test_slow(self):
        # One is compared with the other, the quickest run of each: no time is too long.
        def quickest(clip, *faults):
            best = [float("inf")] * len(faults)
            for _ in range(3):
                for number, fault in enumerate(faults):
                    started = time.monotonic()
                    self.works(ffmpeg(*DEVICE, "-i", clip, "-vf", "format=nv12,hwupload", "-c:v",
                                      "h264_vaapi", "-qp", "20", "-f", "null", "-", faults=fault))
                    best[number] = min(best[number], time.monotonic() - started)
            return best

        clip = clips / "slow.nut"
        self.works(ffmpeg("-v", "error", "-f", "lavfi", "-i",
                          "testsrc2=size=1280x720,noise=alls=30:allf=t", "-frames:v", "10",
                          "-pix_fmt", "nv12", "-c:v", "rawvideo", "-y", clip))
        plain, slow = quickest(clip, "", "slow=200")
        self.assertGreater(slow / plain, 1.7)

    def test_takes(self):
        # 10 pictures, encoded and nothing else: no sooner than that.
        clip = clips / "takes.nut"
        self.works(ffmpeg("-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x64", "-frames:v",
                          "10", "-pix_fmt", "nv12", "-c:v", "rawvideo", "-y", clip))
        started = time.monotonic()
        self.works(ffmpeg(*DEVICE, "-i", clip, "-vf", "format=nv12,hwupload", "-c:v", "h264_vaapi",
                          "-qp", "20", "-f", "null", "-", faults="takes=50000,slow=10.5"))
        self.assertGreater(time.monotonic() - started, 0.5)

    def test_crash(self):
        self.assertEqual(run("vainfo", "--display", "x11", faults="crash=vaInitialize").returncode,
                         -signal.SIGSEGV)
        self.assertEqual(decode_on_driver("high.mp4", faults="crash=vaEndPicture").returncode,
                         -signal.SIGSEGV)

    def test_hang(self):
        for call in ("vaSyncSurface", "vaTerminate"):
            with self.assertRaises(subprocess.TimeoutExpired) as hung:
                decode_on_driver("high.mp4", faults=f"hang={call}", timeout=3)
            self.assertIn(b"VAAPI driver: gpupass test driver", hung.exception.stderr)

    def test_errors_in_ffmpeg(self):
        self.fails(run("vainfo", "--display", "x11", faults="error=vaInitialize:0x13"))
        for fault, words in (("vaCreateContext:6", "Failed to create decode context: 6"),
                             ("vaEndPicture:0x17", "Failed to end picture decode issue: 23"),
                             ("vaCreateSurfaces:2", "Failed to create surface: 2"),
                             ("vaCreateConfig", "Failed to create decode configuration: 1")):
            with self.subTest(fault):
                self.fails(decode_on_driver("high.mp4", faults="error=" + fault), words)


class Calls(Case):
    """libva itself, in a program of its own."""

    def call(self, code, faults=""):
        program = "import importlib.util, sys\n" \
                  "spec = importlib.util.spec_from_file_location('va', sys.argv[1])\n" \
                  "va = importlib.util.module_from_spec(spec)\n" \
                  "spec.loader.exec_module(va)\n" + code
        return self.works(run(sys.executable, "-c", program, Path(__file__), faults=faults))

    def test_every_call_can_fail(self):
        names = re.findall(r"CALL\((va\w+),", (HERE / "calls.h").read_text())
        names = sorted({name.replace("vaCreateSurfaces2", "vaCreateSurfaces") for name in names})
        self.assertGreater(len(names), 40)
        for start in range(0, len(names), 8):
            some = names[start:start + 8]
            done = self.call(f"va.call_all({some!r})",
                             ",".join(f"error={name}:{0x70 + i}" for i, name in enumerate(some)))
            self.assertEqual(done.stdout.decode().split(),
                             [str(0x70 + i) for i in range(len(some))], some)

    def test_terminate(self):
        done = self.call("print(va.open_display()[0].vaTerminate(va.open_display()[1]))")
        self.assertEqual(done.stdout.split(), [b"0"])
        done = self.call("print(va.open_display()[0].vaTerminate(va.open_display()[1]))",
                         "error=vaTerminate:5")
        self.assertEqual(done.stdout.split(), [b"5"])

    def test_bad_numbers(self):
        done = self.call("va.use_bad_numbers()")
        self.assertEqual(done.stdout.decode(), "")


def open_display():
    """libva and a display; in a program of its own."""
    x11 = ctypes.CDLL(ctypes.util.find_library("X11"), mode=ctypes.RTLD_GLOBAL)
    x11.XOpenDisplay.restype = ctypes.c_void_p
    libva = ctypes.CDLL(ctypes.util.find_library("va"), mode=ctypes.RTLD_GLOBAL)
    libva_x11 = ctypes.CDLL(ctypes.util.find_library("va-x11"))
    libva_x11.vaGetDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(libva_x11.vaGetDisplay(ctypes.c_void_p(x11.XOpenDisplay(None))))
    major, minor = ctypes.c_int(), ctypes.c_int()
    libva.vaSetInfoCallback.restype = None
    libva.vaSetInfoCallback(display, None, None)
    if libva.vaInitialize(display, ctypes.byref(major), ctypes.byref(minor)) != 0:
        sys.exit("vaInitialize failed")
    libva.vaPutSurface = libva_x11.vaPutSurface
    return libva, display


def call_all(names):
    """Without arguments that mean anything: the fault comes before they are looked at."""
    libva, display = open_display()
    for name in names:
        print(getattr(libva, name)(display, *[ctypes.c_void_p(None)] * 16))


def use_bad_numbers():
    """Says each call that took what it must not take."""
    libva, display = open_display()
    surface, other, config, context = (ctypes.c_uint(0xffffffff) for _ in range(4))
    number = ctypes.c_uint(0)

    def expect(status, name, *args):
        answer = getattr(libva, name)(display, *args)
        if answer != status:
            print(name, args, "answered", answer)

    expect(0, "vaCreateConfig", 7, 1, None, 0, ctypes.byref(config))
    expect(0, "vaCreateSurfaces", 1, 64, 64, ctypes.byref(surface), 1, None, 0)
    expect(0, "vaCreateSurfaces", 1, 64, 64, ctypes.byref(other), 1, None, 0)
    expect(0, "vaCreateContext", config, 64, 64, 0, None, 0, ctypes.byref(context))
    expect(0x0c, "vaCreateConfig", 12345, 1, None, 0, ctypes.byref(number))
    expect(0x0d, "vaCreateConfig", 7, 10, None, 0, ctypes.byref(number))
    expect(0x0e, "vaCreateSurfaces", 0x40000000, 64, 64, ctypes.byref(number), 1, None, 0)
    expect(0x13, "vaCreateSurfaces", 1, 99999, 64, ctypes.byref(number), 1, None, 0)
    expect(0x12, "vaCreateSurfaces", 1, 0, 64, ctypes.byref(number), 1, None, 0)
    for bad in (0, 0xffffffff, config.value, surface.value + 1000):
        expect(0x06, "vaDestroySurfaces", ctypes.byref(ctypes.c_uint(bad)), 1)
        expect(0x06, "vaSyncSurface", ctypes.c_uint(bad))
        expect(0x05, "vaEndPicture", ctypes.c_uint(bad))
        expect(0x05, "vaDestroyContext", ctypes.c_uint(bad))
        expect(0x07, "vaDestroyBuffer", ctypes.c_uint(bad))
        expect(0x08, "vaDestroyImage", ctypes.c_uint(bad))
        expect(0x06, "vaBeginPicture", context, ctypes.c_uint(bad))
    expect(0x01, "vaEndPicture", context)
    expect(0x12, "vaCreateBuffer", context, 0, 0, 1, None, ctypes.byref(number))
    expect(0x12, "vaCreateBuffer", context, 0, 1 << 16, 1 << 16, None, ctypes.byref(number))
    expect(0x0f, "vaCreateBuffer", context, 999, 1, 1, None, ctypes.byref(number))
    # Parameters that are too short, slices without a picture, a picture without slices.
    expect(0, "vaBeginPicture", context, surface)
    for kind in (0, 1, 4, 5):
        expect(0, "vaCreateBuffer", context, kind, 3, 1, None, ctypes.byref(number))
        expect(0x07, "vaRenderPicture", context, ctypes.byref(number), 1)
        expect(0, "vaDestroyBuffer", number)
        expect(0x07, "vaRenderPicture", context, ctypes.byref(number), 1)
    expect(0x17, "vaEndPicture", context)
    expect(0, "vaBeginPicture", context, surface)
    expect(0, "vaDestroySurfaces", ctypes.byref(surface), 1)
    expect(0x06, "vaEndPicture", context)
    expect(0x06, "vaDestroySurfaces", ctypes.byref(surface), 1)
    expect(0, "vaDestroyContext", context)
    expect(0x05, "vaDestroyContext", context)
    expect(0, "vaTerminate")  # with a surface and a configuration left


def main():
    global clips
    missing = lacking()
    if missing:
        print(f"skipped: {missing}")
        return SKIPPED
    driver = Path(sys.argv.pop(1)).resolve()
    os.environ.update(LIBVA_DRIVER_NAME="gpupass", LIBVA_DRIVERS_PATH=str(driver.parent),
                      LIBVA_MESSAGING_LEVEL="1")
    screen = start_screen()
    try:
        with tempfile.TemporaryDirectory() as directory:
            clips = Path(directory)
            make_clips(clips)
            return not unittest.main(exit=False, verbosity=1).result.wasSuccessful()
    finally:
        screen.terminate()
        screen.wait()


if __name__ == "__main__":
    sys.exit(main())

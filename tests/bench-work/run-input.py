#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Clips of the user's: those that can be measured, and those that cannot.

usage: run-input.py GPUPASS-BENCH

Needs ffmpeg with libx264 to make them; without it, it is skipped.
"""
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SKIPPED = 77
PICTURES = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30", "-frames:v", "60"]
SOUND = ["-f", "lavfi", "-i", "sine=duration=2"]
bench = directory = None


def make(name, *arguments):
    path = Path(directory, name)
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments, str(path)], check=True)
    return path


def run(path):
    return subprocess.run([bench, "run", "--quick", "--device", "cpu", "--workload", "transcode",
                           "--preset", "veryfast", "--input", str(path), "--format", "csv"],
                          capture_output=True, text=True, check=False, timeout=120)


class Input(unittest.TestCase):
    def refused(self, path, words):
        done = run(path)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(f"--input {path}: ", done.stderr)
        self.assertIn(words, done.stderr)

    def test_a_clip_is_measured(self):
        done = run(make("good.mp4", *PICTURES, "-c:v", "libx264"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"transcode.input-to-h264.fps","cpu","cpu","valid"', done.stdout)

    def test_sound_alone(self):
        self.refused(make("sound.mp4", *SOUND, "-c:a", "aac"), "no video")

    def test_a_clip_that_was_cut(self):
        whole = make("whole.mp4", *PICTURES, "-c:v", "libx264")
        cut = Path(directory, "cut.mp4")
        cut.write_bytes(whole.read_bytes()[:whole.stat().st_size // 2])
        self.refused(cut, "")

    def test_nothing(self):
        empty = Path(directory, "empty.mp4")
        empty.write_bytes(b"")
        self.refused(empty, "")


if __name__ == "__main__":
    if shutil.which("ffmpeg") is None:
        print("skipped: no program ffmpeg")
        sys.exit(SKIPPED)
    bench = sys.argv.pop(1)
    with tempfile.TemporaryDirectory(prefix="gpupass-input-") as directory:
        unittest.main(verbosity=0)

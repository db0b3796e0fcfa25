#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws all scenes on the processor with gpupass-work-render, and asks it for what is not there.

usage: run-render.py GPUPASS-WORK-RENDER
"""

import os
import re
import subprocess
import sys
import tempfile

SCENES = ("fill", "texture", "geometry", "shader", "readback")
SIZE = "320x180"
TIMEOUT = 60
MESA = re.compile("LIBGL_|MESA_|GALLIUM_|EGL_|GBM_|LP_")


class Said:
    """The lines of one run, by what they begin with."""

    def __init__(self, status, text, errors):
        self.status, self.text, self.errors = status, text, errors
        self.lines = text.splitlines()

    def all(self, key):
        return [line[len(key) + 1:] for line in self.lines if line.startswith(key + " ")]

    def about(self, key):
        return next(iter(self.all("about " + key)), None)

    def metrics(self):
        return {name: (float(value), unit)
                for name, value, unit in (line.split() for line in self.all("metric"))}


class Tests:
    """Runs of the program, and what does not hold."""

    def __init__(self, program, directory):
        self.program, self.directory, self.failed = program, directory, 0

    def run(self, *arguments, go="go\n", **variables):
        environment = {name: value for name, value in os.environ.items() if not MESA.match(name)}
        environment.update(HOME=self.directory, XDG_CACHE_HOME=self.directory, **variables)
        done = subprocess.run([self.program, *arguments], input=go.encode(), capture_output=True,
                              timeout=TIMEOUT, check=False, env=environment)
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode("utf-8", "replace"))

    def judge(self, said, what, holds):
        if not holds:
            self.failed += 1
            print(f"FAIL {what}\n" + "\n".join("    " + line for line in said.lines))
            print("\n".join("    stderr: " + line for line in said.errors.splitlines()[-20:]))

    def scene(self, scene):
        said = self.run("device=cpu", f"scene={scene}", f"size={SIZE}", "seconds=0.4", "warmup=0.1")
        metrics = said.metrics()
        self.judge(said, f"{scene} ends well", said.status == 0)
        self.judge(said, f"{scene} is valid", not said.all("invalid") and not said.all("failed"))
        self.judge(said, f"{scene}: pictures are checked",
                   any(check.startswith("5 pictures as computed, in 384 blocks") for check in said.all("check")))
        self.judge(said, f"{scene}: is told to be software",
                   said.about("software") == "yes" and "llvmpipe" in (said.about("renderer") or ""))
        self.judge(said, f"{scene}: says what it runs on", said.about("gl") and said.about("vendor"))
        self.judge(said, f"{scene}: says what it draws", (said.about("scene") or "").startswith(SIZE + ": "))
        self.judge(said, f"{scene}: order of lines",
                   [line.split()[0] for line in said.lines if line.split()[0] in ("ready", "window")]
                   == ["ready", "window"])
        self.window(said, scene, metrics)
        self.spread(said, scene, metrics)
        self.judge(said, f"{scene}: bandwidth", ("bandwidth" in metrics) == (scene == "readback"))
        if scene == "readback" and "bandwidth" in metrics:
            self.judge(said, "readback: bytes are those of the frames",
                       abs(metrics["bandwidth"][0] / (metrics["fps"][0] * 320 * 180 * 4 / 1e9) - 1) < 1e-6)
            self.judge(said, "readback: each frame was looked at",
                       any(check.startswith("each frame that was read") for check in said.all("check")))

    def window(self, said, scene, metrics):
        (window,) = said.all("window") or ("0 0",)
        start, end = map(int, window.split())
        seconds = (end - start) / 1e9
        frames = sum(int(bucket.split(":")[1]) for bucket in self.buckets(said))
        self.judge(said, f"{scene}: a window as long as was asked for", seconds >= 0.4)
        self.judge(said, f"{scene}: as many frames as the window has",
                   frames and abs(metrics["fps"][0] * seconds - frames) < 1e-3)
        self.judge(said, f"{scene}: units", metrics["fps"][1] == "frames/s" and
                   metrics["cpu"][1] == "ms/frame" and
                   all(metrics[name][1] == "ms" for name in ("p50", "max")))
        self.judge(said, f"{scene}: setting up took time", int(said.all("ready")[0]) > 0)

    @staticmethod
    def buckets(said):
        return next(iter(said.all("histogram frame ms")), "").split()

    def spread(self, said, scene, metrics):
        values = [metrics[name][0] for name in ("p50", "p95", "p99", "p99-9", "max") if name in metrics]
        edges = [float(bucket.split(":")[0]) for bucket in self.buckets(said)]
        self.judge(said, f"{scene}: percentiles rise", values == sorted(values) and values[0] > 0)
        self.judge(said, f"{scene}: edges rise", edges == sorted(set(edges)))
        self.judge(said, f"{scene}: the middle is among them",
                   edges and edges[0] * 0.99 <= values[0] and edges[-1] * 1.06 >= values[-1])

    def fails(self, what, *arguments, why):
        said = self.run(*arguments)
        self.judge(said, what, said.status == 0 and len(said.all("failed")) == 1 and
                   re.search(why, said.all("failed")[0]) and not said.all("window"))

    def order(self):
        right = ("device=cpu", "scene=fill", f"size={SIZE}", "seconds=0.1", "warmup=0")
        for wrong in ("scene=", "scene=fill2", "size=0x5", "size=5", "size=5x", "size=-1x5", "size= 5x5",
                      "size=99999x5", "size=5x5x5", "seconds=-1", "seconds=nan", "seconds=", "seconds=1e9",
                      "warmup=x"):
            key = wrong.split("=")[0]
            arguments = [wrong if part.startswith(key + "=") else part for part in right]
            self.fails(f"{wrong!r} is refused", *arguments, why="^wrong order")
        self.fails("no device", *right[1:], why="^wrong order")
        self.fails("no argument", why="^wrong order")

    def devices(self):
        rest = ("scene=fill", f"size={SIZE}", "seconds=0.1", "warmup=0")
        self.fails("a node that is not there", "device=/dev/dri/renderD191", *rest, why="is not there")
        self.fails("a device that is no node", "device=/dev/null", *rest, why="is no render node")
        self.fails("no name", "device=", *rest, why="is not there")
        plain = os.path.join(self.directory, "renderD128")
        with open(plain, "w", encoding="ascii"):
            pass
        self.fails("a file that is no node", f"device={plain}", *rest, why="is no render node")

    def nobody(self):
        said = self.run("device=cpu", "scene=fill", f"size={SIZE}", go="")
        self.judge(said, "ends where nobody tells it to go",
                   said.status == 0 and said.all("ready") and not said.all("window"))

    def softpipe(self):
        said = self.run("device=cpu", "scene=readback", "size=64x36", "seconds=0.1", "warmup=0",
                        GALLIUM_DRIVER="softpipe")
        if "softpipe" not in (said.about("renderer") or ""):
            print("skip: this Mesa has no softpipe")
            return
        self.judge(said, "softpipe is software", said.about("software") == "yes" and not said.all("invalid"))

    def no_driver(self):
        """A Mesa that finds none of its drivers says so in one line."""
        said = self.run("device=cpu", "scene=fill", f"size={SIZE}", LIBGL_DRIVERS_PATH=self.directory)
        if said.all("ready"):
            print("skip: this Mesa does not look for its drivers")
            return
        self.judge(said, "no driver", said.status == 0 and len(said.all("failed")) == 1 and
                   "EGL_NOT_INITIALIZED" in said.all("failed")[0])
        said = self.run("device=cpu", "offers=yes", LIBGL_DRIVERS_PATH=self.directory)
        self.judge(said, "asked, without a driver", said.status == 0 and not said.all("failed") and
                   "EGL_NOT_INITIALIZED" in said.about("cannot"))

    def asked(self):
        said = self.run("device=cpu", "offers=yes")
        self.judge(said, "asked", said.status == 0 and said.about("renderer") and
                   not said.about("cannot") and not said.all("failed") and not said.all("ready"))


def main():
    with tempfile.TemporaryDirectory() as directory:
        tests = Tests(sys.argv[1], directory)
        said = tests.run("device=cpu", "scene=fill", f"size={SIZE}", go="")
        if any("EGL_MESA_platform_surfaceless" in why for why in said.all("failed")):
            print("skip: EGL draws nothing without a device here: " + said.all("failed")[0])
            return 77
        for scene in SCENES:
            tests.scene(scene)
        tests.order()
        tests.asked()
        tests.devices()
        tests.nobody()
        tests.softpipe()
        tests.no_driver()
    return 1 if tests.failed else 0


if __name__ == "__main__":
    sys.exit(main())

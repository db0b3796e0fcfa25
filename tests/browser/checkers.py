# SPDX-License-Identifier: GPL-2.0-or-later
"""What looks at pages, and where it is. GPUPASS_BROWSER names the folder that has node_modules."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = Path(os.environ.get("GPUPASS_BROWSER") or HERE.parent.parent / "build-tools/browser")
VNU = PACKAGES / "node_modules/vnu-jar/build/dist/vnu.jar"
SKIP = 77


def run(command):
    """What the command says, and its exit status; what it leaves behind at home goes away."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "GPUPASS_BROWSER": str(PACKAGES), "HOME": home, "TMPDIR": home,
               "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home}
        done = subprocess.run([str(word) for word in command], env=env, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.decode(errors="replace").splitlines(), done.returncode


def need(*programs):
    """Skips the test where these, or the packages, are not there."""
    lacking = [program for program in programs if not shutil.which(program)]
    if not VNU.exists():
        lacking.append(f"node_modules of tests/browser/package.json in {PACKAGES.name}")
    if lacking:
        print(f"skipped: not installed: {', '.join(lacking)} (./run tests gets them)")
        sys.exit(SKIP)


def look(pages):
    need("node", "chromium")
    return run(["node", HERE / "look.mjs", *pages])


def nu(pages):
    need("java")
    return run(["java", "-jar", VNU, "--Werror", "--no-langdetect", *pages])

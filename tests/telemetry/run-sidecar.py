#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: run-sidecar.py GPUPASS-BENCH LISTEN

The sidecar on trees of machines, heard through a file, a FIFO, an ssh that is a script, and a real
sshd on this machine.
"""
import getpass
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
BENCH, LISTEN = (os.path.abspath(path) for path in sys.argv[1:3])
PATIENCE = 60
failures = []


def expect(what, condition, shown=""):
    if not condition:
        failures.append(what)
        print(f"FAILED: {what}\n{shown}")


def sidecar(tree, *arguments):
    return [BENCH, "sidecar", "--telemetry-root", str(HERE / tree), "--interval", "20", *arguments]


def say(tree, *arguments):
    """What it says in two intervals."""
    done = subprocess.run([*sidecar(tree, *arguments), "--times", "2"], stdin=subprocess.PIPE,
                          capture_output=True, text=True, timeout=PATIENCE)
    # Its standard input has ended at once: it says hello and goodbye at least.
    return done.returncode, done.stdout, done.stderr


def say_some(tree, *arguments):
    """The same, with a standard input that stays."""
    process = subprocess.Popen([*sidecar(tree, *arguments), "--times", "2"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    text = process.stdout.read()
    process.stdin.close()
    expect("status 0", process.wait(PATIENCE) == 0)
    return text


def listen(where, name, environment=None, before=None):
    """What a guest hears, and the exit status; before(): once it listens."""
    process = subprocess.Popen([LISTEN, where, name], stdout=subprocess.PIPE, text=True,
                               env=environment, stdin=subprocess.DEVNULL)
    text = process.stdout.readline()
    if text == "open\n" and before:
        before()
    text += process.stdout.read()
    return process.wait(PATIENCE), text


def check_words():
    text = say_some("xe-pf", "--device", "03:00.0", "--vf", "2")
    expect("hello names the VF", text.startswith("sidecar ") and
           "0000:03:00.0 vf2\n" in text.splitlines(True)[0], text)
    expect("scheduling of the VF", "fact vf2-exec-quantum-ms 10\n" in text, text)
    expect("and of the PF", "fact pf-sched-priority low\n" in text, text)
    expect("not of others", "vf1-" not in text, text)
    expect("ends", text.endswith("bye\n"), text)
    expect("no such device", say("xe-pf", "--device", "01:00.0")[0] == 2)
    for wrong in (["--device", "x"], ["--vf", "0"], ["--vf", "x"], ["--interval", "1"], ["--interval", "2001"], ["more"]):
        status, out, err = say("xe-pf", *wrong)
        expect(f"refused: {wrong}", status == 2 and not out and err.count("\n") == 1, out + err)
    text = say_some("i915-host")
    expect("limits are facts", "fact frequency-rp0-mhz 1450\n" in text, text)
    expect("the first GPU is found", "0000:00:02.0\n" in text, text)
    done = subprocess.run([*sidecar("i915-host"), "--times", "2"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=PATIENCE)
    expect("in the background it goes on", done.stdout.count("gauge ") > 1, done.stdout)
    status, out, _ = say("virtio")
    expect("its input ended", status == 0 and out.endswith("bye\n"), out)


def check_file(work):
    path = work / "lines"
    path.write_text("sidecar 9 0000:00:02.0\nfact key value\ngauge 1 power-package 99 W\n")

    def append():
        with open(path, "a", encoding="utf-8") as out:
            for _ in range(20):
                out.write("gauge 5 power-package 12.5 W\n\x1b]0;x\ngauge 5 evil nan W\n" +
                          "gauge 5 throttled 50 % pl1 \x1b[31m thermal\n" + "x" * 9000 + "\n")
                out.flush()
                time.sleep(0.02)

    status, text = listen(str(path), "power-package", before=append)
    expect("a file is heard", status == 0 and "gauge power-package=12.5 W (sidecar)" in text, text)
    expect("what it had before is old", "=99" not in text, text)
    expect("facts of before count", "fact key=value" in text, text)
    expect("reasons are named", "gauge throttled=50 % (pl1, thermal: sidecar)" in text, text)
    expect("nothing is made of the rest", "evil" not in text and "\x1b" not in text, text)


def check_long_file(work):
    """A sidecar that has run for hours when the guest comes."""
    path = work / "long"
    with open(path, "w", encoding="utf-8") as out:
        out.write("sidecar 9 0000:00:02.0\nfact key value\n")
        line = "gauge 1 power-package 99 W\n"
        out.write(line * (20 * 1024 * 1024 // len(line)))
        out.write("gauge 1 power-pack")

    def append():
        with open(path, "a", encoding="utf-8") as out:
            out.write("age 99 W\n")
            for _ in range(20):
                out.write("gauge 5 power-package 12.5 W\n")
                out.flush()
                time.sleep(0.02)

    status, text = listen(str(path), "power-package", before=append)
    expect("a long file is heard", status == 0 and "gauge power-package=12.5 W" in text, text)
    expect("all that it had before is old", "=99" not in text, text)
    expect("its beginning is known", "fact key=value" in text, text)


def check_fifo(work):
    path = work / "fifo"
    os.mkfifo(path)
    running = []

    def start():
        out = os.open(path, os.O_WRONLY)
        running.append(subprocess.Popen(
            sidecar("i915-throttled"), stdin=subprocess.PIPE, stdout=out))
        os.close(out)

    status, text = listen(str(path), "frequency", before=start)
    expect("a FIFO is heard", status == 0 and "gauge frequency=600 MHz" in text, text)
    expect("the first GPU was found", "0000:00:02.0" in text, text)
    expect("a limit is named", "throttled=100 % (pl1, thermal: sidecar)" in text, text)
    for process in running:
        process.stdin.close()
        expect("it ends with its input", process.wait(PATIENCE) == 0)


def program(path, text):
    path.write_text(text)
    path.chmod(0o755)


def with_path(folder):
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


def check_script(work):
    """An ssh that runs it here; what it says is not always what it should."""
    folder = work / "script"
    folder.mkdir()
    program(folder / "gpupass-bench", f"#!/bin/sh\nexec {BENCH} \"$@\" --interval 20\n")
    program(folder / "ssh", "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done\n"
            "echo 'Welcome to this machine'\nexec sh -c \"$3\"\n")
    status, text = listen("ssh:somewhere", "steal", with_path(folder))
    expect("ssh is heard", status == 0 and "fact sidecar=" in text and "gauge steal=" in text, text)
    program(folder / "gpupass-bench", "#!/bin/sh\necho 'broken here' >&2\nexit 1\n")
    status, text = listen("ssh:somewhere", "steal", with_path(folder))
    expect("why it failed", status == 2 and "somewhere: broken here" in text, text)
    program(folder / "gpupass-bench",
            "#!/bin/sh\necho 'sidecar 1 x'; yes 'gauge 1 a 1 W' | head -n 300000\n"
            "i=0; while [ $i -lt 5000 ]; do echo \"gauge 1 n$i 1 W\"; echo \"fact k$i v\"\n"
            "echo \"unknown a $i\"; i=$((i+1)); done\necho 'gauge 1 a 7 W'; exec sleep 60\n")
    status, text = listen("ssh:somewhere", "a", with_path(folder))
    expect("a flood is bounded", status == 0 and text.count("\n") < 200, text[:2000])


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start_sshd(work, port):
    sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if not sshd or not shutil.which("ssh") or not shutil.which("ssh-keygen"):
        return None
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", work / key], check=True)
    shutil.copy(work / "user.pub", work / "authorized")
    (work / "authorized").chmod(0o600)
    (work / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {work}/host\nPidFile none\n"
        f"AuthorizedKeysFile {work}/authorized\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n"
        f"PermitUserEnvironment no\nSetEnv PATH={work}/bin:{os.environ['PATH']}\n")
    command = [sshd, "-D", "-e", "-f", str(work / "sshd_config")]
    if os.geteuid() == 0 and not os.path.isdir("/run/sshd"):
        # Where it is root's it wants this directory; only it shall see one.
        command = ["unshare", "--mount", "sh", "-c",
                   "mount -t tmpfs none /run && mkdir /run/sshd && exec \"$@\"", "sh", *command]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def write_client(work, port):
    """The user's ssh knows the host by an alias."""
    (work / "config").write_text(
        f"Host box\n HostName 127.0.0.1\n Port {port}\n User {getpass.getuser()}\n"
        f" IdentityFile {work}/user\n IdentitiesOnly yes\n"
        f" UserKnownHostsFile {work}/known\n StrictHostKeyChecking accept-new\n")
    folder = work / "client"
    folder.mkdir()
    program(folder / "ssh", f"#!/bin/sh\nexec {shutil.which('ssh')} -F {work}/config \"$@\"\n")
    return folder


def await_port(server, port):
    for _ in range(600):
        if server.poll() is not None:
            return False
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


def check_sshd(work):
    port = free_port()
    (work / "bin").mkdir()
    program(work / "bin" / "gpupass-bench",
            f"#!/bin/sh\nexec {BENCH} \"$@\" --interval 20 --telemetry-root {HERE}/xe-pf\n")
    server = start_sshd(work, port)
    if not server:
        print("a real sshd is left out: it is not installed")
        return
    try:
        if not await_port(server, port):
            print("a real sshd is left out: it does not start\n" + server.stderr.read())
            return
        folder = write_client(work, port)
        status, text = listen("ssh:box,03:00.0,vf1", "frequency", with_path(folder))
        if "command not found" in text or "not found" in text:
            print(f"a real sshd is left out: its PATH is not ours\n{text}")
            return
        expect("a real ssh is heard", status == 0 and "0000:03:00.0 vf1" in text, text)
        expect("with the VF's scheduling", "fact vf1-preempt-timeout-us=640000" in text, text)
        status, text = listen("ssh:nobody@box", "x", with_path(folder))
        expect("a login that is refused says so",
               status == 2 and "ermission denied" in text, text)
        status, text = listen("ssh:box,04:00.0", "x", with_path(folder))
        expect("what the sidecar complains of",
               status == 2 and "there is no device 0000:04:00.0" in text, text)
    finally:
        server.terminate()
        server.wait(PATIENCE)


def main():
    with tempfile.TemporaryDirectory(prefix="gpupass-sidecar-") as folder:
        work = pathlib.Path(folder)
        check_words()
        check_file(work)
        check_long_file(work)
        check_fifo(work)
        check_script(work)
        check_sshd(work)
    print(f"{len(failures)} failures")
    return bool(failures)


sys.exit(main())

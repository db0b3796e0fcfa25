#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A worker that measures nothing, and behaves as it is told."""
import os
import signal
import sys
import time

told = dict(word.split('=', 1) for word in sys.argv[1:])
behave = told['behave']


def say(*words):
    print(*words, flush=True)


def clock():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def set_up():
    if behave == 'early':
        sys.exit(0)
    if behave == 'unready':
        time.sleep(1000)
    if behave == 'status':
        print('the driver says no\n', file=sys.stderr)
        sys.exit(3)
    if behave == 'software':
        say('about renderer llvmpipe (LLVM 15.0.6, 256 bits)')
    if behave == 'elsewhere':
        say('about pci 0000:99:00.0')
    if behave == 'environment':
        say('about home', os.environ['HOME'])
        say('about cache', os.environ['POCL_CACHE_DIR'])
        say('about display', os.environ.get('DISPLAY', 'none'))
        say('about preload', os.environ.get('LD_PRELOAD', 'none'))
        say('about fake', os.environ.get('GPUPASS_FAKE', 'none'))
        say('about directory', os.getcwd())
        say('about open', *sorted(os.listdir('/proc/self/fd')))
    say('about device', 'fake')
    say('ready 2500000')


def misbehave():
    if behave == 'crash':
        os.kill(os.getpid(), signal.SIGSEGV)
    if behave == 'killed':
        os.kill(os.getpid(), signal.SIGKILL)
    if behave == 'hang':
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(1000)
    if behave == 'rubbish':
        sys.stdout.buffer.write(b'\x00\xff\x1b[31m metric fps 1e999 \n' * 10)
        sys.stdout.buffer.write(b'metric fps = 3\nmetric\nwindow 5 4\nhistogram x ms 3\n')
        sys.stdout.buffer.write(b'x' * 200000 + b'\n')
        sys.stdout.flush()
    if behave == 'flood':
        for _ in range(300):
            sys.stderr.write('the driver is chatty ' * 500 + '\n')
    if behave == 'children' and os.fork() == 0:
        print('pid', os.getpid(), file=open(os.environ['FAKE_PID'], 'w', encoding='ascii'))
        time.sleep(1000)
    if behave == 'failed':
        say('failed no encoder of this name')
        sys.exit(0)


def measure():
    start = clock()
    time.sleep(10 if behave == 'slow' else 0.02 if behave == 'brief' else 0.2)
    say('window', start, clock())
    say('metric fps', 'nan' if behave == 'nan' else '100.5', 'frames/s')
    say('metric cpu 1.25 ms/frame')
    say('check pixels 38.1 dB over 8 frames')
    if behave == 'histogram':
        say('histogram latency ms 1:5 2.5:10 4:1')
    if behave == 'picky' and os.environ['FAKE_SIDE'] == 'b':
        say('invalid it is b')
    if behave == 'invalid':
        say('invalid pixels 6.2 dB: these are not the frames')


set_up()
if sys.stdin.readline() != 'go\n':
    sys.exit('nobody said go')
misbehave()
measure()

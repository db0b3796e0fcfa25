# SPDX-License-Identifier: GPL-2.0-or-later
"""Two programs by turns: who comes first is drawn for each pair, and what is said is a ratio.

The ratio is the Hodges-Lehmann estimate of log(ours / theirs) over the pairs, its interval the exact
one of Wilcoxon's signed-rank test: no assumption but that the pairs are drawn alike.
"""
import math
import os
import random
import subprocess

CONFIDENCE = 0.95


def signed_rank_counts(n):
    """In how many of the 2^n ways of giving signs the positive ranks add up to each sum."""
    counts = [1]
    for rank in range(1, n + 1):
        longer = counts + [0] * rank
        for total, ways in enumerate(counts):
            longer[total + rank] += ways
        counts = longer
    return counts


def interval(n):
    """How many Walsh averages to leave out at either end, and the confidence that is left."""
    tail, below, counts = 0, 0, signed_rank_counts(n)
    while 2 * (below + counts[tail]) <= (1 - CONFIDENCE) * 2 ** n:
        below += counts[tail]
        tail += 1
    return tail - 1, 1 - 2 * below / 2 ** n


def ratio(pairs):
    """Estimate, low, high and the confidence attained of ours / theirs."""
    logs = [math.log(ours / theirs) for ours, theirs in pairs]
    walsh = sorted((logs[i] + logs[j]) / 2 for i in range(len(logs)) for j in range(i, len(logs)))
    middle = len(walsh) // 2
    center = (walsh[middle] + walsh[-middle - 1]) / 2
    cut, confidence = interval(len(logs))
    if cut < 0:
        return math.exp(center), 0, math.inf, 0
    return math.exp(center), math.exp(walsh[cut]), math.exp(walsh[-cut - 1]), confidence


def measure(ours, theirs, n, seed):
    """n pairs of what the two functions return, in an order that the seed draws."""
    drawn = random.Random(seed)
    pairs = []
    for _ in range(n):
        ours_first = drawn.random() < 0.5
        first = ours() if ours_first else theirs()
        second = theirs() if ours_first else ours()
        pairs.append((first, second) if ours_first else (second, first))
    return pairs


def say(what, pairs, unit, band=None):
    """One line for people: medians, ratio, and whether ours is not worse than the band allows."""
    center, low, high, confidence = ratio(pairs)
    verdict = ""
    if band is not None:
        verdict = (f"not worse at a {band:.0%} band" if low > 1 - band else
                   f"worse at a {band:.0%} band" if high < 1 - band else "inconclusive")
    ours, theirs = (sorted(pair[i] for pair in pairs)[len(pairs) // 2] for i in (0, 1))
    print(f"{what}: {ours:.5g} and {theirs:.5g} {unit}, ratio {center:.4f}, {confidence:.1%} "
          f"interval {low:.4f} to {high:.4f}, n = {len(pairs)}{verdict and ': ' + verdict}",
          flush=True)
    return low > 1 - (band or 0)


def start_screen():
    """An X server that nobody sees; os.environ gets its number."""
    reading, writing = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x720x24",
                               "-nolisten", "tcp", "-noreset"], pass_fds=[writing],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        os.environ["DISPLAY"] = ":" + answer.readline().strip()
    return server

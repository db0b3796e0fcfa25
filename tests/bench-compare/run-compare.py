#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What gpupass-bench compare makes of records: verdicts, what is left out, what it refuses.

usage: run-compare.py GPUPASS-BENCH
"""
import csv
import io
import math
import random
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from records import HEADER, Record, csv_of, noisy, row

VARIANT = "transcode.h264-1080p"
bench = None


class Done:
    def __init__(self, done):
        self.status, self.out, self.error = done.returncode, done.stdout, done.stderr
        self.rows = []
        if self.out.startswith('"kind"'):
            self.rows = list(csv.DictReader(io.StringIO(self.out)))

    def of(self, kind, name):
        return [one for one in self.rows if one["kind"] == kind and one["id"] == name]

    def verdict(self, name=f"{VARIANT}.fps"):
        found = [one for one in self.of("stat", name) if one["verdict"]]
        assert len(found) == 1, (name, found, self.error)
        return found[0]

    def interval(self, name=f"{VARIANT}.fps"):
        found = re.search(r"95 % interval (\S+) to (\S+), n = (\d+)", self.verdict(name)["text"])
        return float(found[1]), float(found[2]), int(found[3])


class Compare(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.n = 0

    def file(self, text):
        self.n += 1
        path = Path(self.directory.name) / f"{self.n}.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def compare(self, *records, options=("--format", "csv"), stdin=None):
        files = [self.file(one.csv() if isinstance(one, Record) else one) for one in records]
        if stdin is not None:
            files.append("-")
        return Done(subprocess.run(
            [bench, "compare", *files, *options], capture_output=True, text=True, check=False,
            timeout=120, input=stdin, errors="surrogateescape"))

    def pairs(self, a, b, metric="fps", **meta):
        return (Record("native", **meta).runs(a, True, metric),
                Record("vf", mode="vf", subject="0000:06:10.0", boot="cccc", **meta)
                .runs(b, True, metric))

    def refused(self, done, *words):
        self.assertEqual(done.status, 2, done.out + done.error)
        self.assertEqual(done.out, "")
        self.assertEqual(done.error.count("\n"), 1, done.error)
        for word in words:
            self.assertIn(word, done.error)

    # ---- verdicts

    def test_worse(self):
        done = self.compare(*self.pairs(noisy(1, 120, 12), noisy(2, 112, 12)))
        verdict = done.verdict()
        self.assertEqual((verdict["verdict"], done.status), ("worse", 1), verdict)
        self.assertEqual((verdict["unit"], verdict["source"]), ("x", "native, vf"))
        self.assertEqual((verdict["subject"], verdict["mode"]), ("0000:06:10.0", "vf"))
        self.assertAlmostEqual(float(verdict["value"]), 112 / 120, delta=0.01)
        self.assertRegex(verdict["text"], r"^0\.93\d*x of A, 95 % interval 0\.9\d+ to 0\.9\d+, "
                                          r"n = 12, exact signed ranks \(95\.8 %\)")
        low, high, _ = done.interval()
        self.assertLessEqual(low, float(verdict["value"]))
        self.assertLessEqual(float(verdict["value"]), high)

    def test_better(self):
        done = self.compare(*self.pairs(noisy(1, 120, 12), noisy(2, 130, 12)))
        self.assertEqual((done.verdict()["verdict"], done.status), ("better", 0))

    def test_lower_is_better_where_it_is_time(self):
        done = self.compare(*self.pairs(noisy(1, 120, 12), noisy(2, 130, 12), "init"))
        self.assertEqual(done.verdict(f"{VARIANT}.init")["verdict"], "worse")
        done = self.compare(*self.pairs(noisy(1, 130, 12), noisy(2, 120, 12), "init"))
        self.assertEqual(done.verdict(f"{VARIANT}.init")["verdict"], "better")

    def test_equal(self):
        done = self.compare(*self.pairs(noisy(1, 120, 12, 0.001), noisy(2, 120, 12, 0.001)))
        self.assertEqual((done.verdict()["verdict"], done.status), ("equal", 0))

    def test_the_same_each_time_is_equal(self):
        for runs in (3, 12):
            sides = self.pairs([120] * runs, [120] * runs)
            self.assertEqual(self.compare(*sides).verdict()["verdict"], "equal")
        verdict = self.compare(*self.pairs([120] * 3, [100] * 3)).verdict()
        self.assertEqual(verdict["verdict"], "inconclusive")
        sides = self.pairs([0] * 4, [0] * 4, "missed")
        self.assertEqual(self.compare(*sides).verdict(f"{VARIANT}.missed")["verdict"], "equal")

    def test_environments_are_compared_by_their_words(self):
        a, b = self.pairs(noisy(1, 120, 12), noisy(2, 120, 12))
        a.rows.append(row("meta", "environment", "LIBVA_DRIVER_NAME=iHD MESA_DEBUG=x"))
        b.rows.append(row("meta", "environment", "LIBVA_DRIVER_NAME=i965 MESA_DEBUG=x"))
        said = [r for r in self.compare(a, b).rows if r["id"] == "confounder.environment"]
        self.assertEqual([r["value"] for r in said],
                         ["A: LIBVA_DRIVER_NAME=iHD; B: LIBVA_DRIVER_NAME=i965"])

    def test_inconclusive_and_how_many_would_do(self):
        sides = self.pairs(noisy(1, 120, 12, 0.02), noisy(2, 120, 12, 0.02))
        verdict = self.compare(*sides).verdict()
        self.assertEqual(verdict["verdict"], "inconclusive")
        self.assertRegex(verdict["text"], r"about \d+ pairs would tell")

    def test_band(self):
        sides = self.pairs(noisy(1, 120, 12), noisy(2, 117, 12))
        for band, expected in (("0", "worse"), ("1", "worse"), ("5", "equal")):
            done = self.compare(*sides, options=("--band", band, "--format", "csv"))
            self.assertEqual(done.verdict()["verdict"], expected, band)
            self.assertEqual(done.of("meta", "band")[0]["value"], band)

    def test_few_pairs(self):
        done = self.compare(*self.pairs([120, 121, 119], [110, 111.2, 109.1]))
        verdict = done.verdict()
        self.assertIn("Student's t, low n", verdict["text"])
        self.assertEqual(done.interval()[2], 3)
        logs = [math.log(b / a) for a, b in zip([120, 121, 119], [110, 111.2, 109.1])]
        self.assertAlmostEqual(float(verdict["value"]), math.exp(sum(logs) / 3), delta=1e-4)

    def test_one_pair(self):
        done = self.compare(*self.pairs([120], [60]))
        self.assertEqual(done.verdict()["verdict"], "inconclusive")
        self.assertEqual(done.status, 0)
        self.assertIn("one run: no interval", done.verdict()["text"])

    def test_few_pairs_without_any_spread(self):
        done = self.compare(*self.pairs([5, 5, 5], [4, 4, 4], "count"))
        self.assertEqual(done.verdict(f"{VARIANT}.count")["verdict"], "inconclusive")
        self.assertIn("no spread", done.verdict(f"{VARIANT}.count")["text"])
        done = self.compare(*self.pairs([5] * 6, [4] * 6, "count"))
        self.assertEqual(done.verdict(f"{VARIANT}.count")["verdict"], "worse")

    def test_swapped_sides(self):
        a, b = self.pairs(noisy(1, 120, 11), noisy(2, 112, 11))
        one, other = self.compare(a, b), self.compare(b, a)
        self.assertAlmostEqual(float(one.verdict()["value"]) * float(other.verdict()["value"]), 1,
                               delta=1e-3)
        self.assertEqual(other.verdict()["verdict"], "better")

    # ---- what counts

    def test_invalid_runs_go_with_their_partners(self):
        a, b = noisy(1, 120, 8), noisy(2, 112, 8)
        side_a, side_b = self.pairs(a[:6], b[:6])
        expected = self.compare(side_a, side_b).verdict()
        side_a.run(1, 7, 7, verdict="invalid", text="rendered by llvmpipe").run(a[7], 8, 8)
        side_b.run(b[6], 7, 7)
        side_b.run("", 8, 8, "failed", verdict="invalid", text="no answer")
        got = self.compare(side_a, side_b).verdict()
        self.assertEqual(got["value"], expected["value"])
        self.assertIn("n = 6", got["text"])
        self.assertIn("2 pairs left out: a run is invalid or missing", got["text"])

    def test_a_pair_that_is_there_twice(self):
        side_a, side_b = self.pairs(noisy(1, 120, 8), noisy(2, 112, 8))
        side_a.run(1000, 9, 3)
        verdict = self.compare(side_a, side_b).verdict()
        self.assertIn("n = 7", verdict["text"])
        self.assertIn("1 pair left out", verdict["text"])

    def test_outliers_are_pointed_out_and_kept(self):
        a = noisy(1, 120, 12)
        verdict = self.compare(*self.pairs(a, [value * 0.95 for value in a[:11]] + [40])).verdict()
        self.assertIn("1 outlier, kept", verdict["text"])
        self.assertIn("n = 12", verdict["text"])

    def test_one_after_the_other(self):
        a = Record("native").runs(noisy(1, 120, 30))
        b = Record("vf", mode="vf").runs(noisy(2, 100, 30))
        done = self.compare(a, b)
        verdict = done.verdict()
        self.assertEqual((verdict["verdict"], done.status), ("inconclusive", 0))
        self.assertAlmostEqual(float(verdict["value"]), 100 / 120, delta=0.01)
        self.assertNotIn("95 % interval", verdict["text"])
        self.assertIn("n = 30, not measured in turn", verdict["text"])
        self.assertIn("--session", done.of("fact", "confounder.order")[0]["text"])

    def test_pairs_of_one_side_only(self):
        a = Record("native").runs(noisy(1, 120, 12), True)
        b = Record("vf", mode="vf").runs(noisy(2, 100, 12))
        self.assertEqual(self.compare(a, b).verdict()["verdict"], "inconclusive")

    def test_zero_has_no_ratio(self):
        done = self.compare(*self.pairs(noisy(1, 120, 12), [0] + noisy(2, 112, 11)))
        self.assertEqual(done.verdict()["verdict"], "inconclusive")
        self.assertEqual(done.verdict()["value"], "")
        self.assertIn("no ratio", done.verdict()["text"])

    def test_percentages_differ_by_points(self):
        done = self.compare(*self.pairs([0] * 12, noisy(2, 4, 12), "missed"))
        verdict = done.verdict(f"{VARIANT}.missed")
        self.assertEqual((verdict["verdict"], verdict["unit"]), ("worse", "points"))
        self.assertAlmostEqual(float(verdict["value"]), 4, delta=0.1)
        done = self.compare(*self.pairs([0] * 12, noisy(2, 0.4, 12), "missed"))
        self.assertEqual(done.verdict(f"{VARIANT}.missed")["verdict"], "equal")

    def test_percentiles_by_resampling(self):
        a, b = self.pairs([], [])
        for number in range(1, 9):
            numbers = random.Random(number)
            a.histogram([8 * numbers.lognormvariate(0, 0.1) for _ in range(300)], number)
            b.histogram([9 * numbers.lognormvariate(0, 0.1) for _ in range(300)], number)
        done = self.compare(a, b)
        for metric in ("p50", "p99"):
            verdict = done.verdict(f"{VARIANT}.{metric}")
            self.assertEqual(verdict["verdict"], "worse", verdict)
            self.assertIn("runs resampled", verdict["text"])
            low, high, _ = done.interval(f"{VARIANT}.{metric}")
            self.assertLess(low, 9 / 8)
            self.assertGreater(high, 9 / 8 * 0.99)
        self.assertEqual(self.compare(a, b).verdict(f"{VARIANT}.p99"),
                         {**done.verdict(f"{VARIANT}.p99")})
        other = self.compare(a, b, options=("--seed", "2", "--format", "csv"))
        self.assertEqual(other.of("meta", "seed")[0]["value"], "2")

    def test_telemetry_has_no_verdict(self):
        a, b = self.pairs(noisy(1, 120, 6), noisy(2, 112, 6))
        a.runs([1300] * 6, True, "some-gauge")
        b.runs([900] * 6, True, "some-gauge")
        done = self.compare(a, b)
        self.assertEqual(done.of("stat", f"{VARIANT}.some-gauge"), [])
        self.assertEqual(done.of("fact", "beside.some-gauge")[0]["value"], "A: 1300; B: 900")

    def test_another_frequency_explains_much(self):
        a, b = self.pairs(noisy(1, 120, 6), noisy(2, 112, 6))
        for record, clock, power in ((a, 1300, 15), (b, 1100, 9)):
            record.runs([clock] * 6, True, "frequency").runs([power] * 6, True, "power-package")
        done = self.compare(a, b)
        self.assertEqual(done.of("fact", "confounder.frequency")[0]["value"], "A: 1300; B: 1100")
        self.assertEqual(done.of("fact", "confounder.power-package"), [])

    def test_many_comparisons_are_adjusted_for(self):
        a, b = self.pairs(noisy(1, 120, 8), noisy(2, 112, 8))
        for metric in ("init", "cpu"):
            a.runs(noisy(3, 10, 8), True, metric)
            b.runs(noisy(4, 11, 8), True, metric)
        text = self.compare(a, b).verdict()["text"]
        self.assertIn("p = 0.0078, of all that is compared 0.023 (Holm)", text)

    def test_geometric_mean(self):
        a, b = self.pairs([], [])
        for variant, ratio in (("transcode.one", 0.5), ("transcode.two", 0.8), ("render.x", 0.1)):
            a.runs([100, 100, 100], True, variant=variant)
            b.runs([100 * ratio] * 3, True, variant=variant)
        means = self.compare(a, b).of("fact", "compare.geometric-mean")
        self.assertEqual([one["source"] for one in means], ["transcode.fps"])
        self.assertAlmostEqual(float(means[0]["value"]), math.sqrt(0.4), delta=1e-4)

    def test_points_of_a_curve_are_no_runs(self):
        a, b = self.pairs([4] * 6, [3] * 6, "count")
        for record in (a, b):
            for streams in (1, 2, 4):
                record.run(9 / streams, 1, 1, "slowest", source=f"run 1 pair 1 streams {streams}")
        done = self.compare(a, b)
        self.assertEqual(done.of("stat", f"{VARIANT}.slowest"), [])
        self.assertEqual(done.verdict(f"{VARIANT}.count")["verdict"], "worse")

    # ---- sessions

    def session(self, values_of_steps, name="s1"):
        """A B B A A B ...: one record a step."""
        records = []
        for step, values in enumerate(values_of_steps, 1):
            is_a = step % 4 in (1, 0)
            records.append(Record("native" if is_a else "vf", mode="native" if is_a else "vf",
                                  boot=f"boot{step}", session=name, session_step=step)
                           .runs(values))
        return records

    def test_sessions(self):
        steps = [noisy(step, 120 if step % 4 in (1, 0) else 100, 5) for step in range(1, 13)]
        joined = "".join(one.csv() if not i else one.csv().split("\n", 1)[1]
                         for i, one in enumerate(self.session(steps)))
        done, files = self.compare(joined), self.compare(*self.session(steps))
        for one in (done, files):
            self.assertEqual(one.verdict()["verdict"], "worse")
            self.assertIn("n = 6, session means, exact signed ranks", one.verdict()["text"])
        means = [math.exp(sum(map(math.log, values)) / 5) for values in steps]
        ratios = [means[i + 1] / means[i] if i % 4 == 0 else means[i] / means[i + 1]
                  for i in range(0, 12, 2)]
        low, high, _ = done.interval()
        self.assertAlmostEqual(low, min(ratios), delta=2e-4)
        self.assertAlmostEqual(high, max(ratios), delta=2e-4)

    def test_two_sessions_are_few(self):
        steps = [noisy(step, 120 if step % 4 in (1, 0) else 100, 5) for step in range(1, 5)]
        text = self.compare(*self.session(steps)).verdict()["text"]
        self.assertIn("n = 2, session means, Student's t, low n", text)
        done = self.compare(*self.session(steps[:2]))
        self.assertIn("one session of each: no interval yet", done.verdict()["text"])
        self.assertEqual([one["text"] for one in done.of("stat", f"{VARIANT}.fps")
                          if not one["verdict"]], ["n = 5", "n = 5"])

    def test_a_session_without_its_other(self):
        steps = [noisy(step, 120 if step % 4 in (1, 0) else 100, 5) for step in range(1, 6)]
        text = self.compare(*self.session(steps)).verdict()["text"]
        self.assertIn("n = 2", text)
        self.assertIn("1 session left out", text)

    def test_a_step_that_is_there_twice(self):
        steps = [noisy(step, 120 if step % 4 in (1, 0) else 100, 5) for step in range(1, 5)]
        records = self.session(steps)
        text = self.compare(*records, records[0]).verdict()["text"]
        self.assertIn("n = 1", text)

    def test_different_sessions_are_no_pair(self):
        one = self.session([noisy(1, 120, 5)])
        other = self.session([noisy(1, 120, 5), noisy(2, 100, 5)], "s2")[1:]
        verdict = self.compare(*one, *other).verdict()
        self.assertEqual(verdict["verdict"], "inconclusive")
        self.assertIn("n = 0", verdict["text"])

    # ---- what else differs

    def test_entrypoints(self):
        a, b = self.pairs(noisy(1, 120, 12), noisy(2, 60, 12))
        a.about("zero-copy", "yes (158 us)")
        b.about("zero-copy", "yes (16 us)")
        a.about("entrypoint", "EncSlice").about("driver", "i915 1", "/sys/x")
        b.about("entrypoint", "EncSliceLP").about("driver", "i915 2", "/sys/x")
        other = "render.fill"
        a.runs(noisy(3, 120, 12), True, variant=other)
        b.runs(noisy(4, 60, 12), True, variant=other)
        done = self.compare(a, b)
        self.assertEqual(done.verdict()["verdict"], "inconclusive")
        self.assertIn("different entrypoint: EncSlice, EncSliceLP", done.verdict()["text"])
        self.assertEqual(done.verdict(f"{other}.fps")["verdict"], "worse")
        self.assertEqual(done.of("fact", "confounder.entrypoint")[0]["text"],
                         f"A: EncSlice; B: EncSliceLP ({VARIANT})")
        self.assertEqual(done.of("fact", "confounder.zero-copy"), [])
        self.assertEqual(done.of("fact", "confounder.driver")[0]["value"],
                         "A: i915 1; B: i915 2")

    def test_presets_are_other_work(self):
        a, b = self.pairs(noisy(1, 120, 12), noisy(2, 60, 12))
        a.about("preset", "veryfast")
        b.about("preset", "slow")
        done = self.compare(a, b)
        self.assertEqual(done.verdict()["verdict"], "inconclusive")
        self.assertIn("different preset: veryfast, slow", done.verdict()["text"])

    def test_more_differs_than_is_looked_at(self):
        for key, values, variants, verdict in (
                ("scene", 199, 1, "worse"), ("scene", 201, 1, "inconclusive"),
                ("scene", 1, 101, "inconclusive"), ("vendor", 201, 101, "worse")):
            a, b = self.pairs(noisy(1, 120, 12), noisy(2, 60, 12))
            for variant in range(max(values, variants)):
                value = variant % values
                a.about(key, f"x{value}", f"other.v{variant}")
                b.about(key, f"y{value}", f"other.v{variant}")
            self.assertEqual(self.compare(a, b).verdict()["verdict"], verdict, (key, values))

    def test_processor_and_kernel(self):
        a, b = self.pairs(noisy(1, 120, 6), noisy(2, 112, 6))
        for record, governor in ((a, "performance"), (b, "powersave")):
            record.rows.append(row("fact", "bench.governor", governor, subject="cpu",
                                   source="/sys/devices/system/cpu"))
        b.rows = [one if one[3] != "kernel" else row("meta", "kernel", "5.10") for one in b.rows]
        done = self.compare(a, b)
        self.assertEqual(done.of("fact", "confounder.governor")[0]["value"],
                         "A: performance; B: powersave")
        self.assertEqual(done.of("fact", "confounder.kernel")[0]["value"], "A: 6.12.1; B: 5.10")

    def test_clips(self):
        a, b = self.pairs(noisy(1, 120, 6), noisy(2, 112, 6))
        a.about("clip-hash", "1234")
        b.about("clip-hash", "5678")
        self.refused(self.compare(a, b), "not the same was measured", "clip-hash", "1234", "5678")
        a, b = self.pairs(noisy(1, 120, 6), noisy(2, 112, 6))
        a.rows.append(row("meta", "clip.h264-1080p", "1234"))
        b.rows.append(row("meta", "clip.h264-1080p", "5678"))
        self.refused(self.compare(a, b), "not the same was measured", "clip.h264-1080p")

    def test_settings(self):
        a, b = self.pairs(noisy(1, 120, 6), noisy(2, 112, 6))
        b.rows = [one if one[3] != "seconds" else row("meta", "seconds", 2) for one in b.rows]
        self.refused(self.compare(a, b), "seconds is 20 for native and 2 for vf")

    def test_units(self):
        a, _ = self.pairs(noisy(1, 120, 6), [])
        b = Record("vf", mode="vf")
        for number, value in enumerate(noisy(2, 112, 6), 1):
            b.run(value, number, number, unit="furlongs")
        self.refused(self.compare(a, b), "furlongs")

    def test_quick(self):
        sides = self.pairs(noisy(1, 120, 12), noisy(2, 60, 12), quick="--quick: too short")
        done = self.compare(*sides)
        self.assertEqual((done.verdict()["verdict"], done.status), ("inconclusive", 0))
        self.assertIn("not for comparison", done.verdict()["text"])
        self.assertEqual(len(done.of("meta", "quick")), 1)
        text = self.compare(*sides, options=()).out
        self.assertIn("NOT FOR COMPARISON", text.split("Comparison")[0])

    # ---- sides

    def test_a_against_itself(self):
        a = Record("native").runs(noisy(1, 120, 12), True)
        again = Record("native").runs(noisy(2, 120, 12), True)
        done = self.compare(a, again)
        self.assertEqual(len(done.of("fact", "compare.alike")), 1)
        floor = done.of("fact", "compare.noise-floor")
        self.assertEqual([one["source"] for one in floor], [f"{VARIANT}.fps"])
        low, high, _ = done.interval()
        self.assertAlmostEqual(float(floor[0]["value"]), 100 * (high - low), delta=0.02)

    def test_another_boot_is_not_the_same(self):
        a = Record("native").runs(noisy(1, 120, 12), True)
        again = Record("native", boot="cccc").runs(noisy(2, 120, 12), True)
        self.assertEqual(self.compare(a, again).of("fact", "compare.alike"), [])

    def test_three_sides(self):
        sides = [Record(name, mode=name).runs(noisy(i, 100, 8), True)
                 for i, name in enumerate(("native", "vf", "split"))]
        done = self.compare(*sides)
        self.assertEqual([one["source"] for one in done.of("stat", f"{VARIANT}.fps")
                          if one["verdict"]], ["native, vf", "native, split"])

    def test_a_gpu_and_the_processor_on_both(self):
        a, b = self.pairs(noisy(1, 120, 8), noisy(2, 112, 8))
        for record in (a, b):
            record.subject, record.mode = "cpu", "cpu"
            record.runs(noisy(5, 30, 8), True)
        rows = [one for one in self.compare(a, b).of("stat", f"{VARIANT}.fps") if one["verdict"]]
        self.assertEqual(sorted(one["subject"] for one in rows), ["0000:06:10.0", "cpu"])

    def test_the_processor_on_one_side_only(self):
        a, b = self.pairs(noisy(1, 120, 8), noisy(2, 112, 8))
        a.subject, a.mode = "cpu", "cpu"
        a.runs(noisy(5, 30, 8), True)
        done = self.compare(a, b)
        self.assertEqual(done.verdict()["verdict"], "worse")
        self.assertIn("cpu of native", done.of("fact", "compare.left-out")[0]["value"])

    def test_a_gpu_against_the_processor(self):
        a, b = self.pairs(noisy(1, 120, 8), [])
        b.subject, b.mode = "cpu", "cpu"
        b.runs(noisy(5, 30, 8), True)
        self.assertEqual(self.compare(a, b).verdict()["verdict"], "worse")

    def test_targets_that_match_nothing(self):
        a, b = self.pairs(noisy(1, 120, 8), noisy(2, 112, 8))
        a.subject = "0000:03:00.0"
        a.runs(noisy(5, 30, 8), True)
        self.refused(self.compare(a, b), "nothing in common")

    def test_files_without_labels(self):
        a, b = Record().runs(noisy(1, 120, 8), True), Record().runs(noisy(2, 112, 8), True)
        self.assertEqual(self.compare(a, b).verdict()["source"], "1.csv, 2.csv")
        for name in ("x" * 90, "y" * 90):
            (Path(self.directory.name) / name).mkdir()
        paths = [Path(self.directory.name) / name / "same.csv" for name in ("x" * 90, "y" * 90)]
        for path, record in zip(paths, (a, b)):
            path.write_text(record.csv())
        done = self.compare(options=("--format", "csv", *map(str, paths)))
        self.assertEqual(done.verdict()["source"], ", ".join(map(str, paths)))

    def test_too_many_records(self):
        one = Record().runs([1]).csv()
        self.refused(self.compare(one + one.split("\n", 1)[1] * 200), "more than 200 records")

    def test_one_side_is_not_enough(self):
        self.refused(self.compare(Record("native").runs([1, 2, 3])), "one side only")
        doctor = csv_of([row("meta", "tool", "gpupass-doctor"), row("meta", "end", "1")])
        self.refused(self.compare(doctor, Record().runs([1])), "no run of a benchmark")
        self.refused(self.compare("nonsense\n", Record().runs([1])), "no gpupass record")
        self.refused(self.compare(), "no record is given")

    def test_standard_input(self):
        a, b = self.pairs(noisy(1, 120, 8), noisy(2, 112, 8))
        self.assertEqual(self.compare(a, stdin=b.csv()).verdict()["verdict"], "worse")

    # ---- command line

    def test_options(self):
        for options, word in ((("--band", "x"), "--band"), (("--band", "-1"), "--band"),
                              (("--band", "99"), "--band"), (("--seed", "-3"), "--seed"),
                              (("--format", "pdf"), "--format")):
            self.refused(self.compare(*self.pairs([1, 2], [1, 2]), options=options), word)
        done = self.compare(options=("--help",))
        self.assertEqual((done.status, done.error), (0, ""))
        self.assertIn("--band", done.out)

    def test_output(self):
        sides = self.pairs(noisy(1, 120, 12), noisy(2, 112, 12))
        path = Path(self.directory.name) / "out.csv"
        done = self.compare(*sides, options=("--format", "csv", "-o", str(path)))
        self.assertEqual((done.status, done.out), (1, ""), done.error)
        self.assertIn("worse", path.read_text())
        done = self.compare(*sides, options=("-o", "/nonexistent/x"))
        self.refused(done, "/nonexistent/x")

    def test_faces(self):
        sides = self.pairs(noisy(1, 120, 12), noisy(2, 112, 12))
        for face in ("text", "html", "csv"):
            done = self.compare(*sides, options=("--format", face))
            self.assertEqual((done.status, done.error), (1, ""), face)
            self.assertIn("worse", done.out)

    # ---- hostile

    def test_values_that_are_none(self):
        good = noisy(1, 120, 6)
        for value in ("nan", "inf", "-inf", "1e999", "-5", "0", "", "0x10", " 7", "12abc", "1e-400",
                      "=1+1", "\x1b[31m", "9" * 400):
            a, b = self.pairs(good, [])
            b.runs(noisy(2, 112, 5), True)
            b.run(value, 6, 6)
            done = self.compare(a, b)
            self.assertIn(done.status, (0, 1), (value, done.error))
            verdict = done.verdict()
            self.assertNotIn("nan", verdict["value"] + verdict["text"], value)
            self.assertNotIn("inf ", verdict["text"], value)

    def test_sources_and_ids_that_are_none(self):
        a, b = self.pairs(noisy(1, 120, 6), noisy(2, 112, 6))
        for source in ("run pair", "run 1 pair", "run 99999999999 pair 99999999999", "pair -1",
                       "run 1 pair 1x", "", "\n"):
            a.run(5, 0, source=source)
        for name in ("", "fps", "a.b", "a.b.c.d", "..", "transcode..fps", "\x1b]0;x"):
            b.rows.append(row("run", name, 1, verdict="valid", unit="frames/s"))
        done = self.compare(a, b)
        self.assertEqual(done.verdict()["verdict"], "worse", done.error)
        self.assertIn("n = 6", done.verdict()["text"])

    def test_histograms_that_are_none(self):
        for text in ("", "1", "1:", "1:x", "5:1 4:1", "1:1 1:1", "-1:5", "nan:1", "1:1e9",
                     "0:5", "1:99999999999999999999", "1:0 2:0", "1e300:5 1e301:5"):
            a, b = self.pairs(noisy(1, 8, 6), noisy(2, 9, 6), "p99")
            for number in range(1, 7):
                for record in (a, b):
                    record.run(5, number, number, "latency-histogram", text=text, unit="ms")
            verdict = self.compare(a, b).verdict(f"{VARIANT}.p99")
            self.assertEqual(verdict["verdict"], "worse", (text, verdict))

    def test_labels_that_act(self):
        label = "\x1b[31m<b>interval 0 to 9, n = 99"
        done = self.compare(Record(label).runs(noisy(1, 120, 8), True),
                            Record("=cmd|x").runs(noisy(2, 112, 8), True))
        self.assertEqual(done.verdict()["verdict"], "worse")
        self.assertNotIn("\x1b", done.out)

    def test_a_large_record(self):
        a, b = Record("native"), Record("vf", mode="vf")
        numbers = random.Random(1)
        for number in range(1, 100001):
            a.run(f"{numbers.gauss(100, 1):.6f}", number, number)
            b.run(f"{numbers.gauss(100, 1):.6f}", number, number)
        done = self.compare(a, b)
        self.assertEqual(done.verdict()["verdict"], "inconclusive")
        self.assertIn("more than 10000 runs", done.verdict()["text"])

    def test_many_experiments(self):
        a, b = Record("native"), Record("vf", mode="vf")
        for number in range(20000):
            a.run(100, 1, 1, variant=f"x.v{number}").about(f"k{number}", 1, f"x.v{number}")
            b.run(99, 1, 1, variant=f"x.v{number}").about(f"k{number}", 2, f"x.v{number}")
        done = self.compare(a, b)
        self.assertEqual(done.status, 0, done.error)

    def test_header(self):
        a, b = self.pairs([1, 2], [1, 2])
        self.assertEqual(self.compare(a, b).out.split("\n")[0],
                         ",".join(f'"{name}"' for name in HEADER))


if __name__ == "__main__":
    bench = sys.argv.pop(1)
    unittest.main()

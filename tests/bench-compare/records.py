# SPDX-License-Identifier: GPL-2.0-or-later
"""Records of benchmarks that were never run, for tests of what is made of them."""
import csv
import io
import random

HEADER = ["kind", "host", "layer", "id", "subject", "mode", "verdict", "value", "unit", "text",
          "source"]
UNITS = {"fps": "frames/s", "init": "ms", "cpu": "ms/frame", "p50": "ms", "p99": "ms",
         "missed": "%", "count": "streams"}


def row(kind, name, value="", **cells):
    given = {"kind": kind, "id": name, "value": str(value), **cells}
    return [str(given.get(column, "")) for column in HEADER]


class Record:
    """One side, or one step of a session: rows in the order of a record of gpupass-bench run."""

    def __init__(self, label="", subject="0000:00:02.0", mode="native", **meta):
        self.subject, self.mode = subject, mode
        self.rows = [row("meta", "schema", 1), row("meta", "tool", "gpupass-bench")]
        given = {"system": "aaaa", "boot": "bbbb", "kernel": "6.12.1", "role": "host",
                 "mode": mode, "label": label, "seconds": 20, "warmup": 5, "runs": 10, **meta}
        self.rows += [row("meta", name, value) for name, value in given.items() if value != ""]

    def about(self, key, value, variant="transcode.h264-1080p"):
        self.rows.append(row("fact", f"bench.{key}", value, layer="bench", subject=self.subject,
                             mode=self.mode, source=variant))
        return self

    def run(self, value, run, pair=0, metric="fps", variant="transcode.h264-1080p",
            verdict="valid", **cells):
        source = f"run {run} pair {pair}" if pair else f"run {run}"
        cells = {"layer": "bench", "subject": self.subject, "mode": self.mode,
                 "verdict": verdict, "unit": UNITS.get(metric, ""), "source": source, **cells}
        self.rows.append(row("run", f"{variant}.{metric}", value, **cells))
        return self

    def runs(self, values, paired=False, metric="fps", variant="transcode.h264-1080p"):
        for number, value in enumerate(values, 1):
            self.run(f"{value:.9g}", number, number if paired else 0, metric, variant)
        return self

    def histogram(self, frames, number, step=1.05):
        """Frame times of a run and their percentiles, as the workers say them."""
        counts = {}
        for frame in frames:
            edge = 1.0
            while edge * step <= frame:
                edge *= step
            counts[edge] = counts.get(edge, 0) + 1
        frames = sorted(frames)
        text = " ".join(f"{edge:.4g}:{count}" for edge, count in sorted(counts.items()))
        self.run(len(frames), number, number, "latency-histogram", text=text, unit="ms")
        for metric, share in (("p50", 0.5), ("p99", 0.99)):
            self.run(f"{frames[round(share * len(frames)) - 1]:.9g}", number, number, metric)
        return self

    def csv(self):
        return csv_of(self.rows)


def csv_of(rows):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([HEADER, *rows])
    return out.getvalue()


def noisy(seed, center, n, sd=0.005):
    numbers = random.Random(seed)
    return [center * numbers.lognormvariate(0, sd) for _ in range(n)]

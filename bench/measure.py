# SPDX-License-Identifier: Apache-2.0
"""Runs a program, and tells when it ended and what it cost."""

import math
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests/chrony"))


@dataclass(frozen=True)
class Cost:
    ended_ns: int
    took_s: float
    status: int
    cpu_ms: float
    peak_mib: float


class Measured:
    """A program that runs by itself, started by bench_cost."""

    def __init__(self, cost_program, arguments, output, environment=None, inside=()):
        """`inside`: a program that runs the rest in a world of its own, and is not measured."""
        self._result = Path(f"{output}.cost")
        with open(output, "wb") as out:
            self._process = subprocess.Popen([*inside, cost_program, self._result, *arguments],
                                             stdin=subprocess.DEVNULL, stdout=out,
                                             stderr=subprocess.STDOUT, env=environment,
                                             start_new_session=True)

    @property
    def is_running(self):
        return self._process.poll() is None

    def wait(self):
        """Its end and cost, however long it takes."""
        self._process.wait()
        return self.stop()

    def stop(self):
        """Its end and cost; `ended_ns` is None where it had to be stopped."""
        stopped = self.is_running
        if stopped:
            os.killpg(self._process.pid, signal.SIGTERM)
        if self._process.wait(30) != 0:
            raise RuntimeError(f"cannot measure: {self._process.args}")
        ended, took, status, cpu_us, peak_kib = map(int, self._result.read_text().split())
        return Cost(None if stopped else ended, took / 1e9, status, cpu_us / 1000, peak_kib / 1024)


def quantile(values, share):
    """The smallest value that at least this share of them does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


BUILDS = Path(__file__).resolve().parent.parent / "build"


def add_build_options(parser):
    parser.add_argument("--build", type=Path, default=BUILDS / "check",
                        help="a build tree with tests [%(default)s]")
    parser.add_argument("--clockguard", type=Path,
                        help="the program to measure [the release build's, else the tree's]")


def find_build(tools):
    """The build's programs, or the end."""
    released = BUILDS / "release/src/clockguard"
    built = released if released.exists() else tools.build / "src/clockguard"
    tools.clockguard = (tools.clockguard or built).resolve()
    tools.simclock = tools.build.resolve() / "tests/chrony/simclock.so"
    tools.cost = tools.build.resolve() / "bench/bench_cost"
    for program in (tools.simclock, tools.cost, tools.clockguard):
        if not os.access(program, os.R_OK):
            sys.exit(f"cannot find '{program}': build it first")
    print(f"measuring {tools.clockguard}")


def print_table(header, rows):
    """Columns as wide as their widest cell; the first to the left, the others to the right."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, ["-" * width for width in widths], *rows]:
        cells = [cell.rjust(width) for cell, width in zip(row, widths)]
        print("  ".join([row[0].ljust(widths[0]), *cells[1:]]).rstrip())

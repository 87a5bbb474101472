# SPDX-License-Identifier: Apache-2.0
"""The simulated kernel clock, seen from outside: its directory, its log, its error at any moment."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(
    r"(?P<at>\d+) (?P<who>\S+) (?P<call>\S+) modes=(?P<modes>0x[0-9a-f]+) step_ns=(?P<step>-?\d+) "
    r"offset_ns=(?P<offset>-?\d+) rate=(?P<rate>-?[0-9.]+) status=(?P<status>0x[0-9a-f]+) "
    r"maxerror=(?P<maxerror>\d+) esterror=\d+ tick=(?P<tick>\d+)")


@dataclass(frozen=True)
class Event:
    """One line of the log: what was done to the clock, and how the clock stood afterwards."""
    at_ns: int
    who: str
    call: str
    modes: int
    step_s: float
    offset_ns: int
    rate: float
    status: int
    maxerror_us: int
    tick: int

    @property
    def is_change(self):
        return self.call != "read"


def to_event(line):
    found = LINE.fullmatch(line)
    if not found:
        raise ValueError(f"not a line of the clock's log: {line!r}")
    return Event(int(found["at"]), found["who"], found["call"], int(found["modes"], 16),
                 int(found["step"]) / 1e9, int(found["offset"]), float(found["rate"]),
                 int(found["status"], 16), int(found["maxerror"]), int(found["tick"]))


class SimClock:
    """A wrong clock. Programs started with its environment live by it; nobody else sees it."""

    def __init__(self, library, directory, wrong_by_s):
        self.directory = Path(directory)
        self.directory.mkdir()
        self.library = library
        self.wrong_by_s = wrong_by_s

    def environment(self, name):
        return {**os.environ, "LD_PRELOAD": str(self.library), "SIMCLOCK_NAME": name,
                "SIMCLOCK_DIR": str(self.directory), "SIMCLOCK_OFFSET": repr(self.wrong_by_s)}

    def events(self):
        """What happened so far, oldest first; a line still being written does not count."""
        try:
            text = (self.directory / "log").read_text()
        except FileNotFoundError:
            return []
        events = [to_event(line) for line in text.split("\n")[:-1]]
        return sorted(events, key=lambda event: event.at_ns)

    def steps(self):
        return [event for event in self.events() if event.is_change and event.step_s != 0]

    def error_s(self, at_ns):
        """By how much the simulated clock was wrong at a moment of CLOCK_MONOTONIC."""
        last = [event for event in self.events() if event.is_change and event.at_ns <= at_ns][-1]
        return (last.offset_ns + (at_ns - last.at_ns) * last.rate) / 1e9

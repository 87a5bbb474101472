# SPDX-License-Identifier: Apache-2.0
"""The hardware clock as three programs show it: hwclock, timedatectl and clockguard."""

import json
from datetime import datetime

from lab.facts import require

# An RTC shows whole seconds; hwclock and clockguard await the moment one of them begins, timedatectl does not.
WHOLE_SECOND = 1.0
# What a wait for that moment must be better than, however slow the guest.
PRECISE = 0.4
# Between a program's reading of one clock and of the other, on an emulated processor.
BETWEEN = 0.5
# The script that runs in the guest, and has the device open for a while.
STEPS = "steps"


def tools_agree(facts):
    """On a machine whose clocks are right, each program says so of the hardware clock."""
    shown = {"hwclock": _hwclock(facts), "timedatectl": _timedatectl(facts),
             "clockguard rtc show --precise": _clockguard(facts)}
    for name, (earliest, latest) in shown.items():
        require(earliest <= BETWEEN and latest >= -BETWEEN,
                f"{name} shows the hardware clock {earliest:.3f} to {latest:.3f} s ahead of the system clock")
    return f"{', '.join(shown)} agree that the hardware clock is right; {_took(facts)}; {_held(facts)}"


def _took(facts):
    """What each of the two that await the tick took, its start included."""
    ours, theirs = (ended - begun for begun, _, ended in [_between(facts, "rtc-json"), _between(facts, "hwclock")])
    return f"clockguard answered in {ours:.2f} s, hwclock in {theirs:.2f} s ({theirs / ours:.2f} x)"


def _held(facts):
    """A device that another program has open can be read by sysfs alone, and somebody has to be told who has it."""
    ours, theirs = facts.command("rtc-held"), facts.command("hwclock-held")
    require(ours.code == 0, f"'{ours.line}' ended with {ours.code}: {ours.err}")
    [clock] = [clock for clock in json.loads(ours.out)["clocks"] if clock["id"] == "rtc0"]
    require(clock.get("held_by", "").startswith(f"{STEPS}, pid "), f"{clock} should be held by {STEPS}")
    require(abs(clock["offset_s"]) <= clock["uncertainty_s"] + BETWEEN, f"the held clock is {clock['offset_s']} s ahead")
    answer = theirs.err.strip().splitlines()[0] if theirs.code else theirs.out.strip()
    return f"held by {clock['held_by']}, clockguard reads it to {clock['uncertainty_s']:.3f} s, hwclock says: {answer}"


def _hwclock(facts):
    begun, [line], ended = _between(facts, "hwclock")
    return _ahead(datetime.fromisoformat(line).timestamp(), 0, begun, ended)


def _timedatectl(facts):
    begun, lines, ended = _between(facts, "timedatectl")
    shows = dict(line.split("=", 1) for line in lines)["RTCTimeUSec"]
    moment = datetime.strptime(shows + "+0000", "%a %Y-%m-%d %H:%M:%S UTC%z")
    return _ahead(moment.timestamp(), WHOLE_SECOND, begun, ended)


def _clockguard(facts):
    begun, lines, ended = _between(facts, "rtc-json")
    [clock] = [clock for clock in json.loads("\n".join(lines))["clocks"] if clock["id"] == "rtc0"]
    require(clock["uncertainty_s"] < PRECISE, f"--precise knows it only to {clock['uncertainty_s']} s")
    return clock["offset_s"] - clock["uncertainty_s"], clock["offset_s"] + clock["uncertainty_s"]


def _ahead(shows, reads_late, begun, ended):
    """How far the hardware clock can be ahead, at least and at most, having been read at some moment in between."""
    return shows - ended, shows + reads_late - begun


def _between(facts, name):
    command = facts.command(name)
    require(command.code == 0, f"'{command.line}' ended with {command.code}: {command.err}")
    begun, *lines, ended = command.out.splitlines()
    return float(begun), lines, float(ended)

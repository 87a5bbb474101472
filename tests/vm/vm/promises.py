# SPDX-License-Identifier: Apache-2.0
"""What clockguard promises, each as a check that several scenarios share."""

import json

from vm.facts import DAEMONS, require
from vm.leaves import NAMES

STEPPED = "System clock was stepped by"
GATE_WAITS = "holding MicroK8s until"
SYNCHRONISED = "^Selected source"
REFUSED = "x509: certificate has expired or is not yet valid"
# What MicroK8s itself writes at every start, whether or not anything changed.
OWN_WRITES = {"./8511/certs/csr.conf.rendered", "./common/run/containerd/last-start-date"}


def outcome(facts):
    text = facts.file("state.json")
    require(text, "there is no state.json")
    return json.loads(text)["gate"]["outcome"]


def ended_as(facts, word):
    require(outcome(facts) == word, f"the outcome should be '{word}', but is '{outcome(facts)}'")


def no_daemon_before(facts, moment):
    starts = facts.daemon_starts()
    require(sorted(starts) == sorted(DAEMONS), f"not all daemons were started: {sorted(starts)}")
    for name, start in starts.items():
        require(start > moment, f"{name} started {moment - start:.3f} s too early")


def leaves_are_valid(facts):
    for name in NAMES:
        require(facts.certificate(name).is_valid_at(facts.now()), f"{name} is not valid now")


def kubectl_works(facts):
    for name in ["kubectl-nodes", "kubectl-readyz"]:
        command = facts.command(name)
        require(command.code == 0, f"'{command.line}' ended with {command.code}: {command.err}")


def kubectl_is_refused(facts):
    kubectl = facts.command("kubectl-nodes")
    require(REFUSED in kubectl.err, f"kubectl should be refused, but it ended with {kubectl.code}: "
                                    f"{kubectl.err or kubectl.out}")


def rtc_is_right(facts):
    """Within 2 s, seen from inside and from outside; both read whole seconds, so half a second is the best guess."""
    inside, outside = facts.document["clocks"], facts.document["outside"]
    for where, rtc, now in [("inside", inside["rtc"], inside["system"]), ("outside", outside["rtc"], outside["now"])]:
        off = rtc + 0.5 - now
        require(abs(off) <= 2.5, f"the hardware clock is off by {off:.1f} s, seen from {where}")


def clock_stayed(facts):
    """Nobody moved the system clock by more than the fraction of a second that an RTC cannot show."""
    ahead = [entry["realtime"] - entry["monotonic"] for entry in facts.document["journal"]]
    moved = max(ahead) - min(ahead)
    require(moved < 2, f"the system clock was moved by {moved:.1f} s")


def nothing_failed(facts):
    failed = facts.command("failed").out
    require(not failed, f"failed units: {failed}")


def changed_files(facts):
    """What differs below MicroK8s' directory since before anybody could touch it: bytes, mode, owner or time."""
    before, after = facts.listing("before"), facts.listing("after")
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def untouched(facts):
    changed = changed_files(facts) - OWN_WRITES
    require(not changed, f"changed: {', '.join(sorted(changed))}")


def console_says(facts, *words):
    lines = [line for line in facts.console.splitlines() if "clockguard" in line]
    for word in words:
        require(any(word in line for line in lines), f"the console has no line of clockguard's with '{word}'")

# SPDX-License-Identifier: Apache-2.0
"""Boots with a Hyper-V host's clock in the guest: a witness that may be right, wrong, dumb or silent."""

import json

from lab import promises
from lab.facts import require
from lab.guarded import STEPS, and_then
from lab.nodes import MULTI_USER
from lab.scenario import DAY, PHANTOM, STALE, HostClock, Scenario
from lab.unguarded import INCIDENT

ALWAYS = '[trust]\nhost = "always"\n'
AZURE = "7783-7084-3265-9085-8269-3286-77"

MATRIX_STEPS = and_then("""
systemctl stop clockguard-recheck.timer clockguard-recheck.path
run matrix /usr/lib/vm/matrix
""")

DIAGNOSED_STEPS = and_then("run diagnose clockguard diagnose")
SHOWN_STEPS = and_then("run rtc-show clockguard rtc show")

LATE_STEPS = f"""
until_true outcome_is waiting
modprobe hyperv_clock
{STEPS}"""

REFUTED = "host's clock contradicted the system clock"
HOST_STATES = {"live": "ptp_live", "phantom": "ptp_no_sample", "stale": "ptp_stale"}
# An RTC shows whole seconds, and a read of it takes its time on an emulated processor.
RTC_SHOWS = 3

def corrected(facts):
    refuted = facts.first(REFUTED, "clockguard-early.service")
    promises.came_up_right(facts, refuted, "rtc_corrected")
    require(not facts.lines(promises.STEPPED), "chronyd stepped the clock, which had no time to step it to")
    waited = json.loads(facts.file("state.json"))["gate"]["waited_s"]
    starts = facts.daemon_starts().values()
    first = min(starts) - facts.first("^Finished", "clockguard-certs.service")["monotonic"]
    return (f"stepped at {refuted['monotonic']:.1f} s without any network time; the gate waited {waited:.3f} s; "
            f"first daemon {first:.1f} s after the look at the certificates, the last "
            f"{max(starts) - facts.gate_opened():.1f} s after the gate; RTC right")


def corrected_and_no_other(facts):
    return f"{corrected(facts)}; {matrix(facts)}"


def matrix(facts):
    """What `clockguard early` did under every policy, beside every host's clock: a step only where the host's word
    counts and says otherwise; elsewhere no clock moved, neither the system's nor the hardware's.
    """
    command = facts.command("matrix")
    require(command.code == 0, f"'{command.line}' ended with {command.code}: {command.err}")
    cells = json.loads(command.out)
    for cell in cells:
        _judge_cell(cell)
    stepped = sum(_may_vouch(cell) and cell["ahead"] != cell["offset"] for cell in cells)
    return f"of {len(cells)} policies, hosts and clocks {stepped} led to a step, all others moved nothing"


def _may_vouch(cell):
    trusted = cell["policy"] == "always" or (cell["policy"] == "azure" and cell["tag"] == "azure")
    return trusted and cell["host"] == "live"


def _judge_cell(cell):
    what = "asset tag {tag}, policy {policy}, host {host}{offset:+d} s, clock {ahead:+d} s".format(**cell)
    seen = next(check["detail"] for check in cell["report"]["checks"] if check["id"] == "hyperv.timesync")
    require(seen.startswith(HOST_STATES[cell["host"]]), f"{what}: the host's clock was seen as: {seen}")
    require(cell["code"] == 0, f"{what}: ended with {cell['code']}: {cell['err']}")
    steps = _may_vouch(cell) and cell["ahead"] != cell["offset"]
    clock = cell["offset"] if steps else cell["ahead"]
    rtc = cell["offset"] if steps else cell["rtc"][0]
    for name, is_now, wanted in [("system", cell["clock"][1], clock), ("hardware", cell["rtc"][1], rtc)]:
        require(abs(is_now - wanted) < RTC_SHOWS, f"{what}: the {name} clock is {is_now:.1f} s ahead, not {wanted:.1f}")


def unmoved(facts, state):
    """The host's clock is there, in the given state, and has no say."""
    checks = {check["id"]: check for check in json.loads(facts.file("early.json"))["checks"]}
    seen = checks["hyperv.timesync"]["detail"]
    require(seen.startswith(state), f"the host's clock should be '{state}', but was: {seen}")
    require(not facts.lines(REFUTED), "the host's clock moved the system clock")
    promises.clock_stayed(facts)
    promises.ended_as(facts, "synchronized")
    promises.no_daemon_before(facts, facts.first(promises.SYNCHRONISED)["monotonic"])
    promises.kubectl_works(facts)
    promises.rtc_is_right(facts)
    promises.nothing_failed(facts)
    return f"{seen}; clock and RTC never moved; released by the network's time"


def wrong(facts):
    shown = unmoved(facts, "ptp_live")
    diagnosis = facts.command("diagnose").out
    require("CG311" in diagnosis, f"the diagnosis does not name the wrong host:\n{diagnosis}")
    return f"{shown}; CG311 names the host"


def phantom(facts):
    return unmoved(facts, "ptp_no_sample")


def stale(facts):
    return unmoved(facts, "ptp_stale")


def came_late(facts):
    refuted = facts.first(REFUTED, "clockguard-late.service")
    promises.came_up_right(facts, refuted, "rtc_corrected")
    return "the gate waited; the clock that came then stepped the system clock and opened the gate; RTC right"


def without_rtc(facts):
    """The kernel still took its time from the chip, a month ahead, but has no device for it."""
    require(facts.document["clocks"]["rtc"] is None, "there is a hardware clock after all")
    promises.no_daemon_before(facts, facts.first(promises.STEPPED)["monotonic"])
    promises.ended_as(facts, "synchronized")
    promises.leaves_are_valid(facts)
    promises.kubectl_works(facts)
    promises.nothing_failed(facts)
    early = json.loads(facts.file("early.json"))
    seen = next(check["detail"] for check in early["checks"] if check["id"] == "hyperv.timesync")
    require(seen.startswith("ptp_live"), f"the early look saw the host's clock as: {seen}")
    for name, words in {"early": early["verdict"]["summary"], "rtc show": facts.command("rtc-show").out}.items():
        require("no hardware clock" in words, f"{name} does not say that there is no hardware clock: {words}")
    return f"released by chrony's word; {early['verdict']['summary']}; the host's clock was heard all the same"


SCENARIOS = [
    Scenario("host-clock-corrects", "a trusted host's clock puts a boot without any network time right", STEPS,
             corrected, ntp_after=None, config=ALWAYS, host_clock=HostClock(), **INCIDENT),
    Scenario("host-clock-azure", "on Azure the host's clock is trusted without being told so; no other moves anything",
             MATRIX_STEPS, corrected_and_no_other, ntp_after=None, asset_tag=AZURE, host_clock=HostClock(), **INCIDENT),
    Scenario("host-clock-wrong", "a wrong host's clock moves nothing, and is named", DIAGNOSED_STEPS, wrong,
             host_clock=HostClock(offset=30 * DAY)),
    Scenario("host-clock-phantom", "the year 2185 of a host not yet heard moves nothing", STEPS, phantom,
             config=ALWAYS, host_clock=HostClock(PHANTOM)),
    Scenario("host-clock-late", "a trusted host's clock that comes while the gate waits puts the boot right", LATE_STEPS,
             came_late, ntp_after=None, config=ALWAYS, host_clock=HostClock(late=True),
             removed=(f"{MULTI_USER}/chrony.service",), rtc_offset=30 * DAY),
    Scenario("no-rtc", "without a hardware clock nothing fails, and MicroK8s waits for chrony's word", SHOWN_STEPS, without_rtc,
             ntp_after=promises.GATE_WAITS, host_clock=HostClock(), kernel_arguments="initcall_blacklist=cmos_init",
             **INCIDENT),
    Scenario("host-clock-stale", "a host that fell silent moves nothing", STEPS, stale,
             config=ALWAYS, host_clock=HostClock(STALE)),
]

# SPDX-License-Identifier: Apache-2.0
"""Boots in which the time does not come, comes late, or somebody decides otherwise."""

import re

from lab import promises
from lab.facts import DAEMONS, require
from lab.scenario import DAY, Scenario
from lab.tree import ISSUE_LEAVES
from lab.unguarded import INCIDENT, ISSUED

RELEASE_SOON = '[gate]\ntimeout = "10s"\non_timeout = "release"\n'
HOLD_SOON = '[gate]\ntimeout = "10s"\non_timeout = "hold"\n'

# Later than ISSUED: a kubelite that the kicker starts when the clock is right again holds no wrong time.
REACTED = r"the kicker has reacted"
RESTARTING = r"^restarting snap\.microk8s\.daemon-(\S+)\.service"
# What the one holds in memory and the other reads only once.
BROKEN_BY_A_STEP_BACK = ["cluster-agent", "kubelite"]

NO_NTP_STEPS = """
until_true boot_is_over
until_true microk8s_is_up
ask_kubectl
finish
"""

LATE_NTP_STEPS = """
until_true outcome_is timeout_released
keep_file released.json /run/clockguard/state.json
tell_reaction
until_true outcome_is synchronized
until_true is_over clockguard-recheck.service
until_true microk8s_is_up
ask_kubectl
run again systemctl start clockguard-recheck.service
until_true is_over clockguard-recheck.service
finish
"""

HOLD_STEPS = """
until_true outcome_is timeout_held
keep_units held
run release clockguard gate --release
until_true boot_is_over
until_true microk8s_is_up
ask_kubectl
finish
"""


# systemd ends a gate that is stopped like one that hangs; the one after it is killed.
KILLED_STEPS = """
until_true outcome_is timeout_held
run hang systemctl kill --signal=STOP clockguard-gate.service
until_true gate_is stop-post
until_true says 1 "waiting in its place"
keep_units hung
run kill systemctl kill --signal=KILL clockguard-gate.service
until_true says 2 "waiting in its place"
keep_units killed
run release clockguard gate --release
until_true boot_is_over
until_true microk8s_is_up
ask_kubectl
finish
"""

OFF_STEPS = """
tell_reaction
until_true microk8s_is_up
until_synchronised
until_true microk8s_is_up
ask_kubectl
keep_units off
run traces-off find /run/clockguard /var/lib/clockguard
run fix clockguard fix --yes
until_true is_listening 16443
run kubectl-fixed kubectl get nodes
finish
"""

HANGS_SOON = {"/etc/systemd/system/clockguard-gate.service.d/soon.conf": "[Service]\nTimeoutStartSec=30s\n"}

# Output is stopped as with Ctrl-S (TCOOFF of TCXONC, ioctl_tty(2)) and the line is filled, for as long as the child has
# it open. systemd would wait for it too, so that it may not show its own progress there.
STOPS_THE_CONSOLE = r"""
[Unit]
DefaultDependencies=no
Before=clockguard-gate.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/perl -e 'use Fcntl; sysopen(T, "/dev/console", O_WRONLY | O_NONBLOCK | O_NOCTTY) or die; \
    ioctl(T, 0x540A, 0) or die; 1 while syswrite(T, "x" x 64); fork or sleep'
"""
STOPPED_CONSOLE = {
    "/etc/systemd/system/stopped-console.service": STOPS_THE_CONSOLE,
    "/etc/systemd/system/clockguard-gate.service.d/console.conf": "[Unit]\nWants=stopped-console.service\n",
}


def released(facts):
    promises.ended_as(facts, "timeout_released")
    # The leaves look bad to this clock, and clockguard must not believe it: nobody vouched for it.
    promises.kubectl_is_refused(facts)
    promises.untouched(facts)
    promises.nothing_failed(facts)
    promises.console_says(facts, "NOT VERIFIED after", "starting MicroK8s anyway")
    return "released at the limit; no certificate touched; the console said why"


def upgraded(facts):
    issued, stepped = facts.first(ISSUED), facts.first(promises.STEPPED)
    require(issued["monotonic"] < stepped["monotonic"], "the certificates were issued after the step")
    restarts = facts.lines(RESTARTING, "clockguard-recheck.service")
    restarted = sorted(re.search(RESTARTING, entry["text"])[1] for entry in restarts)
    require(restarted == BROKEN_BY_A_STEP_BACK, f"clockguard restarted {restarted}")
    require(restarts[0]["monotonic"] > stepped["monotonic"], "a daemon was restarted before the clock was right")
    require('"timeout_released"' in facts.file("released.json"), "the gate was not released at its limit")
    promises.ended_as(facts, "synchronized")
    promises.leaves_are_valid(facts)
    promises.openssl_accepts(facts)
    promises.kubectl_works(facts)
    promises.rtc_is_right(facts)
    promises.nothing_failed(facts)
    return ("a month back under a running MicroK8s: certificates repaired, kubelite and cluster-agent restarted once, "
            "nothing else; outcome upgraded to synchronized; openssl and kubectl accept")


def no_daemon_runs(facts, when):
    up = [name for name in DAEMONS
          if facts.units(when)[f"snap.microk8s.daemon-{name}.service"]["ActiveState"] != "inactive"]
    require(not up, f"not held ({when}): {', '.join(up)}")


def held(facts):
    no_daemon_runs(facts, "held")
    promises.console_says(facts, "clockguard gate --release")
    release = facts.command("release")
    require(release.code == 0, f"'{release.line}' ended with {release.code}: {release.err}")
    promises.ended_as(facts, "overridden")
    promises.kubectl_works(facts)
    promises.untouched(facts)
    promises.nothing_failed(facts)
    return "held after the limit; came up after `clockguard gate --release`"


def held_on(facts):
    """hold stays held when its gate hangs, and when the one in its place is killed."""
    for when in ("hung", "killed"):
        no_daemon_runs(facts, when)
    release = facts.command("release")
    require(release.code == 0, f"'{release.line}' ended with {release.code}: {release.err}")
    promises.ended_as(facts, "overridden")
    promises.kubectl_works(facts)
    promises.untouched(facts)
    promises.only_failed(facts, "clockguard-gate.service")
    facts.first("cannot write '/dev/console': Resource temporarily unavailable", "clockguard-console.service")
    return ("a gate that hung and one that was killed let nothing go; `clockguard gate --release` did; nobody waited "
            "for a console that took nothing")


def switched_off(facts):
    promises.kubectl_is_refused(facts)
    ours = {name: unit for name, unit in facts.units("off").items() if name.startswith("clockguard-")}
    require(ours, "no unit of clockguard's is installed")
    ran = [name for name, unit in ours.items() if unit["InactiveExitTimestampMonotonic"] != "0"]
    require(not ran, f"ran although switched off: {', '.join(ran)}")
    require(not facts.command("traces-off").out, f"clockguard wrote {facts.command('traces-off').out}")
    fix, kubectl = facts.command("fix"), facts.command("kubectl-fixed")
    require(fix.code == 0, f"'{fix.line}' ended with {fix.code}: {fix.out}{fix.err}")
    require("still reported" not in fix.out, f"'{fix.line}' did not help: {fix.out}")
    promises.leaves_are_valid(facts)
    promises.rtc_is_right(facts)
    require(kubectl.code == 0, f"after '{fix.line}' kubectl ended with {kubectl.code}: {kubectl.err}")
    return f"nothing held, nothing written, kubectl refused; `{fix.line}` repaired it"


SCENARIOS = [
    Scenario("no-ntp", "without any time MicroK8s is released at the limit", NO_NTP_STEPS, released,
             ntp_after=None, config=RELEASE_SOON, microk8s=ISSUE_LEAVES, microk8s_ahead=30 * DAY),
    Scenario("late-ntp", "what was issued before the time came late is repaired", LATE_NTP_STEPS, upgraded,
             ntp_after=REACTED, config=RELEASE_SOON, **INCIDENT),
    Scenario("hold-release", "told to hold, it holds until somebody lets go", HOLD_STEPS, held,
             ntp_after=None, config=HOLD_SOON),
    Scenario("hold-killed", "told to hold, it holds whatever becomes of the gate's process and of the console",
             KILLED_STEPS, held_on, ntp_after=None, config=HOLD_SOON, laid=HANGS_SOON | STOPPED_CONSOLE,
             kernel_arguments="systemd.show_status=0"),
    Scenario("kernel-off", "clockguard=off switches everything off, and `clockguard fix` repairs what comes of it",
             OFF_STEPS, switched_off, ntp_after=REACTED, kernel_arguments="clockguard=off", **INCIDENT),
]

# SPDX-License-Identifier: Apache-2.0
"""Boots in which the time comes: clockguard prevents, repairs, or stays out of the way."""

from lab import promises, rtc
from lab.facts import require
from lab.image import TRIXIE
from lab.scenario import DAY, Scenario
from lab.tree import ISSUE_LEAVES, LEAVES, left_by_a_boot
from lab.unguarded import INCIDENT

STEPS = """
until_true boot_is_over
until_true microk8s_is_up
until_true is_over clockguard-rtc.service
until_true is_over clockguard-recheck.service
ask_kubectl
finish
"""


def and_then(words):
    """The same steps, and further ones before the machine ends."""
    return STEPS.replace("finish\n", f"{words.strip()}\nfinish\n")


NO_SOCKET_STEPS = and_then("run sockets ls /run/chrony")
TRIXIE_STEPS = and_then("ask_release")
HEALTHY_STEPS = and_then("ask_the_others")


# chronyd answers over loopback alone, as where SELinux keeps its answer from a socket. The gate and the recheck hear it
# there; clockguard-certs and clockguard-rtc, which have no network, go by their word or by the kernel's.
NO_SOCKET = {"/etc/chrony/conf.d/no-socket.conf": "bindcmdaddress /\n"}


def has_no_socket(facts):
    files = facts.command("sockets").out.split()
    require("chronyd.pid" in files and "chronyd.sock" not in files, f"chronyd should have no socket, but has {files}")


def prevented(facts):
    stepped = facts.first(promises.STEPPED)
    promises.came_up_right(facts, stepped, "synchronized")
    start, name = min((start, name) for name, start in facts.daemon_starts().items())
    return f"first daemon ({name}) {start - stepped['monotonic']:.1f} s after the step; kubectl works; RTC right"


def prevented_on_trixie(facts):
    return f"{promises.runs_on(facts, TRIXIE)}; {prevented(facts)}"


def corrected(facts):
    has_no_socket(facts)
    prevented(facts)
    wrote = facts.first("rtc0", "clockguard-rtc.service")["text"]
    return f"nobody else sets the hardware clock; {wrote}"


def repaired(facts):
    has_no_socket(facts)
    promises.repaired_before_the_daemons(facts, *LEAVES)
    promises.cleaned_up(facts)
    return ("both leaves re-issued before the first daemon, the same byte for byte but for serial, dates and "
            "signature; backup kept; openssl and kubectl accept them; MicroK8s cleaned up what the bad boot left")


def left_alone(facts):
    promises.untouched(facts)
    promises.ended_as(facts, "synchronized")
    promises.kubectl_works(facts)
    promises.nothing_failed(facts)
    heard = facts.first(promises.SYNCHRONISED)["monotonic"]
    opened = facts.gate_opened()
    promises.no_daemon_before(facts, heard)
    return (f"no byte and no mtime changed; the hold ended {(opened - heard) * 1000:.0f} ms after chronyd's answer; "
            f"{rtc.tools_agree(facts)}")


SCENARIOS = [
    Scenario("incident-guarded", "nothing starts before the clock is right", STEPS, prevented, **INCIDENT),
    Scenario("incident-guarded-trixie", "the package that was built on Debian 12 keeps the same promises on Debian 13",
             TRIXIE_STEPS, prevented_on_trixie, suite=TRIXIE, **INCIDENT),
    Scenario("no-rtcsync", "the hardware clock is set right where chronyd does not do it", NO_SOCKET_STEPS, corrected,
             chrony_without="rtcsync", laid=NO_SOCKET, **INCIDENT),
    Scenario("incident-repaired", "what a boot a month ahead left is repaired before MicroK8s starts",
             NO_SOCKET_STEPS, repaired, microk8s=ISSUE_LEAVES, microk8s_ahead=30 * DAY,
             laid=left_by_a_boot(30 * DAY) | NO_SOCKET),
    Scenario("healthy", "a healthy boot is neither changed nor delayed", HEALTHY_STEPS, left_alone,
             ntp_after=promises.GATE_WAITS),
]

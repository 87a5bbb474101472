# SPDX-License-Identifier: Apache-2.0
"""Boots in which the network comes late, and piece by piece."""

from lab import promises
from lab.facts import require
from lab.image import ADDRESS
from lab.scenario import Scenario

PIECES = ["the link comes up", "the address comes", "the default route comes"]

# A host address, as clouds hand them out: without the default route nothing at all can be reached.
LATE_ROUTE_STEPS = f"""
until_true outcome_is waiting
echo "{PIECES[0]}"
ip link set eth0 up
sleep 3
echo "{PIECES[1]}"
ip address add {ADDRESS}/32 dev eth0
sleep 3
echo "{PIECES[2]}"
ip route add default via 10.0.2.2 dev eth0 onlink
until_true outcome_is synchronized
until_true boot_is_over
until_true microk8s_is_up
ask_kubectl
since_gate 120
run activity chronyc -c activity
run sources chronyc -c -n sources
finish
"""


def left_online(facts):
    opened = facts.gate_opened()
    waits = facts.first(promises.GATE_WAITS)["monotonic"]
    pieces = [facts.first(piece, "vm-steps.service")["monotonic"] for piece in PIECES]
    require(waits < pieces[0] and pieces[-1] < opened, "the network did not come while the gate waited")
    _no_source_was_left(facts)
    promises.ended_as(facts, "synchronized")
    promises.no_daemon_before(facts, opened)
    promises.kubectl_works(facts)
    promises.nothing_failed(facts)
    return f"opened {opened - pieces[-1]:.1f} s after the default route; two minutes later chronyd polls every source"


def _no_source_was_left(facts):
    # By the second nudge a slow boot can hide what the first one did.
    turned = [entry["text"] for entry in facts.lines("^Source .* offline", "chrony.service")]
    require(not turned, f"chronyd was told to leave a source alone: {', '.join(turned)}")
    online, offline, burst_online, burst_offline, unresolved = map(int, facts.command("activity").out.split(","))
    require(online + burst_online > 0 and offline + burst_offline + unresolved == 0,
            f"two minutes after the gate's end {online + burst_online} sources are online, "
            f"{offline + burst_offline} offline, {unresolved} unresolved")
    for line in facts.command("sources").out.splitlines():
        name, reach = line.split(",")[2], line.split(",")[5]
        require(int(reach, 8) != 0, f"two minutes after the gate's end chronyd has no answer of {name}")


SCENARIOS = [
    Scenario("late-route", "a network that comes piece by piece leaves no source of chronyd's offline", LATE_ROUTE_STEPS,
             left_online, removed=("/etc/systemd/network/80-vm.network",), mostly_waits=True),
]

# SPDX-License-Identifier: Apache-2.0
"""The incident without clockguard. If it does not show the fault, the guarded boots prove nothing."""

from vm.facts import require
from vm.promises import STEPPED, kubectl_is_refused
from vm.scenario import ABSENT, DAY, Scenario
from vm.tree import LEAVES

ISSUED = r"cert change detected\. Reconfiguring"
ANOTHER_ADDRESS = "10.0.2.57"
INCIDENT = {"rtc_offset": 30 * DAY, "address": ANOTHER_ADDRESS}

STEPS = """
until_true microk8s_is_up
until_synchronised
until_true microk8s_is_up
ask_kubectl
finish
"""


def shows_the_fault(facts):
    kubectl_is_refused(facts)
    issued, stepped = facts.first(ISSUED), facts.first(STEPPED)
    require(issued["monotonic"] < stepped["monotonic"], "the certificates were issued after the step")
    for name in LEAVES:
        ahead = facts.certificate(name).not_before - facts.now()
        require(ahead > 20 * DAY, f"{name} is not dated into the future")
    refusal = facts.command("kubectl-nodes").err.splitlines()[-1]
    return f"certificates from {ahead / DAY:.0f} days ahead; kubectl: {refusal}"


SCENARIOS = [
    Scenario("incident-unguarded", "without clockguard, a hardware clock a month ahead breaks kubectl",
             STEPS, shows_the_fault, clockguard=ABSENT, ntp_after=ISSUED, **INCIDENT),
]

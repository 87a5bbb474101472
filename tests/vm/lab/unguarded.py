# SPDX-License-Identifier: Apache-2.0
"""The incident without clockguard. If it does not show the fault, the guarded boots prove nothing."""

from lab.facts import require
from lab.promises import STEPPED, kept_stale_state, kubectl_is_refused
from lab.scenario import ABSENT, DAY, Scenario
from lab.tree import LEAVES, left_by_a_boot

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
    refusal = facts.command("kubectl").err.splitlines()[-1]
    return f"certificates from {ahead / DAY:.0f} days ahead; kubectl: {refusal}"


def shows_both_faults(facts):
    """The boot before this one was further ahead, and its containers' state is taken for this one's."""
    kept_stale_state(facts)
    return f"{shows_the_fault(facts)}; what the last boot's containers left is kept"


SCENARIOS = [
    Scenario("incident-unguarded", "without clockguard, a hardware clock a month ahead breaks kubectl",
             STEPS, shows_both_faults, clockguard=ABSENT, ntp_after=ISSUED, laid=left_by_a_boot(31 * DAY), **INCIDENT),
]

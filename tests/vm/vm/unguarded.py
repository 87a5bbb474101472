# SPDX-License-Identifier: Apache-2.0
"""The incident without clockguard. If it does not show the fault, the guarded boots prove nothing."""

from vm.facts import require
from vm.scenario import DAY, Scenario

ISSUED = r"cert change detected\. Reconfiguring"
STEPPED = "System clock was stepped by"
REFUSED = "x509: certificate has expired or is not yet valid"
ANOTHER_ADDRESS = "10.0.2.57"

INCIDENT_STEPS = """
until_true microk8s_is_up
until_true clock_is_synchronised
until_true microk8s_is_up
ask_kubectl
finish
"""


def check_incident(facts):
    kubectl = facts.command("kubectl-nodes")
    require(REFUSED in kubectl.err, f"kubectl should be refused, but it ended with {kubectl.code}: "
                                    f"{kubectl.err or kubectl.out}")
    issued, stepped = facts.first(ISSUED), facts.first(STEPPED)
    require(issued["monotonic"] < stepped["monotonic"], "the certificates were issued after the step")
    for name in ["server.crt", "front-proxy-client.crt"]:
        ahead = facts.certificate(name).not_before - facts.now()
        require(ahead > 20 * DAY, f"{name} is not dated into the future")
    return f"certificates from {ahead / DAY:.0f} days ahead; kubectl: {kubectl.err.splitlines()[-1]}"


SCENARIOS = [
    Scenario("incident-unguarded", "without clockguard, the fault shows", INCIDENT_STEPS, check_incident,
             guarded=False, rtc_offset=30 * DAY, address=ANOTHER_ADDRESS, ntp_after=ISSUED),
]

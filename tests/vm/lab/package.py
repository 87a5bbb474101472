# SPDX-License-Identifier: Apache-2.0
"""The package on a running machine: installed, looked at, purged."""

from lab.facts import require
from lab.scenario import AT_HAND, PACKAGE, Scenario

ENABLED = ["clockguard-early.service", "clockguard-rtc.service", "clockguard-recheck.service",
           "clockguard-recheck.timer", "clockguard-recheck.path"]
# Started by every MicroK8s daemon's drop-in, and so by nothing on a machine without MicroK8s.
PULLED_IN = ["clockguard-gate.service", "clockguard-certs.service"]

STEPS = f"""
until_true boot_is_over
list_system before
run install apt install --yes {PACKAGE}
keep_units installed
run verify systemd-analyze verify --man=no {" ".join(ENABLED + PULLED_IN)} snap.microk8s.daemon-kubelite.service
run version clockguard --version
run purge apt purge --yes clockguard
list_system after
run left diff /run/vm-before /run/vm-after
finish
"""


def comes_and_goes(facts):
    for name in ["install", "verify", "version", "purge"]:
        command = facts.command(name)
        require(command.code == 0, f"'{command.line}' ended with {command.code}: {command.err}")
    verified = facts.command("verify")
    require(not verified.err + verified.out, f"systemd-analyze verify says: {verified.err}{verified.out}")
    for unit, wanted in [*((unit, "enabled") for unit in ENABLED), *((unit, "static") for unit in PULLED_IN)]:
        state = facts.units("installed").get(unit, {}).get("UnitFileState")
        require(state == wanted, f"{unit} should be {wanted} after installation, but is '{state}'")
    left = facts.command("left")
    require(left.code == 0, f"the purge left behind or took away: {left.out}")
    return f"{len(ENABLED)} units enabled, all verified; nothing left after the purge"


SCENARIOS = [
    Scenario("package", "the package comes with enabled units and goes without a trace", STEPS, comes_and_goes,
             clockguard=AT_HAND),
]

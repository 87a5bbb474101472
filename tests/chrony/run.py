#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clockguard's gate beside the real chronyd on a simulated kernel clock. See README.md."""

import argparse
import os
import shutil
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True

import network  # noqa: E402
from daemons import CHRONYD, Failure  # noqa: E402
from scenarios import OWN_NETWORK, SCENARIOS  # noqa: E402

SKIPPED = 77
CAP_SYS_TIME = 25


def can_set_the_clock():
    status = Path("/proc/self/status").read_text()
    effective = next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff"))
    return bool(int(effective, 16) >> CAP_SYS_TIME & 1)


def give_up_the_clock():
    """What the library should fail to catch must fail with EPERM: the machine's clock is not ours."""
    if not can_set_the_clock():
        return
    if network.DROPPED in os.environ or not shutil.which("setpriv"):
        sys.exit("cannot give up CAP_SYS_TIME: setpriv is missing or did not help")
    os.environ[network.DROPPED] = "1"
    os.execvp("setpriv", ["setpriv", "--bounding-set=-sys_time", "--inh-caps=-sys_time",
                          sys.executable, *sys.argv])


def needs_another_network(name):
    return name in OWN_NETWORK and not network.is_own()


def missing(tools, name):
    """Why a scenario cannot be run here, or nothing."""
    if not os.access(CHRONYD, os.X_OK):
        return f"{CHRONYD} is missing"
    if name.startswith("sim-self"):
        return None
    if not tools.clockguard or not os.access(tools.clockguard, os.X_OK):
        return "clockguard is missing"
    return network.why_not_here() if needs_another_network(name) else None


def run_in_own_network(tools, name):
    keep = ["--keep"] if tools.keep else []
    code, output = network.run_inside([os.path.abspath(__file__), "--simclock", str(tools.simclock), "--clockguard",
                               str(tools.clockguard), *keep, name])
    print("\n".join(output.splitlines()[:-1]), flush=True)  # all but its own count
    return {0: "passed", SKIPPED: "skipped"}.get(code, "failed")


def run(tools, name):
    """Runs one scenario: 'passed', 'failed' or 'skipped'."""
    why_not = missing(tools, name)
    if why_not:
        print(f"SKIP {name}: {why_not}", flush=True)
        return "skipped"
    if needs_another_network(name):
        return run_in_own_network(tools, name)
    began = time.monotonic()
    try:
        said = SCENARIOS[name](tools)
    except Failure as failure:
        print(f"FAIL {name}: {failure}", flush=True)
        return "failed"
    except Exception:  # a scenario that breaks is a failure, and the others go on
        print(f"FAIL {name}: {traceback.format_exc()}", flush=True)
        return "failed"
    print(f"PASS {name} ({time.monotonic() - began:.1f} s): {said}", flush=True)
    return "passed"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simclock", type=Path, help="the preloaded library, simclock.so")
    parser.add_argument("--clockguard", type=Path, help="the program under test")
    parser.add_argument("--jobs", "-j", type=int, default=1, help="scenarios side by side")
    parser.add_argument("--keep", action="store_true", help="leave the scenarios' directories")
    parser.add_argument("--list", action="store_true", help="names of the scenarios")
    parser.add_argument("scenario", nargs="*", help="all, if none is named")
    tools = parser.parse_args()
    unknown = set(tools.scenario) - set(SCENARIOS)
    if unknown:
        parser.error(f"unknown scenario: {', '.join(sorted(unknown))}")
    if not tools.list and not tools.simclock:
        parser.error("--simclock is needed")
    return tools


def main():
    tools = parse_arguments()
    if tools.list:
        print("\n".join(SCENARIOS))
        return 0
    give_up_the_clock()
    tools.simclock = tools.simclock.resolve()
    with ThreadPoolExecutor(tools.jobs) as pool:
        ends = list(pool.map(lambda name: run(tools, name), tools.scenario or SCENARIOS))
    counts = {end: ends.count(end) for end in ("passed", "failed", "skipped")}
    print(", ".join(f"{count} {end}" for end, count in counts.items()))
    if counts["failed"]:
        return 1
    return 0 if counts["passed"] else SKIPPED


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boots real Debian guests under QEMU, one per scenario, and says whether clockguard keeps its promises.

Needs root (for mmdebstrap and a chroot), qemu-system-x86, mmdebstrap, e2fsprogs, chrony, faketime, openssl,
g++, gcc, libssl-dev, make.
Everything of a run is kept in build/vm/SCENARIO: console.log, journal.log, facts.json.
"""

import argparse
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True  # before our own modules come in: nothing is left beside the sources

from lab import boot, guarded, host, image, limits, network, nodes, package, story, unguarded  # noqa: E402
from lab.facts import Broken  # noqa: E402
from lab.scenario import ABSENT, INSTALLED  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[2]
# The package comes and goes for three times as long as any other boot takes: begun last, it would run on alone.
SCENARIOS = {scenario.name: scenario
             for module in (package, unguarded, guarded, network, nodes, limits, host) for scenario in module.SCENARIOS}
PASS, FAIL, SKIP = "PASS", "FAIL", "SKIP"


class Run:
    def __init__(self, options):
        self.options = options
        self.output = threading.Lock()

    def say(self, text):
        with self.output:
            print(text, flush=True)

    def scenario(self, scenario):
        """Runs one scenario; returns PASS, FAIL or SKIP and the reason."""
        started = time.monotonic()
        outcome, reason = self._outcome(scenario)
        self.say(f"{outcome} {scenario.name} ({time.monotonic() - started:.0f} s): {reason}")
        return outcome

    def _outcome(self, scenario):
        if scenario.clockguard != ABSENT and not self.options.package:
            return SKIP, "no package given: build it, or name it with --package"
        try:
            return PASS, self._boot(scenario)
        except (Broken, boot.BootFailed) as broken:
            return FAIL, str(broken)

    def _boot(self, scenario):
        facts = boot.run(scenario, self._image(scenario), self.options.package,
                         self.options.build / scenario.name, self._narrator(scenario))
        return scenario.check(facts)

    def _image(self, scenario):
        cache = self.options.build / "images"
        if scenario.clockguard == INSTALLED:
            return image.guarded(cache, scenario.suite, self.options.package, self.say)
        return image.plain(cache, scenario.suite, self.say)

    def scenarios(self, chosen):
        """Runs them, as many at a time as there are jobs; what mostly waits begins at once. Returns their outcomes."""
        waiting = [scenario for scenario in chosen if scenario.mostly_waits]
        busy = [scenario for scenario in chosen if not scenario.mostly_waits]
        with ThreadPoolExecutor(self.options.jobs) as pool, ThreadPoolExecutor() as beside:
            outcomes = beside.map(self.scenario, waiting), pool.map(self.scenario, busy)
            return [outcome for some in outcomes for outcome in some]

    def images(self):
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda suite: image.plain(self.options.build / "images", suite, self.say), image.SUITES))

    def _narrator(self, scenario):
        return lambda event: self.say(f"{scenario.name:20} {event}")


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", help="names; all when none is given")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--images", action="store_true", help="make what the guests' disks have in common, boot nothing")
    parser.add_argument("--story", action="store_true", help="retell the last boots of the named scenarios, boot nothing")
    parser.add_argument("--jobs", type=int, default=2, help="boots at the same time, but for one that mostly waits")
    parser.add_argument("--package", type=absolute, default=newest_package(), help="clockguard's .deb")
    parser.add_argument("--build", type=absolute, default=REPOSITORY / "build/vm", help="where images and results go")
    options = parser.parse_args(argv)
    unknown = [name for name in options.scenario if name not in SCENARIOS]
    if unknown:
        parser.error(f"unknown scenario '{unknown[0]}'; known: {', '.join(SCENARIOS)}")
    return options


def absolute(path):
    return Path(path).resolve()


def newest_package():
    found = sorted(REPOSITORY.glob("build/*/clockguard_*.deb"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def main(argv):
    options = parse(argv)
    if options.list:
        for scenario in SCENARIOS.values():
            print(f"{scenario.name:20} {scenario.promise}")
        return 0
    if options.story:
        for name in options.scenario:
            print("\n".join([f"{name}:", *story.tell(options.build / name)]))
        return 0
    run = Run(options)
    if options.images:
        run.images()
        return 0
    chosen = [SCENARIOS[name] for name in options.scenario or SCENARIOS]
    outcomes = run.scenarios(chosen)
    passed, failed, skipped = (outcomes.count(word) for word in (PASS, FAIL, SKIP))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        os._exit(130)  # not waiting for the boots: they end with us

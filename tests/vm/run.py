#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boots real Debian guests under QEMU, one per scenario, and says whether clockguard keeps its promises.

Needs root (for mmdebstrap and a chroot), qemu-system-x86, mmdebstrap, e2fsprogs, chrony, faketime, openssl.
Everything of a run is kept in build/vm/SCENARIO: console.log, journal.log, facts.json.
"""

import argparse
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True  # before our own modules come in: nothing is left beside the sources

from vm import boot, image, unguarded  # noqa: E402
from vm.facts import Broken  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[2]
SCENARIOS = {scenario.name: scenario for scenario in unguarded.SCENARIOS}
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
        if scenario.guarded and not self.options.package:
            return SKIP, "no package given: build it, or name it with --package"
        try:
            disk = self._image(scenario)
            facts = boot.run(scenario, disk, self.options.build / scenario.name, self._narrator(scenario))
            return PASS, scenario.check(facts)
        except (Broken, boot.BootFailed) as broken:
            return FAIL, str(broken)

    def _image(self, scenario):
        cache = self.options.build / "images"
        if scenario.guarded:
            return image.guarded(cache, self.options.package, self.say)
        return image.plain(cache, self.say)

    def _narrator(self, scenario):
        return lambda event: self.say(f"{scenario.name:20} {event}")


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", help="names; all when none is given")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--jobs", type=int, default=1, help="boots at the same time")
    parser.add_argument("--package", type=Path, default=newest_package(), help="clockguard's .deb")
    parser.add_argument("--build", type=Path, default=REPOSITORY / "build/vm", help="where images and results go")
    options = parser.parse_args(argv)
    unknown = [name for name in options.scenario if name not in SCENARIOS]
    if unknown:
        parser.error(f"unknown scenario '{unknown[0]}'; known: {', '.join(SCENARIOS)}")
    return options


def newest_package():
    found = sorted(REPOSITORY.glob("build/**/clockguard_*.deb"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def main(argv):
    options = parse(argv)
    if options.list:
        for scenario in SCENARIOS.values():
            print(f"{scenario.name:20} {scenario.promise}")
        return 0
    run = Run(options)
    chosen = [SCENARIOS[name] for name in options.scenario or SCENARIOS]
    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes = list(pool.map(run.scenario, chosen))
    passed, failed, skipped = (outcomes.count(word) for word in (PASS, FAIL, SKIP))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what ctest ran: of a test program that ran as a whole each of its tests, of all else ctest's own.
Usage: count_tests.py CTEST_RESULTS.xml FOLDER, where googletest leaves NAME.xml for the program that ctest ran as NAME.
A skip that is not in tests/expected_skips.txt is a failure, and so is a program that left nothing."""

import re
import sys
import xml.etree.ElementTree as tree
from pathlib import Path

EXPECTED = Path(__file__).resolve().parents[1] / "tests/expected_skips.txt"
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


def outcomes_of(program):
    """(test, outcome) of each test of a program that ran as a whole."""
    for case in tree.parse(program).iter("testcase"):
        skipped = case.get("status") == "notrun" or case.get("result") == "skipped"
        yield (f"{case.get('classname')}.{case.get('name')}",
               FAILED if case.find("failure") is not None else SKIPPED if skipped else PASSED)


def outcomes(results, folder):
    """One that failed after its tests, at its end or by a sanitizer, has failed itself beside them."""
    for case in tree.parse(results).getroot().findall("testcase"):
        name, status = case.get("name"), case.get("status")
        program = folder / f"{name}.xml"
        within = list(outcomes_of(program)) if program.exists() else []
        yield from within
        left_nothing = not within and re.search(r"_test\.\d+$", name)
        if left_nothing or (status == "fail" and FAILED not in dict(within).values()):
            yield name, FAILED
        elif not within:
            yield name, SKIPPED if status in ("notrun", "disabled") else PASSED


def main(results, folder):
    expected = {line.strip() for line in EXPECTED.read_text().splitlines() if line.strip() and not line.startswith("#")}
    counts = dict.fromkeys([PASSED, FAILED, SKIPPED], 0)
    for name, outcome in outcomes(results, Path(folder)):
        allowed = outcome != SKIPPED or name in expected
        counts[outcome if allowed else FAILED] += 1
        if not allowed or outcome == FAILED:
            print("failed:", name, "" if allowed else "(skipped)")
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))


if __name__ == "__main__":
    main(*sys.argv[1:])

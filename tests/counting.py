#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/count_tests.py counts each test of a program, and takes no program for passed that crashed or left nothing."""

import subprocess
import sys
import tempfile
from pathlib import Path

COUNT = Path(__file__).resolve().parents[1] / "scripts/count_tests.py"
GOOD = '<testcase classname="A" name="B" status="run" result="completed"/>'
BAD = '<testcase classname="A" name="C" status="run" result="completed"><failure message="x"/></testcase>'
SKIPPED = '<testcase classname="A" name="D" status="run" result="skipped"/>'
MAY_SKIP = '<testcase classname="ReplaceFile" name="KeepsTheGroupOfMicrok8s" status="run" result="skipped"/>'
DISABLED = '<testcase classname="A" name="DISABLED_E" status="notrun" result="suppressed"/>'

# What ctest says of core_test.1, what googletest left of it, and what is to be counted.
CASES = [
    ("run", GOOD + GOOD, "2 passed, 0 failed, 0 skipped"),
    ("fail", GOOD + BAD, "1 passed, 1 failed, 0 skipped"),
    ("fail", GOOD + GOOD, "2 passed, 1 failed, 0 skipped"),
    ("fail", None, "0 passed, 1 failed, 0 skipped"),
    ("run", None, "0 passed, 1 failed, 0 skipped"),
    ("run", "", "0 passed, 1 failed, 0 skipped"),
    ("run", GOOD + SKIPPED, "1 passed, 1 failed, 0 skipped"),
    ("run", GOOD + DISABLED, "1 passed, 1 failed, 0 skipped"),
    ("run", GOOD + MAY_SKIP, "1 passed, 0 failed, 1 skipped"),
]
# What ctest says of what is no such program.
OTHERS = [
    ("run", "1 passed, 0 failed, 0 skipped"),
    ("fail", "0 passed, 1 failed, 0 skipped"),
    ("notrun", "0 passed, 1 failed, 0 skipped"),
    ("disabled", "0 passed, 1 failed, 0 skipped"),
]


def counted(name, status, left):
    with tempfile.TemporaryDirectory() as place:
        results = Path(place) / "ctest"
        results.write_text(f'<testsuite><testcase name="{name}" status="{status}"/></testsuite>')
        if left is not None:
            (Path(place) / f"{name}.xml").write_text(f"<testsuites><testsuite>{left}</testsuite></testsuites>")
        done = subprocess.run([COUNT, results, place], check=True, capture_output=True, text=True)
        return done.stdout.splitlines()[-1]


def main():
    wrong = 0
    for name, status, left, wanted in [*(("core_test.1", *case) for case in CASES),
                                       *(("rooms", status, None, wanted) for status, wanted in OTHERS)]:
        found = counted(name, status, left)
        if found != wanted:
            print(f"{name}, {status}, {left}: counted as '{found}', not '{wanted}'")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shipped program needs no library and no symbol version that its oldest systems lack: symbol_levels.txt.
Red for a program that does, which is made here. Usage: symbols.py PROGRAM..."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LEVELS = Path(__file__).with_name("symbol_levels.txt")
VERSION = re.compile(r"Name: (\S+)\s+Flags:")
NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
# GLIBC_2.36, of Debian 12, and a library that the program does without.
NEWER = """
#include <stdlib.h>
int main() { return arc4random() != 0; }
"""
OPTIONS = ["-Wl,--no-as-needed", "-lresolv"]


def readelf(option, program):
    return subprocess.run(["readelf", "--wide", option, program], capture_output=True, text=True, check=True).stdout


def levels():
    """Highest version of each kind, as numbers, and the libraries."""
    words = [line.split() for line in LEVELS.read_text().splitlines() if line and not line.startswith("#")]
    return {kind: numbers(value) for kind, value in words if kind != "library"}, \
        {value for kind, value in words if kind == "library"}


def numbers(version):
    return tuple(int(part) for part in version.split("."))


def too_new(version, highest):
    kind, _, number = version.rpartition("_")
    if kind not in highest or not re.fullmatch(r"[0-9.]+", number):
        return f"needs {version}, which no level allows"
    if numbers(number) > highest[kind]:
        return f"needs {version}, above {kind}_{'.'.join(map(str, highest[kind]))}"
    return None


def complaints(program):
    """Of one program: what the oldest systems lack. A program that needs nothing is none of ours."""
    highest, libraries = levels()
    needed = NEEDED.findall(readelf("--dynamic", program))
    versions = sorted(set(VERSION.findall(readelf("--version-info", program))))
    found = [f"needs library {name}" for name in needed if name not in libraries]
    found += filter(None, (too_new(version, highest) for version in versions))
    return found if needed and versions else ["names no library and no version: is it the program?"]


def planted():
    """What is said of a program that needs more."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "newer"
        subprocess.run(["c++", "-x", "c++", "-o", program, "-", *OPTIONS], input=NEWER, text=True, check=True)
        return complaints(program)


def main(programs):
    if not shutil.which("readelf"):
        print("readelf is missing")
        return 77
    failed = 0
    for program in programs:
        for said in complaints(program):
            print(f"{program}: {said}")
            failed += 1
    seen = planted()
    for sought in ("needs library libresolv.so.2", "needs GLIBC_2.36, above GLIBC_2.34"):
        if sought not in seen:
            print(f"a program that {sought} goes unnoticed: {seen}")
            failed += 1
    return 1 if failed or not programs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

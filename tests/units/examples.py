#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the texts tell a reader to type is understood: every line of clockguard in README, manual, findings, notes and
units, tried on an empty disk; and every unit of ours that they name exists.
Usage: examples.py CLOCKGUARD"""

import re
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
# Where something to be typed stands in each kind of text.
FENCE = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
IN_FENCE = re.compile(r"^(?:\$ |\*/5 (?:\* ){4}root )?(?:sudo )?(?:/usr/bin/)?(clockguard .+)$", re.MULTILINE)
TYPED = {
    ".md": re.compile(r"`(?:sudo )?(clockguard [^`|\n]+)`"),
    ".scd": re.compile(r"\*(?:sudo )?(clockguard [^*(]+)\*(?! _)"),
    ".toml": re.compile(r'^command = "(?:sudo )?(clockguard [^"]+)"', re.MULTILINE),
    ".service": re.compile(r"^Exec\w+=-?/usr/bin/(clockguard .+)$", re.MULTILINE),
}
TEXTS = ["README.md", "man/*.scd", "config/codes/*.toml", "hyperv-notes/*.md", "bench/README.md", "monitoring/*",
         "systemd/*.*", "systemd/*/*"]
OTHERS = {"clockguard-profile", "clockguard-selinux"}  # a manual page, a package
UNIT = re.compile(r"\bclockguard-[a-z]+(?:\.(?:service|timer|path|socket))?\b(?![-.])")
NOT_UNDERSTOOD, WAITS_S = 64, 2
complaints = []


def texts():
    for path in (path for pattern in TEXTS for path in sorted(TREE.glob(pattern)) if path.is_file()):
        yield path.relative_to(TREE), path.read_text()


def typed(name, text):
    if name.suffix in TYPED:
        yield from TYPED[name.suffix].findall(text)
    for block in FENCE.findall(text):
        yield from IN_FENCE.findall(block)


def lines():
    """Each once: the words, and where they stand. A command that has commands of its own is no line."""
    found = {}
    for name, text in texts():
        for line in typed(name, text):
            words = tuple(shlex.split(re.split(r"[;&|#]|  ", line)[0])[1:])
            if words not in (("certs",), ("rtc",)):
                found.setdefault(words, name)
    return found


def try_out(clockguard, words):
    """What the program says of words that it does not understand. Where it begins to wait it does."""
    with tempfile.TemporaryDirectory() as root:
        values = {"CODE": "CG201", "NAME.html": f"{root}/x.html", "/mnt": root}
        try:
            done = subprocess.run([clockguard, "--root", root, *[values.get(word, word) for word in words]],
                                  capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=WAITS_S)
        except subprocess.TimeoutExpired:
            return ""
    return done.stderr if done.returncode == NOT_UNDERSTOOD else ""


def check_lines(clockguard):
    found = lines()
    with ThreadPoolExecutor(4) as pool:
        for (words, name), why in zip(found.items(), pool.map(lambda words: try_out(clockguard, words), found)):
            if why:
                complaints.append(f"{name}: 'clockguard {' '.join(words)}': {why.splitlines()[0]}")
    if len(found) < 40:
        complaints.append(f"only {len(found)} lines were found")


def check_units():
    units = {path.name for path in (TREE / "systemd").iterdir()}
    known = units | {name.rsplit(".", 1)[0] for name in units} | OTHERS
    for name, text in texts():
        for unit in sorted(set(UNIT.findall(text)) - known):
            complaints.append(f"{name}: there is no unit '{unit}'")


check_lines(sys.argv[1])
check_units()
print("\n".join(complaints))
sys.exit(1 if complaints else 0)

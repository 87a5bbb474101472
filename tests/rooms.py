#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rooms of the tree: on each floor (core, edge, command) the same six, which include each other
in one direction: base <- clock <- rtc, certs <- gate <- report. Source, header and test share floor,
room and name; the test of a command may also be tests/cli/NAME_test.cpp, which types it. Two rooms
have no file of one name. rooms.py [TREE] prints each breach, and exits 1 if there is one."""
import pathlib
import re
import sys

FLOORS = ("core", "edge", "command")
BELOW = {
    "base": set(),
    "clock": {"base"},
    "rtc": {"base", "clock"},
    "certs": {"base", "clock"},
    "gate": {"base", "clock", "rtc", "certs"},
    "report": {"base", "clock", "rtc", "certs", "gate"},
}
PLACE = re.compile(r"(src|include/clockguard|tests)/(core|edge|command)/(.+)")
INCLUDE = re.compile(r'^#include "(?:clockguard/)?(core|edge|command)/(\w+)/\w+\.hpp"', re.M)


def exceptions(tree, kind):
    """Lines `kind: floor/room/name reason` of tests/rooms.txt."""
    listed = (tree / "tests/rooms.txt").read_text().splitlines()
    found = [line.split(None, 2) for line in listed if line.startswith(kind + ":")]
    return {words[1]: words[2] for words in found}


def files(tree):
    """(top, floor, rest of the path, path) of each source, header and test."""
    for top in ("src", "include/clockguard", "tests"):
        for path in sorted((tree / top).rglob("*.[ch]pp")):
            place = PLACE.fullmatch(path.relative_to(tree).as_posix())
            if place:
                yield *place.groups(), path


def misplaced(rest):
    parts = rest.split("/")
    return len(parts) != 2 or parts[0] not in BELOW


def breaches_of_direction(floor, room, path, text):
    for other_floor, other in INCLUDE.findall(text):
        if other_floor == floor and other != room and other not in BELOW[room]:
            yield f"{path}: {floor}/{room} may not use {floor}/{other}"


def is_typed(tree, name):
    """Whether a command of this name has a test that types it."""
    floor, _, stem = name.split("/")
    return floor == "command" and (tree / f"tests/cli/{stem}_test.cpp").exists()


def check_pairs(tree, placed):
    """What lacks its header or its test, and is not listed with a reason."""
    for kind, wanted in (("no header", "include/clockguard"), ("no test", "tests")):
        excused = exceptions(tree, kind.replace(" ", "-"))
        lacking = placed["src"] - placed[wanted]
        if wanted.startswith("include"):
            lacking -= placed["private"]
        else:
            lacking = {name for name in lacking if not is_typed(tree, name)}
        yield from (f"{kind} of its name: src/{name}.cpp" for name in sorted(lacking - set(excused)))
        yield from (f"tests/rooms.txt excuses what is not so ({kind}): {name}"
                    for name in sorted(set(excused) - lacking))
    tests = placed["tests"] - placed["src"] - placed["include/clockguard"]
    excused = exceptions(tree, "test-alone")
    yield from (f"test of no source: tests/{name}_test.cpp" for name in sorted(tests - set(excused)))


def check(tree):
    placed = {"src": set(), "include/clockguard": set(), "tests": set(), "private": set()}
    rooms_of = {}
    for top, floor, rest, path in files(tree):
        if misplaced(rest):
            yield f"{path}: in no room"
            continue
        room, name = rest.split("/")
        stem = name.rsplit(".", 1)[0].removesuffix("_test" if top == "tests" else "")
        if top == "src" and name.endswith(".hpp"):
            placed["private"].add(f"{floor}/{room}/{stem}")
        else:
            placed[top].add(f"{floor}/{room}/{stem}")
        rooms_of.setdefault(stem, set()).add(room)
        if top != "tests":
            yield from breaches_of_direction(floor, room, path, path.read_text())
    yield from (f"one name in two rooms: {stem} ({', '.join(sorted(rooms))})"
                for stem, rooms in sorted(rooms_of.items()) if len(rooms) > 1)
    yield from check_pairs(tree, placed)


def main():
    tree = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    found = list(check(tree))
    for breach in found:
        print(breach)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

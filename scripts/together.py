#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sources that can be compiled as one, because none has a name of its own that another has.
Usage: together.py FILE... Prints "GROUP;FILE;GROUP;FILE...", a list for CMake."""

import functools
import re
import sys
from pathlib import Path

# Enough to share the headers, few enough that the last ones end at about the same time.
FILES_AT_ONCE = 12


def own_names(text):
    """What a file keeps to itself, roughly: what its unnamed namespaces and its tests define."""
    names, inside = set(), False
    for line in text.splitlines():
        if line == "namespace {":
            inside = True
        elif line.startswith("}  // namespace"):
            inside = False
        elif inside and line[:1].isalpha():
            named = re.match(r"TEST\w*\((\w+, \w+)\)", line) or \
                    re.match(r"(?:struct|class|enum class|enum) (\w+)|using (\w+) =", line) or \
                    re.match(r".*?\w[\w>&*]* +[&*]?(\w+) ?[(={;]", line)
            if named and not re.match("using [^=]*;", line):
                names.add(named[named.lastindex])
    return names


def words_of(text):
    """Without those that are said of something: members, and names of another namespace."""
    return set(re.findall(r"(?<![.>:\w])[A-Za-z_]\w*", re.sub("//.*", "", text)))


class Source:
    def __init__(self, file):
        text = Path(file).read_text()
        self.file = file
        self.names = own_names(text)
        self.words = words_of(text) | self.names
        # A macro is meant for the headers behind it, which another file may have included before.
        self.is_alone = bool(re.search("^#define ", text, re.MULTILINE) or self.names & words_of_headers(
            "tests/support" if Path(file).name.endswith("_test.cpp") else "include"))


@functools.cache
def words_of_headers(folder):
    """What another file's headers would take for their own, where one of ours had come before."""
    texts = [header.read_text() for header in (Path(__file__).resolve().parents[1] / folder).rglob("*.hpp")]
    if folder == "include":
        return {name for text in texts for name in re.findall(r"\b(?:struct|class|enum|using) (\w+)", text)}
    return {word for text in texts for word in words_of(text)}


def groups_of(files):
    """No name of one is a word of another, where it would be the wrong one, or hidden."""
    groups, alone = [], []
    for source in map(Source, files):
        if source.is_alone:
            alone.append([source.file])
            continue
        fitting = next((group for group in groups if len(group["files"]) < FILES_AT_ONCE
                        and not group["names"] & source.words and not group["words"] & source.names), None)
        if not fitting:
            groups.append(fitting := {"names": set(), "words": set(), "files": []})
        fitting["files"].append(source.file)
        fitting["names"] |= source.names
        fitting["words"] |= source.words
    return [group["files"] for group in groups] + alone


def main(files):
    print(";".join(f"together_{number};{file}" for number, group in enumerate(groups_of(files)) for file in group),
          end="")


if __name__ == "__main__":
    main(sys.argv[1:])

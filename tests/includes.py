#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No file counts on another that is compiled with it: what it uses of our headers, or of those in src/precompiled.hpp,
it includes itself, or by a header of ours. A compiler that is shown one file alone finds only what no other header
includes by chance, and what is built by default is shown several as one."""

import functools
import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDERS = [REPOSITORY / name for name in ["include", "src", "tests"]]
PRECOMPILED = REPOSITORY / "src/precompiled.hpp"
ALGORITHMS = """adjacent_find all_of any_of binary_search clamp copy copy_if copy_n count count_if equal equal_range fill
    fill_n find find_end find_first_of find_if find_if_not for_each for_each_n generate generate_n includes
    inplace_merge is_partitioned is_permutation is_sorted is_sorted_until iter_swap lexicographical_compare lower_bound
    make_heap max max_element merge min min_element minmax minmax_element mismatch move_backward next_permutation none_of
    nth_element partial_sort partition partition_point pop_heap prev_permutation push_heap remove remove_copy_if
    remove_if replace replace_copy replace_if reverse reverse_copy rotate sample search search_n set_difference
    set_intersection set_symmetric_difference set_union shuffle sort sort_heap stable_partition stable_sort
    swap_ranges transform unique unique_copy upper_bound"""
USES = {
    "algorithm": rf"std::(ranges::)?({'|'.join(ALGORITHMS.split())})\(",
    "array": r"std::(array|to_array)\b",
    "chrono": r"\bchrono::|chrono_literals",
    "fmt/core.h": r"\bfmt::format\b",
    "functional": r"std::(function|hash|less|greater|equal_to|plus|minus|bind|bind_front|invoke|mem_fn|ref|cref|identity)\b",
    "optional": r"std::(optional|nullopt|make_optional)\b",
    "string": r"std::(string|to_string|stoi|stol|stoll|stoul|stoull|stod|getline)\b",
    "vector": r"std::vector\b",
}
# A header that has all of another by its own words.
CONTAINS = {"fmt/format.h": ["fmt/core.h"]}


def code_of(text):
    """Without comments and texts."""
    text = re.sub(r'R"(\w*)\(.*?\)\1"', '""', text, flags=re.DOTALL)
    return re.sub(r"//.*", "", re.sub(r'"(\\.|[^"\\\n])*"', '""', text))


def place_of(name, file):
    """Our header of that name, as `file` includes it."""
    roots = [file.parent, REPOSITORY / "include", REPOSITORY / "src", REPOSITORY / "tests"]
    return next((root / name for root in roots if (root / name).is_file()), None)


@functools.cache
def ours_of(file):
    """A file and those of our headers that it includes, by whatever way."""
    found = {file}
    for name in re.findall(r'^ *# *include +"([^"]+)', file.read_text(), re.MULTILINE):
        header = place_of(name, file)
        found |= ours_of(header.resolve()) if header else set()
    return frozenset(found)


@functools.cache
def included_by(file):
    """All that a file includes but what is not ours includes: names of headers."""
    texts = (header.read_text() for header in ours_of(file.resolve()))
    names = {name for text in texts for name in re.findall(r"^ *# *include +<([^>]+)", text, re.MULTILINE)}
    return names.union(*(CONTAINS.get(name, []) for name in names))


def declared_in(code):
    """The types, functions and constants that a header is there for."""
    type_of = r"^(?:template <.*> ?)?(?:struct|class|enum class|enum) (\w+)[^;\n]*$|^using (\w+) ="
    function = r"^(?![ }#])[^(=;\n]*?[\w>&*\]] [&*]?(\w+)\("
    constant = r"^(?:inline )?constexpr [^=(\n]*?(\w+)(?:\[\])?(?: =|\{)"
    return {name for found in re.findall(f"{type_of}|{function}|{constant}", code, re.MULTILINE)
            for name in found if name}


def names_of_its_own(code):
    """Roughly: what a file defines, enumerators, parameters and tests too."""
    kinds = [r"\b(?:struct|class|enum|using) (\w+)",
             r"^ *(?=[\w\[])(?!return|throw|else|case)[\w:<>*&,\[\] ]+[>*& ]+(\w+) ?[({=;]",
             r"[\w>] ?[&*]? ?(\w+)[,)]", r"\(\*(\w+)\)", r"\[(\w+) = ", r"TEST\w*\((\w+)"]
    enumerators = " ".join(re.findall(r"\benum [^{;]*\{([^}]*)\}", code))
    return {name for kind in kinds for name in re.findall(kind, code, re.MULTILINE)} | set(
        re.findall(r"\w+", enumerators))


def used_in(code):
    """Types, and functions that are called; not what is said of an object, or of another namespace."""
    code = re.sub(r"^ *#.*", "", code, flags=re.MULTILINE)
    return set(re.findall(r"(?<![.>:\w])([A-Z]\w*|[a-z_]\w*(?=\())", code)) - names_of_its_own(code)


def missing_in(file, homes):
    code, ours = code_of(file.read_text()), ours_of(file)
    missing = [f"<{header}>" for header, use in USES.items()
               if re.search(use, code) and header not in included_by(file)]
    return missing + [f"{name} of {', '.join(sorted(home.name for home in homes[name]))}"
                      for name in sorted(used_in(code) & set(homes)) if not homes[name] & ours]


def homes_of(headers):
    """Name -> the headers that declare it."""
    homes = {}
    for header in headers:
        for name in declared_in(code_of(header.read_text())):
            homes.setdefault(name, set()).add(header)
    return homes


def main():
    unknown = included_by(PRECOMPILED) - set(USES)
    said = [f"src/precompiled.hpp: nothing here tells who uses <{header}>" for header in sorted(unknown)]
    files = sorted(file for folder in FOLDERS for file in folder.rglob("*.[ch]pp"))
    homes = homes_of([file for file in files if file.suffix == ".hpp"])
    for file in files:
        said += [f"{file.relative_to(REPOSITORY)}: uses {what}, and includes it nowhere"
                 for what in missing_in(file, homes)]
    print("\n".join(said) or "each file includes what it uses")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())

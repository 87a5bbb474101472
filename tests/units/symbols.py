#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shipped program needs no library and no symbol version that its oldest systems lack: symbol_levels.txt. The same
holds for the libraries that it loads when they are first needed, which its notes name, and the functions that it looks up
in them: a program that is linked with all of those is judged too.
Red for programs that need more, which are made here. Usage: symbols.py PROGRAM..."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LEVELS = Path(__file__).with_name("symbol_levels.txt")
SOURCES = Path(__file__).parents[2] / "src"
VERSION = re.compile(r"Name: (\S+)\s+Flags:")
NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
# Of the ELF dlopen metadata, one name a library.
SONAME = re.compile(r'"soname":\["([^"]+)"\]')
LOOKED_UP = re.compile(r"^ +CLOCKGUARD_(?:FUNCTION\(\w+, (\w+)|SD\((\w+))\);", re.M)
# GLIBC_2.36, of Debian 12, and a library that the program does without.
NEWER = """
#include <stdlib.h>
int main() { return arc4random() != 0; }
"""
# It loads that library when it is first needed.
LOADER = r"""
struct { int sizes[3]; char vendor[4], text[32]; } note __attribute__((section(".note.dlopen"), used)) =
    {{4, 32, 0x407c0c0a}, "FDO", "[{\"soname\":[\"libresolv.so.2\"]}]"};
int main() {}
"""


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


def loaded(program):
    """What it loads when that is first needed."""
    return SONAME.findall(readelf("--string-dump=.note.dlopen", program))


def looked_up():
    """The functions that the sources look up by name."""
    text = "".join(path.read_text() for path in sorted(SOURCES.rglob("*.[ch]pp")))
    return sorted({function or f"sd_{name}" for function, name in LOOKED_UP.findall(text)})


def complaints(program):
    """Of one program: what the oldest systems lack. A program that needs nothing is none of ours."""
    highest, libraries = levels()
    needed = NEEDED.findall(readelf("--dynamic", program))
    versions = sorted(set(VERSION.findall(readelf("--version-info", program))))
    found = [f"needs library {name}" for name in needed + loaded(program) if name not in libraries]
    found += filter(None, (too_new(version, highest) for version in versions))
    return found if needed and versions else ["names no library and no version: is it the program?"]


def made(source, options):
    """What is said of a program that is made of this, or why it cannot be made."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "made"
        done = subprocess.run(["cc", "-x", "c", "-o", program, "-", "-Wl,--no-as-needed", *options], input=source,
                              capture_output=True, text=True)
        return complaints(program) if done.returncode == 0 else [done.stderr]


def linked(libraries, functions):
    """What is said of a program that needs them from its start."""
    declared = "".join(f"int {function}();\n" for function in functions)
    source = f"{declared}void *all[] = {{{', '.join(functions)}}};\nint main() {{}}\n"
    return made(source, [f"-l:{name}" for name in libraries])


def unnoticed():
    """What is wrong with these programs, and not seen."""
    for what, said in (("needs library libresolv.so.2", made(NEWER, ["-lresolv"])),
                       ("needs GLIBC_2.36, above GLIBC_2.34", made(NEWER, [])),
                       ("needs library libresolv.so.2", made(LOADER, [])),
                       ("undefined reference to `sd_bus_none'", linked(["libsystemd.so.0"], ["sd_bus_none"])),
                       ("needs LIBSYSTEMD_246, above LIBSYSTEMD_222",
                        linked(["libsystemd.so.0"], ["sd_bus_error_move", "sd_bus_interface_name_is_valid"]))):
        if not any(what in one for one in said):
            yield f"a program that {what} goes unnoticed: {said}"


def main(programs):
    if not shutil.which("readelf"):
        print("readelf is missing")
        return 77
    found = [f"{program}: {said}" for program in programs
             for said in complaints(program) + linked(loaded(program), looked_up())] + list(unnoticed())
    for said in found:
        print(said)
    return 1 if found or not programs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

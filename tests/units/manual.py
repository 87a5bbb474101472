#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The manual says what the program says: every command and option of --help, and no other; every
setting of the configuration file, every finding, every file of its own; what takes the place of every
option of hwclock; and the rendered pages are those of their sources.
Usage: manual.py CLOCKGUARD"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MAN = Path(__file__).resolve().parents[2] / "man"
CONFIG = MAN.parent / "config/clockguard.toml"
complaints = []


def helped(clockguard, *command):
    """What --help lists: (commands, options) of one command."""
    text = subprocess.run([clockguard, *command, "--help"], capture_output=True, text=True, check=True).stdout
    commands, options, section = [], set(), ""
    for line in text.splitlines():
        if len(line) > 80:
            complaints.append(f"{' '.join(('clockguard', *command))} --help: a line does not fit into 80 columns: {line}")
        section = line if re.match(r"^[A-Z][a-z ]+:$", line) else section
        if section not in ("", "Options:", "Positionals:") and (entry := re.match(r"^  ([a-z]+)", line)):
            commands.append(entry[1])
        if section == "Options:" and (entry := re.match(r"^  (-\S+)", line)):
            options |= set(re.findall(r"--?[a-z-]+", entry[1]))
    return commands, options


def walk(clockguard, *command):
    """Every command of the program that does something, with its own options."""
    commands, options = helped(clockguard, *command)
    if not commands or not command:
        yield " ".join(command), options
    for name in commands:
        yield from walk(clockguard, *command, name)


def described(page):
    """Every section of the page's source -> the options it describes."""
    found, section = {}, ""
    for line in (MAN / page).read_text().splitlines():
        if line.startswith("#"):
            section = line.lstrip("# ")
            found[section] = set()
        elif line.startswith("*-"):
            found[section] |= set(re.findall(r"\*(--?[a-z-]+)\*", line))
    return found


def compare(what, said, known):
    for name in sorted(known - said):
        complaints.append(f"{what}: '{name}' is not described")
    for name in sorted(said - known):
        complaints.append(f"{what}: '{name}' is described and does not exist")


def check_commands(clockguard):
    manual = described("clockguard.8.scd")
    known = dict(walk(clockguard))
    compare("clockguard(8), options", manual["OPTIONS"], known.pop(""))
    sections = {section: section.split(" ", 1)[0] if section.endswith("fish") else section for section in manual}
    of_commands = {name: manual[section] for section, name in sections.items() if name.islower()}
    compare("clockguard(8), commands", set(of_commands), set(known))
    for name in of_commands.keys() & known.keys():
        compare(f"clockguard(8), {name}", of_commands[name], known[name] - {"-h", "--help"})


def check_settings():
    """The configuration file has every setting there is: a test of its own sees to that."""
    pattern = r"^(?:\[(\w+)\]|# (\w+) = )"
    known = sections(CONFIG.read_text(), pattern)
    said = sections((MAN / "clockguard.toml.5.scd").read_text(), r"^(?:# \[(\w+)\]|\*(\w+)\* = )")
    compare("clockguard.toml(5)", said, known)


def check_findings():
    code = re.compile(r"CG\d{3}")
    known = {found for source in (MAN.parent / "src").rglob("*.cpp") for found in code.findall(source.read_text())}
    compare("clockguard(8), findings", set(code.findall((MAN / "clockguard.8.scd").read_text())), known)


def check_files():
    """Each file and folder of its own that the program names."""
    ours = re.compile(r'"(/(?:etc|run|usr/share|var/lib)/clockguard/[^"]+)"')
    sources = [path for folder in ("src", "include") for path in (MAN.parent / folder).rglob("*.?pp")]
    known = {found for source in sources for found in ours.findall(source.read_text())}
    page = (MAN / "clockguard.8.scd").read_text()
    said = {path.rstrip("/") for path in re.findall(r"_(/[^_]+)_", page[page.index("# FILES"):page.index("# EXAMPLES")])}
    for path in sorted(known - said):
        complaints.append(f"clockguard(8), FILES: '{path}' is not described")


def check_hwclock():
    """Each of its options is said to be replaced, or left out on purpose."""
    hwclock = shutil.which("hwclock", path="/usr/sbin:/sbin:/usr/bin")
    if not hwclock:
        return
    text = subprocess.run([hwclock, "--help"], capture_output=True, text=True, check=True).stdout
    known = set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", text, re.MULTILINE)) - {"--help", "--version"}
    page = (MAN / "clockguard.8.scd").read_text()
    rows = re.findall(r"^\|  (.*)$", page[page.index("# HWCLOCK"):], re.MULTILINE)
    for option in sorted(known - set(re.findall(r"--[a-z-]+", " ".join(rows)))):
        complaints.append(f"clockguard(8), HWCLOCK: '{option}' of hwclock is not dealt with")


def sections(text, pattern):
    found, section = set(), ""
    for heading, key in re.findall(pattern, text, re.MULTILINE):
        section = heading or section
        if key:
            found.add(f"{section}.{key}")
    return found


def check_rendering():
    if not shutil.which("scdoc"):
        print("scdoc is missing")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([MAN / "render.sh", folder], check=True)
        for page in Path(folder).iterdir():
            if page.read_bytes() != (MAN / page.name).read_bytes():
                complaints.append(f"man/{page.name} is not what its source gives; run man/render.sh man")


check_commands(sys.argv[1])
check_settings()
check_findings()
check_files()
check_hwclock()
check_rendering()
print("\n".join(complaints))
sys.exit(1 if complaints else 0)

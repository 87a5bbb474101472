# SPDX-License-Identifier: Apache-2.0
"""Debian's packages come from where this machine takes its own: its apt sources and options are reused."""

import re
import subprocess
from pathlib import Path

APT = Path("/etc/apt")
INHERITED = ("Acquire::Check-", "Acquire::http", "Acquire::https", "Acquire::Retries")


def files(suite, directory):
    """This machine's source files with the name of the release 'suite', for mmdebstrap, in 'directory'."""
    [ours] = re.findall(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.M)
    return [_renamed(path, ours, suite, directory) for path in _offering(ours)]


def options(directory):
    """A file with the apt options for mmdebstrap, in 'directory'."""
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    lines = [line for line in dump.splitlines() if line.startswith(INHERITED) and not line.endswith(' "";')]
    lines += ['Acquire::Languages "none";', 'APT::Install-Recommends "false";']
    path = directory / "apt.conf"
    path.write_text("\n".join(lines) + "\n")
    return path


def _renamed(path, ours, suite, directory):
    renamed = directory / path.name
    renamed.write_text(path.read_text().replace(ours, suite))
    return renamed


def _offering(suite):
    every = [APT / "sources.list", *sorted((APT / "sources.list.d").glob("*.list")),
             *sorted((APT / "sources.list.d").glob("*.sources"))]
    found = [path for path in every if path.is_file() and suite in path.read_text()]
    if not found:
        raise RuntimeError(f"no apt source of this machine offers '{suite}'")
    return found

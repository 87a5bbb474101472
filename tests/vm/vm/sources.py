# SPDX-License-Identifier: Apache-2.0
"""The guest's packages come from where this machine takes its own: its apt sources and options are reused."""

import subprocess
from pathlib import Path

APT = Path("/etc/apt")
INHERITED = ("Acquire::Check-", "Acquire::http", "Acquire::https", "Acquire::Retries")


def files(suite):
    """This machine's source files that offer 'suite'."""
    every = [APT / "sources.list", *sorted((APT / "sources.list.d").glob("*.list")),
             *sorted((APT / "sources.list.d").glob("*.sources"))]
    found = [path for path in every if path.is_file() and suite in path.read_text()]
    if not found:
        raise RuntimeError(f"cannot make the image: no apt source of this machine offers '{suite}'")
    return found


def options(directory):
    """A file with the apt options the guest's image is made with."""
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    lines = [line for line in dump.splitlines() if line.startswith(INHERITED) and not line.endswith(' "";')]
    lines += ['Acquire::Languages "none";', 'APT::Install-Recommends "false";']
    path = directory / "apt.conf"
    path.write_text("\n".join(lines) + "\n")
    return path

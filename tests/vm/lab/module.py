# SPDX-License-Identifier: Apache-2.0
"""The kernel module that plays Hyper-V's PTP clock, built for the guest's kernel and outside the guest."""

import shutil
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "ptp_hyperv"
NAME = "hyperv_clock.ko"

# The headers come with the kernel, from the same lists: later the archive may offer those of another version only.
DOWNLOAD = """
version=$(basename "$1"/lib/modules/*)
kbuild=linux-kbuild-$(echo "$version" | cut -d. -f1,2)
cd {directory} && export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" &&
    apt-get --quiet download "linux-headers-$version" "linux-headers-${{version%-cloud-*}}-common" "$kbuild"
"""


def download_hook(directory):
    """A hook for mmdebstrap that keeps the headers' packages in 'directory'."""
    return DOWNLOAD.format(directory=directory)


def build(packages, new, run):
    """Builds the module in the directory 'new' with the headers in 'packages'; 'run' starts a program."""
    headers, source = new / "headers", new / "source"
    for package in sorted(packages.glob("*.deb")):
        run(["dpkg", "--extract", package, headers])
    shutil.copytree(SOURCE, source)
    [tree] = (headers / "usr/src").glob("linux-headers-*-cloud-*")
    makefile = tree / "Makefile"
    makefile.write_text(makefile.read_text().replace("/usr/src", str(headers / "usr/src")))
    run(["make", "-C", tree, f"M={source}", "modules"])
    shutil.move(source / NAME, new / NAME)
    shutil.rmtree(headers)
    shutil.rmtree(source)


def install(module, root):
    [version] = (root / "lib/modules").iterdir()
    (version / "updates").mkdir()
    shutil.copy(module, version / "updates" / NAME)

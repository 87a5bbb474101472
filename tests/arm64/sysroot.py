#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A tree with arm64's own libraries, for packaging/arm64.cmake: Debian's packages of this machine's release, unpacked and
not run, from where this machine takes its own. Made once. Root, mmdebstrap. Usage: sysroot.py FOLDER"""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "vm"))
from lab import image, sources  # noqa: E402

PACKAGES = ["libc6-dev", "libcli11-dev", "libexpected-dev", "libfmt-dev", "libgtest-dev", "libssl-dev", "libstdc++6",
            "libsystemd-dev", "libtomlplusplus-dev", "libudev-dev", "libyaml-dev", "nlohmann-json3-dev"]


def main(folder):
    tree = Path(folder)
    if tree.exists():
        return 0
    new = tree.with_suffix(".new")
    with tempfile.TemporaryDirectory() as options:
        done = subprocess.run(
            ["mmdebstrap", "--variant=extract", "--architectures=arm64", "--format=directory",
             f"--include={','.join(PACKAGES)}", f"--aptopt={sources.options(Path(options))}",
             *[f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in image.NOT_WANTED],
             image.BOOKWORM, new, *sources.files(image.BOOKWORM, Path(options))],
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"cannot make the tree '{tree}':\n{done.stderr}")
        return 1
    new.rename(tree)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

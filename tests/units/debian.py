#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The package that was built here installs with apt's one line on another release of Debian, runs there, and is taken over
from version 0.1.0. Root, mmdebstrap. Usage: debian.py SUITE PACKAGE"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "vm"))
from lab import sources  # noqa: E402

# What every Debian machine has, and a tree of mmdebstrap has not.
PACKAGES = ["libsystemd0", "libudev1", "libyaml-0-2", "openssl"]
NOT_WANTED = ["doc", "man", "locale", "i18n"]
STATE = "var/lib/clockguard/last-good.json"
CONFIGURATION = "etc/clockguard/clockguard.toml"
UNITS = {"sysinit.target": ["early.service"], "timers.target": ["recheck.timer"],
         "multi-user.target": ["rtc.service", "recheck.service", "recheck.path"]}


def run(argv, **more):
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise RuntimeError(f"'{' '.join(map(str, argv))}' ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def make_tree(suite, folder):
    tree = folder / "root"
    run(["mmdebstrap", "--variant=apt", "--format=directory", f"--include={','.join(PACKAGES)}",
         f"--aptopt={sources.options(folder)}", *[f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in NOT_WANTED],
         suite, tree, *sources.files(suite, folder)])
    return tree


def as_version(package, version, folder):
    """The same package under another version."""
    content = folder / "content"
    run(["dpkg-deb", "--raw-extract", package, content])
    control = content / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.M))
    made = folder / f"clockguard_{version}.deb"
    run(["dpkg-deb", "--root-owner-group", "--build", content, made])
    return made


def install(tree, package):
    shutil.copy(package, tree / "root")
    run(["chroot", tree, "sh", "-c", f"cd /root && apt install -y ./{package.name}"])
    return run(["chroot", tree, "clockguard", "--version"]).split()[1]


def disabled(tree):
    return [unit for target, units in UNITS.items() for unit in units
            if not (tree / f"etc/systemd/system/{target}.wants/clockguard-{unit}").is_symlink()]


def check(tree, package, folder):
    told = install(tree, as_version(package, "0.1.0", folder))
    with (tree / CONFIGURATION).open("a") as text:
        text.write("# ours\n")
    (tree / STATE).parent.mkdir()
    (tree / STATE).write_text("{}")

    version = package.name.split("_")[1]
    assert install(tree, package) == told == version, f"it tells version {told}, the package is of {version}"
    assert not disabled(tree), f"not enabled: {disabled(tree)}"
    assert (tree / CONFIGURATION).read_text().endswith("# ours\n"), "the upgrade replaced the configuration"
    assert (tree / STATE).read_text() == "{}", "the upgrade lost the state"
    assert "CG303" in run(["chroot", tree, "clockguard", "explain", "CG303"])
    run(["chroot", tree, "apt-get", "purge", "-y", "clockguard"])
    left = [path for path in (STATE, CONFIGURATION, "usr/bin/clockguard") if (tree / path).exists()]
    assert not left, f"the purge leaves {left}"


def main(suite, package):
    if not shutil.which("mmdebstrap"):
        print("mmdebstrap is missing")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        check(make_tree(suite, Path(folder)), Path(package), Path(folder))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (RuntimeError, AssertionError) as error:
        sys.exit(f"{error}")

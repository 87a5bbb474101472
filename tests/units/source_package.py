#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""dpkg-buildpackage makes of debian/ the package that CPack makes: the same files, fields and configuration files, and
scripts that ask the same of systemd and udev. The program is packed as it was built, not compiled again; lintian reads
the source and the package. Usage: source_package.py BUILD_FOLDER CPACK_PACKAGE"""

import hashlib
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
# Stripped of other sections, and the version of the newest entry.
OTHER_BYTES = {"./usr/bin/clockguard", "./usr/share/doc/clockguard/changelog.gz"}
# The project has no address of its own, and lintian takes those who have none for somebody else.
NO_ADDRESS = ["malformed-contact", "bogus-mail-host-in-debian-changelog", "no-nmu-in-changelog",
              "source-nmu-has-incorrect-version-number"]

UNITS = {path.name for path in (REPOSITORY / "systemd").glob("clockguard-*.*") if path.is_file()}
EVENTS = {"clockguard-recheck.timer", "clockguard-recheck.path"}
# What dpkg calls in the life of a package, of those scripts that it has.
LIFE = {
    "install": ["preinst install", "postinst configure"],
    "upgrade": ["prerm upgrade 2", "preinst upgrade 1", "postrm upgrade 2", "postinst configure 1"],
    "remove": ["prerm remove", "postrm remove"],
    "purge": ["postrm purge"],
}
ASKED = ["systemctl", "udevadm", "deb-systemd-helper", "deb-systemd-invoke", "rm"]
RECORDER = '#!/bin/sh\necho "${0##*/} $*" >>"$ASKED"\n'


def run(argv, **more):
    done = subprocess.run([str(word) for word in argv], stdin=subprocess.DEVNULL, capture_output=True, **more)
    if done.returncode != 0:
        raise RuntimeError(f"'{' '.join(map(str, argv))}' ended with {done.returncode}:\n"
                           f"{(done.stdout + done.stderr).decode(errors='replace')[-4000:]}")
    return done.stdout


def lay_out(folder, version):
    """The source as it is released, under that version."""
    tree = folder / f"clockguard-{version}"
    for name in run(["git", "-C", REPOSITORY, "ls-files", "-z"]).decode().split("\0"):
        if (REPOSITORY / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, tree / name)
    changelog = tree / "debian/changelog"
    changelog.write_text(re.sub(r"\(.*?\)", f"({version})", changelog.read_text(), count=1))
    return tree


def make(folder, version, built):
    """What dpkg-buildpackage makes: the package and its source."""
    run(["dpkg-buildpackage", "--no-sign"], cwd=lay_out(folder, version),
        env={**os.environ, "CLOCKGUARD_BUILT": str(built), "DEB_BUILD_OPTIONS": "noautodbgsym"})
    [package], [source] = folder.glob("*.deb"), folder.glob("*.dsc")
    return package, source


def files(package):
    """{name: what is to be alike}."""
    archive = tarfile.open(fileobj=io.BytesIO(run(["dpkg-deb", "--fsys-tarfile", package])))
    return {member.name: (member.type, oct(member.mode), member.uname, member.gname, member.linkname,
                          digest(archive, member))
            for member in archive if member.name != "."}


def digest(archive, member):
    if not member.isreg() or member.name in OTHER_BYTES:
        return ""
    return hashlib.sha256(archive.extractfile(member).read()).hexdigest()


def fields(package):
    """All but the sum of the files' sizes, which is counted in two ways."""
    text = run(["dpkg-deb", "--field", package]).decode()
    return dict(field.split(":", 1) for field in re.split(r"\n(?! )", text.strip()) if "Installed-Size" not in field)


def conffiles(package):
    return run(["dpkg-deb", "--info", package, "conffiles"])


def life(package, folder):
    """{occasion: what the scripts ask for then, as [(program, verb, object)]}; none of it is done."""
    folder.mkdir()
    run(["dpkg-deb", "--control", package, folder / "control"])
    for program in ASKED:
        (folder / program).write_text(RECORDER)
        (folder / program).chmod(0o755)
    (folder / "run/systemd/system").mkdir(parents=True)
    (folder / "run/udev").mkdir()
    with socket.socket(socket.AF_UNIX) as udev:
        udev.bind(str(folder / "run/udev/control"))
    return {occasion: ask(calls, folder, folder / occasion) for occasion, calls in LIFE.items()}


def ask(calls, folder, asked):
    asked.touch()
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "ASKED": str(asked)}
    for name, *arguments in map(str.split, calls):
        script = folder / "control" / name
        if script.exists():
            here = re.sub(r"(?<![\w/])/run/", f"{folder}/run/", script.read_text())
            run(["sh", "-c", here, name, *arguments], env=environment)
    lines = asked.read_text().replace(str(folder), "").splitlines()
    return [(program, verb, item) for program, verb, *items in map(words, lines) for item in items or [""]]


def words(line):
    return [word for word in line.split() if word not in ("--quiet", "--system")]


def alike(what, ours, theirs):
    differ = {name: (ours.get(name), theirs.get(name)) for name in ours.keys() | theirs.keys()
              if ours.get(name) != theirs.get(name)}
    assert not differ, f"{what} differ, debian/ and CPack: {differ}"


def check(made, theirs, folder):
    alike("files", files(made), files(theirs))
    alike("fields", fields(made), fields(theirs))
    assert conffiles(made) == conffiles(theirs), "the configuration files differ"
    ours, cpacks = life(made, folder / "ours"), life(theirs, folder / "theirs")
    alike("requests", as_sets(ours), as_sets(cpacks))
    for asked in (ours, cpacks):
        keeps_the_boot(asked)


def as_sets(asked):
    return {occasion: set(requests) for occasion, requests in asked.items()}


def keeps_the_boot(asked):
    """An upgrade stops nothing, and starts nothing that holds the boot; a removal stops first what starts the others."""
    for occasion in ("install", "upgrade"):
        invoked = {(verb, unit) for program, verb, unit in asked[occasion] if program == "deb-systemd-invoke"}
        assert invoked == {("start", unit) for unit in EVENTS}, f"on {occasion}: {invoked}"
    stopped = [unit for _, verb, unit in asked["remove"] if verb == "stop"]
    assert set(stopped[:2]) == EVENTS and set(stopped) == UNITS, f"stopped on removal: {stopped}"


def main(built, package):
    for program in ["dpkg-buildpackage", "dh", "lintian", "git"]:
        if not shutil.which(program):
            print(f"{program} is missing")
            return 77
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made, source = make(folder, fields(package)["Version"].strip(), Path(built).resolve())
        check(made, Path(package), folder)
        run([HERE / "package.sh", made])
        run(["lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags", ",".join(NO_ADDRESS),
             source])
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (RuntimeError, AssertionError) as error:
        sys.exit(f"{error}")

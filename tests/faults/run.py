#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Re-issues certificates, and undoes it, while every system call that touches a file fails or is the
last one before a SIGKILL, one after the other. Whatever happens, each file stays whole and usable,
and a run without faults repairs the rest."""

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = "var/snap/microk8s/8511"
STORE = "var/lib/clockguard"
BACKUPS = f"{STORE}/backups"
CALLS = ("openat,openat2,read,pread64,write,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,rmdir,"
         "mkdir,mkdirat,fchmod,chmod,fchmodat,fchown,fgetxattr,fsetxattr,flock,fcntl,access,"
         "faccessat2,readlink,getdents64,ftruncate")
# Between two calls that change something on the disk, one moment is as good as another to die.
CHANGES = {"write", "fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink", "unlinkat",
           "rmdir", "mkdir", "mkdirat", "fchmod", "chmod", "fchmodat", "fchown", "fsetxattr", "flock",
           "fcntl", "ftruncate"}
FILLS_THE_DISK = {"write", "fsync", "fdatasync", "mkdir", "mkdirat", "rename", "renameat",
                  "renameat2", "fsetxattr"}


EACH = "1+"  # strace(1), when=


@dataclass(frozen=True)
class Call:
    name: str
    number: int | str  # the how manieth of its name
    text: str

    @property
    def creates(self):
        return self.name == "openat" and "O_CREAT" in self.text

    @property
    def changes(self):
        # Of fcntl only the locks do.
        return self.creates or (self.name in CHANGES and (self.name != "fcntl" or "SETLK" in self.text))


@dataclass(frozen=True)
class Case:
    deed: str
    call: Call
    fault: str

    def __str__(self):
        return f"{self.deed}: {self.fault} at {self.call.name} {self.call.number}: {self.call.text}"


class Wrong(Exception):
    pass


def demand(fact, message):
    if not fact:
        raise Wrong(message)


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()}


# What every run makes anew, by chance or by the clock: certificates, whole or in base64, and what they are numbered by;
# moments, the names of backups and of files that are not finished.
CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----|[A-Za-z0-9+/=]{256,}", re.DOTALL)
BY_CHANCE = re.compile(rb"\b[0-9A-F]{40}\b|\d{4}-\d\d-\d\dT[\d:.]+Z|\b20\d{6}T\d{6}Z|\"uptime_s\": [\d.]+|(?<=\.clockguard-)\w+")


def but_for_chance(text, known):
    """A text in which what was made anew stands as that; certificates that are `known` stay as they are."""
    same = CERTIFICATE.sub(lambda found: found[0] if found[0] in known else b"new", text)
    return BY_CHANCE.sub(b"new", same)


def certificates_in(folder):
    return {found for text in contents(folder).values() for found in CERTIFICATE.findall(text)}


def state_of(folder, known):
    """All that a program can tell of a folder, but for times, inode numbers and what is by chance."""
    told = []
    for path in sorted(folder.rglob("*")):
        seen = path.lstat()
        inside = os.readlink(path).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        name = but_for_chance(str(path.relative_to(folder)).encode(), known)
        told.append((name, seen.st_mode, seen.st_uid, seen.st_gid, but_for_chance(inside, known)))
    return hashlib.sha256(repr(told).encode()).digest()


def dress(folder):
    return {str(path.relative_to(folder)): (path.stat().st_mode, path.stat().st_uid, path.stat().st_gid)
            for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()}


@dataclass(frozen=True)
class Claim:
    """A certificate that has to fit its key and be good under its CA, at any time or now."""
    name: str
    pem: bytes
    key: bytes
    ca: bytes
    at_any_time: bool


@lru_cache(maxsize=4096)
def misfit(pem, key):
    """What speaks against a certificate and its key; nothing when they belong together."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "crt").write_bytes(pem)
        (place / "key").write_bytes(key)
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(place / "crt", place / "key")
            return ""
        except ssl.SSLError as error:
            return f"not its key's: {error}"


GOOD, REPAIRED = set(), set()


def verify(claims):
    """All that openssl says against those of one CA; one process for all of them."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "ca").write_bytes(claims[0].ca)
        files = []
        for number, claim in enumerate(claims):
            files.append(place / f"{number}-{claim.name.replace('/', '-')}")
            files[-1].write_bytes(claim.pem)
        anytime = ["-no_check_time"] if claims[0].at_any_time else []
        done = subprocess.run(["openssl", "verify", *anytime, "-partial_chain", "-trusted", place / "ca", *files],
                              capture_output=True, check=False, text=True)
        return done.stderr if done.returncode else ""


def check_claims(claims):
    for claim in claims:
        wrong = misfit(claim.pem, claim.key)
        demand(not wrong, f"{claim.name}: {wrong}")
    new = [claim for claim in claims if claim not in GOOD]
    for ca, at_any_time in {(claim.ca, claim.at_any_time) for claim in new}:
        group = [claim for claim in new if (claim.ca, claim.at_any_time) == (ca, at_any_time)]
        wrong = verify(group)
        demand(not wrong, wrong)
        GOOD.update(group)


def embedded(config, field):
    found = re.search(rf"{field}: (\S+)".encode(), config)
    demand(found, f"a kubeconfig without {field}")
    return base64.b64decode(found.group(1))


class Node:
    """A tree below a root, and what it looked like at the beginning."""

    def __init__(self, program, root, begin):
        self.program = program
        self.root = root
        shutil.copytree(begin, root, symlinks=True)
        for path in (root / DATA).rglob("*"):
            if path.is_file():
                os.chmod(path, 0o660)
        if os.geteuid() == 0:
            for path in (root / DATA).rglob("*"):
                os.chown(path, 0, 12345)
        self.dress = dress(root / DATA)
        self.cas = {path.name: path.read_bytes() for path in (root / DATA / "certs").glob("*ca.crt")}

    def command(self, *arguments):
        return [str(self.program), "--root", str(self.root), "certs", *arguments]

    def run(self, *arguments, trace=()):
        return subprocess.run([*trace, *self.command(*arguments)], stdin=subprocess.DEVNULL,
                              capture_output=True, check=False, text=True, timeout=60)

    def files(self):
        return contents(self.root / DATA)

    def backups(self):
        """The names of the whole ones, oldest first."""
        found = {}
        for manifest in (self.root / BACKUPS).glob("*/manifest.json"):
            found[json.loads(manifest.read_text())["number"]] = manifest.parent.name
        return [found[number] for number in sorted(found)]

    def claim(self, name, pem, key, ca):
        """A leaf that begins with its CA to be is no worse than that CA until it is there."""
        issuer = ca.read_bytes()
        return Claim(name, pem, key, issuer, issuer == self.cas[ca.name])

    def claims_of(self, name, text):
        """What a file that was changed has to keep."""
        folder = self.root / DATA
        ca = folder / ("certs/front-proxy-ca.crt" if "front-proxy" in name else "certs/ca.crt")
        if name.endswith(".srl"):
            demand(re.fullmatch(rb"[0-9A-F]{40}\n", text), f"{name} holds {text}")
            return []
        if name.endswith(".config"):
            return [self.claim(name, embedded(text, "client-certificate-data"), embedded(text, "client-key-data"), ca)]
        demand(name.endswith(".crt"), f"{name} was changed")
        return [self.claim(name, text, (folder / name).with_suffix(".key").read_bytes(), ca)]

    def check_whole(self, *known):
        """Every file is as it was at one of these moments, or new and good."""
        now = self.files()
        claims = []
        for name, text in now.items():
            demand(name in known[0] or ".clockguard-" in name, f"{name} has appeared")
            if name in known[0] and all(text != files[name] for files in known):
                claims += self.claims_of(name, text)
        check_claims(claims)
        for name in known[0]:
            demand(name in now, f"{name} is gone")
        worn = dress(self.root / DATA)
        for name, want in self.dress.items():
            demand(worn[name] == want, f"{name} has another owner or mode")

    def check_tidy(self, begin):
        demand(set(self.files()) == set(begin), f"litter: {set(self.files()) - set(begin)}")
        for path in (self.root / STORE).iterdir():
            demand(path.name in ("backups", "refreshes.json", "state.json"), f"litter: {path}")
        for backup in (self.root / BACKUPS).iterdir():
            manifest = backup / "manifest.json"
            demand(manifest.exists(), f"{backup.name} has no manifest")
            want = {file["stored"] for file in json.loads(manifest.read_text())["files"]}
            demand(want | {"manifest.json"} == set(contents(backup)), f"litter in {backup.name}")

    def check_said(self, done, what):
        demand(done.returncode == 0, f"{what} exits with {done.returncode}: {done.stdout}{done.stderr}")


def calls_of(node, arguments):
    """The system calls of a run that touch the tree."""
    with tempfile.NamedTemporaryFile("r") as log:
        done = node.run(*arguments, trace=["strace", "-f", "-qq", "-y", "-s", "0", "-o", log.name,
                                           "-e", f"trace={CALLS}"])
        node.check_said(done, "a run under strace")
        counts, calls = {}, []
        for line in log.read().splitlines():
            text = line.split(maxsplit=1)[1]
            name = text.split("(", 1)[0]
            counts[name] = counts.get(name, 0) + 1
            if str(node.root) in text:
                calls.append(Call(name, counts[name], text.replace(str(node.root), "")))
        return calls


def is_told_apart(call, calls):
    """What only reads, and reads the same again, fails the first two times and the last."""
    alike = [each.number for each in calls if (each.name, each.text) == (call.name, call.text)]
    return call.changes or call.number in (*alike[:2], alike[-1])


def cases_of(deed, calls):
    # A kernel or a seccomp filter without it: we walk, and all has to be well.
    yield Case(deed, Call("openat2", EACH, "each call"), "error=ENOSYS")
    for call in calls:
        if not is_told_apart(call, calls):
            continue
        if call.changes:
            yield Case(deed, call, "signal=KILL")
        if call.creates or call.name in FILLS_THE_DISK:
            yield Case(deed, call, "error=ENOSPC")
        if call.creates:
            yield Case(deed, call, "error=EROFS")
        yield Case(deed, call, "error=EIO")


def run_faulty(node, case, arguments):
    inject = f"{case.call.name}:{case.fault}:when={case.call.number}"
    # Behind a filter of the kernel's only the calls of that name stop the program; strace 6.1 then injects no signal.
    filtered = [] if "KILL" in case.fault else ["--seccomp-bpf"]
    with tempfile.NamedTemporaryFile("r") as log:
        done = node.run(*arguments, trace=["strace", "-f", *filtered, "-qq", "-o", log.name, "-e",
                                           f"trace={case.call.name}", "-e", f"inject={inject}"])
        happened = log.read()
    if "KILL" in case.fault:
        demand(done.returncode in (-9, 137), f"it was not killed, but exits with {done.returncode}")
        return done
    demand("(INJECTED)" in happened, "nothing failed")
    demand("ENOSYS" not in case.fault or done.returncode == 0,
           f"it exits with {done.returncode} without openat2: {done.stderr}")
    demand(done.returncode in (0, 1, 2, 3, 4, 78), f"it exits with {done.returncode}: {done.stderr}")
    demand(done.returncode == 0 or re.search("cannot|CG2..", done.stderr + done.stdout),
           f"it exits with {done.returncode} and does not say why")
    return done


def undo_all(node, names, old):
    """From the newest to the oldest, as every run has changed other files."""
    for name in reversed(names):
        node.check_said(node.run("undo", "--to", name), "undo")
    now = node.files()
    for path, text in old.items():
        demand(path.endswith(".srl") or now[path] == text, f"undo has not restored {path}")


class Refresh:
    arguments = ("refresh", "--yes")

    def __init__(self, begin):
        self.begin = begin
        self.known = certificates_in(begin)

    def check(self, node, done):
        old = contents(self.begin / DATA)
        node.check_whole(old)
        if done.returncode == 0:
            node.check_said(node.run("check"), "it said that all is well; check")
        state = (self.arguments, state_of(node.root, self.known))
        if state in REPAIRED:
            return
        node.check_said(node.run(*self.arguments), "the run that repairs")
        node.check_said(node.run("check"), "check")
        node.check_whole(old)
        node.check_tidy(old)
        undo_all(node, node.backups(), old)
        node.check_tidy(old)
        REPAIRED.add(state)


class Undo:
    arguments = ("undo",)

    def __init__(self, begin, refreshed):
        self.old = contents(begin / DATA)
        self.begin = refreshed
        self.known = certificates_in(begin) | certificates_in(refreshed)

    def check(self, node, done):
        new = contents(self.begin / DATA)
        node.check_whole(new, self.old)
        first = node.backups()[0]
        if done.returncode == 0:
            demand(all(text in (self.old[name], new[name]) for name, text in node.files().items()
                       if name in new), "it said that all is well")
        state = (self.arguments, state_of(node.root, self.known))
        if state in REPAIRED:
            return
        undo_all(node, [first], self.old)
        node.check_tidy(new)
        node.check_said(node.run(*Refresh.arguments), "refresh afterwards")
        node.check_tidy(new)
        REPAIRED.add(state)


def run_case(lab, case):
    deed = lab.deeds[case.deed]
    name = hashlib.sha256(str(case).encode()).hexdigest()[:16]
    # As long as the tree that was traced: the calls must be the same.
    node = Node(lab.program, lab.folder / name, deed.begin)
    try:
        deed.check(node, run_faulty(node, case, deed.arguments))
        return None
    except Wrong as wrong:
        return f"{case}\n    {wrong}"
    finally:
        if not lab.keep:
            shutil.rmtree(node.root)


class Lab:
    def __init__(self, options, folder):
        self.program = options.clockguard.resolve()
        self.keep = options.keep
        self.folder = folder
        begin = folder / "begin"
        subprocess.run([options.tree, begin], check=True)
        refreshed = Node(self.program, folder / "refreshed", begin)
        self.deeds = {"refresh": Refresh(begin)}
        refreshed.check_said(refreshed.run(*Refresh.arguments), "a refresh without faults")
        # Of a second of its own: one of the traced run's would be told apart by a call that no case meets again.
        [name] = refreshed.backups()
        (refreshed.root / BACKUPS / name).rename(refreshed.root / BACKUPS / "20200101T000000Z")
        self.deeds["undo"] = Undo(begin, refreshed.root)

    def cases(self):
        for name, deed in self.deeds.items():
            node = Node(self.program, self.folder / f"traced-{name}", deed.begin)
            yield from cases_of(name, calls_of(node, deed.arguments))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clockguard", type=Path, required=True)
    parser.add_argument("--tree", type=Path, required=True, help="faults_tree")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", action="store_true", help="keep the trees")
    options = parser.parse_args()
    # In memory: each case waits for the disk a hundred times.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="clockguard-faults-", dir=memory))
    try:
        lab = Lab(options, folder)
        cases = [case for case in lab.cases() if options.only in str(case)]
        with ThreadPoolExecutor(options.jobs) as pool:
            failures = 0
            for said in pool.map(lambda case: run_case(lab, case), cases):
                failures += said is not None
                if said:
                    print(said, flush=True)
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    print(f"{len(REPAIRED)} different states were left, and repaired")
    print(f"{len(cases) - failures} passed, {failures} failed, 0 skipped")
    return 0 if REPAIRED and not failures else 1


if __name__ == "__main__":
    sys.exit(main())

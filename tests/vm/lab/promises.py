# SPDX-License-Identifier: Apache-2.0
"""What clockguard promises, each as a check that several scenarios share."""

import json

from lab import certificate
from lab.facts import DAEMONS, require
from lab.tree import LEAVES, LEFT_STATE

STEPPED = "System clock was stepped by"
GATE_WAITS = "holding MicroK8s until"
SYNCHRONISED = "^Selected source"
REFUSED = "x509: certificate has expired or is not yet valid"
CHAINS = {"server.crt": "ca.crt", "front-proxy-client.crt": "front-proxy-ca.crt", "client.crt": "ca.crt",
          "apiserver-kubelet-client.crt": "ca.crt"}
# What MicroK8s itself writes at every start, whether or not anything changed.
OWN_WRITES = {"./8511/certs/csr.conf.rendered", "./common/run/containerd/last-start-date"}


def runs_on(facts, suite):
    """The guest is of that release of Debian; returns what it is made of."""
    codename, versions, kernel = (facts.command(name).out for name in ["codename", "versions", "kernel"])
    require(codename == suite, f"the guest should be of Debian's '{suite}', but is of '{codename}'")
    return f"{codename}: {', '.join(versions.splitlines())}, Linux {kernel}"


def outcome(facts):
    text = facts.file("state.json")
    require(text, "there is no state.json")
    return json.loads(text)["gate"]["outcome"]


def ended_as(facts, word):
    require(outcome(facts) == word, f"the outcome should be '{word}', but is '{outcome(facts)}'")


def no_daemon_before(facts, moment):
    starts = facts.daemon_starts()
    require(sorted(starts) == sorted(DAEMONS), f"not all daemons were started: {sorted(starts)}")
    for name, start in starts.items():
        require(start > moment, f"{name} started {moment - start:.3f} s too early")


def leaves_are_valid(facts):
    for name in LEAVES:
        require(facts.certificate(name).is_valid_at(facts.now()), f"{name} is not valid now")


def reissued(facts, *names):
    """The named ones were laid on the disk with bad dates; now they are the same certificates with right ones."""
    for name in names:
        old, new = facts.bad_certificate(name), facts.certificate(name)
        require(not old.is_valid_at(facts.now()), f"{name} was not bad to begin with")
        require(new.is_valid_at(facts.now()), f"{name} is not valid now")
        require(new.not_after != old.not_after, f"{name} was not issued anew")
        # A CA keeps its number: what it signed may name it by that.
        kept = new.serial == old.serial
        require(kept != (name in LEAVES), f"{name} has {'kept' if kept else 'changed'} its serial number")
        changed = [field for field in old.fields if old.fields[field] != new.fields.get(field)]
        require(old.fields.keys() == new.fields.keys() and not changed,
                f"{name} is not the same certificate with other dates: {', '.join(changed)}")
        require(name in facts.command("backups").out, f"there is no backup of {name}")


def openssl_accepts(facts):
    """Every certificate of the control plane that was re-issued or might have been, by the CA its peer has."""
    pem = facts.document["pem"]
    for name, ca in CHAINS.items():
        said = certificate.verify(pem[name], pem[ca], facts.now())
        require(not said, f"openssl does not accept {name}: {said}")


def kubectl_works(facts):
    command = facts.command("kubectl")
    require(command.code == 0, f"'{command.line}' ended with {command.code}: {command.err}")


def kubectl_is_refused(facts):
    kubectl = facts.command("kubectl")
    require(REFUSED in kubectl.err, f"kubectl should be refused, but it ended with {kubectl.code}: "
                                    f"{kubectl.err or kubectl.out}")


def rtc_is_right(facts):
    """Within 2 s, seen from inside and from outside; both read whole seconds, so half a second is the best guess."""
    inside, outside = facts.document["clocks"], facts.document["outside"]
    for where, rtc, now in [("inside", inside["rtc"], inside["system"]), ("outside", outside["rtc"], outside["now"])]:
        off = rtc + 0.5 - now
        require(abs(off) <= 2.5, f"the hardware clock is off by {off:.1f} s, seen from {where}")


def clock_stayed(facts):
    """Nobody moved the system clock by more than the fraction of a second that an RTC cannot show."""
    ahead = [entry["realtime"] - entry["monotonic"] for entry in facts.document["journal"]]
    moved = max(ahead) - min(ahead)
    require(moved < 2, f"the system clock was moved by {moved:.1f} s")


def came_up_right(facts, righted, outcome):
    """Once the clock was put right, by what the journal says of it at `righted`, all else is right too."""
    no_daemon_before(facts, righted["monotonic"])
    ended_as(facts, outcome)
    leaves_are_valid(facts)
    kubectl_works(facts)
    rtc_is_right(facts)
    nothing_failed(facts)


def only_failed(facts, *units):
    failed = facts.command("failed").out
    require([line.split()[0] for line in failed.splitlines()] == sorted(units), f"failed units: {failed or 'none'}")


def nothing_failed(facts):
    only_failed(facts)


def changed_files(facts):
    """What differs below MicroK8s' directory since before anybody could touch it: bytes, mode, owner or time."""
    before, after = facts.listing("before"), facts.listing("after")
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def untouched(facts):
    changed = changed_files(facts) - OWN_WRITES
    require(not changed, f"changed: {', '.join(sorted(changed))}")


def cleaned_up(facts):
    """MicroK8s took the boot for a boot: nothing of the last one's containers is left."""
    facts.first("first start since boot, cleaning up", "snap.microk8s.daemon-containerd.service")
    require(_left_state() not in facts.listing("after"), "the state of the last boot is still there")


def kept_stale_state(facts):
    require(not facts.lines("first start since boot, cleaning up"), "MicroK8s cleaned up although its stamp is ahead")
    require(_left_state() in facts.listing("after"), "the state of the last boot is gone")


def _left_state():
    return "." + LEFT_STATE.removeprefix("/var/snap/microk8s")


def console_says(facts, *words):
    lines = [line for line in facts.console.splitlines() if "clockguard" in line]
    for word in words:
        require(any(word in line for line in lines), f"the console has no line of clockguard's with '{word}'")


def repaired_before_the_daemons(facts, *certificates):
    reissued(facts, *certificates)
    openssl_accepts(facts)
    no_daemon_before(facts, facts.first("^Finished", "clockguard-certs.service")["monotonic"])
    require(not facts.lines("cert change detected"), "the kicker had to issue certificates")
    ended_as(facts, "synchronized")
    kubectl_works(facts)
    nothing_failed(facts)

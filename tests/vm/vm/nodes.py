# SPDX-License-Identifier: Apache-2.0
"""Boots of other kinds of nodes: a worker, a node of a cluster, a node whose MicroK8s is stopped."""

import re

from vm import certificate, promises
from vm.facts import DAEMONS, require
from vm.guarded import STEPS
from vm.scenario import DAY, Scenario
from vm.tree import FRONT_PROXY_CA, ISSUE_FRONT_PROXY, ISSUE_LEAVES, LEAVES

MULTI_USER = "/etc/systemd/system/multi-user.target.wants"

# The control plane's CA is the node's own here: that clockguard could sign by its key must not tempt it.
JOINED_AS_WORKER = f"""
touch "$lock/clustered.lock" "$lock/no-k8s-dqlite"
rm "$lock/no-apiserver-proxy"
cp "$certs/ca.crt" "$certs/ca.remote.crt"
create_user_cert kubelet "/CN=system:node:node/O=system:nodes" "DNS:node"
create_user_cert proxy "/CN=system:kube-proxy"
create_kubeconfig kubelet system:node:node
create_kubeconfig proxy system:kube-proxy
{ISSUE_LEAVES}
"""
JUDGED_ON_WORKER = ["kubelet", "proxy", "kubelet.config", "proxy.config"]

WORKER_STEPS = """
until_true boot_is_over
for name in kubelite apiserver-proxy cluster-agent; do
    until_true systemctl is-active "snap.microk8s.daemon-$name.service"
done
until_true is_over clockguard-recheck.service
run refresh clockguard certs refresh --yes
finish
"""

STOPPED_STEPS = """
until_true boot_is_over
until_true is_over clockguard-recheck.service
keep_units booted
run lock ls /var/snap/microk8s/current/var/lock/stopped.lock
systemctl stop clockguard-recheck.path
/usr/lib/vm/full-disk 0 1 2 3 4 5 6 7 8 9 64
run start microk8s start
until_true microk8s_is_up
ask_kubectl
finish
"""


def worker_kept(facts):
    promises.untouched(facts)
    promises.ended_as(facts, "synchronized")
    refresh = facts.command("refresh")
    require(refresh.code == 4, f"'{refresh.line}' should be refused (4), but ended with {refresh.code}: {refresh.err}")
    named = re.findall(r"^CG212 '(\S+)' .*a worker's certificates are signed by the control plane", refresh.out,
                       re.MULTILINE)
    require(sorted(named) == sorted(JUDGED_ON_WORKER), f"refused should be only the worker's own, but was {named}")
    promises.no_daemon_before(facts, facts.first("^Finished", "clockguard-certs.service")["monotonic"])
    promises.only_failed(facts, "clockguard-recheck.service")
    return f"MicroK8s started; no byte changed; named with the way out (CG212), and a failed unit as long as the " \
           f"node needs somebody: {', '.join(named)}"


def cluster_node_repaired(facts):
    passes = facts.file("passes")
    require("ensure_server_ca" in passes and "produce_certs" not in passes, "the kicker does not know the role")
    promises.reissued(facts, FRONT_PROXY_CA, *LEAVES)
    promises.openssl_accepts(facts)
    promises.no_daemon_before(facts, facts.first("^Finished", "clockguard-certs.service")["monotonic"])
    require(not facts.lines("cert change detected"), "the kicker had to issue certificates")
    promises.ended_as(facts, "synchronized")
    promises.kubectl_works(facts)
    promises.nothing_failed(facts)
    return "front-proxy CA re-dated with its key, both leaves re-issued below the CAs; openssl and kubectl accept them"


def stayed_stopped(facts):
    # systemd does not even load a unit that nobody wants.
    up = [name for name in DAEMONS
          if facts.units("booted").get(f"snap.microk8s.daemon-{name}.service", {}).get("ActiveState", "") == "active"]
    require(not up, f"started although stopped: {', '.join(up)}")
    starts = facts.lines("^Started ", "snap.microk8s.daemon-kubelite.service")
    require(len(starts) == 1, f"kubelite was started {len(starts)} times, and once by `microk8s start`")
    require(facts.command("lock").code == 0, "stopped.lock is gone")
    for name in LEAVES:
        require(certificate.read(facts.file(f"booted/{name}")).is_valid_at(facts.now()), f"{name} was not repaired")
    shown = nothing_torn(facts)
    promises.reissued(facts, *LEAVES)
    promises.openssl_accepts(facts)
    promises.kubectl_works(facts)
    return f"no daemon started before `microk8s start`, then kubectl works; disk full: {shown}"


def nothing_torn(facts):
    """However little room was left: a certificate is the old one or a good one, and the exit code says which."""
    ends = [attempt(facts, left) for left in facts.file("full/tried").split()]
    require(set(ends) == {0, 2}, f"the disk was never full, or always: {ends}")
    return f"{ends.count(2)} attempts failed with 2 and a reason, nothing was torn or lost; with room it was repaired"


def attempt(facts, left):
    """Judges the attempt with so many blocks left; returns its exit code."""
    done, what = facts.command(f"full-{left}"), f"{left} blocks left"
    renewed = [name for name in LEAVES if is_renewed(facts, left, name)]
    wanted = 0 if renewed == LEAVES else 2
    require(done.code == wanted, f"{what}: only {renewed} renewed, but it ended with {done.code}: {done.err}{done.out}")
    require(wanted == 0 or "No space left on device" in done.err + done.out,
            f"{what}: it does not say why it failed: {done.err}{done.out}")
    require(facts.file(f"full/{left}/names") == facts.file("full/names"), f"{what}: files came or went")
    return done.code


def is_renewed(facts, left, name):
    now = facts.file(f"full/{left}/{name}")
    if now == facts.document["outside"]["certificates"][name]:
        return False
    require(certificate.read(now).is_valid_at(facts.now()), f"{left} blocks left: {name} is not valid")
    return True


SCENARIOS = [
    Scenario("worker", "on a worker only its own files are judged, and nothing is touched", WORKER_STEPS, worker_kept,
             microk8s=JOINED_AS_WORKER, microk8s_ahead=30 * DAY),
    Scenario("cluster-node", "a cluster's node with a front-proxy CA from the future is repaired", STEPS,
             cluster_node_repaired, microk8s=f'touch "$lock/no-cert-reissue"; {ISSUE_FRONT_PROXY}',
             microk8s_ahead=30 * DAY),
    Scenario("stopped", "a stopped MicroK8s stays stopped, and a full disk tears nothing", STOPPED_STEPS,
             stayed_stopped, microk8s=f'touch "$lock/stopped.lock"; {ISSUE_LEAVES}', microk8s_ahead=30 * DAY,
             removed=tuple(f"{MULTI_USER}/snap.microk8s.daemon-{name}.service" for name in DAEMONS)),
]

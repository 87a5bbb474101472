# SPDX-License-Identifier: Apache-2.0
"""Boots of other kinds of nodes: a worker, a node of a cluster, one whose MicroK8s is stopped, one that was installed
under a wrong clock, one of before 1.28 with a CA from elsewhere."""

import re

from lab import certificate, promises
from lab.facts import DAEMONS, require
from lab.guarded import STEPS, and_then
from lab.image import ADDRESS, HOST_NAME
from lab.scenario import DAY, Scenario
from lab.tree import FRONT_PROXY_CA, ISSUE_FRONT_PROXY, ISSUE_LEAVES, LEAVES

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

# All that MicroK8s makes of itself, its CAs included.
INSTALLED_ANEW = f"""
hostname() {{ echo "{ADDRESS} "; }}
ip() {{ return 1; }}
rm "$certs"/*.crt "$certs"/*.key "$certs"/*.srl "$certs/csr.conf"
produce_certs
create_user_certificates {HOST_NAME}
create_kubeconfigs {HOST_NAME}
init_cluster {HOST_NAME}
"""
CAS = ["ca.crt", FRONT_PROXY_CA]

# Once the node is well, its clock runs five minutes ahead for a moment: the timer looks at each such step.
FUTURE_STEPS = and_then("""
noted_ahead() { ! cmp --silent /run/clockguard/excursion /run/vm-excursion; }
keep_file cluster.crt /var/snap/microk8s/current/var/kubernetes/backend/cluster.crt
run check clockguard certs check
cp /run/clockguard/excursion /run/vm-excursion || :
run ahead date --set '+5 minutes'
until_true noted_ahead
run back date --set '-5 minutes'
until_true is_over clockguard-recheck.service
until_true microk8s_is_up
run kubectl-after kubectl get nodes
""")

# Before 1.28 the kubeconfigs had tokens, and nobody but the kubelet a certificate; the CA is one of the site's, below
# a root that the node does not have.
OLD_NODE = f"""
root=$(mktemp --directory)
dated() {{ faketime -f -100d "$@"; }}
gen_key "$root/key"
dated openssl req -x509 -new -key "$root/key" -subj "/CN=Site root" -days 7300 -out "$root/crt"
subject=$(openssl x509 -noout -subject -nameopt compat -in "$certs/ca.crt")
dated openssl req -new -key "$certs/ca.key" -subj "${{subject#subject=}}" -out "$root/csr"
echo "basicConstraints=critical,CA:true" >"$root/ext"
dated openssl x509 -req -in "$root/csr" -CA "$root/crt" -CAkey "$root/key" -CAcreateserial -days 3650 \\
    -extfile "$root/ext" -out "$certs/ca.crt"
for name in client controller scheduler proxy kubelet; do
    create_kubeconfig "$name" "$name"
    sed -i -e "/client-key-data/d" -e "s/client-certificate-data: .*/token: secret-of-$name/" \\
        "$SNAP_DATA/credentials/$name.config"
    echo "secret-of-$name,$name,$name" >>"$SNAP_DATA/credentials/known_tokens.csv"
done
echo '--token-auth-file=${{SNAP_DATA}}/credentials/known_tokens.csv' >>"$SNAP_DATA/args/kube-apiserver"
rm "$certs"/{{client,controller,scheduler,proxy}}.{{crt,key}} "$certs"/apiserver-kubelet-client.*
sed -i '/--kubelet-client-/d' "$SNAP_DATA/args/kube-apiserver"
rm -r "$root"
{ISSUE_LEAVES}
"""
OLD_STEPS = and_then("run check clockguard certs check")

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
    promises.repaired_before_the_daemons(facts, FRONT_PROXY_CA, *LEAVES)
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


def repaired_whole(facts):
    for name in [*CAS, *promises.CHAINS]:
        require(facts.certificate(name).is_valid_at(facts.now()), f"{name} is not valid now")
    require(certificate.read(facts.file("cluster.crt")).is_valid_at(facts.now()), "cluster.crt is not valid now")
    promises.openssl_accepts(facts)
    promises.no_daemon_before(facts, facts.first("^Finished", "clockguard-certs.service")["monotonic"])
    promises.kubectl_works(facts)
    check = facts.command("check")
    require(check.code == 0, f"'{check.line}' ended with {check.code}: {check.out}")
    promises.nothing_failed(facts)
    return f"CAs, k8s-dqlite's certificate and all below them re-dated before the first daemon; {excursion_ended(facts)}"


def excursion_ended(facts):
    restarts = facts.lines(r"^restarting snap\.microk8s\.daemon-kubelite", "clockguard-recheck.service")
    require(len(restarts) == 1, f"kubelite was restarted {len(restarts)} times for five minutes ahead and back")
    after = facts.command("kubectl-after")
    require(after.code == 0, f"'{after.line}' ended with {after.code}: {after.err}")
    return "five minutes ahead and back under a running kubelite: restarted once"


def old_node_repaired(facts):
    promises.reissued(facts, *LEAVES)
    for name in LEAVES:
        said = certificate.verify(facts.document["pem"][name], facts.document["pem"][promises.CHAINS[name]], facts.now())
        require(not said, f"openssl does not accept {name}: {said}")
    check = facts.command("check")
    require(check.code == 0, f"'{check.line}' ended with {check.code}: {check.out}")
    promises.kubectl_works(facts)
    promises.nothing_failed(facts)
    return "leaves re-issued below the site's own CA; kubectl with its token accepts them"


SCENARIOS = [
    Scenario("worker", "on a worker only its own files are judged, and nothing is touched", WORKER_STEPS, worker_kept,
             microk8s=JOINED_AS_WORKER, microk8s_ahead=30 * DAY),
    Scenario("cluster-node", "a cluster's node with a front-proxy CA from the future is repaired", STEPS,
             cluster_node_repaired, microk8s=f'touch "$lock/no-cert-reissue"; {ISSUE_FRONT_PROXY}',
             microk8s_ahead=30 * DAY),
    Scenario("stopped", "a stopped MicroK8s stays stopped, and a full disk tears nothing", STOPPED_STEPS,
             stayed_stopped, microk8s=f'touch "$lock/stopped.lock"; {ISSUE_LEAVES}', microk8s_ahead=30 * DAY,
             removed=tuple(f"{MULTI_USER}/snap.microk8s.daemon-{name}.service" for name in DAEMONS)),
    Scenario("installed-ahead", "a node that was installed a month ahead is repaired whole", FUTURE_STEPS,
             repaired_whole, microk8s=INSTALLED_ANEW, microk8s_ahead=30 * DAY),
    Scenario("old-node", "a node of before 1.28 with a CA from elsewhere is repaired", OLD_STEPS, old_node_repaired,
             microk8s=OLD_NODE, microk8s_ahead=30 * DAY),
]

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/explain.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace clockguard {
namespace {

/// A table, longer than a file should be: each code has one entry, and a test finds the code that
/// has none.
constexpr std::array table{
    Explanation{"CG101", "there is no hardware clock",
                R"(The kernel lists no real-time clock in /sys/class/rtc. Some virtual machines and
many boards have none. Such a machine starts at the time its kernel was built,
or at the last time systemd wrote down, until the network or the host tells it
better.

Nothing is broken. Let the boot gate wait for the network's time; clockguard rtc
has nothing to do here.)"},
    Explanation{"CG102", "the hardware clock cannot be read",
                R"(The message says why, as the kernel told it:

  Invalid argument        it was never set, or lost power: set it
  Connection timed out    it never ended its update: a fault of the (virtual) device
  Input/output error      it holds no time
  Permission denied       only root may open it, and sysfs gave nothing either
  Device or resource busy another program holds it, often chronyd with rtcfile

If it was never set: sudo clockguard rtc set --from system)"},
    Explanation{"CG103", "the hardware clock is far from the system clock",
                R"(The kernel takes its first time from the hardware clock. If that is wrong, the
next boot starts wrong, and MicroK8s issues certificates that are dated wrong
before chronyd has corrected the clock.

Where the system clock is trusted:
  sudo clockguard rtc set --from system

Causes, the likeliest first:
  - The guest wrote the right time while its Hyper-V host was wrong. The host
    keeps the difference; once it is set right itself, the guest starts wrong.
    Setting the hardware clock once ends this.
  - The host's own clock is wrong. Then the fault returns at every boot.
    On the host:  w32tm /query /status
                  Get-VMIntegrationService -VMName NAME -Name 'Time Synchronization'
  - It keeps local time: the difference is whole quarter hours. See CG106.
  - Its battery is empty.

If nobody vouches for the system clock, clockguard will not say which of the two
is wrong, and sets neither.)"},
    Explanation{"CG104", "the hardware clock keeps local time",
                R"(The third line of /etc/adjtime says LOCAL. The kernel reads the hardware clock as
UTC, so the boot starts off by the zone's hours until systemd corrects it, and
twice a year somebody has to move the clock.

  sudo timedatectl set-local-rtc 0)"},
    Explanation{"CG105", "the hardware clock shows what has certainly passed",
                R"(It shows less than the newest moment that is certain: the last time this machine
found its clock trusted, or the build of clockguard. It lost power, was set back,
or was never set.

Once the system clock is trusted:  sudo clockguard rtc set --from system)"},
    Explanation{"CG106", "the hardware clock probably keeps local time",
                R"(It differs by a whole number of quarter hours, to a few seconds, as local time
differs from UTC; nothing else comes out so round. The kernel takes what it shows
for UTC, so every boot starts wrong by that much. A Hyper-V host gives a guest its
own local time as long as the guest has never set its hardware clock; so does a
machine on which Windows runs too.

rtc set refuses to overwrite it unasked. Where the system clock is trusted, write UTC
once, and it stays:
  sudo clockguard rtc set --from system --trust-adjtime
On the host:  Get-TimeZone

Where another system needs local time in it, say so here, and systemd takes it
into account at boot:  sudo timedatectl set-local-rtc 1

If /etc/adjtime says LOCAL already, the clock does not keep that zone's time:
either the file is wrong (sudo timedatectl set-local-rtc 0), or the zone of this
machine is (timedatectl set-timezone).)"},
    Explanation{
        "CG107", "the hardware clock sends no update interrupts",
        R"(Its driver takes RTC_UIE_ON, by which a clock tells when its second begins, and no
interrupt comes. Some virtual clocks do this. Nothing is wrong with the time:
clockguard looks at the clock every millisecond as well, and says which of the two saw
the second begin.

hwclock waits ten seconds for the interrupt and then fails: "select() to /dev/rtc0 to
wait for clock tick timed out". Use clockguard rtc show --precise instead.)"},
    Explanation{
        "CG108", "the hardware clock stands still",
        R"(Its seconds do not advance. It was stopped, as some clocks are when they lose power,
or its (virtual) device is broken.

Setting it starts it again:  sudo clockguard rtc set --from system
If it stands still after that too, the device is broken; on a virtual machine, ask
whoever runs the host.)"},
    Explanation{
        "CG109", "the hardware clock did not keep what was written",
        R"(It was set, read back right, and was wrong some seconds later. Somebody else sets it:

  - The kernel, every eleven minutes while the clock counts as synchronised. It
    writes past the RTC class: no log line, no busy device. Was the system clock
    stepped, and by whom?  clockguard diagnose
  - Another program: chronyd with rtcfile, a cron job with hwclock.
  - The host, when it restores or migrates the virtual machine.

Find out who, then:  sudo clockguard rtc set --from system --verify-for 1min)"},
    Explanation{"CG110", "the system clock shows what has certainly passed",
                R"(The clock is behind the last time this machine found it trusted, or behind the
build of clockguard. It cannot be right, whoever says so. What is issued now may
expire too early, and certificates that are valid look as if they were not yet.

Let chronyd set it:  sudo chronyc makestep
If the last trusted moment itself was wrong, remove
/var/lib/clockguard/last-good.json.)"},
    Explanation{"CG111", "the clock was stepped far since boot",
                R"(Someone moved the system clock by more than a minute after boot, and MicroK8s was
not held back until then. What was dated before the step is dated wrong:
certificates, tokens, leases, log files.

Look at the certificates:  clockguard certs check
The story is in clockguard diagnose. The boot gate makes MicroK8s wait the next
time.)"},
    Explanation{
        "CG112", "the hardware clock reports trouble",
        R"(Its driver says so itself (RTC_VL_READ): that its time is invalid, its backup battery
low or empty, or its accuracy low. Drivers of virtual clocks report nothing.

An invalid time is cleared by setting it:  sudo clockguard rtc set --from system
If the battery is reported after that too, change it: without it the next boot
after a power cut starts at any time.)"},
    Explanation{"CG120", "nothing keeps the hardware clock right",
                R"(chronyd keeps the system clock, but its configuration lacks rtcsync. The kernel
therefore takes its clock for unsynchronised and never writes the hardware
clock, which drifts, or stays as wrong as it is.

Add to chrony.conf and restart chronyd:
  rtcsync)"},
    Explanation{"CG130", "the host keeps the hardware clock at a wrong distance",
                R"(Cause A. A Hyper-V host keeps a guest's hardware clock as a distance from its own
clock. The host is right now and the guest's clock was not: the distance is wrong.
It was written while the host was wrong, or by a guest that was wrong itself. A
clone, or a machine imported with its guest-state file, brings another machine's
distance along (cause E): the numbers are the same.

Set it once, and it stays right:
  sudo clockguard rtc set --from system)"},
    Explanation{
        "CG131", "the guest started with its host's wrong clock",
        R"(Cause B. Hardware clock and Hyper-V host agreed, and network time contradicts both,
or the host stepped the guest to its own time. Nothing that is done in here lasts
until the host is right. On the host:
  w32tm /query /status /verbose
  w32tm /query /source
  w32tm /resync /rediscover
A host that takes its time from a domain controller in one of its own guests follows
itself; take that guest off the host's time:
  Disable-VMIntegrationService -VMName DC -Name 'Time Synchronization'

If the host is behind, set the hardware clock again here once the host is right: what
was written before goes wrong by as much (CG130).)"},
    Explanation{
        "CG132", "the host undoes what is written to the hardware clock",
        R"(Cause B. The host's clock is ahead by more than two days. The right time written here
is kept as a distance back from the host's clock, and at the next start of the
guest two days of that are kept at most: it starts as far ahead as the host, less
two days, at every boot. So Microsoft's open VMM does it; see whether this host does
by comparing the two clocks: clockguard diagnose -v (boot.cause).

Only the host's clock ends it. On the host:
  w32tm /query /status /verbose
  w32tm /resync /rediscover)"},
    Explanation{
        "CG133", "the hardware clock held local time at boot",
        R"(Cause C. It was a whole number of quarter hours from network time, and the host, where
it was heard, was not. A guest that never set its hardware clock gets its host's
local time.

Write UTC once:  sudo clockguard rtc set --from system
On the host:     Get-TimeZone
More: clockguard explain CG106)"},
    Explanation{"CG134", "the guest stood still",
                R"(Cause D. The guest was paused, saved, or restored from a checkpoint after it had
booted, and its clock was stepped forward when it went on. No hardware clock is
wrong, and nothing is to be set. MicroK8s saw the step: clockguard certs check

On the host, to see what is done with the guest when the host shuts down:
  Get-VM NAME | select State,AutomaticStartAction,AutomaticStopAction
  Get-VMSnapshot NAME)"},
    Explanation{
        "CG135", "a file moves the clock forward at boot",
        R"(Cause F. The hardware clock was right; a program of this guest moved the clock forward
to the date of a file that was written while the clock was ahead, or will do so at
the next boot. Both programs move the clock forward only, never back:
  chronyd -s          the date of the drift file, where the hardware clock shows less
  systemd-timesyncd   the date of /var/lib/systemd/timesync/clock

While the clock is right, date them now:
  sudo touch -c /var/lib/chrony/*drift /var/lib/systemd/timesync/clock
and see whether chronyd is started with -s:
  systemctl cat chronyd.service chrony.service; cat /etc/sysconfig/chronyd)"},
    Explanation{
        "CG137", "boots keep starting at a wrong time",
        R"(The records of the last boots (/var/lib/clockguard/boots) say so: the finding counts
them and dates the first. A hardware clock that was set right once stays right on a
host that is right. That it does not, points at
  - the host's clock: CG131, CG132
  - a hardware clock that nobody sets: CG120, and clockguard rtc check
  - a guest that is restored from the same checkpoint or image for every boot

On the host:  w32tm /query /status /verbose
              Get-VMIntegrationService -VMName NAME -Name 'Time Synchronization')"},
    Explanation{
        "CG139", "why the boot started wrong is undetermined",
        R"(The hardware clock was wrong, and what is known of the host's clock does not decide
whose fault it was. The finding names what is missing. Usually it is the host's
word: enable its Time Synchronization service, and the next boot will tell.

On the host:  Enable-VMIntegrationService -VMName NAME -Name 'Time Synchronization'
              w32tm /query /status /verbose
In here:      sudo clockguard rtc set --from system)"},
    Explanation{"CG201", "a certificate is not yet valid",
                R"(It was issued by a clock that was ahead. kubectl, and every program that checks
certificates, refuses it until its first day has come:
  x509: certificate has expired or is not yet valid

  sudo clockguard certs refresh --not-yet-valid

signs it anew with the same key, names and extensions, keeps a backup, and
touches nothing while the clock is not trusted. Set the hardware clock right
first (CG103), or the next boot does it again.

MicroK8s has another way, for server.crt and front-proxy-client.crt:
  sudo microk8s refresh-certs --cert server.crt
It makes a new certificate, dated by the clock as it is, and does not look at
the clock: use it only once the clock is right. It restarts kubelite twice, also
where MicroK8s was stopped. Where certs/ca.srl is empty (a full disk leaves it
so) it fails with "unable to load number", puts the old certificate back and
restarts all the same: remove ca.srl first.)"},
    Explanation{"CG202", "a certificate has expired",
                R"(Its last day has passed, or the clock is far ahead: look at the clock first, with
clockguard diagnose.

  sudo clockguard certs refresh --expired)"},
    Explanation{"CG203", "a certificate expires soon",
                R"(More of its life has passed than certs.expiring allows in clockguard.toml(5).

  sudo clockguard certs refresh --expiring)"},
    Explanation{"CG204", "a certificate is not signed by its CA",
                R"(The signature does not fit the CA certificate beside it: one of the two was
replaced. clockguard does not sign what it cannot follow. Find out who replaced
which; a backup may help:  sudo clockguard certs undo)"},
    Explanation{"CG205", "a kubeconfig embeds something else than the files say",
                R"(The copy in the kubeconfig is what its user believes, not the file it was copied
from. Usually one of the two was renewed without the other.

  microk8s refresh-certs  writes both anew.)"},
    Explanation{"CG206", "MicroK8s will re-issue certificates at its next start",
                R"(Its apiserver-kicker renders csr.conf.template with the node's addresses, in the
order of hostname -I, 5 s after it has started. Where the result differs from
csr.conf in any byte, it makes server.crt and front-proxy-client.crt anew, dated by
the clock of that moment, restarts the API server and kills every pod.

While the clock is trusted that is how MicroK8s follows a new address. While it is
not, the new certificates will be dated wrong: let MicroK8s wait for the clock (the
gate does), or repair them once it is right:
  sudo clockguard certs refresh --not-yet-valid

Addresses that come and go make it happen at every boot. A fixed address of the node
ends it, or --advertise-address in /var/snap/microk8s/current/args/kube-apiserver.)"},
    Explanation{
        "CG207", "a small error of the clock would make a certificate invalid",
        R"(A certificate begins less than an hour ago: a clock that is that much behind would
refuse it. Certificates that clockguard re-issues begin with their CA and do not
have this fault. Nothing is broken now.)"},
    Explanation{"CG208", "a server serves another certificate than the file",
                R"(The API server (port 16443) loads a changed file by itself within a minute or so,
cluster-agent (port 25000) only when it starts. The recheck restarts what is
stale, unless certs.restart = "never". By hand:

  sudo snap restart microk8s.daemon-kubelite
  sudo snap restart microk8s.daemon-cluster-agent)"},
    Explanation{"CG209", "a certificate cannot be read",
                R"(The message says why. If permission is denied, run as root. If the file is empty
or torn:
  sudo clockguard certs undo
or, for server.crt and front-proxy-client.crt,
  sudo microk8s refresh-certs --cert server.crt)"},
    Explanation{"CG210", "a certificate is missing",
                R"(MicroK8s needs it in this role, and it is not there.

  sudo clockguard certs undo
or, for server.crt and front-proxy-client.crt,
  sudo microk8s refresh-certs --cert server.crt)"},
    Explanation{"CG211", "a certificate does not fit its key",
                R"(The private key beside it belongs to another certificate: whoever serves with the
two fails. One of them was restored or replaced alone.

  sudo clockguard certs undo)"},
    Explanation{"CG212", "a certificate cannot be re-issued as asked",
                R"(The message says why: its CA's key is not on this node, it is shared by the whole
cluster (--include-ca), or its form is not one that clockguard signs. Nothing
was changed.)"},
    Explanation{"CG213", "a certificate was not replaced",
                R"(Signing or writing failed; the message says where. The old file stands, whole. If
somebody else writes the same file, find out who before trying again.)"},
    Explanation{"CG214", "a certificate may need to be re-issued and cannot be read",
                R"(What its dates are cannot be told, so it was left alone; the message says why.

  sudo clockguard certs list     shows every certificate that can be read
  journalctl -k -b -p err        a failing disk complains there

If the file is empty or torn:
  sudo clockguard certs undo
or, for server.crt and front-proxy-client.crt,
  sudo microk8s refresh-certs --cert server.crt)"},
    Explanation{"CG215", "somebody else wrote a certificate while it was being re-issued",
                R"(As a rule MicroK8s' apiserver-kicker, which makes server.crt and
front-proxy-client.crt anew whenever the node's addresses change. What it wrote was
not overwritten; it needs no repair.

  journalctl -b -u snap.microk8s.daemon-apiserver-kicker)"},
    Explanation{"CG216", "a CA's private key is missing",
                R"(Nothing that this CA signed can be signed anew here. The old file stands, whole.
Put the key back, with owner and mode as the CA's certificate has them:
  - from another control plane node of the cluster: all hold the same ca.key
  - from the data of the snap's revision before: /var/snap/microk8s/*/certs
  - from what refresh-certs saved: /var/snap/microk8s/current/certs-backup

Do so before MicroK8s runs. Its apiserver-kicker makes a new key wherever one is
missing, which fits no certificate (CG218).

If the key is lost, only a new CA helps; every node must join again:
  sudo microk8s refresh-certs --cert ca.crt)"},
    Explanation{
        "CG217", "a CA's private key is encrypted",
        R"(It has a passphrase, and nobody is there to type it: neither clockguard nor MicroK8s
can sign with it. Keep it decrypted, readable by root alone:

  cd /var/snap/microk8s/current/certs
  sudo sh -c 'umask 077; openssl pkey -in ca.key -out ca.plain && mv ca.plain ca.key'

Where policy forbids that, renew the certificates where the passphrase is known.)"},
    Explanation{
        "CG218", "a CA's private key does not belong to its certificate",
        R"(What it signs, nobody would accept; clockguard signs nothing with it. As a rule the
key was lost once, and MicroK8s made another in its place: look at its age.

  ls -l /var/snap/microk8s/current/certs/ca.*

Put the CA's own key back, as CG216 says. If it is lost, only a new CA helps; every
node must join again:
  sudo microk8s refresh-certs --cert ca.crt)"},
    Explanation{"CG219", "copies of a re-dated certificate have to be fetched anew",
                R"(The cluster's CA (or dqlite's cluster.crt) was re-dated with the same key, and on
this node every file that holds it was written anew. Copies elsewhere still have
the old dates; whoever trusts only such a copy refuses this cluster as long as the
old dates do not include the present. What is signed anew fits both.

Go through the list that was printed, in its order. In a cluster cluster.crt comes
first, byte for byte, and then
  sudo snap restart microk8s.daemon-k8s-dqlite
on every control plane node: its members accept each other by that file alone.

The list again, without changing anything:
  sudo clockguard certs refresh --name ca --include-ca --dry-run)"},
    Explanation{"CG301", "no time source answers",
                R"(Nobody who knows the time could be heard, so nobody can say whether the clock is
right. That does not mean that it is wrong.

  chronyc sources -v        who is asked, and who answers
  - The network: is UDP port 123 open to the servers? Do their names resolve?
  - No program keeps the time: install chrony.
  - A site without network time: let the hardware clock vouch, trust.rtc = "always"
    in clockguard.toml(5); on Hyper-V, enable the host's time synchronisation.)"},
    Explanation{
        "CG302", "the sources of time disagree",
        R"(One that may refute the clock contradicts it, whatever the others say. The findings
name both and by how much they differ. Find out which is wrong before anything
is dated by this clock.)"},
    Explanation{"CG303", "chronyd is not running",
                R"(It is installed, and its process is not there.

  sudo systemctl enable --now chronyd.service    (chrony.service on Debian, Ubuntu)
  journalctl -u chronyd -u chrony                why it ended)"},
    Explanation{
        "CG304", "chronyd does not answer",
        R"(It runs, but neither its command port (UDP 323 on this machine) nor its socket can
be asked. cmdport 0 in chrony.conf closes the port; the socket belongs to root
and to chrony's own user.

Run this as root, or tell where chronyd listens: [chrony] in clockguard.toml(5).)"},
    Explanation{"CG305", "chronyd knows the time, but does not step the clock",
                R"(chronyd has found how wrong the clock is and is only allowed to slew it, which
takes twelve days for a day. makestep is missing in chrony.conf, or its first
updates are over.

Now:      sudo chronyc makestep
For good: makestep 1 3  in chrony.conf)"},
    Explanation{"CG310", "the Hyper-V host's time cannot be had",
                R"(The finding names the step at which it fails: no VMBus driver, no Time
Synchronization device, no driver bound to it, no PTP clock, or a host that has
stopped sending: its PTP clock answers ESTALE after ten minutes, or the channel has
taken no message for eleven seconds since the early look. chrony alone is enough;
without it, nobody vouches here.

What stands and what helps:  clockguard diagnose -v  (hyperv.guest, hyperv.advice)

On the host:  Enable-VMIntegrationService -VMName NAME -Name 'Time Synchronization'
In here:      modprobe hv_utils; journalctl -k -g 'TimeSync IC'
Then, where the host may be trusted: trust.host = "always" in clockguard.toml(5).)"},
    Explanation{
        "CG311", "the host's clock is wrong",
        R"(It contradicts network time. The virtual hardware clock is kept as a distance from
the host's clock, so what is written to it here goes wrong again when the host
is put right, and a wrong host starts every guest wrong.

On the host:  w32tm /query /status /verbose
              w32tm /resync /rediscover)"},
    Explanation{
        "CG312", "two clocks of the host contradict each other",
        R"(Hyper-V's, KVM's or VMware's PTP clock, or chronyd where it follows one of them, show
times that are more than trust.max_error apart. All come from the machine below
this one, so at least one is wrong, and nobody here can tell which. None of them
vouches, and none refutes, until they agree again; the network's word counts as
ever.

  clockguard diagnose -v    (hyperv.timesync, host.kvm, host.vmware)
  cat /sys/class/ptp/ptp*/clock_name)"},
    Explanation{"CG313", "the host's clock refutes the hardware clock",
                R"(trust.rtc = "always" lets the hardware clock vouch, but the host's own clock says
otherwise. The hardware clock is kept as a distance from the host's clock and may
have been written wrong; so the host's clock is believed more, and the hardware
clock vouches for nothing until both agree.

  clockguard rtc show
Once the system clock is trusted:  sudo clockguard rtc set --from system)"},
    Explanation{
        "CG401", "MicroK8s was started with a clock that nobody had verified",
        R"(The boot gate reached its limit (gate.timeout) and let MicroK8s go, as gate.on_timeout
= "release" says. clockguard goes on watching: once the clock is trusted it
repairs what was dated wrong meanwhile.

Why it waited in vain:  clockguard status, clockguard diagnose)"},
    Explanation{
        "CG402", "the gate holds MicroK8s",
        R"(The clock has not been verified yet, and MicroK8s waits for that. It starts by itself
as soon as the clock is trusted.

What it waits for:            clockguard status
To start it with this clock:  sudo clockguard gate --release)"},
    Explanation{"CG404", "MicroK8s does not wait for the clock",
                R"(The drop-in that orders MicroK8s' units behind the gate is not installed
(snap.microk8s.daemon-.service.d/50-clockguard.conf). The next boot with a wrong
hardware clock issues wrong certificates again. Install the package.

For another distribution than MicroK8s, copy the drop-ins of its units from
/usr/share/clockguard/hold to /etc/systemd/system: clockguard-profile(5).)"},
    Explanation{
        "CG410", "a daemon that holds a wrong time in memory is not restarted",
        R"(The clock was stepped back by more than an hour while kubelite ran: the certificate
that kube-apiserver made for itself at its start is not yet valid, and its tokens
and leases are from the future. Or cluster-agent serves a certificate that was
replaced. The message says why it is not restarted: certs.restart = "never", a
restart that was asked for and did not happen, or three within an hour.

  sudo snap restart microk8s.daemon-kubelite)"},
    Explanation{
        "CG411", "Calico's token is from the future",
        R"(Calico's CNI plugin asks the API server with a token that it got while the clock was
ahead. The API server refuses it until its first moment has come, so new pods get
no network ("Unauthorized" in their events). Calico renews it after hours; a new
start of calico-node does at once:

  sudo microk8s kubectl -n kube-system rollout restart daemonset/calico-node)"},
    Explanation{
        "CG412", "CronJobs may stand still",
        R"(A CronJob that ran while the clock was ahead has a lastScheduleTime in the future, and
is not run again until then. clockguard has no access to the API and cannot tell
which; this lists them:

  sudo microk8s kubectl get cronjobs -A -o custom-columns=\
NS:.metadata.namespace,NAME:.metadata.name,LAST:.status.lastScheduleTime

For each whose LAST has not come yet (kubectl 1.24 and later):

  sudo microk8s kubectl -n NS patch cronjob NAME --subresource=status \
    --type=merge -p '{"status":{"lastScheduleTime":null}}')"},
    Explanation{
        "CG413", "containerd's last start is from the future",
        R"(MicroK8s writes down when it started containerd, and cleans up after a reboot if that
was before the boot. A date from the future proves that it ran with a clock that
was ahead, and until then every boot passes for a mere restart: what containers of
the previous boot left stays.

  sudo sh -c 'date +%s >/var/snap/microk8s/common/run/containerd/last-start-date')"},
    Explanation{
        "CG414", "something undoes the repairs",
        R"(Certificates were re-issued three times within an hour and are wrong again. clockguard
stops there, for it would go on for ever. As a rule MicroK8s' kicker writes them
anew, because the addresses of this machine change, or with another clock.

  journalctl -b -u snap.microk8s.daemon-apiserver-kicker
  clockguard diagnose)"}};

bool is_same_code(std::string_view one, std::string_view other)
{
    const auto upper = [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    };
    return std::ranges::equal(one, other, {}, upper, upper);
}

}  // namespace

std::span<const Explanation> explanations()
{
    return table;
}

const Explanation* explain(std::string_view code)
{
    const auto* const found = std::ranges::find_if(
        table, [code](const Explanation& known) { return is_same_code(known.code, code); });
    return found == table.end() ? nullptr : found;
}

std::string render_explanation(const Explanation& explanation)
{
    return fmt::format("{}  {}\n\n{}\n", explanation.code, explanation.title, explanation.text);
}

std::string render_explanations()
{
    std::string text;
    for (const Explanation& explanation : table)
        text += fmt::format("{}  {}\n", explanation.code, explanation.title);
    return text;
}

}  // namespace clockguard

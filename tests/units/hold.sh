#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One drop-in holds all eight MicroK8s daemons, and only them: systemd loads each unit, and what it
# loaded is read from its own dump.
. "$(dirname "$0")/stage.sh"
stage
drop_in=snap.microk8s.daemon-.service.d/50-clockguard.conf

# What systemd loaded for this unit, out of the dump of all it had to load.
look_at() { # look_at <unit>
    unit=$1
    dump=$(SYSTEMD_LOG_LEVEL=debug verify "$unit" | sed 's/^[[:space:]]*//' |
        sed -n "/^-> Unit $unit:/,/^-> Unit /p")
    says 'Unit Load State: loaded' || complain "$unit: nothing was looked at"
}

says() { # says <line>
    echo "$dump" | grep -q "^$1"
}

for daemon in $daemons; do
    look_at "snap.microk8s.daemon-$daemon.service"
    says "DropIn Path: .*/$drop_in" || complain "$unit: the drop-in is not read"
    for held_by in clockguard-gate.service clockguard-certs.service; do
        says "Wants: $held_by" || complain "$unit does not start $held_by"
        says "After: $held_by" || complain "$unit does not wait for $held_by"
        ! says "\(Requires\|BindsTo\|PartOf\): $held_by" || complain "$unit dies with $held_by"
    done
done

# Those of other distributions are held once their folder has been copied, as the manual says.
for name in k0scontroller k0sworker k3s k3s-agent kubelet rke2-agent rke2-server; do
    printf '[Service]\nExecStart=/usr/bin/snap run x\n' >"$root/etc/systemd/system/$name.service"
    look_at "$name.service"
    ! says 'After: clockguard' || complain "$unit is held without having been asked for"
    cp -r "$root/usr/share/clockguard/hold/$unit.d" "$root/etc/systemd/system/"
    look_at "$name.service"
    says 'Wants: clockguard-gate.service' || complain "$unit does not start the gate"
    says 'After: clockguard-gate.service' || complain "$unit does not wait for the gate"
done

# INSTALL_K3S_NAME=edge
unit=k3s-edge.service
printf '[Service]\nExecStart=/usr/bin/snap run x\n' >"$root/etc/systemd/system/$unit"
cp -r "$root/usr/share/clockguard/hold/k3s-.service.d" "$root/etc/systemd/system/"
look_at "$unit"
says 'After: clockguard-gate.service' || complain "$unit does not wait for the gate"

# The hardware clock is looked at again 12 s after it was set: no boot target waits for that.
look_at multi-user.target
says 'Wants: clockguard-rtc.service' || complain 'nothing starts clockguard-rtc.service'
! says 'After: clockguard-rtc.service' || complain "$unit waits for clockguard-rtc.service"
says 'After: snap.microk8s.daemon-kubelite.service' || complain "$unit: nothing was looked at"

# Another snap's daemon, and a MicroK8s unit that is no daemon, are left alone.
for other in snap.microceph.daemon-osd.service snap.microk8s.refresh.service; do
    printf '[Service]\nExecStart=/usr/bin/snap run x\n' >"$root/etc/systemd/system/$other"
    look_at "$other"
    ! says 'After: clockguard' || complain "$other is held"
done
exit "$failed"

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# udev's own rule engine, with our rules alone, on the devices they are made for: in a namespace
# whose /run and /dev are its own.
. "$(dirname "$0")/stage.sh"
for program in udevadm umockdev-run unshare; do
    command -v $program >/dev/null || { echo "$program is missing"; exit 77; }
done
install_clockguard
devices=$(realpath "$(dirname "$0")/data/devices.umockdev")
rules=$(dirname "$(find "$root" -name 60-clockguard.rules)")
mkdir -p "$root/dev/pts" && touch "$root/dev/null" && ln -s pts/ptmx "$root/dev/ptmx"

early_look=  # has begun, when not empty

properties() { # properties <device>
    # shellcheck disable=SC2016
    unshare --mount --map-root-user sh -e -c '
        mount -t tmpfs none /run
        [ -z "$5" ] || mkdir /run/clockguard
        mount --bind /dev/null "$1/dev/null"
        mount --bind /dev/pts "$1/dev/pts"
        mount --rbind "$1/dev" /dev
        mount --bind "$2" /usr/lib/udev/rules.d
        umockdev-run --device "$3" -- udevadm test "$4"' \
        - "$root" "$rules" "$devices" "/sys/devices/$1" "$early_look" 2>&1
}

has() { # has <device> <line>
    properties "$1" | grep -qx "$2" || complain "$1 does not get $2"
}

has_not() { # has_not <device> <word>
    ! properties "$1" | grep -q "$2" || complain "$1 gets $2"
}

rtc=pnp0/00:01/rtc/rtc0
has $rtc 'TAGS=:systemd:'
has virtual/ptp/ptp0 'DEVLINKS=/dev/ptp_hyperv'
has virtual/ptp/ptp0 'TAGS=:systemd:'
has virtual/ptp/ptp1 'DEVNAME=/dev/ptp1'
has_not virtual/ptp/ptp1 'ptp_hyperv'
has virtual/ptp/ptp2 'DEVNAME=/dev/ptp2'

# What is there when the early look begins is found by it; what comes later brings another look.
# A network card's PTP clock tells nothing of the host.
for device in $rtc virtual/ptp/ptp0 virtual/ptp/ptp1; do
    has_not "$device" 'SYSTEMD_WANTS'
    early_look=begun
    has "$device" 'SYSTEMD_WANTS=clockguard-late.service'
    has "$device" 'TAGS=:systemd:'
    has_not virtual/ptp/ptp2 'SYSTEMD_WANTS'
    early_look=
done

# What udev cannot read it says and passes over; so it does for a word that is none.
has_not $rtc '60-clockguard.rules:[0-9]* \(Invalid\|Unknown\|.*ignoring\)'
echo 'SUBSYSTEM=="rtc", TAGG+="x"' >>"$rules/60-clockguard.rules"
properties $rtc | grep -q '60-clockguard.rules:[0-9]* \(Invalid\|Unknown\|.*ignoring\)' || complain 'a wrong rule goes unnoticed'
exit "$failed"

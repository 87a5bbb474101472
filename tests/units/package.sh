#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# package.sh <clockguard.deb>: dpkg itself installs, upgrades, removes and purges the package in a
# tree of its own; lintian reads it; a second build gives the same bytes.
package=${1:?package}
for program in dpkg lintian deb-systemd-helper; do
    command -v $program >/dev/null || { echo "$program is missing"; exit 77; }
done
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
failed=0

complain() {
    echo "$@"
    failed=1
}

dpkg_here() {
    dpkg --root="$root" --force-depends --force-script-chrootless --force-confnew "$@" \
        >>"$root.log" 2>&1 || { cat "$root.log"; rm "$root.log"; complain "dpkg $* failed"; }
    rm -f "$root.log"
}

# Everything but dpkg's own notes.
files() {
    (cd "$root" && find . -path ./var/lib/dpkg -prune -o -print | sort)
}

is_enabled() {
    [ "$(systemctl --root="$root" is-enabled "$1" 2>/dev/null)" = "$2" ] || complain "$1 is not $2"
}

mkdir -p "$root/usr/lib/systemd/system" "$root/etc/systemd/system" "$root/run" "$root/tmp" \
    "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/var/lib/systemd" \
    "$root/usr/bin" "$root/usr/lib/udev/rules.d" "$root/usr/share/doc"
ln -s usr/lib "$root/lib"
touch "$root/var/lib/dpkg/status" "$root/var/lib/dpkg/available"
before=$(files)

dpkg_here --install "$package"
for unit in early.service rtc.service recheck.service recheck.timer recheck.path; do
    is_enabled clockguard-$unit enabled
done
for unit in gate.service certs.service; do
    is_enabled clockguard-$unit static
done
dpkg --root="$root" -s clockguard | grep -q ' /etc/clockguard/clockguard.toml ' ||
    complain 'the configuration is no conffile'
# Loaded when they are first needed: nothing but the package says so.
for library in libssl3 libsystemd0; do
    dpkg --root="$root" -s clockguard | grep -Eq "^Depends:.* $library " || complain "it does not depend on $library"
done

# What an administrator switched off stays off.
systemctl --quiet --root="$root" disable clockguard-rtc.service 2>/dev/null
dpkg_here --install "$package"
is_enabled clockguard-rtc.service disabled
is_enabled clockguard-recheck.timer enabled

# What the program leaves while it works.
mkdir -p "$root/var/lib/clockguard/backups/20260101T000000Z" "$root/run/clockguard"
touch "$root/var/lib/clockguard/last-good.json" "$root/run/clockguard/state.json"
dpkg_here --remove clockguard
[ -e "$root/var/lib/clockguard/last-good.json" ] || complain 'removal threw the state away'
[ -e "$root/etc/clockguard/clockguard.toml" ] || complain 'removal threw the configuration away'
dpkg_here --purge clockguard
left=$(files | grep -vxF "$before")
[ -z "$left" ] || complain 'the purge leaves:' "$left"

# The project has no address of its own; who publishes a package gives one (CLOCKGUARD_CONTACT).
said=$(lintian --allow-root --fail-on error,warning \
    --suppress-tags malformed-contact,bogus-mail-host-in-debian-changelog "$package" 2>&1) || complain "$said"
exit $failed

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# systemd itself finds nothing to say about the units, and no ordering cycle in a boot with them.
. "$(dirname "$0")/stage.sh"
stage

for unit in $(cd "$units" && echo clockguard*.service clockguard-*.socket clockguard-*.timer \
    clockguard-*.path); do
    said=$(verify "$unit") || complain "$unit does not pass"
    [ -z "$said" ] || complain "$unit: $said"
done

boot=$(verify multi-user.target)
case $boot in *cycle*) complain "$boot" ;; esac

# The three checks above can fail: a cycle, a program that is not there, a word that is none.
mkdir -p "$root/etc/systemd/system/clockguard-gate.service.d"
change=$root/etc/systemd/system/clockguard-gate.service.d/broken.conf
printf '[Unit]\nAfter=multi-user.target\n' >"$change"
case $(verify multi-user.target) in *cycle*) ;; *) complain 'a cycle goes unnoticed' ;; esac
printf '[Service]\nProtectSistem=yes\n' >"$change"
[ -n "$(verify clockguard-gate.service)" ] || complain 'an unknown directive goes unnoticed'
rm "$change" "$root/usr/bin/clockguard"
[ -n "$(verify clockguard-gate.service)" ] || complain 'a missing program goes unnoticed'
exit "$failed"

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What systemd thinks of each service's hardening, in tenths: 0 is nothing allowed, 100 everything.
. "$(dirname "$0")/stage.sh"
stage

limit=20

# The gate writes its lines to the console itself: a tenth for that one device.
limit_of() { # limit_of <service>
    if [ "$1" = gate ]; then echo 21; else echo "$limit"; fi
}

exposure() { # exposure <service> <limit>
    systemd-analyze security --no-pager --offline=true --root="$root" --threshold="$2" \
        "clockguard-$1.service"
}

for service in $services; do
    report=$(exposure "$service" "$(limit_of "$service")" 2>&1) ||
        complain "clockguard-$service.service is over $(limit_of "$service"): $report"
    echo "$report" | tail -n 1
done

# The limit can be missed.
rm -r "$units/clockguard-.service.d"
! exposure gate "$(limit_of gate)" >/dev/null 2>&1 || complain 'a service without hardening passes'
exit "$failed"

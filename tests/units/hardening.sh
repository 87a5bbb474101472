#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What systemd thinks of each service's hardening, in tenths: 0 is nothing allowed, 100 everything.
. "$(dirname "$0")/stage.sh"
stage

limit=20

exposure() { # exposure <service>
    systemd-analyze security --no-pager --offline=true --root="$root" --threshold="$limit" \
        "clockguard-$1.service"
}

for service in $services; do
    report=$(exposure "$service" 2>&1) ||
        complain "clockguard-$service.service is over $limit: $report"
    echo "$report" | tail -n 1
done

# The limit can be missed.
rm -r "$units/clockguard-.service.d"
! exposure gate >/dev/null 2>&1 || complain 'a service without hardening passes'
exit "$failed"

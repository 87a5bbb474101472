# SPDX-License-Identifier: Apache-2.0
# Words for the steps of a scenario. Nothing here has a time limit: the runner has one for the whole boot.
# What is asked again and again starts no process if it can help it: under emulation each one is dear.

exec {never}<> <(:)
pause() { read -rt "$1" -u "$never" || :; }
until_true() { until "$@" >/dev/null 2>&1; do pause 0.5; done; }

run() { # run NAME COMMAND...: keeps what it says and how it ends, whatever that is; the journal shows how far it came
    local name=$1 code=0
    shift
    echo "runs: $*"
    mkdir -p "/run/vm/commands/$name"
    printf '%s' "$*" >"/run/vm/commands/$name/command"
    "$@" >"/run/vm/commands/$name/out" 2>"/run/vm/commands/$name/err" </dev/null || code=$?
    printf '%s' "$code" >"/run/vm/commands/$name/code"
}

keep_units() { # keep_units NAME: the state of all units that matter, as they are now
    mkdir -p /run/vm/units
    systemctl show --property=Id,LoadState,ActiveState,SubState,Result,UnitFileState,NRestarts,Job \
        --property=StatusText,ExecMainStartTimestampMonotonic,InactiveExitTimestampMonotonic,ActiveEnterTimestampMonotonic \
        'snap.microk8s.*' 'clockguard-*' chrony.service multi-user.target --all >"/run/vm/units/$1"
}

keep_file() { # keep_file NAME FILE
    mkdir -p /run/vm/files
    [ ! -e "$2" ] || cp "$2" "/run/vm/files/$1"
}

boot_is_over() { systemctl is-system-running --wait | grep -qE 'running|degraded'; }
is_listening() { (: </dev/tcp/127.0.0.1/"$1"); }
until_synchronised() { chronyc waitsync 0 0 0 0.5 >/dev/null; }

kicker_is_calm() { # it has looked at the addresses, and last time it had nothing to do
    [[ $(</run/microk8s-standin/passes) == *" 0" ]]
}

kicker_has_reacted() { # it has issued certificates, and restarted what reads them
    [[ $(</run/microk8s-standin/passes) == *" 1"* ]]
}

tell_reaction() { # for the runner, which may let the time come then
    until_true kicker_has_reacted
    echo "the kicker has reacted"
}

microk8s_is_up() { kicker_is_calm && is_listening 16443; }
outcome_is() { [[ $(</run/clockguard/state.json) =~ \"outcome\":\ *\"$1\" ]]; }

gate_is() { [[ $(systemctl show --property=SubState --value clockguard-gate.service) == "$1" ]]; }
says() { # says TIMES TEXT: the gate has said so at least so often in this boot
    (($(journalctl --boot --unit=clockguard-gate.service --output=cat --grep="$2" | wc -l) >= $1))
}

since_gate() { # since_gate SECONDS: waits until the gate's end is that long ago
    local ended now left
    ended=$(systemctl show --property=ActiveEnterTimestampMonotonic --value clockguard-gate.service)
    now=$(</proc/uptime)
    left=$((ended / 1000000 + $1 - ${now%%.*}))
    [[ $left -le 0 ]] || pause "$left"
}

is_over() { [[ $(systemctl show --property=SubState --value "$1") =~ ^(dead|exited|failed)$ ]]; }

list_system() { # list_system NAME: every path on the disk that is not a package manager's or a daemon's own book
    find / -xdev \( -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache -o -path /var/log -o -path /tmp \
        -o -path /var/tmp -o -path /var/snap -o -path /var/lib/chrony \) -prune -o -print | sort >"/run/vm-$1"
    find /run -name '*clockguard*' >>"/run/vm-$1"
}

ask_kubectl() { run kubectl kubectl get nodes; }

between() { # between COMMAND...: what it says, between two readings of the system clock
    echo "$EPOCHREALTIME"
    "$@"
    echo "$EPOCHREALTIME"
}

held() { # held COMMAND...: while this shell has the hardware clock open
    local code=0
    { "$@" 9<&- || code=$?; } 9</dev/rtc0
    return "$code"
}

ask_the_others() { # those that show the hardware clock too
    run hwclock between env TZ=UTC hwclock --show --utc
    run timedatectl between env TZ=UTC timedatectl show --property=RTCTimeUSec --property=TimeUSec
    run rtc-json between clockguard rtc show --precise -o json
    run hwclock-held held hwclock --show --utc
    run rtc-held held clockguard rtc show --precise -o json
}

ask_release() { # what the guest is made of
    run codename sh -c '. /etc/os-release && echo "$VERSION_CODENAME"'
    run versions dpkg-query --show --showformat '${Package} ${Version}\n' systemd chrony openssl
    run kernel uname --kernel-release
}

finish() { # everything the runner may want to know; it ends the machine when it has it
    /usr/lib/vm/list-files after
    keep_units end
    for file in state early; do keep_file "$file.json" "/run/clockguard/$file.json"; done
    keep_file passes /run/microk8s-standin/passes
    run traces find /run/clockguard /var/lib/clockguard
    run backups find /var/lib/clockguard/backups
    run failed systemctl --failed --plain --no-legend --all
    run tracking chronyc -n tracking
    /usr/lib/vm/collect
}

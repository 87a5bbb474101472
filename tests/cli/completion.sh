#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# completion.sh <shell> <clockguard>: the shell itself loads the completions and is asked what may
# come next.
# shellcheck disable=SC2016,SC2317
shell=${1:?shell} clockguard=${2:?program}
command -v "$shell" >/dev/null || { echo "$shell is missing"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME=$folder XDG_DATA_HOME=$folder XDG_CONFIG_HOME=$folder
script=$folder/completion.$shell
"$clockguard" completion "$shell" >"$script" || exit 1
failed=0

# What the shell would offer after these words; the last one is the beginning of a word.
offered_bash() {
    bash --norc -c '. "$1"; shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        command=$(complete -p clockguard) || exit 1
        [[ $command == *"-F _clockguard clockguard" ]] || exit 1
        compopt() { :; }
        _clockguard; printf "%s\n" "${COMPREPLY[@]}"' - "$script" "$@"
}

offered_fish() {
    fish --no-config -c 'source $argv[1]; complete -C "$argv[2]"' "$script" "$*" | cut -f 1
}

# The words zsh's own functions are given, filtered as they would.
offered_zsh() {
    zsh -f -c 'compdef() { :; }
        compadd() { shift; print -l -- $@ }
        _describe() { print -l -- ${${(P)2}%%:*} }
        _files() { print -l -- files $@ }
        _message() { :; }
        . "$1"; shift
        words=("$@"); CURRENT=$#
        _clockguard' - "$script" "$@" | grep -- "^${*: -1}"
}

expect() { # expect <words...> -- <offered>...
    local words=()
    while [[ $1 != -- ]]; do words+=("$1"); shift; done
    shift
    local seen
    seen=$("offered_$shell" "${words[@]}" | sort -u)
    [[ $seen == "$(printf '%s\n' "$@" | sort -u)" ]] || {
        echo "after '${words[*]}' $shell offers: ${seen//$'\n'/ }; not: $*"
        failed=1
    }
}

expect clockguard ga -- gate
expect clockguard sta -- status
expect clockguard gate --tim -- --timeout
expect clockguard gate --on-timeout ho -- hold
expect clockguard gate --on-timeout '' -- hold release
expect clockguard gate --col -- --color
expect clockguard gate --color a -- always auto
expect clockguard completion z -- zsh
expect clockguard --output j -- json
expect clockguard rtc s -- set show
expect clockguard rtc set --fr -- --from
expect clockguard rtc set --from '' -- host system
expect clockguard check --plugin '' -- nagios npd
expect clockguard certs refresh --not -- --not-yet-valid
expect clockguard certs --not --
expect clockguard gate --wai --
expect clockguard status --wai -- --wait

# Every command of --help is offered.
mapfile -t commands < <("$clockguard" --help | sed -n '/^Start here:/,$s/^  \([a-z]*\) .*/\1/p')
[[ ${#commands[@]} -gt 2 ]] || { echo 'no commands in --help'; exit 1; }
for command in "${commands[@]}"; do expect clockguard "$command" -- "$command"; done
[[ $shell != bash ]] || expect clockguard --output = js -- json
exit $failed

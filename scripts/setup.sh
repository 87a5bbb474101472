# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034
# Sourced by scripts/test and scripts/demo: what a fresh Debian 12 lacks comes from its own archive.

build_packages=(
    cmake dpkg-dev file g++ gzip ninja-build pkg-config systemd udev
    libcli11-dev libexpected-dev libfmt-dev libssl-dev libsystemd-dev libtomlplusplus-dev
    libudev-dev libyaml-dev nlohmann-json3-dev python3
)
test_packages=(
    bzip2 checkpolicy chrony clang-14 clang-format-14 clang-tidy-14 debhelper fish git init-system-helpers
    iproute2 libclang-rt-14-dev libgtest-dev libumockdev-dev lintian man-db mmdebstrap openssl python3 python3-yaml rpm
    rpmlint scdoc semodule-utils shellcheck strace umockdev util-linux zsh
)
# No kubernetes-client here: kubectl runs in the guest only, and hosts often have one of their own.
arm64_packages=(g++-11-aarch64-linux-gnu libgtest-dev mmdebstrap python3 qemu-user-static)
vm_packages=(chrony e2fsprogs faketime g++ gcc-12 libssl-dev make mmdebstrap openssl python3 qemu-system-x86)

# Those of the named packages that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            echo "$package"
    done | sort -u
}

# A machine with systemd starts what is installed. chronyd would set this machine's clock.
start_nothing() {
    [[ -e /usr/sbin/policy-rc.d ]] && return
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 \
        -o Acquire::Retries=3 "$@" </dev/null
}

# install_packages <log> <package>...: only what is missing, with the lists as they are if they will do.
install_packages() {
    local log=$1 missing
    shift
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} -gt 0 ]] || return 0
    if [[ $EUID -ne 0 ]]; then
        echo "cannot install packages without root; as root: apt-get install ${missing[*]}" >&2
        return 1
    fi
    echo "installing ${#missing[@]} packages: ${missing[*]}"
    (
        start_nothing
        apt_get install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1 ||
            { apt_get update && apt_get install -y --no-install-recommends "${missing[@]}"; } >>"$log" 2>&1
    ) || { echo "cannot install packages: see $log" >&2; return 1; }
}

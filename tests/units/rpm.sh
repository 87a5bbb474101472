#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# rpm.sh <build folder>: rpmbuild makes the rpm of what is built there, twice the same; rpm itself installs, upgrades and
# erases it in a tree of its own, whose scriptlets switch units on and off by the presets of RHEL; rpmlint reads it.
build=$(realpath "${1:?build folder}")
repository=$(realpath "$(dirname "$0")/../..")
for program in rpm rpmbuild rpmlint checkmodule semodule_package bzip2; do
    command -v $program >/dev/null || { echo "$program is missing"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
version=$("$build/src/clockguard" --version | cut -d' ' -f2)
units='early.service rtc.service recheck.service recheck.timer recheck.path'
failed=0

complain() {
    echo "$@"
    failed=1
}

# What RHEL's packages systemd-rpm-macros and selinux-policy-devel define, in short.
write_macros() {
    cat <<END
%_unitdir /usr/lib/systemd/system
%_presetdir /usr/lib/systemd/system-preset
%_udevrulesdir /usr/lib/udev/rules.d
%systemd_post() [ \$1 -ne 1 ] || systemctl --no-reload preset %* || :
%systemd_preun() [ \$1 -ne 0 ] || systemctl --no-reload disable --now %* || :
%systemd_postun() systemctl daemon-reload || :
%selinux_modules_install(s:) semodule -n -s %{-s*} -i %1
%selinux_modules_uninstall(s:) semodule -n -s %{-s*} -r %1
%make_policy policy() { checkmodule -M -m -o clockguard.mod clockguard.te && semodule_package -o "\$1" -m clockguard.mod; }; policy
%clockguard_version $1
%prebuilt $build
%_topdir $work/$1
%_sourcedir $work
%_rpmdir $work/$1
%debug_package %nil
%dist .el9
%_defaultlicensedir %{_datadir}/licenses
END
}

build_rpm() { # build_rpm <version>
    rm -rf "${work:?}/$1"
    mkdir -p "$work/$1" "$work/clockguard-$1"
    (cd "$repository" && cp -r LICENSE README.md CHANGELOG.md debian packaging "$work/clockguard-$1")
    tar -C "$work" -czf "$work/clockguard-$1.tar.gz" "clockguard-$1"
    write_macros "$1" >"$work/macros"
    SOURCE_DATE_EPOCH=1793491200 rpmbuild --load "$work/macros" -bb \
        "$repository/packaging/rpm/clockguard.spec" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
}

package() { # package <version> [sub-package]
    echo "$work/$1/"*/"clockguard${2:+-$2}-$1-1.el9."*.rpm
}

# A shell and systemctl, for the scriptlets.
fill_root() {
    mkdir -p "$root/tmp" "$root/var/lib" "$root/usr/bin" "$root/usr/lib" "$root/usr/lib64" "$root/etc/systemd/system"
    for folder in bin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
    for program in /bin/sh "$(command -v systemctl)"; do
        { echo "$program"; ldd "$program" | grep -o '/[^ ]*'; } | while read -r file; do
            mkdir -p "$root$(dirname "$file")" && cp -L "$file" "$root$file"
        done
    done
    mkdir -p "$root/usr/lib/systemd/system-preset"
    echo 'disable *' >"$root/usr/lib/systemd/system-preset/99-default-disable.preset"
}

rpm_here() {
    said=$(rpm --root "$root" "$@" 2>&1) || complain "rpm $* failed: $said"
}

# Everything but rpm's own notes, and folders that another package would own.
files() {
    (cd "$root" && find . -name .rpmdb -prune -o -path ./var/lib/rpm -prune -o \
        \( ! -type d -o -name '*clockguard*' \) -print | sort)
}

are() { # are <enabled or disabled> <unit>...
    wanted=$1
    shift
    for unit in "$@"; do
        [ "$(systemctl --root="$root" is-enabled "clockguard-$unit" 2>/dev/null)" = "$wanted" ] ||
            complain "clockguard-$unit is not $wanted"
    done
}

diagnosed() {
    "$build/src/clockguard" --root "$root" diagnose -v 2>&1 | grep -c CG406
}

asked() { # asked <query> <pattern>: of the package
    rpm -qp "$1" "$(package "$version")" 2>/dev/null | grep -qxE "$2" || complain "$1 has no $2"
}

build_rpm "$version"
cp "$(package "$version")" "$work/first.rpm"
build_rpm "$version"
cmp "$work/first.rpm" "$(package "$version")" || complain 'a second build gives another package'

asked --requires 'libcrypto\.so\.3.*'
asked --requires 'openssl-libs .*'
asked --requires systemd-libs
asked --requires '\(clockguard-selinux = .* if selinux-policy-targeted\)'
asked --recommends chrony
asked --configfiles /etc/clockguard/clockguard.toml
! rpm -qp --requires "$(package "$version")" | grep fmt || complain 'it needs libfmt'
rpm -qpl "$(package "$version")" | grep -qx "/usr/share/licenses/clockguard.*/LICENSE" || complain 'no licence'
! rpm -qp --scripts "$(package "$version")" | grep -v '^#' | grep -E 'restart|rm -' || complain 'a scriptlet restarts or removes'
rpm -qpl "$(package "$version" selinux)" | grep -qx /usr/share/selinux/packages/targeted/clockguard.pp.bz2 ||
    complain 'no policy module'
rpm -qplv "$(package "$version")" | awk '$3 != "root" || $4 != "root" || substr($1, 6, 1) == "w" && $1 !~ /^l/ ||
    substr($1, 9, 1) == "w" && $1 !~ /^l/ { print; bad = 1 } END { exit bad }' || complain 'others may write that'
! rpm -qpl "$(package "$version")" | grep -xE '/usr/lib/systemd(/system)?|/usr/lib/udev(/rules.d)?' ||
    complain 'it owns folders of systemd'

fill_root
before=$(files)
rpm_here --install --nodeps "$(package "$version")"
# shellcheck disable=SC2086
are enabled $units
are static gate.service certs.service
[ "$(diagnosed)" = 0 ] || complain 'CG406 where all is enabled'

# What an administrator changed stays so.
systemctl --quiet --root="$root" disable clockguard-rtc.service 2>/dev/null
echo '# ours' >>"$root/etc/clockguard/clockguard.toml"
build_rpm "$version.1"
rpm_here --upgrade --nodeps "$(package "$version.1")"
are disabled rtc.service
are enabled recheck.timer
[ "$(diagnosed)" != 0 ] || complain 'no CG406 where one is disabled'
tail -n 1 "$root/etc/clockguard/clockguard.toml" | grep -qx '# ours' || complain 'the upgrade replaced the configuration'

mkdir -p "$root/var/lib/clockguard" && touch "$root/var/lib/clockguard/last-good.json"
rpm_here --erase --nodeps clockguard
[ -e "$root/var/lib/clockguard/last-good.json" ] || complain 'erasing threw the state away'
rm -r "$root/var/lib/clockguard" "$root/etc/clockguard/clockguard.toml.rpmsave" "$root/etc/clockguard" 2>/dev/null
left=$(files | grep -vxF "$before")
[ -z "$left" ] || complain 'erasing leaves:' "$left"

# Where an administrator's own preset says so, nothing is enabled, and that is told.
echo 'disable *' >"$root/usr/lib/systemd/system-preset/00-local.preset"
rpm_here --install --nodeps "$(package "$version")"
# shellcheck disable=SC2086
are disabled $units
[ "$(diagnosed)" != 0 ] || complain 'no CG406 where a preset disabled all'

said=$(rpmlint --rpmlintrc "$repository/packaging/rpm/clockguard.rpmlintrc" "$(package "$version")" \
    "$(package "$version" selinux)" "$repository/packaging/rpm/clockguard.spec" 2>&1) || complain "$said"
case $said in *' 0 errors, 0 warnings'*) ;; *) complain "$said" ;; esac
exit $failed

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/release.hpp"

#include <array>
#include <string_view>

#include "clockguard/core/certs/release.hpp"
#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

/// Where snapd mounts snaps: on Debian and Ubuntu, on Fedora and RHEL.
constexpr std::array<std::string_view, 2> snap_files{
    "/snap/microk8s/current/meta/snap.yaml", "/var/lib/snapd/snap/microk8s/current/meta/snap.yaml"};

}  // namespace

std::optional<int> read_minor(const Root& root)
{
    for (const std::string_view path : snap_files)
        if (const auto text = read_file(root, path))
            return parse_minor(*text);
    return std::nullopt;
}

}  // namespace clockguard

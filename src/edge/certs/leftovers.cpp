// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/leftovers.hpp"

#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/certs/release.hpp"

namespace clockguard {
namespace {

/// install-cni and calico-node write a token of 24 hours here, and renew it after a quarter of
/// that.
constexpr const char* calico_file = "/var/snap/microk8s/current/args/cni-network/calico-kubeconfig";
/// run-containerd compares it with the boot time of /proc/stat.
constexpr const char* last_start_file = "/var/snap/microk8s/common/run/containerd/last-start-date";

}  // namespace

Leftovers read_leftovers(const Root& root)
{
    Leftovers left;
    if (const auto calico = read_file(root, calico_file))
        if (const auto token = parse_token(find_token(*calico)))
            left.calico = *token;
    if (const auto date = read_file(root, last_start_file))
        left.containerd_last_start = parse_epoch(*date);
    left.minor = read_minor(root);
    return left;
}

}  // namespace clockguard

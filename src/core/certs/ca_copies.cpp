// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/ca_copies.hpp"

#include <fmt/core.h>

namespace clockguard {
namespace {

/// The key has stayed the same, so that what each node signs anew by itself fits everybody's copy.
std::vector<CopyHolder> holders_of_ca(NodeRole role)
{
    std::vector<CopyHolder> holders;
    if (role == NodeRole::Master)
        holders = {{.who = "other control plane nodes",
                    .what = "ca.crt and every kubeconfig",
                    .how = "sudo clockguard certs refresh --name ca --include-ca"},
                   {.who = "workers",
                    .what = "ca.remote.crt, kubelet.config and proxy.config",
                    .how = "sudo microk8s leave",
                    .then = "then microk8s join as 'microk8s add-node' says",
                    .risk = "rejoin_nodes"}};
    holders.push_back({.who = "users",
                       .what = "the kubeconfigs that 'microk8s config' has printed",
                       .how = "microk8s config >~/.kube/config"});
    holders.push_back({.who = "pods",
                       .what = "the ConfigMap kube-root-ca.crt of their namespace",
                       .how = "sudo snap restart microk8s.daemon-kubelite",
                       .risk = "restarts_microk8s"});
    return holders;
}

/// dqlite takes its own file for the list of those it trusts (go-dqlite, app/tls.go), and no
/// certificate in it is a CA: the very same bytes have to be everywhere.
std::vector<CopyHolder> holders_of_cluster(NodeRole role)
{
    if (role != NodeRole::Master)
        return {};
    const std::string file = "/var/snap/microk8s/current/var/kubernetes/backend/cluster.crt";
    return {{.who = "other control plane nodes",
             .what = "cluster.crt, byte for byte",
             .how = fmt::format("sudo scp {} NODE:{}", file, file)}};
}

}  // namespace

std::vector<CopyHolder> copy_holders(const std::string& name, NodeRole role)
{
    if (name == "ca")
        return holders_of_ca(role);
    return name == "cluster" ? holders_of_cluster(role) : std::vector<CopyHolder>{};
}

}  // namespace clockguard

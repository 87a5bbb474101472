// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/certificate.hpp"

namespace clockguard {

/// What a node is in its cluster, told by MicroK8s' lock files.
enum class NodeRole {
    Single,
    Master,  // joined with others: no-cert-reissue
    Worker,  // has no API server of its own: clustered.lock
};

/// The facts about a node that decide what is expected of it.
struct NodeFacts {
    NodeRole role = NodeRole::Single;
    bool is_stopped = false;        // stopped.lock: by its administrator
    bool join_in_progress = false;  // join-in-progress
};

inline constexpr std::string_view microk8s_data = "/var/snap/microk8s/current";

/// Every certificate of a MicroK8s node, CAs before what they sign.
std::vector<CertPlace> microk8s_places(NodeRole role);

/// "single node", "control plane node", "worker"
std::string to_text(NodeRole role);

}  // namespace clockguard

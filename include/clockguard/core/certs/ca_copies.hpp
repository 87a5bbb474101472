// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/certs/cert_profile.hpp"

namespace clockguard {

/// What holds a copy of a certificate that was re-dated, and must get the new one.
struct CopyHolder {
    std::string who{};   // "workers"
    std::string what{};  // "ca.remote.crt, kubelet.config and proxy.config embed it"
    std::string how{};   // the command, on the machine of `who`
    std::string then{};  // what follows it that is no command to copy; empty: nothing
    std::string risk = "none";
};

/// What holds copies of this certificate beyond the files of this node; none for what is the node's
/// own. A node of a cluster has others than a single node.
std::vector<CopyHolder> copy_holders(const std::string& name, NodeRole role);

}  // namespace clockguard

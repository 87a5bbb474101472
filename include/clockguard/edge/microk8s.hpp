// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/cert_profile.hpp"
#include "clockguard/edge/root.hpp"

namespace clockguard {

/// A MicroK8s installation.
struct Microk8s {
    std::string data{};  // where /var/snap/microk8s/current leads, below the root
    NodeFacts node{};
    bool has_certificates = false;  // none before its first start
    bool has_client_certs = false;  // since 1.28; tokens before

    /// Where a path of the profile is found: below the folder that `current` led to when asked, so
    /// that a snap refresh in between cannot mix two revisions.
    std::string locate(const std::string& path) const;
};

/// Nothing when MicroK8s is not installed. A `current` that leads nowhere is an error.
[[nodiscard]] Result<std::optional<Microk8s>> read_microk8s(const Root& root);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/certs/cert_profile.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// A distribution as it is installed.
struct Installation {
    Root root{};
    std::string link{};  // the profile's data: "/var/snap/microk8s/current"
    std::string data{};  // where it leads: "/var/snap/microk8s/8511"
    NodeFacts node{};
    bool has_certificates = false;  // none before its first start
    bool is_older = false;          // a release that had fewer certificates

    /// Where a path of the profile is found: below the folder that the data led to when asked, so
    /// that a snap refresh in between cannot mix two revisions.
    std::string locate(const std::string& path) const;

    /// The same, as the root's own machine calls it.
    std::string inside(const std::string& path) const;

    /// What such a file holds, wherever links lead: for who judges it.
    [[nodiscard]] Result<std::string> read(const std::string& path) const;

    /// A key that is to sign, or to be copied. Others than root may write below the data: a link
    /// there could lead to a key that only root may use.
    [[nodiscard]] Result<std::string> read_key(const std::string& path) const;
};

/// Nothing when it is not installed. Data that lead nowhere are an error.
[[nodiscard]] Result<std::optional<Installation>> read_installation(const Root& root,
                                                                    const CertProfile& profile);

}  // namespace clockguard

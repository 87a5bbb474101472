// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/certs/cert_profile.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// The profile of this name: the administrator's in /etc/clockguard/profiles, the package's in
/// /usr/share/clockguard/profiles, or the one that was built in. A file that cannot be read or
/// understood is an error, never passed over.
[[nodiscard]] Result<CertProfile> load_profile(const Root& root, const std::string& name);

/// What the profile calls its distribution; MicroK8s where it cannot be read. For messages.
std::string distribution_name(const Root& root, const std::string& profile);

/// Whether there is a profile of this name; if not, the error lists those there are.
[[nodiscard]] Result<void> find_profile(const Root& root, const std::string& name);

/// What to do where a profile's distribution is not there and another one is: "k3s is: to have its
/// certificates judged, set certs.profile = \"k3s\" in /etc/clockguard/clockguard.toml"; else
/// nothing.
std::string other_distribution(const Root& root, const std::string& profile);

}  // namespace clockguard

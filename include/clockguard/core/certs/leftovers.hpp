// SPDX-License-Identifier: Apache-2.0
// What a clock that was ahead left behind, beside certificates.
#pragma once

#include <optional>
#include <vector>

#include "clockguard/core/base/finding.hpp"
#include "clockguard/core/certs/token.hpp"

namespace clockguard {

struct Leftovers {
    std::optional<TokenDates> calico{};              // the token that Calico's CNI plugin uses
    std::optional<Instant> containerd_last_start{};  // as MicroK8s wrote it down
    std::optional<int> minor{};                      // of Kubernetes 1.x; unset: not known
};

/// Seconds since 1970, as `date +%s` prints them; anything else is no date.
std::optional<Instant> parse_epoch(std::string_view text);

/// CG415: of the pods that were started while the clock was ahead. Nothing where kubelet knows how
/// to deal with them.
std::optional<Finding> sandbox_finding(std::optional<int> minor);

/// What of it is from the future at this moment, each with what to type.
std::vector<Finding> judge_leftovers(const Leftovers& left, Instant now);

}  // namespace clockguard

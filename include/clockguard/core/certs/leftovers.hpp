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
};

/// Seconds since 1970, as `date +%s` prints them; anything else is no date.
std::optional<Instant> parse_epoch(std::string_view text);

/// What of it is from the future at this moment, each with what to type.
std::vector<Finding> judge_leftovers(const Leftovers& left, Instant now);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "clockguard/core/base/advice.hpp"

namespace clockguard {

/// What a profile says of a renewal (clockguard-profile(5), renew): a command, by its first word,
/// with what it restarts and keeps; or words.
Advice parse_renewal(std::string_view text);

/// The one, and then the other.
Advice in_turn(const Advice& first, const Advice& then);

}  // namespace clockguard

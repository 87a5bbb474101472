// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// "2026-03-03T08:20:11Z"
inline Instant at(std::string_view text)
{
    return parse_instant(text).value_or(Instant{});
}

}  // namespace clockguard

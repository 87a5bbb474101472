// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// One line of the story of a boot.
struct StoryEvent {
    Span uptime{};
    Span away{};                         // until then, what uptime does not count: sleep, a pause
    std::optional<Instant> recorded{};   // by the clock of that moment
    std::optional<Instant> corrected{};  // by the clock that is trusted now
    std::string event{};
    std::string source{};
    std::optional<Span> step{};  // by how much the clock was moved; negative: back
};

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/report/story_event.hpp"

namespace clockguard {

/// A drawing of how far the clock was off in a boot: one place to the right an event, upwards what
/// it was ahead of the right time, or of the time that it showed last where that is not known;
/// below it the events, and what is missing of them, if anything is. The scale of both directions
/// is logarithmic from one second on. For light and dark pages; nothing is loaded from elsewhere.
std::string render_timeline_svg(const std::vector<StoryEvent>& events,
                                std::string_view missing = {});

}  // namespace clockguard

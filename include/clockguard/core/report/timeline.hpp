// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/report/story_event.hpp"

namespace clockguard {

/// What the clock showed in a boot, what it should have shown as far as that is known, and what
/// moved it: two lines or more an event, within 80 columns.
std::string render_timeline(const std::vector<StoryEvent>& events);

/// "5 events, 2 steps of the clock among them"
std::string timeline_summary(const std::vector<StoryEvent>& events);

}  // namespace clockguard

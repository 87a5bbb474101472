// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/report/boot_story.hpp"
#include "clockguard/edge/base/root.hpp"
#include "clockguard/edge/clock/journal.hpp"

namespace clockguard {

/// All that the journal tells of the clock in the latest boot, or one so many before, the kernel's
/// own lines among it.
BootHistory read_boot_history(const Root& root, int boots_back = 0, const ReadingTime& time = {});

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/boot_story.hpp"
#include "clockguard/edge/root.hpp"

namespace clockguard {

/// The kernel's own line about the RTC, from its log or, where that may not be read, the journal.
BootHistory read_rtc_line(const Root& root);

/// All that is told of the clock in the latest boot: the journal's story, and what its beginning
/// lacks from the kernel's log.
BootHistory read_boot_history(const Root& root);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "clockguard/core/clock/boot_starts.hpp"

namespace clockguard {

/// What is remembered of one boot, this one or an earlier one.
struct BootRecord {
    std::int64_t number = 0;  // counts boots; 0: of a version that did not count
    std::string boot_id{};
    Instant taken_at{};  // by the system clock of that moment
    BootStarts starts{};
};

/// All that are kept.
struct BootRecords {
    std::vector<BootRecord> newest_first{};
    std::vector<std::string> unreadable{};  // why, one line for each that was skipped
};

/// Whether one boot came after another. Numbers order them; the times come from the clock on trial.
bool is_newer(const BootRecord& one, const BootRecord& other);

}  // namespace clockguard

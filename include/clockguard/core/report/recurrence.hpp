// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/gate/boot_record.hpp"

namespace clockguard {

/// Whether boots keep starting wrong, by those whose hardware clock and network time are on record.
struct Recurrence {
    int judged = 0;        // of the last five
    int wrong = 0;         // of those, by a minute or more
    bool returns = false;  // the last one was wrong, and not it alone
    std::string words{};   // "4 of the last 5 boots started 30 d 00:00:00 ahead, since 2026-10-28"
};

Recurrence find_recurrence(const std::vector<BootRecord>& newest_first);

}  // namespace clockguard

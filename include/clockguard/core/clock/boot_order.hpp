// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/clock/journal_header.hpp"

namespace clockguard {

/// A file of the journal, and whose entries it has.
struct JournalPart {
    JournalHeader header{};
    std::vector<std::string> boots{};  // in the order in which they were written
};

/// Every boot once, the oldest first and `newest` last. What was written after what is told by the
/// place in a file, and from file to file by the count of entries: a boot whose clock was ahead has
/// later dates than the next. Only where files share neither a boot nor a count the date of the
/// last entry decides, by when most clocks have been set right.
std::vector<std::string> order_boots(std::vector<JournalPart> parts, const std::string& newest);

}  // namespace clockguard

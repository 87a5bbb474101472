// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "edge/clock/journal_files.hpp"

namespace clockguard {

/// The boots of a journal, the oldest first and `newest` last. What cannot be read has none; users'
/// files are asked only where no other can be read.
std::vector<std::string> boots_in(const std::vector<JournalFile>& files, const std::string& newest);

}  // namespace clockguard

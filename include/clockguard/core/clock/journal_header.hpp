// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// What a journal file says of itself.
struct JournalHeader {
    std::string sequence{};   // files of one sequence number their entries by one count
    std::uint64_t first = 0;  // its first entry's number
    Instant last_wall{};      // what the system clock showed at its last entry
};

/// So many of a file's first bytes are looked at.
inline constexpr std::size_t journal_header_size = 200;

/// The header of the journal file format (https://systemd.io/JOURNAL_FILE_FORMAT); nothing of a
/// file that begins otherwise, or ends before that.
std::optional<JournalHeader> parse_journal_header(std::string_view bytes);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// One refresh, as /var/lib/clockguard/refreshes.json remembers it.
struct RefreshRecord {
    std::string boot_id{};
    Span uptime{};   // since that boot: no clock step can stretch or shrink it
    Instant time{};  // for the reader
    std::vector<std::string> names{};
};

inline constexpr std::size_t refreshes_per_hour = 3;

/// How many records of this boot are of the last hour.
std::size_t records_of_last_hour(const std::vector<RefreshRecord>& log, const std::string& boot_id,
                                 Span uptime);

/// Why another refresh now would be one too many, or nothing: what undoes a refresh
/// within minutes would do so for ever.
std::string refresh_objection(const std::vector<RefreshRecord>& log, const std::string& boot_id,
                              Span uptime);

/// The log with one more record; the oldest beyond a hundred are forgotten.
std::vector<RefreshRecord> with_record(std::vector<RefreshRecord> log, RefreshRecord record);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/refresh_log.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t records_kept = 100;

/// How long ago each record of the last hour was; those of other boots tell nothing.
std::vector<Span> recent_ages(const std::vector<RefreshRecord>& log, const std::string& boot_id,
                              Span uptime)
{
    std::vector<Span> ages;
    for (const RefreshRecord& record : log) {
        const Span age = uptime - record.uptime;
        if (record.boot_id == boot_id && age >= Span{0} && age < 1h)
            ages.push_back(age);
    }
    return ages;
}

}  // namespace

std::size_t records_of_last_hour(const std::vector<RefreshRecord>& log, const std::string& boot_id,
                                 Span uptime)
{
    return recent_ages(log, boot_id, uptime).size();
}

std::string refresh_objection(const std::vector<RefreshRecord>& log, const std::string& boot_id,
                              Span uptime)
{
    std::vector<Span> recent = recent_ages(log, boot_id, uptime);
    if (recent.size() < refreshes_per_hour)
        return {};
    // The last that still counts when one more is allowed; commands by hand may have made more.
    const auto counts = recent.begin() + static_cast<std::ptrdiff_t>(refreshes_per_hour - 1);
    std::ranges::nth_element(recent, counts);
    return fmt::format(
        "limit of {} refreshes an hour reached (next possible in {}). If you did not run "
        "them, something keeps overwriting the certificates",
        refreshes_per_hour, to_text(1h - *counts));
}

std::vector<RefreshRecord> with_record(std::vector<RefreshRecord> log, RefreshRecord record)
{
    log.push_back(std::move(record));
    if (log.size() > records_kept)
        log.erase(log.begin(), log.end() - static_cast<std::ptrdiff_t>(records_kept));
    return log;
}

}  // namespace clockguard

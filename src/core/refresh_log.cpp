// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/refresh_log.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t records_kept = 100;

}  // namespace

std::string refresh_objection(const std::vector<RefreshRecord>& log, const std::string& boot_id,
                              Span uptime)
{
    std::size_t recent = 0;
    Span last = forever;
    for (const RefreshRecord& record : log) {
        const Span age = uptime - record.uptime;
        if (record.boot_id != boot_id || age < Span{0} || age >= 1h)
            continue;
        ++recent;
        last = std::min(last, age);
    }
    if (recent < refreshes_per_hour)
        return {};
    return fmt::format("{} refreshes in the last hour, the last {} ago: something undoes them "
                       "(journalctl -b -u snap.microk8s.daemon-apiserver-kicker)",
                       recent, to_text(last));
}

std::vector<RefreshRecord> with_record(std::vector<RefreshRecord> log, RefreshRecord record)
{
    log.push_back(std::move(record));
    if (log.size() > records_kept)
        log.erase(log.begin(), log.end() - static_cast<std::ptrdiff_t>(records_kept));
    return log;
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/recurrence.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/report/boot_story.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t last_boots = 5;

struct Start {
    Span ahead{};
    Instant at{};  // by network time

    bool is_wrong() const { return abs(ahead) >= harmful; }
};

std::vector<Start> judged_starts(const std::vector<BootRecord>& newest_first)
{
    std::vector<Start> starts;
    for (const BootRecord& boot : newest_first)
        if (const auto ahead = ahead_of(boot.starts.rtc, boot.starts.network))
            starts.push_back({.ahead = ahead->value, .at = boot.starts.network->at});
    return starts;
}

std::string range_words(const std::vector<Start>& wrong)
{
    const auto [least, most] = std::ranges::minmax(wrong, {}, &Start::ahead);
    if (most.ahead - least.ahead < harmful)
        return to_hms_text(Offset{.value = wrong.front().ahead});
    return fmt::format("between {} and {}", to_hms_text(Offset{.value = least.ahead}),
                       to_hms_text(Offset{.value = most.ahead}));
}

std::string date_of(Instant instant)
{
    return to_text(instant).substr(0, std::string_view{"2026-10-28"}.size());
}

}  // namespace

Recurrence find_recurrence(const std::vector<BootRecord>& newest_first)
{
    const std::vector<Start> all = judged_starts(newest_first);
    if (all.empty())
        return {.words = "no boot on record has both hardware clock and network time"};
    const std::size_t window = std::min(all.size(), last_boots);
    std::vector<Start> wrong;
    std::ranges::copy_if(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(window),
                         std::back_inserter(wrong), &Start::is_wrong);
    Recurrence found{.judged = static_cast<int>(window), .wrong = static_cast<int>(wrong.size())};
    found.returns = all.front().is_wrong() && wrong.size() > 1;
    const std::string judged = window == 1
                                   ? "the last boot with network time"
                                   : fmt::format("the last {} boots with network time", window);
    if (wrong.empty()) {
        found.words = judged + " started right";
        return found;
    }
    Instant since = wrong.back().at;
    for (const Start& start : all)
        if (start.is_wrong())
            since = std::min(since, start.at);
    found.words = fmt::format("{}{} started {}, since {}",
                              window == 1 ? "" : fmt::format("{} of ", wrong.size()), judged,
                              range_words(wrong), date_of(since));
    return found;
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/boot_order.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

namespace clockguard {
namespace {

/// When the last entry of a part was written, as far as its date tells. The newest boot's entries
/// are the last of all.
Instant end_of(const JournalPart& part, const std::string& newest)
{
    const bool has_newest = std::ranges::find(part.boots, newest) != part.boots.end();
    return has_newest ? Instant::max() : part.header.last_wall;
}

/// Sequence by sequence, by the end of each; within one by number.
void sort_by_sequence(std::vector<JournalPart>& parts, const std::string& newest)
{
    for (JournalPart& part : parts)
        part.header.last_wall = end_of(part, newest);
    std::ranges::sort(parts, {}, [](const JournalPart& part) {
        return std::tie(part.header.sequence, part.header.first);
    });
    for (std::size_t later = parts.size(); later-- > 1;)
        if (parts[later - 1].header.sequence == parts[later].header.sequence)
            parts[later - 1].header.last_wall = parts[later].header.last_wall;
    std::ranges::stable_sort(parts, {},
                             [](const JournalPart& part) { return part.header.last_wall; });
}

/// Whether a part has another boot before this one.
bool comes_later(const std::string& boot, const JournalPart& part)
{
    const auto found = std::ranges::find(part.boots, boot);
    return found != part.boots.begin() && found != part.boots.end();
}

/// The first that comes later in none; where the parts contradict each other, the first of all.
std::optional<std::string> next_boot(const std::vector<JournalPart>& parts)
{
    std::optional<std::string> any;
    for (const JournalPart& part : parts) {
        if (part.boots.empty())
            continue;
        const std::string& boot = part.boots.front();
        if (std::ranges::none_of(
                parts, [&](const JournalPart& other) { return comes_later(boot, other); }))
            return boot;
        if (!any)
            any = boot;
    }
    return any;
}

}  // namespace

std::vector<std::string> order_boots(std::vector<JournalPart> parts, const std::string& newest)
{
    sort_by_sequence(parts, newest);
    std::vector<std::string> ordered;
    while (auto boot = next_boot(parts)) {
        for (JournalPart& part : parts)
            std::erase(part.boots, *boot);
        if (*boot != newest)
            ordered.push_back(std::move(*boot));
    }
    ordered.push_back(newest);
    return ordered;
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "clockguard/core/clock/clock_history.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {
namespace {

/// sd-journal passes no times on above 2^55 us (VALID_REALTIME and VALID_MONOTONIC).
constexpr std::int64_t latest_us = std::int64_t{1} << 55;

std::string_view take(std::string_view& text, char end)
{
    const std::string_view taken = text.substr(0, text.find(end));
    text.remove_prefix(std::min(taken.size() + 1, text.size()));
    return taken;
}

Span to_span(std::string_view digits)
{
    std::int64_t us = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), us);
    return Span{std::clamp<std::int64_t>(us, 0, latest_us)};
}

/// "monotonic|wall|speaker|text" as the journal has it; the wall time may be missing.
LogEntry journal_entry(std::string_view line)
{
    LogEntry entry{.since_boot = to_span(take(line, '|'))};
    if (const std::string_view wall = take(line, '|'); !wall.empty())
        entry.wall = Instant{to_span(wall)};
    entry.speaker = take(line, '|');
    entry.text = line;
    return entry;
}

void check_correction(const ClockEvent& event)
{
    if (event.kind == ClockEventKind::SetFromRtc)
        must(event.set_to &&
             correction_since(event, Instant{std::chrono::seconds{1789000000}}).error > Span{0});
}

}  // namespace

// A log that others wrote is read without trouble, and its history is in order.
void fuzz(std::string_view input)
{
    parse_rtc_line(input);
    std::vector<LogEntry> entries;
    while (!input.empty())
        entries.push_back(journal_entry(take(input, '\n')));
    const auto history = read_history(entries);
    must(std::ranges::is_sorted(history, {}, &ClockEvent::since_boot));
    must(history.size() <= 2 * entries.size());
    std::ranges::for_each(history, check_correction);
}

}  // namespace clockguard

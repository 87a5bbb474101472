// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/timeline.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/base/table.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/wrapped.hpp"

namespace clockguard {
namespace {

constexpr std::size_t line_width = 79;

std::string time_or_dashes(const std::optional<Instant>& instant)
{
    return instant ? to_plain_text(*instant) : "--";
}

std::string to_step(const std::optional<Span>& step)
{
    if (!step)
        return {};
    return fmt::format("{}{}", *step < Span{0} ? '-' : '+', to_hms_text(abs(*step)));
}

TableRow row_of(const StoryEvent& event)
{
    return {to_text(event.uptime), time_or_dashes(event.recorded), time_or_dashes(event.corrected),
            to_step(event.step)};
}

}  // namespace

std::string render_timeline(const std::vector<StoryEvent>& events)
{
    const std::string_view second = "CLOCK SAID";
    std::vector<TableRow> rows{{"UPTIME", std::string{second}, "RIGHT TIME (UTC)", "STEP"}};
    std::ranges::transform(events, std::back_inserter(rows), row_of);
    const auto lines = table_lines(rows, {{.to_the_right = true}});
    const std::size_t column = lines.front().find(second);
    std::string text = lines.front() + "\n";
    for (std::size_t i = 0; i < events.size(); ++i)
        text += lines[i + 1] + "\n" + std::string(column, ' ') +
                wrapped(on_one_line(events[i].event), column, line_width);
    return text;
}

std::string timeline_summary(const std::vector<StoryEvent>& events)
{
    const auto steps = std::ranges::count_if(
        events, [](const StoryEvent& event) { return event.step.has_value(); });
    return fmt::format("{}, {} of the clock among them", counted(events.size(), "event"),
                       counted(static_cast<std::size_t>(steps), "step"));
}

}  // namespace clockguard

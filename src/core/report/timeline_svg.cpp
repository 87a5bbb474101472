// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/timeline_svg.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/core.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/base/markup.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/wrapped.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

// Of the drawing, in its own units.
constexpr double left = 110;
constexpr double right_margin = 30;
constexpr double least_width = 760;
constexpr double closest = 26;  // two events
constexpr double farthest = 120;
constexpr double middle = 115;  // where the clock is right
constexpr double half = 85;     // the largest error
constexpr double list_top = 250;
constexpr double line_height = 17;
constexpr std::size_t letters = 78;  // of a line of the list

constexpr std::string_view style =
    "<style>text{font:12px sans-serif;fill:#222}.p{fill:none;stroke:#b3261e;stroke-width:2}"
    ".d{fill:#b3261e}.z{stroke:#777;stroke-dasharray:4 4}.q{fill:#666}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.p{stroke:#ff8a80}.d{fill:#ff8a80}"
    ".z{stroke:#999}.q{fill:#aaa}}</style>\n";

/// The clock's own idea of when the boot began; its changes are its steps.
std::optional<Instant> start_of(const StoryEvent& event)
{
    return event.recorded ? std::optional{*event.recorded - event.uptime - event.away}
                          : std::nullopt;
}

bool is_corrected(const std::vector<StoryEvent>& events)
{
    return std::ranges::any_of(events,
                               [](const StoryEvent& event) { return event.corrected.has_value(); });
}

/// When the boot began by the last word of its clock.
std::optional<Instant> last_start(const std::vector<StoryEvent>& events)
{
    const auto last = std::find_if(events.rbegin(), events.rend(), [](const StoryEvent& event) {
        return event.recorded.has_value();
    });
    return last == events.rend() ? std::nullopt : start_of(*last);
}

/// By how much the clock was ahead at each event, after it: by what it said, or else by its step.
std::vector<std::optional<Span>> errors_of(const std::vector<StoryEvent>& events)
{
    const bool corrected = is_corrected(events);
    const auto last = last_start(events);
    std::vector<std::optional<Span>> errors;
    std::optional<Span> error;
    for (const StoryEvent& event : events) {
        const auto right = corrected ? event.corrected
                           : last    ? std::optional{*last + event.uptime + event.away}
                                     : last;
        if (event.recorded && right)
            error = *event.recorded - *right;
        else if (event.step && error)
            *error += *event.step;
        else
            error.reset();
        errors.push_back(error);
    }
    return errors;
}

double magnitude(Span error)
{
    const double size = std::log10(1 + std::chrono::duration<double>(abs(error)).count());
    return error < Span{0} ? -size : size;
}

double largest(const std::vector<std::optional<Span>>& errors)
{
    double size = magnitude(1s);
    for (const auto& error : errors)
        if (error)
            size = std::max(size, std::abs(magnitude(*error)));
    return size;
}

/// Where an event of so many stands.
double place(std::size_t event, std::size_t events)
{
    const double room = (least_width - left - right_margin) / static_cast<double>(events);
    return left + std::clamp(room, closest, farthest) * (0.5 + static_cast<double>(event));
}

std::string label(double x, double y, std::string_view anchor, std::string_view text)
{
    return fmt::format("<text class=\"q\" x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"{}\">{}</text>\n",
                       x, y, anchor, markup(text));
}

/// Its line, and a dot with a number at each event.
std::string curve(const std::vector<std::optional<Span>>& errors, double width)
{
    const double scale = half / largest(errors);
    std::string path;
    std::string dots;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        const double x = place(i, errors.size());
        dots += label(x, middle + half + 30, "middle", std::to_string(i + 1));
        if (!errors[i])
            continue;
        const double y = middle - scale * magnitude(*errors[i]);
        path += path.empty() ? fmt::format("M{:.0f} {:.1f}", x, y)
                             : fmt::format("H{:.0f}V{:.1f}", x, y);
        dots += fmt::format("<circle class=\"d\" cx=\"{:.0f}\" cy=\"{:.1f}\" r=\"4\"><title>{}"
                            "</title></circle>\n",
                            x, y, markup(to_hms_text(*errors[i])));
    }
    if (!path.empty())
        path += fmt::format("H{:.0f}", width - right_margin);
    return fmt::format("<path class=\"p\" d=\"{}\"/>\n{}", path, dots);
}

/// What the heights mean: the right time in the middle, the largest error in its direction.
std::string scale_of(const std::vector<std::optional<Span>>& errors, double width, bool corrected)
{
    std::string text = fmt::format(
        "<line class=\"z\" x1=\"{0:.0f}\" y1=\"{1:.0f}\" x2=\"{2:.0f}\" y2=\"{1:.0f}\"/>\n", left,
        middle, width - right_margin);
    text += label(left - 8, middle + 4, "end", corrected ? "right time" : "its last time");
    const auto known = [](const std::optional<Span>& error) { return error.value_or(Span{0}); };
    const Span ahead = known(*std::ranges::max_element(errors, {}, known));
    const Span behind = known(*std::ranges::min_element(errors, {}, known));
    const double size = largest(errors);
    for (const Span most : {ahead, behind})
        if (abs(most) >= 1s)
            text += label(
                left - 8, middle - half * magnitude(most) / size + 4, "end",
                fmt::format("{} {}", to_text(abs(most)), most > Span{0} ? "ahead" : "behind"));
    return text;
}

struct List {
    std::string text{};
    double bottom = list_top;
};

void add_lines(List& list, std::string_view text)
{
    const std::string told = wrapped(on_one_line(text), 0, letters);
    for (const std::string_view line : lines_of(told)) {
        list.text += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n", left, list.bottom,
                                 markup(line));
        list.bottom += line_height;
    }
}

List list_of(const std::vector<StoryEvent>& events, std::string_view missing)
{
    List list;
    for (std::size_t i = 0; i < events.size(); ++i) {
        list.text += label(38, list.bottom, "end", std::to_string(i + 1));
        list.text += label(left - 8, list.bottom, "end", to_text(events[i].uptime));
        add_lines(list, events[i].event);
    }
    if (!missing.empty())
        add_lines(list, fmt::format("This is not all: {}.", missing));
    return list;
}

}  // namespace

std::string render_timeline_svg(const std::vector<StoryEvent>& events, std::string_view missing)
{
    const double width =
        events.empty() ? least_width
                       : std::max(least_width, place(events.size(), events.size()) + right_margin);
    const List list = list_of(events, missing);
    std::string text = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {:.0f} {:.0f}\" "
        "width=\"{:.0f}\">\n<title>How far the clock was off</title>\n",
        width, list.bottom, width);
    text += style;
    if (events.empty())
        text += label(left, middle, "start",
                      missing.empty() ? "The journal tells of no change of the clock."
                                      : "Nothing is known of this boot.");
    else {
        const auto errors = errors_of(events);
        text += scale_of(errors, width, is_corrected(events)) + curve(errors, width);
    }
    return text + list.text + "</svg>\n";
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/exact.hpp"

#include <fmt/core.h>

namespace clockguard {

using namespace std::chrono;

std::string to_hms_text(Span span)
{
    if (abs(span) < 1min)
        return to_ms_text(span);
    const std::string_view sign = span < Span{0} ? "-" : "";
    const seconds whole = round<seconds>(abs(span));
    const std::string clock = fmt::format("{:02}:{:02}:{:02}", whole % days{1} / 1h,
                                          whole % 1h / 1min, whole % 1min / 1s);
    return whole < days{1} ? fmt::format("{}{}", sign, clock)
                           : fmt::format("{}{} d {}", sign, whole / days{1}, clock);
}

std::string to_hms_text(const Offset& offset)
{
    return fmt::format("{} {}", to_hms_text(abs(offset.value)),
                       offset.value < Span{0} ? "behind" : "ahead");
}

std::string to_limit_text(Span span)
{
    return span % 100ms == Span{0} ? to_text(span) : to_ms_text(span);
}

std::string to_fine_text(const Offset& offset)
{
    const auto fraction = [](Span span) { return fmt::format("{:06}", span % Span{1s} / Span{1}); };
    const Span size = abs(offset.value);
    const std::string whole =
        size < 1min ? fmt::format("{}.{} s", size / 1s, fraction(size))
                    : fmt::format("{}.{}", to_hms_text(floor<seconds>(size)), fraction(size));
    return fmt::format("{} {} (+/-{}.{} s)", whole, offset.value < Span{0} ? "behind" : "ahead",
                       offset.error / 1s, fraction(offset.error));
}

std::string to_plain_text(Instant instant)
{
    std::string text = to_text(instant);
    text.pop_back();
    text[text.find('T')] = ' ';
    return text;
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/option_values.hpp"

#include <chrono>

#include "clockguard/core/base/text.hpp"

namespace clockguard {

Result<Span> parse_offset(std::string_view text)
{
    const bool behind = text.starts_with('-');
    auto span = parse_span(behind ? text.substr(1) : text);
    if (span && *span == forever)
        return fail("an offset must be a length of time");
    return span && behind ? Result<Span>{-*span} : span;
}

Result<Span> parse_moment(std::string_view text)
{
    return parse_span(text == "never" ? "infinity" : text);
}

Result<Span> parse_watch(std::string_view text)
{
    auto span = parse_span(text);
    if (span && (*span < std::chrono::seconds{2} || *span > std::chrono::days{30}))
        return fail("must be between 2s and 30d");
    return span;
}

Result<int> parse_boot(std::string_view text)
{
    const auto number = parse_number<int>(text);
    if (!number || *number > 0 || *number < -10'000)
        return fail(fmt::format("'{}' is neither 0 (this boot) nor -1 (the one before)", text));
    return *number;
}

Result<std::string> parse_report_file(std::string_view text)
{
    if (!text.ends_with(".json") && !text.ends_with(".html") && !text.ends_with(".svg"))
        return fail(fmt::format("'{}' does not end in .json, .html or .svg", text));
    return std::string{text};
}

}  // namespace clockguard

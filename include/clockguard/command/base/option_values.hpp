// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// A reader of one of these words.
template <class Value>
auto one_of(std::vector<std::pair<std::string, Value>> choices)
{
    return [choices = std::move(choices)](std::string_view text) -> Result<Value> {
        std::string words;
        for (const auto& [word, value] : choices) {
            if (word == text)
                return value;
            words += (words.empty() ? "" : ", ") + word;
        }
        return fail(fmt::format("'{}' is not one of: {}", text, words));
    };
}

/// "30d", "-2h": behind.
[[nodiscard]] Result<Span> parse_offset(std::string_view text);

/// A length of time, or "never".
[[nodiscard]] Result<Span> parse_moment(std::string_view text);

/// How long a clock is watched: 2s to 30d.
[[nodiscard]] Result<Span> parse_watch(std::string_view text);

/// 0 for this boot, -1 for the one before.
[[nodiscard]] Result<int> parse_boot(std::string_view text);

/// The name of a file for a report: "NAME.json".
[[nodiscard]] Result<std::string> parse_report_file(std::string_view text);

}  // namespace clockguard

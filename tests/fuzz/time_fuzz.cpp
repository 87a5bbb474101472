// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/config.hpp"
#include "clockguard/core/base/time.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// What was read can be written, and what was written is read as the same again.
void fuzz(std::string_view input)
{
    const auto instant = parse_instant(input);
    if (instant) {
        const auto again = parse_instant(to_text(*instant));
        must(again && *again == std::chrono::floor<std::chrono::seconds>(*instant));
    }
    const auto span = parse_span(input);
    if (span)
        must(*span >= Span{0} && !to_text(*span).empty());
    const auto threshold = parse_threshold(input);
    if (threshold)
        must(threshold->before_end || (threshold->percent >= 0 && threshold->percent <= 100));
}

}  // namespace clockguard

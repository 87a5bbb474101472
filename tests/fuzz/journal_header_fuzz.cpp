// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/boot_order.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// A header is read or passed over, and a boot is listed once whatever the headers say.
void fuzz(std::string_view input)
{
    const auto half = input.size() / 2;
    std::vector<JournalPart> parts{{.boots = {"a", "b"}}, {.boots = {"b", "c", "a"}}};
    if (const auto header = parse_journal_header(input.substr(0, half)))
        parts.front().header = *header;
    if (const auto header = parse_journal_header(input.substr(half)))
        parts.back().header = *header;
    const auto boots = order_boots(parts, "b");
    must(boots.size() == 3 && boots.back() == "b");
}

}  // namespace clockguard

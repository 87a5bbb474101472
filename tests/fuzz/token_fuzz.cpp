// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/token.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// What is found is a piece of the text, and a date in it one that can be written.
void fuzz(std::string_view input)
{
    const std::string_view found = find_token(input);
    must(found.empty() || (found.data() >= input.data() &&
                           found.data() + found.size() <= input.data() + input.size()));
    for (const std::string_view token : {input, found}) {
        const auto dates = parse_token(token);
        if (dates && dates->not_before)
            must(bool{parse_instant(to_text(*dates->not_before))});
    }
}

}  // namespace clockguard

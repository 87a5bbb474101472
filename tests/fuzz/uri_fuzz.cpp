// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "clockguard/core/certs/uri_name.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// Go's net/url reads no control character before a fragment.
void fuzz(std::string_view input)
{
    const bool has_control = std::ranges::any_of(input.substr(0, input.find('#')), [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    });
    must(!(is_uri_name(input) && has_control));
}

}  // namespace clockguard

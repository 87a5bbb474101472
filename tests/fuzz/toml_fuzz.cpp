// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/config.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// A configuration that cannot be used is a sentence; what is left of it is used whole.
void fuzz(std::string_view input)
{
    const ReadSettings read = parse_toml(input, "clockguard.toml");
    for (const Error& problem : read.problems)
        must(!problem.what.empty());
    must(apply_settings({}, read.settings).problems.empty());
}

}  // namespace clockguard

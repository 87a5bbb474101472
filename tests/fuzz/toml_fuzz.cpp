// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/config.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// A configuration is refused in a sentence that names the file or the setting, or it is used.
void fuzz(std::string_view input)
{
    const auto settings = parse_toml(input, "clockguard.toml");
    if (!settings) {
        must(!settings.error().what.empty());
        return;
    }
    const auto config = apply_settings({}, *settings);
    must(config || !config.error().what.empty());
}

}  // namespace clockguard

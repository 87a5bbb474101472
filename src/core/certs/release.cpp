// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/release.hpp"

#include <charconv>

#include "clockguard/core/base/text.hpp"

namespace clockguard {

std::optional<int> parse_minor(std::string_view snap_yaml)
{
    constexpr std::string_view start = "version: ";
    for (std::string_view line : lines_of(snap_yaml)) {
        if (!line.starts_with(start))
            continue;
        line.remove_prefix(start.size());
        const auto major = line.find("1.");
        if (major > 2 || line.find_first_not_of("'\"v") != major)
            return std::nullopt;
        int minor = 0;
        const auto digits = line.substr(major + 2);
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), minor);
        return read.ec == std::errc{} ? std::optional{minor} : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace clockguard

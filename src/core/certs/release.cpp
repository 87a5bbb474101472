// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/release.hpp"

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
        const auto minor = line.substr(major + 2);
        return parse_number<int>(minor.substr(0, minor.find_first_not_of("0123456789")));
    }
    return std::nullopt;
}

}  // namespace clockguard

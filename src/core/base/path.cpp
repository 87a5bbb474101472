// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/path.hpp"

#include <fmt/core.h>

namespace clockguard {

std::string folder_of(std::string_view path)
{
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos)
        return ".";
    const auto end = path.find_last_not_of('/', slash);
    return end == std::string_view::npos ? "/" : std::string{path.substr(0, end + 1)};
}

std::string name_of(std::string_view path)
{
    return std::string{path.substr(path.rfind('/') + 1)};
}

std::string path_beside(std::string_view file, std::string_view named)
{
    if (named.starts_with('/'))
        return std::string{named};
    return fmt::format("{}{}", file.substr(0, file.rfind('/') + 1), named);
}

}  // namespace clockguard

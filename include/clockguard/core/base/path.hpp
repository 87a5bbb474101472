// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace clockguard {

/// The folder a path is in: "." and "/" too.
std::string folder_of(std::string_view path);

/// What is last in a path.
std::string name_of(std::string_view path);

/// "/x/y" of "y" beside "/x/file"; an absolute one stays.
std::string path_beside(std::string_view file, std::string_view named);

}  // namespace clockguard

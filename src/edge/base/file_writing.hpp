// SPDX-License-Identifier: Apache-2.0
// What the readers and writers of whole files share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/result.hpp"
#include "clockguard/edge/base/fd.hpp"

namespace clockguard {

/// "server.crt.clockguard-aB3xYz", other letters for each number.
std::string name_beside(std::string_view name, std::size_t number);

/// Whether a name is such a one of another.
bool is_beside(std::string_view other, std::string_view name);

/// "cannot read '/x'", and why.
Error cannot(std::string_view verb, const std::string& path, std::error_code code);

/// The same of what goes through no link: "cannot replace '/x': it is a link".
Error refusal(std::string_view verb, const std::string& path, std::error_code code);

/// Nothing that we read is as long.
inline constexpr std::size_t text_limit = 4U << 20U;

/// All from where the file stands; file_too_large beyond the limit.
[[nodiscard]] Result<std::string, std::error_code> read_all(int file,
                                                            std::size_t limit = text_limit);

/// All of the text, and onto the disk.
[[nodiscard]] Result<void, std::error_code> write_and_sync(int file, std::string_view text);

/// The names in a folder, sorted, without "." and "..".
[[nodiscard]] Result<std::vector<std::string>, std::error_code> names_in(const Fd& folder);

}  // namespace clockguard

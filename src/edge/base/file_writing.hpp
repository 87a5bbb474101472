// SPDX-License-Identifier: Apache-2.0
// What the writers of whole files share.
#pragma once

#include <string>
#include <string_view>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// "server.crt.clockguard-XXXXXX", for mkostemp: remove_leftovers() knows it by that.
std::string name_beside(const std::string& path);

/// The same with letters of its own, for who makes the file in a folder that is held open.
std::string random_name_beside(const std::string& name);

/// Whether a name is one of these two.
bool is_leftover(std::string_view name);

/// The folder a path is in: "." and "/" too.
std::string folder_of(const std::string& path);

/// Up to 4 MiB, from where the file stands.
[[nodiscard]] Result<std::string, std::error_code> read_all(int file);

/// All of the text, and onto the disk.
[[nodiscard]] Result<void, std::error_code> write_and_sync(int file, std::string_view text);

/// So that a new name in the folder survives a power cut.
[[nodiscard]] Result<void, std::error_code> sync_folder(const std::string& folder);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/certs/backup.hpp"

namespace clockguard {

/// A table of these backups, with the files of each if wanted, and a line on how to put one back
/// below `root`.
std::string render_backups(const std::vector<Backup>& backups, bool with_files,
                           std::string_view root);

/// "backup NAME. To go back: sudo clockguard certs undo", below `root`.
std::string how_to_go_back(std::string_view backup, std::string_view root);

}  // namespace clockguard

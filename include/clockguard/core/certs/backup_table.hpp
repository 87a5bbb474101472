// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/certs/backup.hpp"

namespace clockguard {

/// A table of these backups, with a line on how to put one back; with the files of each if wanted.
std::string render_backups(const std::vector<Backup>& backups, bool with_files);

}  // namespace clockguard

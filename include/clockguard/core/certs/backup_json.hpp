// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/certs/backup.hpp"

namespace clockguard {

/// "20260303T082011Z"
std::string backup_name(Instant now);

std::string render_json(const Backup& backup);

/// Reads a manifest back. Paths that lead out of the backup's folder are refused.
[[nodiscard]] Result<Backup> parse_backup(std::string_view text);

}  // namespace clockguard

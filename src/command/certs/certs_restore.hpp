// SPDX-License-Identifier: Apache-2.0
// What `certs undo` restores, read and checked before the first file is replaced.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clockguard/command/certs/certs_survey.hpp"
#include "clockguard/core/certs/backup_json.hpp"
#include "clockguard/edge/certs/replace_file.hpp"

namespace clockguard {

/// A file of a backup and what has to be done for it.
struct Restoration {
    BackupFile file{};
    FileChange change{};
};

/// "cannot undo: ..."
Error cannot_undo(std::string_view what);

/// The files of a backup. An error: one cannot be read, or is no certificate.
[[nodiscard]] Result<std::vector<Restoration>>
read_restorations(const Root& root, const Backup& backup, const CertSurvey& survey);

/// An error: the key of a certificate was replaced since, and the old one would not fit it.
[[nodiscard]] Result<void> check_keys(const CertSurvey& survey,
                                      const std::vector<Restoration>& all);

/// The same with what each file holds now. An error: one is not what a refresh left there.
[[nodiscard]] Result<std::vector<Restoration>> with_present(const Root& root, const Backup& backup,
                                                            const CertSurvey& survey,
                                                            std::vector<Restoration> all);

/// What will be wrong with the restored certificates: their CA, or their dates at `now`.
std::vector<std::string> restore_warnings(const std::vector<Restoration>& all,
                                          const CertSurvey& survey, Instant now);

}  // namespace clockguard

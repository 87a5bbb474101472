// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/backup_table.hpp"

#include <fmt/format.h>

#include "clockguard/core/certs_report.hpp"

namespace clockguard {

std::string render_backups(const std::vector<Backup>& backups, bool with_files)
{
    if (backups.empty())
        return "there is no backup\n";
    std::string text =
        fmt::format("{:<18}  {:<16}  {:<13}  {:>5}\n", "BACKUP", "MADE AT", "REASON", "FILES");
    for (const Backup& backup : backups) {
        text += fmt::format("{:<18}  {:<16}  {:<13}  {:>5}\n", backup.name,
                            to_minutes(backup.made_at), backup.reason, backup.files.size());
        for (std::size_t i = 0; with_files && i < backup.files.size(); ++i)
            text += fmt::format("  {}\n", backup.files[i].path);
    }
    return text + "clockguard certs undo --to BACKUP puts one back\n";
}

}  // namespace clockguard

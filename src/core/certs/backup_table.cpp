// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/backup_table.hpp"

#include <utility>

#include <fmt/core.h>

#include "clockguard/core/base/advice.hpp"
#include "clockguard/core/base/table.hpp"
#include "clockguard/core/base/time.hpp"

namespace clockguard {
namespace {

std::string undo_command(std::string arguments, std::string_view root)
{
    return to_text(for_disk({.command = {.steps = {"clockguard certs undo" + std::move(arguments)},
                                         .takes_root = true}},
                            root));
}

}  // namespace

std::string render_backups(const std::vector<Backup>& backups, bool with_files,
                           std::string_view root)
{
    if (backups.empty())
        return "there is no backup\n";
    std::vector<TableRow> rows{{"BACKUP", "MADE AT", "REASON", "FILES"}};
    for (const Backup& backup : backups)
        rows.push_back({backup.name, to_minutes(backup.made_at), backup.reason,
                        std::to_string(backup.files.size())});
    const std::vector<std::string> lines =
        table_lines(rows, {{18}, {16}, {13}, {.to_the_right = true}});
    std::string text = lines.front() + "\n";
    for (std::size_t i = 0; i < backups.size(); ++i) {
        text += lines[i + 1] + "\n";
        for (std::size_t file = 0; with_files && file < backups[i].files.size(); ++file)
            text += fmt::format("  {}\n", backups[i].files[file].path);
    }
    return text + fmt::format("To restore one: {}\n", undo_command(" --to BACKUP", root));
}

std::string how_to_go_back(std::string_view backup, std::string_view root)
{
    return fmt::format("backup {}. To go back: {}\n", backup, undo_command("", root));
}

}  // namespace clockguard

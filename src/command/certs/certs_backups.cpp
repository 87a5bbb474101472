// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_backups.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/core/certs/backup_table.hpp"
#include "clockguard/core/report/report_json.hpp"

namespace clockguard {
namespace {

ReportBackup to_report(const Backup& backup)
{
    ReportBackup report{.name = backup.name, .made_at = backup.made_at, .reason = backup.reason};
    for (const BackupFile& file : backup.files)
        report.files.push_back(file.path);
    return report;
}

std::string summary_of(const BackupList& backups)
{
    std::string summary =
        fmt::format("{} of at most {} backups", backups.usable.size(), backups_kept);
    for (const UnusableBackup& unusable : backups.unusable)
        summary += "; " + to_text(unusable);
    return summary;
}

Report backups_report(const BackupList& backups, ExitCode code, const CertsWorld& world)
{
    Report report = begin_certs_report(world.now(), world.clock(), world);
    report.verdict = {.status = code == ExitCode::Healthy ? Status::Ok : Status::Unknown,
                      .exit_code = static_cast<int>(code),
                      .summary = summary_of(backups)};
    report.backups.emplace();
    for (const Backup& backup : backups.usable)
        report.backups->push_back(to_report(backup));
    return report;
}

}  // namespace

std::string to_text(const UnusableBackup& backup)
{
    return fmt::format("backup '{}' cannot be used: {}", backup.name, to_text(backup.why));
}

ExitCode list_certs_backups(const Context& context, const CertsWorld& world)
{
    const auto backups = list_backups(context.root);
    if (!backups)
        return give_up(backups.error(), needs_root_or(ExitCode::Undetermined, backups.error()));
    ExitCode code = ExitCode::Healthy;
    for (const UnusableBackup& unusable : backups->unusable) {
        complain(to_text(unusable));
        code = std::max(code, needs_root_or(ExitCode::Undetermined, unusable.why));
    }
    if (context.output.format == Format::Json)
        print_out("{}", render_json(backups_report(*backups, code, world)));
    else if (!context.output.quiet && !(backups->usable.empty() && code != ExitCode::Healthy))
        print_out("{}",
                  render_backups(backups->usable, context.output.verbose, context.root.folder));
    return code;
}

}  // namespace clockguard

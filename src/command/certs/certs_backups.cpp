// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_backups.hpp"

#include <fmt/format.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/core/certs/backup_table.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"

namespace clockguard {
namespace {

ReportBackup to_report(const Backup& backup)
{
    ReportBackup report{.name = backup.name, .made_at = backup.made_at, .reason = backup.reason};
    for (const BackupFile& file : backup.files)
        report.files.push_back(file.path);
    return report;
}

Report backups_report(const std::vector<Backup>& backups, const CertsWorld& world)
{
    Report report = begin_certs_report("certs", world.now(), world.clock(), world);
    report.verdict = {.status = Status::Ok,
                      .exit_code = 0,
                      .summary =
                          fmt::format("{} of at most {} backups", backups.size(), backups_kept)};
    report.backups.emplace();
    for (const Backup& backup : backups)
        report.backups->push_back(to_report(backup));
    return report;
}

}  // namespace

ExitCode list_certs_backups(const Context& context, const CertsWorld& world)
{
    const auto backups = list_backups(context.root);
    if (!backups)
        return give_up(backups.error(), ExitCode::Undetermined);
    if (context.output.format == Format::Json)
        print_out("{}", render_json(backups_report(*backups, world)));
    else if (!context.output.quiet)
        print_out("{}", render_backups(*backups, context.output.verbose));
    return ExitCode::Healthy;
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_undo.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/certs/certs_backups.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/certs/backup_json.hpp"
#include "clockguard/core/certs/backup_table.hpp"
#include "clockguard/core/report/certs_report.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"
#include "clockguard/edge/certs/replace_file.hpp"
#include "command/certs/certs_restore.hpp"

namespace clockguard {
namespace {

/// The backup that is wanted and cannot be used.
const UnusableBackup* find_unusable(const BackupList& known, const std::string& wanted)
{
    if (wanted.empty() && known.usable.empty() && !known.unusable.empty())
        return &known.unusable.front();
    const auto found = std::ranges::find(known.unusable, wanted, &UnusableBackup::name);
    return found == known.unusable.end() ? nullptr : &*found;
}

Result<Backup> choose(const std::vector<Backup>& all, const std::string& wanted)
{
    if (all.empty())
        return fail(cannot_undo("there is no backup"));
    if (wanted.empty())
        return all.front();
    const auto found = std::ranges::find(all, wanted, &Backup::name);
    if (found != all.end())
        return *found;
    return fail(cannot_undo(fmt::format("there is no backup '{}'; there are: {}", wanted,
                                        joined(all, ", ", &Backup::name))));
}

std::vector<Beneath> files_of(const std::vector<Restoration>& all, const CertSurvey& survey)
{
    std::vector<Beneath> files;
    files.reserve(all.size());
    for (const Restoration& restoration : all)
        files.push_back(survey.beneath(restoration.change.location));
    return files;
}

/// A backup of the files as they are now, so that an undo can be undone.
Result<Backup> back_up_present(const Root& root, const std::vector<Restoration>& all, Instant now)
{
    std::vector<FileChange> present;
    present.reserve(all.size());
    for (const Restoration& restoration : all)
        present.push_back(restoration.change);
    return save_backup(root, {.name = backup_name(now), .made_at = now, .reason = "certs undo"},
                       present);
}

/// Asks on a terminal only: without one, the command itself is the confirmation.
bool is_declined(const std::vector<Restoration>& all, const Backup& backup,
                 const CertsUndoOptions& options, const CertsWorld& world)
{
    if (options.yes)
        return false;
    const std::string names =
        joined(all, ", ", [](const Restoration& each) { return each.file.name; });
    const auto answer =
        world.ask(fmt::format("Restore {} from backup {}? [y/N] ", names, backup.name));
    return answer && !*answer;
}

ExitCode restore_all(const Context& context, const std::vector<Restoration>& all,
                     const Backup& backup)
{
    ExitCode code = ExitCode::Healthy;
    for (const Restoration& restoration : all) {
        const auto done = restore_file(restoration.change, restoration.file);
        if (!done)
            code = give_up(done.error());
        else if (!context.output.quiet && context.output.format == Format::Text)
            print_out("restored '{}' from backup {} ({})\n", restoration.file.name, backup.name,
                      restoration.file.path);
    }
    return code;
}

ExitCode restore_backup(const Context& context, const Backup& backup,
                        const CertsUndoOptions& options, const CertsWorld& world)
{
    const auto survey = survey_certificates(context);
    if (!survey)
        return give_up(survey.error(), ExitCode::Undetermined);
    if (!survey->installed)
        return give_up(cannot_undo(fmt::format("{} is not installed", survey->profile.title)),
                       ExitCode::Critical);
    auto all = read_restorations(context.root, backup, *survey);
    if (!all)
        return give_up(all.error(), needs_root_or(ExitCode::Refused, all.error()));
    const auto fits = check_keys(*survey, *all);
    if (!fits)
        return give_up(fits.error(), ExitCode::Critical);
    all = with_present(context.root, backup, *survey, std::move(*all));
    if (!all)
        return give_up(all.error(), ExitCode::Refused);
    for (const std::string& warning : restore_warnings(*all, *survey, world.now()))
        complain(warning);
    if (is_declined(*all, backup, options, world))
        return give_up(cannot_undo("not confirmed"), ExitCode::Refused);
    tidy_up(context.root, files_of(*all, *survey));
    const auto kept = back_up_present(context.root, *all, world.now());
    if (!kept)
        return give_up(kept.error());
    const ExitCode code = restore_all(context, *all, backup);
    if (context.output.format == Format::Text && !context.output.quiet)
        print_out("{}", how_to_go_back(kept->name, context.root.folder));
    return code;
}

ExitCode undo(const Context& context, const CertsUndoOptions& options, const CertsWorld& world)
{
    const auto known = list_backups(context.root);
    if (!known)
        return give_up(known.error());
    if (const UnusableBackup* unusable = find_unusable(*known, options.to))
        return give_up(cannot_undo(to_text(*unusable)),
                       needs_root_or(ExitCode::Refused, unusable->why));
    const auto backup = choose(known->usable, options.to);
    if (!backup)
        return give_up(backup.error(), ExitCode::Critical);
    for (const UnusableBackup& other : known->unusable)
        if (options.to.empty())
            complain(fmt::format("{}, ignoring it", to_text(other)));
    return restore_backup(context, *backup, options, world);
}

ExitCode report_after(const Context& context, const CertsWorld& world, ExitCode code)
{
    const auto survey = survey_certificates(context);
    if (!survey)
        return give_up(survey.error(), ExitCode::Undetermined);
    const CertsVerdict verdict =
        judge_all(survey->certificates(), world.now(), to_policy(context.config.certs));
    Report report = certs_report(verdict, world.clock(), world);
    report.verdict.exit_code = static_cast<int>(code);
    print_out("{}", render_json(report));
    return code;
}

}  // namespace

ExitCode run_certs_undo(const Context& context, const CertsUndoOptions& options,
                        const CertsWorld& world)
{
    if (options.list)
        return list_certs_backups(context, world);
    if (!world.may_write())
        return give_up({.what = "cannot undo: needs root (sudo)"}, ExitCode::NeedsRoot);
    const auto lock = lock_certificates(context.root);
    if (!lock && lock.error().code == std::errc::resource_unavailable_try_again)
        return give_up(cannot_undo("another clockguard process is working on the certificates"),
                       ExitCode::Refused);
    if (!lock)
        return give_up(lock.error());
    const ExitCode code = undo(context, options, world);
    if (context.output.format == Format::Json && code == ExitCode::Healthy)
        return report_after(context, world, code);
    return code;
}

}  // namespace clockguard

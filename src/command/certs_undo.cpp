// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs_undo.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clockguard/command/certs_backups.hpp"
#include "clockguard/command/print.hpp"
#include "clockguard/core/backup_json.hpp"
#include "clockguard/core/certs_report.hpp"
#include "clockguard/core/kubeconfig.hpp"
#include "clockguard/core/report_json.hpp"
#include "clockguard/edge/certificate_store.hpp"
#include "clockguard/edge/files.hpp"
#include "clockguard/edge/replace_file.hpp"
#include "clockguard/edge/x509.hpp"

namespace clockguard {
namespace {

/// A file of a backup and what has to be done for it.
struct Restoration {
    BackupFile file{};
    FileChange change{};
};

Error cannot(std::string_view what)
{
    return {.what = fmt::format("cannot undo: {}", what)};
}

Result<Backup> choose(const std::vector<Backup>& all, const std::string& wanted)
{
    if (all.empty())
        return fail(cannot("there is no backup"));
    if (wanted.empty())
        return all.front();
    const auto found = std::ranges::find(all, wanted, &Backup::name);
    if (found != all.end())
        return *found;
    std::string names;
    for (const Backup& backup : all)
        names += (names.empty() ? "" : ", ") + backup.name;
    return fail(cannot(fmt::format("there is no backup '{}'; there are: {}", wanted, names)));
}

/// A certificate whose key has been replaced since would break what runs now.
Result<void> check_key(const CertSurvey& survey, const Restoration& restoration)
{
    const SurveyedCert* present = survey.find(restoration.file.name);
    if (present == nullptr || present->certificate.place.key_path.empty())
        return {};
    const auto key = read_file(survey.installed->locate(present->certificate.place.key_path));
    if (!key)
        return {};
    const auto facts = read_certificate({.certificate = restoration.change.after, .key = *key});
    if (facts && facts->key_matches == false)
        return fail(cannot(fmt::format("'{}' has another key by now", restoration.file.name)));
    return {};
}

/// Everything is read and checked before the first file is touched.
Result<std::vector<Restoration>> prepare(const Root& root, const Backup& backup,
                                         const CertSurvey& survey)
{
    std::vector<Restoration> all;
    for (const BackupFile& file : backup.files) {
        const auto text = read_backup(root, backup, file);
        if (!text)
            return fail(text.error());
        Restoration restoration{.file = file,
                                .change = {.name = file.name,
                                           .path = file.path,
                                           .location = survey.installed->locate(file.path),
                                           .after = *text}};
        restoration.change.before = read_file(restoration.change.location).value_or("");
        const auto fits = check_key(survey, restoration);
        if (!fits)
            return fail(fits.error());
        all.push_back(std::move(restoration));
    }
    return all;
}

std::vector<std::string> locations(const std::vector<Restoration>& all)
{
    std::vector<std::string> paths;
    paths.reserve(all.size());
    for (const Restoration& restoration : all)
        paths.push_back(restoration.change.location);
    return paths;
}

/// What is there now is kept as well, so that an undo can be undone.
Result<Backup> keep_present(const Root& root, const std::vector<Restoration>& all, Instant now)
{
    std::vector<FileChange> present;
    for (const Restoration& restoration : all)
        if (file_exists(restoration.change.location))
            present.push_back(restoration.change);
    return save_backup(root, {.name = backup_name(now), .made_at = now, .reason = "certs undo"},
                       present);
}

ExitCode restore_all(const Context& context, const std::vector<Restoration>& all,
                     const Backup& backup)
{
    ExitCode code = ExitCode::Healthy;
    for (const Restoration& restoration : all) {
        const auto done = restore_file(restoration.change, restoration.file);
        if (!done)
            code = give_up(done.error(), ExitCode::Critical);
        else if (!context.output.quiet && context.output.format == Format::Text)
            print_out("restored '{}' as of backup {} ({})\n", restoration.file.name, backup.name,
                      restoration.file.path);
    }
    return code;
}

ExitCode undo(const Context& context, const std::string& wanted, const CertsWorld& world)
{
    const auto known = list_backups(context.root);
    if (!known)
        return give_up(known.error(), ExitCode::Critical);
    const auto backup = choose(*known, wanted);
    if (!backup)
        return give_up(backup.error(), ExitCode::Critical);
    const auto survey = survey_certificates(context);
    if (!survey)
        return give_up(survey.error(), ExitCode::Undetermined);
    if (!survey->installed)
        return give_up(cannot(fmt::format("{} is not installed", survey->profile.title)),
                       ExitCode::Critical);
    const auto all = prepare(context.root, *backup, *survey);
    if (!all)
        return give_up(all.error(), ExitCode::Critical);
    tidy_up(context.root, locations(*all));
    const auto kept = keep_present(context.root, *all, world.now());
    if (!kept)
        return give_up(kept.error(), ExitCode::Critical);
    const ExitCode code = restore_all(context, *all, *backup);
    if (context.output.format == Format::Text && !context.output.quiet)
        print_out("what was there is in backup {} (clockguard certs undo)\n", kept->name);
    return code;
}

ExitCode report_after(const Context& context, const CertsWorld& world, ExitCode code)
{
    const auto survey = survey_certificates(context);
    if (!survey)
        return give_up(survey.error(), ExitCode::Undetermined);
    const CertsVerdict verdict =
        judge_all(survey->certificates(), world.now(), to_policy(context.config.certs));
    Report report = certs_report("certs", verdict, world.clock(), world);
    report.verdict.exit_code = static_cast<int>(code);
    print_out("{}", render_json(report));
    return code;
}

}  // namespace

ExitCode run_certs_undo(const Context& context, const CertsUndoOptions& options,
                        const CertsWorld& world)
{
    if (!world.may_write())
        return give_up({.what = "cannot undo: only root may"}, ExitCode::NeedsRoot);
    if (options.list)
        return list_certs_backups(context, world);
    const auto lock = lock_certificates(context.root);
    if (!lock && lock.error().code == std::errc::resource_unavailable_try_again)
        return give_up(cannot("another clockguard is at work on the certificates"),
                       ExitCode::Refused);
    if (!lock)
        return give_up(lock.error(), ExitCode::Critical);
    const ExitCode code = undo(context, options.to, world);
    if (context.output.format == Format::Json && code == ExitCode::Healthy)
        return report_after(context, world, code);
    return code;
}

}  // namespace clockguard

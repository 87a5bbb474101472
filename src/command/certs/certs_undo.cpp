// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_undo.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/certs/certs_backups.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/certs/backup_json.hpp"
#include "clockguard/core/certs/kubeconfig.hpp"
#include "clockguard/core/report/certs_report.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"
#include "clockguard/edge/certs/replace_file.hpp"
#include "clockguard/edge/certs/x509.hpp"

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

/// The one that cannot be used and would have to be.
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
        return fail(cannot("there is no backup"));
    if (wanted.empty())
        return all.front();
    const auto found = std::ranges::find(all, wanted, &Backup::name);
    if (found != all.end())
        return *found;
    return fail(cannot(fmt::format("there is no backup '{}'; there are: {}", wanted,
                                   joined(all, ", ", &Backup::name))));
}

/// A certificate whose key has been replaced since would break what runs now.
Result<void> check_key(const CertSurvey& survey, const Restoration& restoration)
{
    const SurveyedCert* present = survey.find_path(restoration.file.path);
    if (present == nullptr || present->certificate.place.key_path.empty())
        return {};
    const auto key = survey.installed->read(present->certificate.place.key_path);
    if (!key)
        return {};
    const auto facts = read_certificate({.certificate = restoration.change.after, .key = *key});
    if (facts && facts->key_matches == false)
        return fail(cannot(fmt::format("'{}' now has another key", restoration.file.name)));
    return {};
}

/// Whether a refresh may have replaced it: it is where the profile has a certificate on some kind
/// of node, or where a flag tells of one now.
bool is_in_place(const CertSurvey& survey, const std::string& path)
{
    return std::ranges::any_of(
               survey.profile.places,
               [&](const ProfilePlace& entry) { return entry.place.path == path; }) ||
           std::ranges::any_of(survey.certs, [&](const SurveyedCert& cert) {
               return cert.certificate.place.path == path;
           });
}

/// A refresh replaces certificates and kubeconfigs. Torn, empty and full of zeros is what a full
/// disk or a power cut leaves of one.
bool is_cert_or_kubeconfig(const std::string& text)
{
    return text.find_first_not_of('\0') == std::string::npos ||
           text.find("-----BEGIN CERTIFICATE-----") != std::string::npos ||
           text.find("certificate-authority-data") != std::string::npos || parse_kubeconfig(text);
}

/// What is there now, where it is what a refresh left: no link, no other file in its place.
Result<std::string> read_present(const CertSurvey& survey, const Restoration& restoration,
                                 const std::string& kept)
{
    const FileChange& change = restoration.change;
    if (!is_in_place(survey, change.path))
        return fail(cannot(
            fmt::format("'{}' is not one of {}'s files", change.location, survey.profile.title)));
    auto text = read_beneath(survey.beneath(change.location));
    if (!text)
        return fail(cannot(fmt::format("'{}': {}; its old content is in '{}'", change.location,
                                       why_not(text.error()), kept)));
    if (!is_cert_or_kubeconfig(*text))
        return fail(
            cannot(fmt::format("'{}' no longer holds a certificate; its old content is in '{}'",
                               change.location, kept)));
    return std::move(*text);
}

/// Everything is read and checked before the first file is touched: what is wrong with a backup is
/// told here.
Result<std::vector<Restoration>> prepare(const Root& root, const Backup& backup,
                                         const CertSurvey& survey)
{
    std::vector<Restoration> all;
    for (const BackupFile& file : backup.files) {
        const auto text = read_backup(root, backup, file);
        if (!text)
            return fail(text.error());
        if (!is_cert_or_kubeconfig(*text))
            return fail(
                cannot(fmt::format("'{}' holds no certificate", location_of(root, backup, file))));
        all.push_back({.file = file,
                       .change = {.name = file.name,
                                  .path = file.path,
                                  .location = survey.installed->locate(file.path),
                                  .root = root,
                                  .data = survey.installed->data,
                                  .after = *text}});
    }
    return all;
}

Result<void> check_keys(const CertSurvey& survey, const std::vector<Restoration>& all)
{
    for (const Restoration& restoration : all) {
        auto fits = check_key(survey, restoration);
        if (!fits)
            return fits;
    }
    return {};
}

Result<void> read_all_present(const Root& root, const Backup& backup, const CertSurvey& survey,
                              std::vector<Restoration>& all)
{
    for (Restoration& restoration : all) {
        auto present =
            read_present(survey, restoration, location_of(root, backup, restoration.file));
        if (!present)
            return fail(present.error());
        restoration.change.before = std::move(*present);
    }
    return {};
}

std::vector<Beneath> files_of(const std::vector<Restoration>& all, const CertSurvey& survey)
{
    std::vector<Beneath> files;
    files.reserve(all.size());
    for (const Restoration& restoration : all)
        files.push_back(survey.beneath(restoration.change.location));
    return files;
}

/// What is there now is kept as well, so that an undo can be undone.
Result<Backup> back_up_present(const Root& root, const std::vector<Restoration>& all, Instant now)
{
    std::vector<FileChange> present;
    present.reserve(all.size());
    for (const Restoration& restoration : all)
        present.push_back(restoration.change);
    return save_backup(root, {.name = backup_name(now), .made_at = now, .reason = "certs undo"},
                       present);
}

/// What a CA's file holds when all is put back.
std::optional<std::string> ca_after(const std::string& name, const std::vector<Restoration>& all,
                                    const CertSurvey& survey)
{
    const auto restored = std::ranges::find_if(
        all, [&](const Restoration& restoration) { return restoration.file.name == name; });
    if (restored != all.end())
        return restored->change.after;
    const SurveyedCert* ca = survey.find(name);
    return ca == nullptr || ca->text.empty() ? std::nullopt : std::optional{ca->text};
}

/// The place of one that its profile's CA has to have signed.
const CertPlace* place_with_ca(const std::string& path, const CertSurvey& survey)
{
    const SurveyedCert* present = survey.find_path(path);
    if (present == nullptr)
        return nullptr;
    const CertPlace& place = present->certificate.place;
    return place.named_by_flag.empty() && !place.is_authority() ? &place : nullptr;
}

Result<CertFacts> facts_of(const std::string& text, std::optional<std::string> ca)
{
    const auto config = parse_kubeconfig(text);
    const bool embeds = config && config->certificate;
    return read_certificate(
        {.certificate = embeds ? config->certificate->text : text, .issuer = std::move(ca)});
}

/// Whether a kubeconfig trusts none of a CA's certificates.
bool trusts_another(const std::string& text, const std::string& ca)
{
    const auto config = parse_kubeconfig(text);
    if (!config || !config->ca)
        return false;
    const auto trusted = read_certificate({.certificate = config->ca->text});
    const auto present = read_certificate({.certificate = ca});
    return trusted && present &&
           std::ranges::find_first_of(trusted->all, present->all) == trusted->all.end();
}

/// An undo is for what is worse than what was there before; what it brings back may be that as
/// well.
std::vector<std::string> warnings(const std::vector<Restoration>& all, const CertSurvey& survey,
                                  Instant now)
{
    std::vector<std::string> lines;
    for (const auto& [file, change] : all) {
        const CertPlace* place = place_with_ca(file.path, survey);
        const auto ca = place == nullptr ? std::nullopt : ca_after(place->issuer, all, survey);
        const auto trusted =
            place == nullptr ? std::nullopt : ca_after(trusted_by(*place), all, survey);
        const auto facts = facts_of(change.after, ca);
        if (facts && facts->signed_by_issuer == false)
            lines.push_back(fmt::format("'{}' as of then is not signed by '{}' as of now",
                                        file.name, place->issuer));
        if (trusted && trusts_another(change.after, *trusted))
            lines.push_back(fmt::format("'{}' as of then trusts another CA than '{}' as of now",
                                        file.name, trusted_by(*place)));
        if (facts && now < facts->not_before)
            lines.push_back(fmt::format("the restored '{}' is not valid until {}", file.name,
                                        to_text(facts->not_before)));
        else if (facts && now > facts->not_after)
            lines.push_back(fmt::format("the restored '{}' expired at {}", file.name,
                                        to_text(facts->not_after)));
    }
    return lines;
}

/// Asks on a terminal only: a script that says undo has said all.
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
        return give_up(cannot(fmt::format("{} is not installed", survey->profile.title)),
                       ExitCode::Critical);
    auto all = prepare(context.root, backup, *survey);
    if (!all)
        return give_up(all.error(), needs_root_or(ExitCode::Refused, all.error()));
    const auto fits = check_keys(*survey, *all);
    if (!fits)
        return give_up(fits.error(), ExitCode::Critical);
    const auto present = read_all_present(context.root, backup, *survey, *all);
    if (!present)
        return give_up(present.error(), ExitCode::Refused);
    for (const std::string& warning : warnings(*all, *survey, world.now()))
        complain(warning);
    if (is_declined(*all, backup, options, world))
        return give_up(cannot("not confirmed"), ExitCode::Refused);
    tidy_up(context.root, files_of(*all, *survey));
    const auto kept = back_up_present(context.root, *all, world.now());
    if (!kept)
        return give_up(kept.error());
    const ExitCode code = restore_all(context, *all, backup);
    if (context.output.format == Format::Text && !context.output.quiet)
        print_out("backup {}. To go back: sudo clockguard certs undo\n", kept->name);
    return code;
}

ExitCode undo(const Context& context, const CertsUndoOptions& options, const CertsWorld& world)
{
    const auto known = list_backups(context.root);
    if (!known)
        return give_up(known.error());
    if (const UnusableBackup* unusable = find_unusable(*known, options.to))
        return give_up(cannot(to_text(*unusable)), needs_root_or(ExitCode::Refused, unusable->why));
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
        return give_up(cannot("another clockguard process is working on the certificates"),
                       ExitCode::Refused);
    if (!lock)
        return give_up(lock.error());
    const ExitCode code = undo(context, options, world);
    if (context.output.format == Format::Json && code == ExitCode::Healthy)
        return report_after(context, world, code);
    return code;
}

}  // namespace clockguard

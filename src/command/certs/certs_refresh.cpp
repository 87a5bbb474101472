// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_refresh.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/base/profile.hpp"
#include "clockguard/command/certs/certs.hpp"
#include "clockguard/command/certs/certs_outcome.hpp"
#include "clockguard/command/certs/certs_replace.hpp"
#include "clockguard/command/certs/last_start.hpp"
#include "clockguard/command/certs/served.hpp"
#include "clockguard/core/certs/backup_json.hpp"
#include "clockguard/core/report/certs_report.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"

namespace clockguard {
namespace {

/// What every step of a refresh needs.
struct Refresh {
    const Context& context;
    const CertsRefreshOptions& options;
    const CertsWorld& world;
    CertReader& reader;
    ClockTrust clock{};
    Instant now{};
};

ExitCode refuse(std::string_view why)
{
    complain(fmt::format("cannot refresh certificates: {}", why));
    return ExitCode::Refused;
}

CertSelection to_selection(const CertsRefreshOptions& options, const CertsConfig& config)
{
    CertSelection select = options.select;
    if (!select.names.empty() || select.not_yet_valid || select.expired || select.expiring)
        return select;
    select.not_yet_valid = config.refresh_not_yet_valid;
    select.expired = config.refresh_expired;
    select.expiring = config.refresh_expiring;
    return select;
}

/// Prints the result; `survey` is the last one.
ExitCode conclude(const Refresh& refresh, const CertSurvey& survey, const Refreshed& result)
{
    const auto& [output, world] = std::tie(refresh.context.output, refresh.world);
    if (output.format == Format::Text) {
        if (!output.quiet)
            print_out("{}", refresh_text(result, refresh.options.dry_run));
        return exit_code_of(result);
    }
    const CertsVerdict verdict =
        judge_all(survey.certificates(), world.now(), to_policy(refresh.context.config.certs));
    Report report = certs_report(verdict, refresh.clock, world);
    add_refreshed(report, result, refresh.options.dry_run);
    print_out("{}", render_json(report));
    return exit_code_of(result);
}

std::vector<std::string> names_of(const std::vector<Renewal>& renewals)
{
    std::vector<std::string> names;
    names.reserve(renewals.size());
    for (const Renewal& renewal : renewals)
        names.push_back(renewal.action.name);
    return names;
}

Result<Backup> back_up(const Refresh& refresh, const std::vector<Renewal>& ready)
{
    std::vector<FileChange> files;
    files.reserve(ready.size());
    for (const Renewal& renewal : ready)
        files.push_back(renewal.change);
    return save_backup(
        refresh.context.root,
        {.name = backup_name(refresh.now), .made_at = refresh.now, .reason = "certs refresh"},
        files);
}

Result<void> record(const Refresh& refresh, const std::vector<RefreshRecord>& log,
                    const std::vector<Renewal>& ready)
{
    RefreshRecord record{.boot_id = refresh.world.host().boot_id,
                         .uptime = refresh.world.uptime().time_since_epoch(),
                         .time = refresh.now,
                         .names = names_of(ready)};
    return save_refresh_log(refresh.context.root, with_record(log, std::move(record)));
}

/// Not where certificates were named: nothing else is asked for then. A failure is printed, and the
/// refresh goes on.
std::string reset_date_of_containerd(const Refresh& refresh)
{
    if (refresh.options.dry_run || !refresh.options.select.names.empty())
        return {};
    const auto reset = reset_last_start(refresh.context, refresh.world, refresh.now);
    if (!reset)
        complain(to_text(reset.error()));
    return reset.value_or("");
}

void append(std::vector<Finding>& to, const std::vector<Finding>& more)
{
    to.insert(to.end(), more.begin(), more.end());
}

/// The result with what was replaced, and with what the servers serve of it.
Refreshed with_replaced(const Refresh& refresh, Refreshed result, const Replaced& replaced)
{
    result.done = replaced.done;
    result.warned = replaced.warned;
    append(result.failed, replaced.failed);
    append(result.refused, replaced.refused);
    if (!refresh.world.served_serial)
        return result;
    const ServedReport served =
        check_served(names_of(result.done), replaced.survey,
                     {.serial = refresh.world.served_serial, .wait = refresh.world.wait});
    append(result.failed, served.failed);
    result.served = served.lines;
    if (!result.served.empty() && needs_restart(result))
        result.served.emplace_back("the daemons read the rest at their next start");
    return result;
}

/// It is recorded before anything is replaced: a refresh that is killed half-way counts as one.
ExitCode apply(const Refresh& refresh, const CertProfile& profile, std::vector<Renewal> ready,
               Refreshed result)
{
    if (const std::string moved = refresh.world.clock_moved(); !moved.empty())
        return refuse(fmt::format("{} since it was verified. Run it again.", moved));
    const auto [log, complaint] = load_log(refresh.context.root, refreshes_file);
    if (!complaint.empty())
        complain(complaint);
    const std::string objection = refresh_objection(log, refresh.world.host().boot_id,
                                                    refresh.world.uptime().time_since_epoch());
    // The limit stops a loop of the units; a command that is typed is obeyed.
    if (!objection.empty() && refresh.context.in_unit)
        return refuse(fmt::format("{}: clockguard explain {}", objection, "CG414"));
    result.last_start = reset_date_of_containerd(refresh);
    const auto backup = back_up(refresh, ready);
    if (!backup)
        return give_up(backup.error(), ExitCode::Critical);
    const auto recorded = record(refresh, log, ready);
    if (!recorded)
        return give_up(recorded.error(), ExitCode::Critical);
    const CertSelection select = to_selection(refresh.options, refresh.context.config.certs);
    const auto replaced = replace_all({.context = refresh.context,
                                       .profile = profile,
                                       .reader = refresh.reader,
                                       .now = refresh.now,
                                       .select = select,
                                       .clock_moved = refresh.world.clock_moved},
                                      std::move(ready));
    if (!replaced)
        return give_up(replaced.error(), ExitCode::Critical);
    result.backup = fmt::format("{}/{}", refresh.context.root.path(backups_folder), backup->name);
    return conclude(refresh, replaced->survey,
                    with_replaced(refresh, std::move(result), *replaced));
}

/// Unset: go on.
std::optional<ExitCode> confirm(const Refresh& refresh, const std::vector<Renewal>& ready,
                                const Refreshed& result)
{
    if (refresh.options.yes)
        return std::nullopt;
    if (refresh.context.output.format == Format::Json)
        return refuse("confirmation needed. Re-run with --yes (JSON leaves no place to ask).");
    print_out("{}", refresh_text({.root = result.root,
                                  .done = ready,
                                  .failed = result.failed,
                                  .refused = result.refused,
                                  .unknown = result.unknown},
                                 true));
    const auto answer = refresh.world.ask("Re-issue them now? [y/N] ");
    if (!answer)
        return refuse("confirmation needed. Re-run with --yes (no terminal to ask on).");
    if (!*answer)
        return refuse("not confirmed");
    return std::nullopt;
}

ExitCode carry_out(const Refresh& refresh, const CertSurvey& survey, CertPlan plan)
{
    Refreshed result{.root = refresh.context.root.folder,
                     .role = survey.installed->node.role,
                     .refused = std::move(plan.refused),
                     .unknown = std::move(plan.unknown)};
    Renewals renewals = prepare_renewals(plan, survey, refresh.now);
    append(result.failed, renewals.failed);
    result.needs_root = renewals.needs_root;
    append(result.refused, renewals.refused);
    if (refresh.options.dry_run)
        result.done = renewals.ready;
    if (refresh.options.dry_run || renewals.ready.empty()) {
        result.last_start = reset_date_of_containerd(refresh);
        return conclude(refresh, survey, result);
    }
    const auto stopped = confirm(refresh, renewals.ready, result);
    if (stopped)
        return *stopped;
    return apply(refresh, survey.profile, std::move(renewals.ready), std::move(result));
}

ExitCode refresh_found(const Refresh& refresh, const CertSurvey& survey)
{
    const Context& context = refresh.context;
    if (survey.installed->node.join_in_progress)
        return refuse("this node is joining a cluster");
    const CertsVerdict verdict =
        judge_all(survey.certificates(), refresh.now, to_policy(context.config.certs));
    CertPlan plan = clockguard::plan(verdict, to_selection(refresh.options, context.config.certs),
                                     survey.installed->node);
    if (!plan.actions.empty() || !plan.refused.empty() || !plan.unknown.empty())
        return carry_out(refresh, survey, std::move(plan));
    const ExitCode code =
        conclude(refresh, survey, {.last_start = reset_date_of_containerd(refresh)});
    if (context.output.format == Format::Text && !context.output.quiet)
        print_out("nothing to do: {}\n", certs_summary(verdict));
    return code;
}

/// Every file that a refresh may replace.
std::vector<Beneath> written_files(const CertSurvey& survey)
{
    std::vector<Beneath> files;
    for (const SurveyedCert& cert : survey.certs) {
        files.push_back(survey.beneath(cert.location));
        if (cert.certificate.place.is_authority())
            files.push_back(survey.beneath(serial_file_of(cert)));
    }
    return files;
}

ExitCode refresh_locked(const Refresh& refresh)
{
    const Context& context = refresh.context;
    auto profile = load_profile(context.root, context.config.certs.profile);
    if (!profile)
        return give_up(profile.error(), ExitCode::Undetermined);
    const auto survey = survey_certificates(context.root, std::move(*profile), refresh.reader);
    if (!survey)
        return give_up(survey.error(), ExitCode::Undetermined);
    if (!refresh.options.dry_run)
        tidy_up(context.root, written_files(*survey));
    if (!survey->certs.empty())
        return refresh_found(refresh, *survey);
    const ExitCode code =
        conclude(refresh, *survey, {.last_start = reset_date_of_containerd(refresh)});
    if (context.output.format == Format::Text)
        print_nothing_there(context, *survey);
    return code;
}

}  // namespace

ExitCode run_certs_refresh(const Context& context, const CertsRefreshOptions& options,
                           const CertsWorld& world)
{
    CertReader reader;
    const Refresh refresh{context, options, world, reader, world.clock(), world.now()};
    if (!refresh.clock.trusted)
        return refuse(fmt::format("the clock is not verified: {}. See: sudo clockguard diagnose",
                                  refresh.clock.why));
    if (options.dry_run)
        return refresh_locked(refresh);
    if (!world.may_write())
        return give_up({.what = "cannot refresh certificates: needs root (sudo)"},
                       ExitCode::NeedsRoot);
    const auto lock = lock_certificates(context.root);
    if (!lock && lock.error().code == std::errc::resource_unavailable_try_again)
        return refuse("another clockguard process is working on them. Try again later.");
    if (!lock)
        return give_up(lock.error());
    return refresh_locked(refresh);
}

}  // namespace clockguard

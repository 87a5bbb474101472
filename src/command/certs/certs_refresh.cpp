// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_refresh.hpp"

#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/base/profile.hpp"
#include "clockguard/command/certs/certs_outcome.hpp"
#include "clockguard/core/report/certs_report.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"
#include "command/certs/certs_apply.hpp"

namespace clockguard {
namespace {

ExitCode refuse(std::string_view why)
{
    return give_up(cannot_refresh(why), ExitCode::Refused);
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
    Renewals renewals = prepare_renewals(plan, survey, refresh.now);
    Refreshed result{.root = refresh.context.root.folder,
                     .role = survey.installed->node.role,
                     .failed = std::move(renewals.failed),
                     .needs_root = renewals.needs_root,
                     .refused = std::move(plan.refused),
                     .unknown = std::move(plan.unknown)};
    result.refused.insert(result.refused.end(), renewals.refused.begin(), renewals.refused.end());
    if (refresh.options.dry_run)
        result.done = renewals.ready;
    if (refresh.options.dry_run || renewals.ready.empty()) {
        result.last_start = reset_date_of_containerd(refresh);
        return conclude(refresh, survey, result);
    }
    const auto stopped = confirm(refresh, renewals.ready, result);
    if (stopped)
        return *stopped;
    const Applied applied =
        apply_renewals(refresh, survey.profile, std::move(renewals.ready), std::move(result));
    if (applied.code != ExitCode::Healthy)
        return give_up(applied.why, applied.code);
    return conclude(refresh, applied.survey, applied.result);
}

ExitCode refresh_found(const Refresh& refresh, const CertSurvey& survey)
{
    const Context& context = refresh.context;
    if (survey.installed->node.join_in_progress)
        return refuse("this node is joining a cluster");
    const CertsVerdict verdict =
        judge_all(survey.certificates(), refresh.now, to_policy(context.config.certs));
    CertPlan plan = clockguard::plan(verdict, refresh.select, survey.installed->node);
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
    if (!options.dry_run)
        world.have_measured();
    CertReader reader;
    const Refresh refresh{.context = context,
                          .options = options,
                          .world = world,
                          .reader = reader,
                          .clock = world.clock(),
                          .now = world.now(),
                          .select = to_selection(options, context.config.certs)};
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

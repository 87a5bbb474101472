// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/rtc/rtc_commands.hpp"
#include "clockguard/command/rtc/rtc_drift.hpp"
#include "clockguard/command/rtc/rtc_set.hpp"

#include <algorithm>
#include <memory>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/clock/host_witness.hpp"
#include "clockguard/core/clock/trust.hpp"
#include "clockguard/core/report/diagnosis_rtc.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/clock/observe.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "clockguard/edge/clock/rtc.hpp"
#include "clockguard/edge/clock/time_sync.hpp"
#include "clockguard/edge/clock/udev.hpp"
#include "clockguard/edge/gate/boot_records.hpp"
#include "clockguard/edge/rtc/rtc_tick.hpp"

namespace clockguard {
namespace {

RtcSeen look_at(const Root& root, const RtcDevice& rtc)
{
    return {.device = rtc,
            .zone = read_rtc_zone(root),
            .reading = read_rtc(root, rtc),
            .trouble = read_rtc_trouble(root, rtc)};
}

/// On a terminal only, and there on one line that the answer then takes the place of.
std::function<void(const std::string&)> progress_on_terminal(const Context& context)
{
    if (context.output.quiet || ::isatty(STDERR_FILENO) != 1)
        return [](const std::string&) {};
    return [](const std::string& line) { print_progress(line); };
}

RtcSeen look_at_tick(const Root& root, const RtcDevice& rtc)
{
    return {.device = rtc,
            .zone = read_rtc_zone(root),
            .reading = read_rtc_at_tick(root, rtc),
            .trouble = read_rtc_trouble(root, rtc)};
}

std::vector<RtcSeen> look_at_all(const std::vector<RtcDevice>& rtcs,
                                 const std::function<RtcSeen(const RtcDevice&)>& look)
{
    std::vector<RtcSeen> all;
    all.reserve(rtcs.size());
    for (const RtcDevice& rtc : rtcs)
        all.push_back(look(rtc));
    return all;
}

/// What is to be said of the clocks beside the time.
std::vector<Finding> judge_state(const std::vector<RtcSeen>& rtcs)
{
    std::vector<Finding> all;
    for (const RtcSeen& seen : rtcs)
        for (const auto& some : {judge_tick(seen), judge_trouble(seen)})
            all.insert(all.end(), some.begin(), some.end());
    return all;
}

std::string render(const std::vector<Finding>& findings)
{
    std::string text;
    for (const Finding& finding : findings)
        text += fmt::format("{}  {}\n", finding.code, finding.message);
    return text;
}

std::string trust_sentence(const TrustNow& trust)
{
    return trust.trusted ? fmt::format("The system clock is verified ({}).", trust.by)
                         : fmt::format("The system clock is not verified ({}): of two clocks that "
                                       "differ, either may be wrong.",
                                       trust.why);
}

Answer failed(const Error& error, ExitCode code)
{
    return {.err = to_text(error), .code = code};
}

Report to_report(const Context& context, const TrustNow& trust, const std::vector<RtcSeen>& rtcs,
                 ReportVerdict verdict)
{
    Report report = begin_report(context, "rtc", trust);
    report.verdict = std::move(verdict);
    for (const RtcSeen& seen : rtcs)
        report.clocks.push_back(to_clock(seen));
    return report;
}

std::string render_with(Report report, const std::vector<Finding>& findings)
{
    for (const Finding& finding : findings)
        report.checks.push_back(to_check(finding));
    return render_json(report);
}

/// The first clock is the one that the next boot starts from; what the others show is told, and
/// decides nothing.
ReportVerdict verdict_of(const Finding& first, const TrustNow& trust)
{
    const auto ends = [](Status status, ExitCode code, std::string summary) {
        return ReportVerdict{status, static_cast<int>(code), std::move(summary)};
    };
    if (first.severity == Severity::Failure)
        return ends(Status::Critical, ExitCode::Critical, first.message);
    if (first.severity == Severity::Warning || first.code == "CG101")
        return ends(Status::Unknown, ExitCode::Undetermined, first.message);
    if (!trust.trusted)
        return ends(Status::Unknown, ExitCode::Undetermined,
                    first.message + "; the system clock is not verified");
    return ends(Status::Ok, ExitCode::Healthy, first.message);
}

std::string render_check(const ReportVerdict& verdict, const std::vector<Finding>& findings,
                         const TrustNow& trust)
{
    std::string text = fmt::format("{}  {}\n", headline(verdict.status), verdict.summary);
    for (auto other = findings.begin() + 1; other != findings.end(); ++other)
        text += fmt::format("  {}\n", other->message);
    if (findings.front().code != "CG101")
        text += fmt::format("  {}\n", trust_sentence(trust));
    if (!findings.front().advice.empty())
        text += fmt::format("  {}\n", to_text(findings.front().advice));
    return text;
}

ExitCode print(const Answer& answer, const Context& context)
{
    if (!context.output.quiet || context.output.format == Format::Json)
        print_out("{}", answer.out);
    if (!answer.err.empty())
        complain(answer.err);
    return answer.code;
}

HostClock read_host_clock(const Context& context)
{
    const Sources sources = to_sources(context.config, context.root);
    const auto views = judge_hosts(look_at_hosts(context.root), sources.floor.not_before());
    const TimeSyncView view = combine_host_clocks(views, sources.policy);
    return {.view = view, .may_vouch = may_vouch(view, sources.policy)};
}

}  // namespace

RtcWorld live_rtc_world(const Context& context)
{
    const auto memory = std::make_shared<ChronyMemory>();
    return {.list = [&context] { return list_rtcs(context.root); },
            .look = [&context](const RtcDevice& rtc) { return look_at(context.root, rtc); },
            .look_at_tick =
                [&context](const RtcDevice& rtc) { return look_at_tick(context.root, rtc); },
            .have_measured = [&context, memory] { *memory = measure_after_pause(context); },
            .trust = [&context, memory] { return trust_now(context, *memory); },
            .host = [&context] { return read_host_clock(context); },
            .set =
                [&context](const RtcDevice& rtc, std::chrono::sys_seconds moment) {
                    return set_rtc(context.root, rtc, moment);
                },
            .boot_instant = boot_instant,
            .uptime = uptime_now,
            .wait_until = sleep_until,
            .progress = progress_on_terminal(context),
            .boots = [&context] { return load_boot_records(context.root); }};
}

Answer show_rtcs(const RtcWorld& world, const RtcShowOptions& options, const Context& context)
{
    const auto rtcs = world.list();
    if (!rtcs)
        return failed(rtcs.error(), ExitCode::Undetermined);
    const auto seen = look_at_all(*rtcs, options.precise ? world.look_at_tick : world.look);
    const auto findings = judge_state(seen);
    const TrustNow trust = world.trust();
    if (context.output.format == Format::Json)
        return {.out =
                    render_with(to_report(context, trust, seen,
                                          {Status::Ok, 0, counted(seen.size(), "hardware clock")}),
                                findings)};
    if (seen.empty())
        return {.out = no_rtc().message + "\n"};
    return {
        .out = fmt::format("{}{}{}\n", render_rtcs(seen), render(findings), trust_sentence(trust))};
}

Answer check_rtcs(const RtcWorld& world, const RtcCheckOptions& options, const Context& context)
{
    const auto rtcs = world.list();
    if (!rtcs)
        return failed(rtcs.error(), ExitCode::Undetermined);
    const auto seen = look_at_all(*rtcs, world.look);
    const TrustNow trust = world.trust();
    const Span limit = options.max_offset.value_or(context.config.rtc.max_offset);
    std::vector<Finding> findings;
    findings.reserve(seen.size());
    for (const RtcSeen& one : seen)
        findings.push_back(judge_rtc(one, limit, trust.trusted));
    if (findings.empty())
        findings.push_back(no_rtc());
    const auto beside = judge_state(seen);
    findings.insert(findings.end(), beside.begin(), beside.end());
    const ReportVerdict verdict = verdict_of(findings.front(), trust);
    const bool json = context.output.format == Format::Json;
    return {.out = json ? render_with(to_report(context, trust, seen, verdict), findings)
                        : render_check(verdict, findings, trust),
            .code = static_cast<ExitCode>(verdict.exit_code)};
}

ExitCode run_rtc_show(const RtcShowOptions& options, const Context& context)
{
    return print(show_rtcs(live_rtc_world(context), options, context), context);
}

ExitCode run_rtc_check(const RtcCheckOptions& options, const Context& context)
{
    return print(check_rtcs(live_rtc_world(context), options, context), context);
}

ExitCode run_rtc_drift(const RtcDriftOptions& options, const Context& context)
{
    return print(measure_drift(live_rtc_world(context), options, context), context);
}

ExitCode run_rtc_set(const RtcSetOptions& options, const Context& context)
{
    return print(set_rtcs(live_rtc_world(context), options, context), context);
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/early.hpp"

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/clock/boot_history.hpp"
#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/command/gate/host_correction.hpp"
#include "clockguard/command/rtc/rtc_commands.hpp"
#include "clockguard/core/clock/host_witness.hpp"
#include "clockguard/core/clock/time_sync_record.hpp"
#include "clockguard/core/gate/early.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/clock/observe.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "clockguard/edge/clock/time_keepers.hpp"

namespace clockguard {
namespace {

EarlyView look_early(const Context& context)
{
    const Root& root = context.root;
    const RtcWorld world = live_rtc_world(context);
    EarlyView view{.history = read_boot_history(root),
                   .floor = read_floor(root),
                   .hyperv = read_hyperv_presence(root),
                   .facts = read_hyperv_facts(root)};
    view.facts.ic_version = ic_version(view.history.events);
    const auto rtcs = world.list();
    if (!rtcs)
        view.rtcs_error = to_text(rtcs.error());
    for (const RtcDevice& rtc : rtcs.value_or(std::vector<RtcDevice>{}))
        view.rtcs.push_back(world.look(rtc));
    return view;
}

ReportCheck check_of_history(const BootHistory& history)
{
    ReportCheck check{.id = "boot.rtc_line", .title = "How the kernel set the clock"};
    const ClockEvent* const set = rtc_event(history.events);
    if (set != nullptr) {
        check.detail = fmt::format("{} (journal)", set->text);
        return check;
    }
    check.status = Status::Skipped;
    check.skipped_because =
        history.error.empty() ? "the kernel log has no line about it" : history.error;
    return check;
}

ReportCheck check_of_hyperv(const HypervPresence& hyperv)
{
    ReportCheck check{.id = "hyperv.presence", .title = "Hypervisor"};
    check.detail = fmt::format("{}{}",
                               hyperv.is_hyperv()      ? "Microsoft Hyper-V"
                               : hyperv.vendor.empty() ? "the firmware names none"
                                                       : hyperv.vendor + " " + hyperv.product,
                               hyperv.has_vmbus ? ", with VMBus" : "");
    return check;
}

ReportVerdict verdict_of(const EarlyView& view)
{
    return {.status = Status::Unknown,
            .exit_code = static_cast<int>(ExitCode::Healthy),
            .summary = early_line(view)};
}

Report to_report(const EarlyView& view, const Context& context)
{
    Report report = begin_report(context, "early", {});
    report.verdict = verdict_of(view);
    for (const RtcSeen& rtc : view.rtcs) {
        report.clocks.push_back(to_clock(rtc));
        if (rtc.reading)
            report.checks.push_back(to_check(judge_against_floor(rtc, view.floor)));
    }
    report.timeline = to_timeline(view.history.events, std::nullopt);
    report.checks.push_back(check_of_history(view.history));
    report.checks.push_back(check_of_hyperv(view.hyperv));
    return report;
}

/// The hardware clock follows, so that the next boot starts right too.
ExitCode act_on_host(const HostCorrection& host, const EarlyView& view, const Context& context)
{
    if (!host.trouble.empty())
        return give_up({.what = host.trouble}, ExitCode::Critical);
    if (!host.corrected())
        return ExitCode::Healthy;
    Context rest = context;  // a report is one document: nothing may stand beside it
    rest.output.quiet = context.output.quiet || context.output.format == Format::Json;
    rest.output.format = Format::Text;
    if (!rest.output.quiet)
        print_out("the {} contradicted the system clock, which was {}: stepped\n",
                  title_of(host.before), to_text(*host.before.offset));
    return view.rtcs.empty() ? ExitCode::Healthy : run_rtc_set({.if_off = true}, rest);
}

struct Earlier {
    Result<Report> report = fail("not read");  // of an early look
    EarlierInBoot said{};
};

Earlier read_earlier(const Root& root)
{
    Earlier earlier{.report = load_this_boot(root, early_file)};
    if (const auto host = load_time_sync(root))
        earlier.said.host = host_word_on_record(*host, boot_instant());
    if (const auto state = load_this_boot(root, state_file); state && state->gate)
        earlier.said.gate = state->gate->outcome;
    return earlier;
}

/// Asked when the clock is about to be stepped: the gate may have opened since the look began.
std::string reason_now(const Root& root)
{
    return reason_not_to_step(read_earlier(root).said, read_time_keepers(root));
}

/// When the machine started by each clock, before anybody set one. What the kernel took from the
/// RTC is better than what it shows now, where its log can be read.
BootStarts starts_of(const EarlyView& view, const TimeSyncView& host, Instant booted)
{
    BootStarts starts;
    const ClockEvent* const set = rtc_event(view.history.events);
    if (set != nullptr)
        starts.rtc = start_by(*set);
    else if (!view.rtcs.empty() && view.rtcs.front().reading)
        starts.rtc = start_by(*view.rtcs.front().reading, booted);
    if (host.offset)
        starts.host = start_by(*host.offset, booted, host.clock);
    return starts;
}

std::string told(const EarlyView& view, const HostCorrection& host)
{
    if (host.left_alone.empty())
        return early_line(view);
    return fmt::format(
        "{}; the {} contradicts the system clock, which is {} and was left alone: {}",
        early_line(view), title_of(host.before), to_text(*host.before.offset), host.left_alone);
}

/// What the host led to, on record: the gate tells it as the outcome of this boot.
void add_host(Report& report, const HostCorrection& host, const EarlyView& view,
              const ClockPolicy& policy)
{
    const TimeSyncView& last = host.after ? *host.after : host.before;
    ReportCheck check = to_check(to_finding(host.before));
    check.id = "hyperv.timesync";
    check.detail = fmt::format("{}: {}", to_text(host.before.state), host.before.why);
    if (!host.left_alone.empty())
        check.detail += fmt::format("; the system clock was left alone: {}", host.left_alone);
    report.checks.push_back(check);
    report.gate = to_gate_record(host, policy, boot_instant());
    report.time_sync = to_record(last, view.facts, boot_instant());
    if (!host.corrected())
        return;
    report.timeline.push_back({.uptime = uptime_now().time_since_epoch(),
                               .corrected = wall_now(),
                               .event = fmt::format("clockguard stepped the clock by {}",
                                                    to_text(-host.before.offset->value)),
                               .source = title_of(last)});
}

}  // namespace

std::string early_line(const EarlyView& view)
{
    if (!view.rtcs_error.empty())
        return view.rtcs_error;
    if (view.rtcs.empty())
        return no_rtc().message;
    const RtcSeen& first = view.rtcs.front();
    if (!first.reading)
        return to_text(first.reading.error());
    const Finding finding = judge_against_floor(first, view.floor);
    const ClockEvent* const set = rtc_event(view.history.events);
    return fmt::format("{} {}{}", finding.subject, finding.message,
                       set == nullptr ? ""
                                      : fmt::format("; the kernel set the clock from it {} "
                                                    "after boot",
                                                    to_text(set->since_boot)));
}

ExitCode run_early(const Context& context)
{
    const Earlier earlier = read_earlier(context.root);
    // What is on record stays as it is.
    if (const std::string reason = reason_not_to_look(earlier.said); !reason.empty()) {
        answer(context, "early", "nothing left to look at: " + reason);
        return ExitCode::Healthy;
    }
    const EarlyView view = look_early(context);
    const ClockPolicy policy = to_sources(context.config, context.root).policy;
    const Instant booted = boot_instant();
    const HostCorrection host =
        correct_from_host(live_host_clock(context.root, policy, view.floor.not_before(),
                                          [&] { return reason_now(context.root); }),
                          policy, context.config.clock.step_from_host);
    Report report = to_report(view, context);
    add_host(report, host, view, policy);
    report.starts = starts_of(view, host.before, booted);
    if (earlier.report) {
        report.starts = keep_earlier(earlier.report->starts, report.starts);
        report.gate = keep_earlier(earlier.report->gate, report.gate);
    }
    const bool in_json = context.output.format == Format::Json;
    if (!in_json && !context.output.quiet)
        print_out("{}\n", told(view, host));
    const auto written = write_atomically(context.root, early_file, render_json(report));
    const ExitCode code = written ? act_on_host(host, view, context) : give_up(written.error());
    report.verdict.exit_code = static_cast<int>(code);
    if (code != ExitCode::Healthy)
        report.verdict.status = status_of(code);
    if (in_json)
        print_out("{}", render_json(report));
    return code;
}

}  // namespace clockguard

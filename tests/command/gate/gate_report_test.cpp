// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/gate_report.hpp"

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using enum GateOutcome;

const Instant boot{1789000000s};

const GatePolicy holds_after_5_min{.timeout = 5min, .on_timeout = OnTimeout::Hold};

GateView silent(GateOutcome outcome)
{
    return {.outcome = outcome,
            .verdict = {.findings = {{.severity = Severity::Note,
                                      .subject = "chrony",
                                      .message = "not synchronised yet",
                                      .witness = WitnessKind::Chrony,
                                      .reason = Reason::Silent}}},
            .waited = 13s,
            .clock_moved = -720h};
}

GateView opened()
{
    GateView view = silent(Synchronized);
    view.verdict.trust = Trust::Trusted;
    view.verdict.trusted_by = "chrony";
    view.verdict.from_network = Offset{.value = 250ms, .error = 1ms};
    return view;
}

Report report_of(const GateView& view)
{
    return to_report({.run = {.command = "gate"}}, view, holds_after_5_min,
                     {.boot_instant = boot, .raw_instant = boot + 1s, .rtc_ahead = 2s});
}

TEST(ExitCodeOf, IsHealthyForEveryGateThatLetMicrok8sStart)
{
    for (const GateOutcome outcome : {Synchronized, RtcCorrected, HostAgrees, RtcTrusted,
                                      TimeoutReleased, Overridden, Disabled})
        EXPECT_EQ(exit_code_of(outcome), ExitCode::Healthy) << to_text(outcome);
    for (const GateOutcome outcome : {Waiting, TimeoutHeld})
        EXPECT_EQ(exit_code_of(outcome), ExitCode::Held) << to_text(outcome);
}

TEST(GateReport, TellsHowItStands)
{
    const auto verdict = [](const GateView& view) { return report_of(view).verdict; };

    EXPECT_EQ(verdict(opened()).status, Status::Ok);
    EXPECT_EQ(verdict(opened()).exit_code, 0);
    EXPECT_EQ(verdict(silent(Waiting)).status, Status::Warning);
    EXPECT_EQ(verdict(silent(Waiting)).exit_code, 75);
    EXPECT_EQ(verdict(silent(Waiting)).summary,
              "holding MicroK8s for 13 s (limit 5 min, then hold): chrony: not synchronised yet");
    EXPECT_EQ(verdict(silent(TimeoutHeld)).status, Status::Critical);
    EXPECT_EQ(verdict(silent(TimeoutReleased)).status, Status::Warning);
    EXPECT_EQ(verdict(silent(TimeoutReleased)).exit_code, 0);
}

TEST(GateReport, TrustsTheClockAsFarAsItsOwnVerdictDoes)
{
    EXPECT_TRUE(report_of(opened()).run.clock_trusted);
    EXPECT_EQ(report_of(opened()).run.trusted_by, "chrony");
    EXPECT_EQ(report_of(opened()).run.command, "gate");
    EXPECT_FALSE(report_of(silent(Overridden)).run.clock_trusted);
    EXPECT_EQ(report_of(silent(Overridden)).run.trusted_by, "");
}

TEST(GateReport, KeepsWhatLaterRunsOfThisBootGoBy)
{
    const Report report = report_of(silent(TimeoutHeld));

    ASSERT_TRUE(report.gate);
    EXPECT_EQ(report.gate->outcome, TimeoutHeld);
    EXPECT_EQ(report.gate->waited, 13s);
    EXPECT_EQ(report.gate->limit, 5min);
    EXPECT_EQ(report.gate->on_timeout, OnTimeout::Hold);
    EXPECT_EQ(report.gate->reason, "chrony: not synchronised yet");
    EXPECT_EQ(report.gate->boot_instant, boot);
    EXPECT_EQ(report.gate->raw_instant, boot + 1s);
    EXPECT_EQ(report.gate->rtc_ahead, 2s);
    EXPECT_EQ(report.gate->began_boot_instant, boot + 720h);
    ASSERT_EQ(report.checks.size(), 1U);
    EXPECT_EQ(report.checks.front().status, Status::Skipped);
}

TEST(GateReport, TellsByWhichClocksThisBootBegan)
{
    const Tree tree{{"/proc/sys/kernel/hostname", "edge-07\n"}};

    const Report report =
        report_gate({.root = {.folder = tree.folder()}}, opened(), holds_after_5_min);

    EXPECT_EQ(report.host.hostname, "edge-07");
    EXPECT_EQ(report.run.command, "gate");
    EXPECT_TRUE(report.starts.network);
    EXPECT_FALSE(report.starts.rtc);
    ASSERT_EQ(report.checks.size(), 2U);
    EXPECT_EQ(report.checks.back().id, "boot.cause");
}

}  // namespace
}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_clock.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/evidence.hpp"

namespace clockguard {
namespace {

TEST(Diagnosis, SaysWhyTheClockCannotBeVerified)
{
    Evidence seen = healthy();
    seen.clock_trusted = false;
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG301"});
    EXPECT_EQ(report_on(seen).verdict.summary,
              "No time source confirms the clock: chrony is not installed");

    seen.keepers.chrony_installed = true;
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG303"});
    seen.keepers.chrony_started = true;  // its processes may be hidden (hidepid)
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG304"});
    seen.keepers = {.chrony_installed = true, .chrony_running = true};
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG304"});
    seen.chrony_answers = true;
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG301"});
    EXPECT_EQ(report_on(seen).verdict.status, Status::Warning);
    EXPECT_EQ(report_on(seen).verdict.exit_code, 0);
}

TEST(Diagnosis, SaysWhereTheJournalDoesNotGoBackToTheStart)
{
    Evidence seen = healthy();
    const auto said = [&] {
        const Report report = report_on(seen);
        return std::ranges::find(report.checks, "boot.clock_step", &ReportCheck::id)->detail;
    };

    EXPECT_EQ(said(), "no large clock step, up 13 min 32 s");
    seen.history.begins = std::chrono::days{5};
    EXPECT_EQ(said(), "no large clock step, up 13 min 32 s; the journal begins 5 d after boot");
}

Finding chrony_says(Reason reason)
{
    return {.severity = Severity::Note,
            .subject = "chrony",
            .message = "its word",
            .witness = WitnessKind::Chrony,
            .reason = reason};
}

TEST(Diagnosis, TellsOfATimesyncdWhoseServerFollowsNobody)
{
    Evidence seen = healthy();
    seen.clock_trusted = false;
    seen.verdict = {.findings = {{.severity = Severity::Note,
                                  .subject = "kernel",
                                  .message = "its word",
                                  .witness = WitnessKind::Kernel,
                                  .reason = Reason::Agrees,
                                  .basis = {.ground = Ground::LocalOnly}}}};

    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG308"});
}

TEST(Diagnosis, TellsATimeSourceThatIsNotEnoughFromNone)
{
    Evidence seen = healthy();
    seen.clock_trusted = false;
    seen.chrony_answers = true;
    seen.verdict = {.findings = {chrony_says(Reason::Agrees)}};
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG308"});
    seen.verdict = {.findings = {chrony_says(Reason::Unclear)}};
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG309"});
    seen.verdict = {.findings = {chrony_says(Reason::Silent)}};
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG301"});
}

TEST(Diagnosis, ReportsAStatementWithoutWeightAsOne)
{
    Evidence seen = healthy();
    seen.verdict = {.trust = Trust::Trusted, .findings = {chrony_says(Reason::Contradicts)}};

    const Report report = report_on(seen);

    const auto check = std::ranges::find(report.checks, "clock.chrony", &ReportCheck::id);
    ASSERT_NE(check, report.checks.end());
    EXPECT_EQ(check->status, Status::Warning);
    EXPECT_EQ(check->detail, "its word (policy does not accept this source)");
}

/// A firewall that lets UDP port 123 through, as before Ubuntu 25.10, is not enough for NTS.
TEST(Diagnosis, NamesThePortOfNts)
{
    const auto told = [](bool asks, Reason reason) {
        Evidence seen = healthy();
        seen.clock_trusted = false;
        seen.chrony_answers = true;
        seen.chrony_conf.asks_with_nts = asks;
        seen.verdict.findings = {chrony_says(reason)};
        return report_on(seen).findings.front().cause.find("4460") != std::string::npos;
    };

    EXPECT_TRUE(told(true, Reason::Silent));
    EXPECT_FALSE(told(false, Reason::Silent));
    EXPECT_FALSE(told(true, Reason::Unclear));
}

TEST(Diagnosis, SaysWhoRefutesTheClock)
{
    Evidence seen = healthy();
    seen.clock_trusted = false;
    const auto refuted_by = [&seen](WitnessKind witness) {
        seen.verdict = {.trust = Trust::Wrong,
                        .findings = {{.severity = Severity::Failure,
                                      .witness = witness,
                                      .reason = Reason::Contradicts}}};
        return codes_on(seen);
    };

    EXPECT_EQ(refuted_by(WitnessKind::Build), std::vector<std::string>{"CG110"});
    EXPECT_EQ(refuted_by(WitnessKind::Record), std::vector<std::string>{"CG307"});
    EXPECT_EQ(refuted_by(WitnessKind::Chrony), std::vector<std::string>{"CG305"});
    EXPECT_EQ(refuted_by(WitnessKind::Rtc), std::vector<std::string>{"CG302"});
    EXPECT_EQ(report_on(seen).verdict.exit_code, 2);
}

/// Its remedy is to forget the record, which is right where network time refutes the clock too.
TEST(Diagnosis, BlamesTheRecordOnlyWhereNetworkTimeIsSilent)
{
    Evidence seen = healthy();
    seen.clock_trusted = false;
    const auto refutes = [](WitnessKind witness) {
        return Finding{
            .severity = Severity::Failure, .witness = witness, .reason = Reason::Contradicts};
    };

    seen.verdict = {.trust = Trust::Wrong, .findings = {refutes(WitnessKind::Record)}};
    EXPECT_EQ(report_on(seen).verdict.impact,
              "Certificates and tokens issued now may carry wrong dates.");
    seen.verdict.findings.push_back(refutes(WitnessKind::Chrony));
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG305"});
    EXPECT_EQ(report_on(seen).verdict.impact,
              "Certificates and tokens issued now carry wrong dates.");
}

TEST(Diagnosis, TellsOfARecordThatNetworkTimeOverrules)
{
    Evidence seen = healthy();
    seen.verdict.findings = {{.code = "CG306",
                              .severity = Severity::Failure,
                              .subject = "last-good",
                              .message = "that record was wrong",
                              .witness = WitnessKind::Record,
                              .reason = Reason::Overruled}};
    seen.verdict.record_overruled = true;

    const Report report = report_on(seen);

    ASSERT_EQ(report.findings.size(), 1U);
    EXPECT_EQ(report.findings[0].code, "CG306");
    EXPECT_EQ(report.findings[0].cause, "that record was wrong");
    EXPECT_EQ(report.verdict.exit_code, 2);
}

/// chronyd refuses to start with both rtcsync and rtcfile, and knows more reasons than a missing
/// line.
TEST(Diagnosis, MissesRtcsyncOnlyWhereChronyConfHasNone)
{
    const auto check_with = [](const ChronyConf& conf) {
        Evidence seen = healthy();
        seen.kernel_unsynchronized = true;
        seen.chrony_conf = conf;
        const Report report = report_on(seen);
        EXPECT_TRUE(report.findings.empty());
        return *std::ranges::find(report.checks, "clock.rtcsync", &ReportCheck::id);
    };

    EXPECT_EQ(check_with({}).status, Status::Unknown);
    EXPECT_EQ(check_with({.is_known = true, .has_rtcsync = true}).status, Status::Unknown);
    EXPECT_NE(check_with({.is_known = true, .has_rtcsync = true}).detail.find("-x"),
              std::string::npos);
    EXPECT_EQ(check_with({.is_known = true, .has_rtcfile = true}).status, Status::Skipped);
}

/// An empty line says nothing.
TEST(Diagnosis, SaysWhatTheKernelsFlagSays)
{
    const auto check_with = [](bool unsynchronized, bool has_rtc) {
        Evidence seen = healthy();
        seen.kernel_unsynchronized = unsynchronized;
        if (!has_rtc)
            seen.rtcs.clear();
        const Report report = report_on(seen);
        return *std::ranges::find(report.checks, "clock.rtcsync", &ReportCheck::id);
    };

    EXPECT_EQ(check_with(false, true).detail,
              "the kernel flag says that the clock is synchronised");
    EXPECT_EQ(check_with(true, false).skipped_because, "there is no hardware clock to keep");
}

TEST(Diagnosis, DoesNotWarnOfAStepThatTheGateWaitedFor)
{
    Evidence guarded = incident();
    guarded.rtcs = healthy().rtcs;
    guarded.certs = healthy().certs;
    guarded.gate = healthy().gate;
    guarded.hold_installed = true;

    EXPECT_TRUE(codes_on(guarded).empty());
    EXPECT_EQ(report_on(guarded).verdict.status, Status::Ok);
}

Evidence disk_whose_boot_ended(std::string_view last)
{
    Evidence disk = healthy();
    disk.live = false;
    disk.clock_trusted = false;
    disk.rtcs.clear();
    disk.floor.built = at("2026-03-01T00:00:00Z");
    disk.history.last_wall = at(last);
    return disk;
}

TEST(Diagnosis, NamesAnImpossibleDateOfADisk)
{
    const Report past = report_on(disk_whose_boot_ended("1970-02-03T05:35:54Z"));
    const Report future = report_on(disk_whose_boot_ended("2165-01-01T00:00:00Z"));

    EXPECT_EQ(past.verdict.status, Status::Warning);
    ASSERT_EQ(codes_on(disk_whose_boot_ended("1970-02-03T05:35:54Z")),
              std::vector<std::string>{"CG113"});
    EXPECT_EQ(past.findings[0].cause,
              "The last boot of this disk ran at 1970-02-03 05:35:54, years "
              "before this program was built (2026-03-01 00:00:00).");
    ASSERT_EQ(future.findings.size(), 1U);
    EXPECT_EQ(
        future.findings[0].cause,
        "The last boot of this disk ran at 2165-01-01 00:00:00, which is still to come: it is "
        "2026-03-03 08:20:11 by this machine's clock.");
    EXPECT_TRUE(codes_on(disk_whose_boot_ended("2025-03-03T00:00:00Z")).empty());
    EXPECT_TRUE(codes_on(disk_whose_boot_ended("2026-03-03T08:20:00Z")).empty());
    EXPECT_TRUE(codes_on(disk_whose_boot_ended("2026-03-03T09:20:11Z")).empty());
    EXPECT_EQ(codes_on(disk_whose_boot_ended("2026-03-03T09:20:12Z")),
              std::vector<std::string>{"CG113"});
}

TEST(Diagnosis, NamesADateThatIsDecadesAhead)
{
    Evidence seen = healthy();
    seen.floor.built = at("2026-03-01T00:00:00Z");
    EXPECT_TRUE(codes_on(seen).empty());

    seen.now = at("2106-02-07T06:28:15Z");
    seen.certs.reset();
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG113"});
}

TEST(Diagnosis, TellsWhatNothingStepped)
{
    Evidence seen = healthy();
    seen.gate.reset();
    seen.history.events.push_back({.kind = ClockEventKind::FoundWrong,
                                   .since_boot = 1170s,
                                   .amount = 1722s,
                                   .source = "chronyd"});

    const Report report = report_on(seen);

    ASSERT_EQ(codes_on(seen), std::vector<std::string>{"CG114"});
    EXPECT_EQ(report.findings[0].detail, "chronyd found it 00:28:42 off, 19 min 30 s after boot");
    EXPECT_EQ(report.verdict.status, Status::Warning);
}

TEST(Diagnosis, TellsWhatATimeProgramRefused)
{
    Evidence seen = healthy();
    seen.gate.reset();
    seen.history.events.push_back(
        {.kind = ClockEventKind::Refused, .since_boot = 20s, .source = "ntpd-rs"});

    const Report report = report_on(seen);

    ASSERT_EQ(codes_on(seen), std::vector<std::string>{"CG114"});
    EXPECT_EQ(report.findings[0].detail, "ntpd-rs found it too far off, 20 s after boot");
}

TEST(Diagnosis, DoesNotCallAJournalQuietThatWasNotRead)
{
    Evidence seen = healthy();
    seen.history.error = "the journal is too long to be read whole";

    const Report report = report_on(seen);

    const auto check = std::ranges::find(report.checks, "boot.clock_step", &ReportCheck::id);
    ASSERT_NE(check, report.checks.end());
    EXPECT_EQ(check->status, Status::Unknown);
    EXPECT_NE(check->detail.find("too long to be read whole"), std::string::npos);
    EXPECT_EQ(report.verdict.status, Status::Unknown);
    EXPECT_EQ(report.verdict.exit_code, 3);
    EXPECT_EQ(report.verdict.impact,
              "A fault may be in the rest: the journal is too long to be read whole.");
    EXPECT_NE(text_on(seen).find("whole"), std::string::npos) << text_on(seen);
}

TEST(Diagnosis, TakesAQuietJournalForOne)
{
    Evidence disk{.live = false, .now = at("2026-03-03T08:20:11.500Z")};
    EXPECT_EQ(report_on(disk).verdict.status, Status::Unknown);

    disk.history.last_wall = at("2026-03-03T08:00:00Z");
    EXPECT_EQ(report_on(disk).verdict.status, Status::Ok);
}

}  // namespace
}  // namespace clockguard

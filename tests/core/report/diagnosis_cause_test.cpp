// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <gtest/gtest.h>

#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr Span month = days{30};
const Instant started = parse_instant("2026-11-20T08:00:00Z").value_or(Instant{});

RtcSeen rtc_ahead_by(Span ahead)
{
    const Instant now = started + 1h;
    return {.device = {.node = "/dev/rtc0", .name = "rtc_cmos 00:04", .set_system_clock = true},
            .reading = RtcReading{.device = "/dev/rtc0",
                                  .shows = std::chrono::floor<std::chrono::seconds>(now + ahead),
                                  .taken_at = now + 500ms,
                                  .method = "RTC_RD_TIME"}};
}

/// A Hyper-V guest an hour after its boot, its clock right by now, its RTC set right.
Evidence guest(Span rtc_at_boot, Span host)
{
    Evidence seen{.now = started + 1h,
                  .booted = started,
                  .uptime = 1h,
                  .clock_trusted = true,
                  .trusted_by = "chrony",
                  .vouched = WitnessKind::Chrony,
                  .verdict = {.trust = Trust::Trusted, .from_network = Offset{.error = 2ms}},
                  .rtcs = {rtc_ahead_by(0s)},
                  .rtc_limit = 2s};
    seen.starts.rtc = ClaimedStart{.at = started + rtc_at_boot, .error = 1s};
    seen.hosts = {{.state = TimeSync::Live, .offset = Offset{.value = -host, .error = 1ms}}};
    return seen;
}

/// What was found of the cause, beside whatever else was.
std::vector<ReportFinding> causes_in(const Evidence& seen)
{
    Report report;
    diagnose(seen, report);
    std::vector<ReportFinding> causes;
    std::ranges::copy_if(report.findings, std::back_inserter(causes),
                         [](const auto& finding) { return finding.code.starts_with("CG13"); });
    return causes;
}

std::string check_in(const Evidence& seen, std::string_view id)
{
    Report report;
    diagnose(seen, report);
    const auto check = std::ranges::find(report.checks, id, &ReportCheck::id);
    if (check == report.checks.end())
        return "absent";
    return check->status == Status::Skipped ? "skipped: " + check->skipped_because : check->detail;
}

TEST(DiagnosedCause, IsOnlyTheRecordOfWhatIsRepaired)
{
    const Evidence seen = guest(month, 0s);

    EXPECT_TRUE(causes_in(seen).empty());
    EXPECT_EQ(
        check_in(seen, "boot.cause"),
        "cause A: the hardware clock was 30 d 00:00:00 ahead at boot, the Hyper-V host's is "
        "right: the host stores the hardware clock as an offset from its own clock; a clone or an "
        "import looks the same (this is the first boot on record) (hardware clock 30 d "
        "00:00:00 ahead, Hyper-V host right)");
    EXPECT_EQ(check_in(seen, "boot.next"), "will start right");
}

TEST(DiagnosedCause, TakesNoOtherHostForHyperv)
{
    Evidence seen = guest(month, 0s);
    seen.hosts = {{.state = TimeSync::NotHyperv}};
    seen.starts.host = ClaimedStart{.at = started, .error = 1ms, .by = "ptp:kvm"};

    EXPECT_EQ(check_in(seen, "boot.cause"),
              "unknown: the hardware clock was 30 d 00:00:00 ahead at boot, and there is no "
              "Hyper-V host's clock to compare it with");
    seen.starts.host->by = hyperv_clock;
    EXPECT_TRUE(check_in(seen, "boot.cause").starts_with("cause A"));
}

/// Paused for a week, a guest steps forward when it goes on: nothing was dated wrong before.
TEST(DiagnosedCause, WarnsOfNoStepAfterAStandstill)
{
    Evidence seen = guest(-days{7}, 0s);
    seen.history.events = {{.kind = ClockEventKind::SetFromRtc,
                            .since_boot = 2500ms,
                            .set_to = started - days{7} + 2s,
                            .source = "rtc_cmos 00:04"},
                           {.kind = ClockEventKind::Stepped,
                            .since_boot = 1000s,
                            .amount = days{7},
                            .source = "chronyd"}};
    Report report;
    diagnose(seen, report);

    EXPECT_EQ(std::ranges::count(report.findings, "CG111", &ReportFinding::code), 0);
    EXPECT_NE(check_in(seen, "boot.clock_step").find("was paused for 7 d 00:00:00"),
              std::string::npos);
    EXPECT_TRUE(report.timeline.front().event.ends_with(", right"));
}

TEST(DiagnosedCause, TellsWhatTheNextBootWillDo)
{
    Evidence seen = guest(month, 0s);
    seen.rtcs = {rtc_ahead_by(month)};

    ASSERT_EQ(causes_in(seen).size(), 1U);
    EXPECT_EQ(causes_in(seen)[0].code, "CG130");
    EXPECT_TRUE(
        causes_in(seen)[0].cause.ends_with("\nThe next boot will start 30 d 00:00:00 ahead: "
                                           "that is what the hardware clock shows now."));
    EXPECT_EQ(causes_in(seen)[0].fixes[0].command, "sudo clockguard rtc set --from system");
}

TEST(DiagnosedCause, SeesThatTheHostWillUndoTheRepair)
{
    ASSERT_EQ(causes_in(guest(month, month)).size(), 1U);
    const ReportFinding finding = causes_in(guest(month, month))[0];

    EXPECT_EQ(finding.code, "CG131");
    EXPECT_EQ(finding.cause,
              "The hardware clock was 30 d 00:00:00 ahead at boot, and the Hyper-V host's is 30 d "
              "00:00:00 ahead: the guest starts as its host does.\nThe next boot will start 28 d "
              "00:00:00 ahead: the Hyper-V host's clock is 30 d 00:00:00 ahead and applies at most "
              "two days of what is written here.");
    EXPECT_EQ(finding.fixes[0].note, "on the Hyper-V host");
    EXPECT_EQ(causes_in(guest(month - days{2}, month))[0].code, "CG132");
}

TEST(DiagnosedCause, WarnsOfAFileThatWillMoveTheClock)
{
    Evidence seen = guest(0s, 0s);
    seen.ratchets = {
        {.path = "/var/lib/chrony/drift", .user = "chronyd -s", .dated = started + 1h + month}};

    ASSERT_EQ(causes_in(seen).size(), 1U);
    EXPECT_EQ(causes_in(seen)[0].code, "CG135");
    EXPECT_NE(causes_in(seen)[0].cause.find("will start 30 d 00:00:00 ahead"), std::string::npos);
}

TEST(DiagnosedCause, SaysWhyItIsUndetermined)
{
    Evidence seen = guest(month, 0s);
    seen.hosts.front().offset.reset();
    seen.rtcs = {rtc_ahead_by(month)};
    EXPECT_EQ(causes_in(seen)[0].code, "CG139");
    EXPECT_TRUE(causes_in(seen)[0].cause.starts_with("Unknown: "));

    // A machine of its own has no host whose word could be missing.
    seen.hosts.front().state = TimeSync::NotHyperv;
    EXPECT_TRUE(causes_in(seen).empty());

    seen.verdict.from_network.reset();
    EXPECT_EQ(check_in(seen, "boot.cause"), "skipped: unknown: network time was not available");
    EXPECT_EQ(check_in(seen, "boot.next"),
              "skipped: unknown: the hardware clock was not compared with network time");
}

TEST(DiagnosedCause, FindsThatBootsKeepStartingWrong)
{
    Evidence seen = guest(0s, 0s);
    for (const Span age : {Span{0}, Span{days{1}}, Span{days{2}}}) {
        BootRecord boot;
        boot.starts.network = ClaimedStart{.at = started - age};
        boot.starts.rtc = ClaimedStart{.at = started - age + month};
        seen.boots.newest_first.push_back(boot);
    }
    seen.boots.unreadable = {"cannot read 'b1.json': not JSON, or cut off"};

    ASSERT_EQ(causes_in(seen).size(), 1U);
    EXPECT_EQ(causes_in(seen)[0].code, "CG137");
    EXPECT_EQ(
        causes_in(seen)[0].cause,
        "3 of the last 3 boots with network time started 30 d 00:00:00 ahead, since 2026-11-18.");
    EXPECT_EQ(check_in(seen, "boot.records"), "cannot read 'b1.json': not JSON, or cut off");
}

}  // namespace
}  // namespace clockguard

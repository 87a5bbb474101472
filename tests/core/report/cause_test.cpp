// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/cause.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using Maybe = std::optional<Span>;

constexpr Span month = days{30};
const Instant started{1788566488s};

std::optional<ClaimedStart> start(const Maybe& ahead)
{
    if (!ahead)
        return std::nullopt;
    return ClaimedStart{.at = started + *ahead, .error = 1s};
}

/// A guest whose RTC and host were that far ahead of network time when it booted; unset: not heard.
CauseEvidence guest(const Maybe& rtc, const Maybe& host)
{
    return {.starts = {.rtc = start(rtc), .host = start(host), .network = start(0s)},
            .network_now = start(0s),
            .rtc_now = Offset{.error = 500ms},
            .now = started + 1h,
            .on_hyperv = true};
}

ClockEvent step(Span when, Span amount)
{
    return {.kind = ClockEventKind::Jumped, .since_boot = when, .amount = amount};
}

std::string letter(const CauseEvidence& seen)
{
    return letter_of(find_cause(seen).kind);
}

struct Row {
    Maybe rtc{};
    Maybe host{};
    CauseKind kind{};
    std::string why{};
};

TEST(Cause, IsNamedFromEveryCombinationOfTheClocks)
{
    const std::vector<Row> rows{
        {0s, 0s, CauseKind::RightStart, "the hardware clock was right at boot"},
        {0s, Maybe{}, CauseKind::RightStart, "the hardware clock was right at boot"},
        {0s, month, CauseKind::RightStart, "the hardware clock was right at boot"},
        {month, 0s, CauseKind::StoredSkew,
         "the hardware clock was 30 d 00:00:00 ahead at boot, the Hyper-V host's is right: the "
         "host "
         "stores the hardware clock as an offset from its own clock"},
        {-month, 0s, CauseKind::StoredSkew,
         "the hardware clock was 30 d 00:00:00 behind at boot, the Hyper-V host's is right: the "
         "host stores the hardware clock as an offset from its own clock"},
        {month, month, CauseKind::HostWrong,
         "the hardware clock was 30 d 00:00:00 ahead at boot, and the Hyper-V host's is 30 d "
         "00:00:00 ahead: the guest starts as its host does"},
        {-month, -month, CauseKind::HostWrong,
         "the hardware clock was 30 d 00:00:00 behind at boot, and the Hyper-V host's is 30 d "
         "00:00:00 behind: the guest starts as its host does"},
        {month - days{2}, month, CauseKind::HostClamps,
         "the hardware clock was 28 d 00:00:00 ahead at boot, exactly two days less than the "
         "Hyper-V host's 30 d 00:00:00: the host applies no more of what was written here"},
        {month + days{2}, month, CauseKind::Undetermined,
         "unknown: the hardware clock was 32 d 00:00:00 ahead at boot, and the Hyper-V "
         "host's is 30 d 00:00:00 ahead: both are wrong, by different amounts"},
        {month, Maybe{}, CauseKind::Undetermined,
         "unknown: the hardware clock was 30 d 00:00:00 ahead at boot, and the Hyper-V "
         "host's clock was not available: either may be wrong"},
        {2h, Maybe{}, CauseKind::LocalTime,
         "the hardware clock was 02:00:00 ahead at boot, as local time (UTC+02:00) is"},
        {-330min, 0s, CauseKind::LocalTime,
         "the hardware clock was 05:30:00 behind at boot, as local time (UTC-05:30) is"},
        {2h, 2h, CauseKind::HostWrong,
         "the hardware clock was 02:00:00 ahead at boot, and the Hyper-V host's is 02:00:00 ahead: "
         "the guest starts as its host does"},
        {Maybe{}, 0s, CauseKind::Undetermined,
         "unknown: what the hardware clock showed at boot is not on record"},
        {Maybe{}, Maybe{}, CauseKind::Undetermined,
         "unknown: what the hardware clock showed at boot is not on record"}};
    for (const Row& row : rows) {
        const Cause cause = find_cause(guest(row.rtc, row.host));

        EXPECT_EQ(cause.kind, row.kind) << row.why;
        EXPECT_EQ(cause.why, row.why);
    }
}

TEST(Cause, IsNotNamedWithoutTheNetwork)
{
    CauseEvidence seen = guest(month, 0s);
    seen.starts.network.reset();

    EXPECT_EQ(find_cause(seen).why,
              "unknown: network time was not available; the hardware clock was 30 d "
              "00:00:00 ahead of the Hyper-V host's, and either may be wrong");
    EXPECT_EQ(find_cause(seen).code, "");
    seen.starts.host.reset();
    EXPECT_EQ(find_cause(seen).why, "unknown: network time was not available");
}

TEST(Cause, ToleratesTheCoarsenessOfAClockOfWholeSeconds)
{
    EXPECT_EQ(find_cause(guest(7s, 0s)).kind, CauseKind::RightStart);
    EXPECT_EQ(find_cause(guest(8s, 0s)).kind, CauseKind::StoredSkew);
    EXPECT_EQ(find_cause(guest(month - days{2} + 7s, month)).kind, CauseKind::HostClamps);
    EXPECT_EQ(find_cause(guest(month - days{2} + 8s, month)).kind, CauseKind::Undetermined);
}

TEST(Cause, MayBeACloneOnAFirstBoot)
{
    CauseEvidence seen = guest(month, 0s);
    seen.first_on_record = true;

    EXPECT_NE(find_cause(seen).why.find("a clone or an import looks the same"), std::string::npos);
}

TEST(Cause, AcceptsLocalTimeWhereItIsMeant)
{
    CauseEvidence seen = guest(2h, 0s);
    seen.zone = RtcZone::Local;

    EXPECT_EQ(find_cause(seen).kind, CauseKind::RightStart);
    EXPECT_FALSE(predict_next_boot(seen).known);
}

TEST(Cause, TellsAGuestThatStoodStillFromOneThatStartedWrong)
{
    CauseEvidence seen = guest(0s, 0s);
    seen.network_now = start(3h);
    seen.events = {step(40h, 3h)};
    EXPECT_EQ(letter(seen), "D");

    // The network's word of the boot is not on record: only that of now, three hours later.
    CauseEvidence unrecorded = guest(-3h, Maybe{});
    unrecorded.events = {step(40h, 3h)};
    EXPECT_EQ(letter(unrecorded), "D");
    EXPECT_EQ(find_cause(unrecorded).why,
              "the guest was paused for 03:00:00 after it had booted, and its clock was stepped "
              "forward when it went on");

    unrecorded.events = {step(40s, 3h)};
    EXPECT_NE(letter(unrecorded), "D");
}

TEST(Cause, BlamesTheGuestOrTheHostForAStepForward)
{
    CauseEvidence seen = guest(0s, 0s);
    seen.events = {step(5s, month), step(40s, -month)};
    EXPECT_EQ(letter(seen), "F");
    EXPECT_EQ(find_cause(seen).why,
              "the hardware clock was right at boot, and this guest moved its "
              "clock 30 d 00:00:00 forward itself");

    seen.starts.host.reset();
    EXPECT_EQ(letter(seen), "F");
    EXPECT_EQ(find_cause(seen).why,
              "the hardware clock was right at boot, and this guest moved its clock 30 d 00:00:00 "
              "forward itself, or its host did, whose clock was not available");

    seen.starts.host = start(month);
    EXPECT_EQ(letter(seen), "B");
    EXPECT_NE(find_cause(seen).why.find("it stepped the guest"), std::string::npos);

    seen.events = {step(5s, 59s)};
    EXPECT_EQ(letter(seen), "-");
}

TEST(Cause, BlamesNobodyForAStepThatWasNotMade)
{
    CauseEvidence seen = guest(0s, Maybe{});
    seen.events = {
        {.kind = ClockEventKind::FoundWrong, .since_boot = 30s, .amount = month},
        {.kind = ClockEventKind::Refused, .since_boot = 31s, .amount = month},
    };

    EXPECT_EQ(find_cause(seen).kind, CauseKind::RightStart);
}

TEST(NextBoot, IsToldFromTheClocksAsTheyAre)
{
    CauseEvidence seen = guest(month, 0s);
    EXPECT_EQ(predict_next_boot(seen).words, "will start right");

    seen.rtc_now = Offset{.value = month, .error = 500ms};
    EXPECT_EQ(predict_next_boot(seen).words,
              "will start 30 d 00:00:00 ahead: that is what the hardware clock shows now");

    seen.rtc_now.reset();
    EXPECT_FALSE(predict_next_boot(seen).known);
}

TEST(NextBoot, IsUndoneByAHostThatKeepsTwoDays)
{
    EXPECT_EQ(predict_next_boot(guest(month, month)).words,
              "will start 28 d 00:00:00 ahead: the Hyper-V host's clock is 30 d 00:00:00 "
              "ahead and applies at most two days of what is written here");
    // A host that is behind, or ahead by less, keeps the whole distance.
    EXPECT_EQ(predict_next_boot(guest(-month, -month)).words, "will start right");
    EXPECT_EQ(predict_next_boot(guest(days{1}, days{1})).words, "will start right");
}

TEST(NextBoot, IsMovedForwardByAFileOfTheFuture)
{
    CauseEvidence seen = guest(0s, 0s);
    seen.ratchets = {{.path = "/var/lib/chrony/drift", .user = "chronyd -s", .dated = seen.now},
                     {.path = "/var/lib/systemd/timesync/clock",
                      .user = "systemd-timesyncd",
                      .dated = seen.now + month}};

    EXPECT_EQ(predict_next_boot(seen).words,
              "will start 30 d 00:00:00 ahead: systemd-timesyncd moves the clock forward to "
              "the date of /var/lib/systemd/timesync/clock");
    seen.ratchets.pop_back();
    EXPECT_EQ(predict_next_boot(seen).words, "will start right");
}

}  // namespace
}  // namespace clockguard

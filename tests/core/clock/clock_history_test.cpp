// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/clock_history.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "support/instant.hpp"
#include "support/log_entries.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const std::string rtc_line =
    "rtc-ds1307 1-0068: setting system clock to 2026-10-04T00:01:05 UTC (1791072065)";

std::vector<ClockEvent> history_with_jump(Span jump, Span gap)
{
    return read_history({said("x", 10s, "before"), said("x", 10s + gap, "after", jump)});
}

TEST(History, FindsTheStepThatNobodyTold)
{
    const auto events = history_with_jump(-days{30}, 1s);

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, ClockEventKind::Jumped);
    EXPECT_EQ(events[0].amount, -days{30});
    EXPECT_EQ(events[0].since_boot, 11s);
}

/// The journal reads its two clocks one after the other.
TEST(History, TakesALeapSecondForNoStep)
{
    EXPECT_TRUE(history_with_jump(-1000050us, 1s).empty());
    EXPECT_TRUE(history_with_jump(1500ms, 1s).empty());
    EXPECT_EQ(history_with_jump(1501ms, 1s).size(), 1U);
}

/// A slew moves the journal's two clocks alike, for as long as it takes.
TEST(History, FindsASmallStepInALongSilence)
{
    EXPECT_EQ(history_with_jump(-7s, 60s).size(), 1U);
    EXPECT_EQ(history_with_jump(5min, 1h).size(), 1U);
}

TEST(History, TellsAStepOnce)
{
    const auto events = read_history(
        {said("x", 26s, "before"),
         said("chronyd", 27s, "System clock was stepped by -100.000000 seconds", -100s)});

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, ClockEventKind::Stepped);
}

std::vector<ClockEvent> of_kind(ClockEventKind kind, std::vector<ClockEvent> events)
{
    std::erase_if(events, [kind](const ClockEvent& event) { return event.kind != kind; });
    return events;
}

/// The daemon writes to syslog and to standard error, and the journal has both.
TEST(History, TellsALineOfTwoWritersOnce)
{
    const std::string wrong = "System clock wrong by -100.000000 seconds";
    const std::string stepped = "System clock was stepped by -100.000000 seconds";
    const auto events =
        read_history({said("chronyd", 26s, "before"), said("chronyd", 27s, wrong),
                      said("chronyd", 27s, stepped, -100s), said("chronyd", 27s, wrong, -100s),
                      said("chronyd", 28s, stepped, -100s)});

    const auto steps = of_kind(ClockEventKind::Stepped, events);
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].times, 1U);
    EXPECT_EQ(steps[0].since_boot, 27s);
    EXPECT_TRUE(of_kind(ClockEventKind::Jumped, events).empty());
}

TEST(History, TellsAStepOfTwoProgramsOnce)
{
    const auto events = read_history({said("ntpd", 26s, "before"),
                                      said("ntpd", 27s, "c61c clock_step -100.123456 s", -100s),
                                      said("ntpd", 27s, "ntpd: time set -100.123 s", -100s)});

    EXPECT_EQ(events.size(), 1U);
}

/// ntpsec announces its step, makes it, and tells it.
TEST(History, TellsAStepOnceThatWasAnnounced)
{
    const auto events = read_history(
        {said("ntpd", 27s, "PROTO: 0.0.0.0 c61c 0c clock_step -2592000.123456 s", days{30}),
         said("ntpd", 27s, "CLOCK: time stepped by -2592000.123456"),
         said("ntpd", 27s, "CLOCK: time changed from 2026-10-09 to 2026-09-09")});

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, ClockEventKind::Stepped);
    EXPECT_EQ(to_text(events[0].amount), "-30 d");
}

/// A slow slew is told at every look at the time servers.
TEST(History, CountsWhatIsFoundWrongAgainAndAgain)
{
    const auto events =
        read_history({said("openntpd", 27s, "adjusting local clock by -2592000.0s"),
                      said("openntpd", 227s, "adjusting local clock by -2591999.9s"),
                      said("openntpd", 427s, "adjusting local clock by -2591999.8s"),
                      said("openntpd", 627s, "adjusting local clock by 2591999.0s")});

    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].times, 3U);
    EXPECT_EQ(events[0].last, 427s);
    EXPECT_EQ(events[1].times, 1U);

    const std::string refused = "Unusually large clock step suggested, please manually verify";
    EXPECT_EQ(read_history({said("ntpd-rs", 27s, "2026-09-09T00:00:27Z ERROR " + refused),
                            said("ntpd-rs", 57s, "2026-09-09T00:00:57Z ERROR " + refused)})
                  .size(),
              1U);
}

/// The clock was set ahead again in between.
TEST(History, TellsTwoStepsOfOneSizeTwice)
{
    const std::string stepped = "System clock was stepped by -100.000000 seconds";
    const auto events =
        read_history({said("chronyd", 26s, "before", 100s), said("chronyd", 27s, stepped),
                      said("x", 37s, "set by hand", 100s), said("chronyd", 38s, stepped)});

    ASSERT_EQ(of_kind(ClockEventKind::Stepped, events).size(), 2U);
    EXPECT_EQ(of_kind(ClockEventKind::Jumped, events).size(), 1U);
    EXPECT_EQ(of_kind(ClockEventKind::Stepped, read_history({said("chronyd", 27s, stepped),
                                                             said("chronyd", 28s, stepped, -100s)}))
                  .size(),
              2U);
}

/// Too small to be seen between two entries.
TEST(History, TellsSmallStepsToAndFro)
{
    const auto events =
        read_history({said("chronyd", 27s, "System clock was stepped by 0.500000 seconds", 500ms),
                      said("chronyd", 28s, "System clock was stepped by -0.500000 seconds"),
                      said("chronyd", 29s, "System clock was stepped by 0.500000 seconds", 500ms)});

    EXPECT_EQ(events.size(), 3U);
}

/// journald reads the kernel's log anew where it lost its place in it.
TEST(History, TellsALineOfTheKernelOnceThatWasReadTwice)
{
    const Span ahead = at("2026-10-04T00:01:05.5Z") - at("2026-09-09T00:00:02Z");
    const auto events =
        read_history({said("kernel", 2s, rtc_line, ahead),
                      said("chronyd", 27s, "System clock was stepped by -2160063.5 seconds"),
                      said("kernel", 2s, rtc_line)});

    ASSERT_EQ(of_kind(ClockEventKind::SetFromRtc, events).size(), 1U);
    EXPECT_EQ(of_kind(ClockEventKind::SetFromRtc, events)[0].times, 1U);
}

/// It says so with each server, and moved the clock with the first.
TEST(History, CountsNoStepThatWasNotMade)
{
    const std::string line = "Synchronized to time server 192.0.2.1:123 (ntp.example)";
    const auto events = read_history(
        {said("kernel", 31s, "before", days{30}), said("kernel", 35s, "after"),
         said("systemd-timesyncd", 36s, line), said("systemd-timesyncd", 2000s, line)});

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, ClockEventKind::Stepped);
    EXPECT_EQ(events[0].times, 1U);
}

TEST(History, NamesWhoMadeTheStep)
{
    const auto events = read_history(
        {said("kernel", 31s, "before", days{30}),
         said("systemd-timesyncd", 35s, "Initial clock synchronization to Mon 2025-11-24")});

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, ClockEventKind::Stepped);
    EXPECT_EQ(events[0].source, "systemd-timesyncd");
    EXPECT_EQ(events[0].amount, -days{30});
    EXPECT_EQ(events[0].since_boot, 35s);
}

TEST(History, TellsSleepFromAStep)
{
    const auto events = read_history({said("kernel", 105s, "PM: suspend entry (s2idle)"),
                                      said("kernel", 106s, "PM: suspend exit", days{7})});

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, ClockEventKind::Slept);
    EXPECT_EQ(events[0].amount, days{7});
    EXPECT_FALSE(is_step(events[0]));
    EXPECT_TRUE(read_history({said("kernel", 106s, "PM: suspend exit")}).empty());
}

/// PID 1 moves the clock by the zone before anything is dated.
TEST(History, TakesTheZoneOfTheRtcForNoStep)
{
    const Span ahead = at("2026-10-04T00:01:05.5Z") - at("2026-09-09T00:00:02Z");
    const auto events = read_history(
        {said("kernel", 2s, rtc_line, ahead), said("kernel", 2500ms, "x", ahead),
         said("kernel", 2600ms,
              "RTC configured in localtime, applying delta of 60 minutes to system time.",
              ahead - 1h)});

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, ClockEventKind::SetFromRtc);
    EXPECT_EQ(events[0].zone, 1h);
    const Instant booted = at("2026-10-04T00:01:05.5Z") - 2s - 1h;
    EXPECT_EQ(correction_since(events[0], booted).value, 0s);
}

/// It slewed the clock, or found it right.
TEST(History, MakesNoStepOfAClockThatDidNotMove)
{
    EXPECT_TRUE(read_history({said("kernel", 31s, "before"),
                              said("systemd-timesyncd", 35s, "Initial clock synchronization to")})
                    .empty());
}

TEST(History, TakesNoStepForAnotherOfTheSameSize)
{
    const auto events = read_history(
        {said("kernel", 14s, "before"), said("kernel", 15s, "after", days{30}),
         said("chronyd", 25s, "System clock was stepped by 2592000.0 seconds", days{60})});

    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].kind, ClockEventKind::Jumped);
    EXPECT_EQ(events[0].since_boot, 15s);
    EXPECT_EQ(events[1].kind, ClockEventKind::Stepped);
}

/// What brings the clock back to the RTC's time much later is no set from the RTC.
TEST(History, TellsAJumpThereAndBack)
{
    const Span ahead = at("2026-10-04T00:01:05.5Z") - at("2026-09-09T00:00:02Z");
    const auto events = read_history({said("kernel", 2s, rtc_line, ahead),
                                      said("kernel", 10s, "there", ahead + days{30}),
                                      said("kernel", 36s, "and back", ahead)});

    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[1].amount, days{30});
    EXPECT_EQ(events[2].amount, -days{30});
}

/// Between the two entries chronyd slewed for a quarter of an hour, at 10 %: what it stepped is
/// less than what it found.
TEST(History, AllowsForASlewBeforeAStep)
{
    const auto events = read_history(
        {said("chronyd", 25s, "System clock wrong by -2592000.000000 seconds", days{30}),
         said("chronyd", 1005s, "System clock was stepped by -2591902.000000 seconds", 98s)});

    EXPECT_EQ(std::ranges::count(events, ClockEventKind::Jumped, &ClockEvent::kind), 0);
    EXPECT_EQ(std::ranges::count(events, ClockEventKind::Stepped, &ClockEvent::kind), 1);
}

/// The driver comes late, and until then the clock shows when systemd was built.
TEST(History, TellsTheKernelsOwnSetOnce)
{
    const Span ahead = at("2026-10-04T00:01:05Z") - at("2026-09-09T00:00:07Z");
    const auto events =
        read_history({said("systemd", 6s, "before"), said("kernel", 7s, rtc_line, ahead)});
    const auto another =
        read_history({said("systemd", 6s, "before"), said("kernel", 7s, rtc_line, ahead - 1h)});

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, ClockEventKind::SetFromRtc);
    EXPECT_EQ(another.size(), 2U);
}

TEST(History, IsInOrderOfTime)
{
    const auto events =
        read_history({said("systemd", 30s, "Time has been changed"), said("kernel", 3s, rtc_line)});

    EXPECT_TRUE(std::ranges::is_sorted(events, {}, &ClockEvent::since_boot));
    EXPECT_EQ(events.front().kind, ClockEventKind::SetFromRtc);
}

TEST(History, CountsWhatIsSaidAgainAndAgain)
{
    HistoryReader reader;
    for (int line = 0; line < 100'000; ++line)
        reader.add(said("systemd", 7s + line * 10ms, "Time has been changed"));
    reader.add(said("chronyd", 1103s, "System clock was stepped by -4294000000.500000 seconds"));

    const auto events = reader.events();

    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].times, 100'000U);
    EXPECT_EQ(events[0].since_boot, 7s);
    EXPECT_EQ(last_time(events[0]), 1006990ms);
    EXPECT_EQ(events[1].kind, ClockEventKind::Stepped);
}

TEST(History, TakesTheLinesAboutOneReissueForOne)
{
    const auto events = read_history(
        {said("snap.microk8s.x", 46s, "CSR change detected. Restarting the cluster-agent"),
         said("snap.microk8s.x", 47s, "CSR change detected. Reconfiguring the kube-apiserver"),
         said("snap.microk8s.x", 3647s, "CSR change detected. Restarting the cluster-agent")});

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].times, 2U);
    EXPECT_EQ(last_time(events[0]), 3647s);
}

/// The clock is moved to and fro, a line each, and by very much once.
TEST(History, KeepsTheFirstTheLastAndTheLargestOfVeryManySteps)
{
    HistoryReader reader;
    for (int line = 0; line < 10'000; ++line)
        reader.add({.since_boot = line * 1s,
                    .speaker = "chronyd",
                    .text = fmt::format("System clock was stepped by {} seconds",
                                        line == 5'000 ? 86400.0 : 1.5 + line % 2)});

    const auto events = reader.events();

    EXPECT_LT(events.size(), 100U);
    EXPECT_EQ(events.front().since_boot, 0s);
    EXPECT_EQ(events.back().since_boot, 9'999s);
    EXPECT_EQ(std::ranges::count(events, days{1}, &ClockEvent::amount), 1);
    const auto left = std::ranges::find(events, ClockEventKind::LeftOut, &ClockEvent::kind);
    ASSERT_NE(left, events.end());
    EXPECT_EQ(left->times, 10'000U - (events.size() - 1));
}

/// Each is seen by the journal's clocks, too, and is one for all that.
TEST(History, CountsAStepThatIsLeftOutOnce)
{
    HistoryReader reader;
    for (int line = 0; line < 1'000; ++line) {
        const std::chrono::seconds ahead{line % 2 == 0 ? 0 : 5};
        reader.add({.since_boot = line * 100s,
                    .wall = at("2026-09-09T00:00:00Z") + line * 100s + ahead,
                    .speaker = "chronyd",
                    .text = fmt::format("System clock was stepped by {} seconds",
                                        line % 2 == 0 ? -5 : 5)});
    }

    const auto events = reader.events();

    EXPECT_LT(events.size(), 100U);
    EXPECT_EQ(std::ranges::count(events, ClockEventKind::Jumped, &ClockEvent::kind), 0);
    const auto left = std::ranges::find(events, ClockEventKind::LeftOut, &ClockEvent::kind);
    ASSERT_NE(left, events.end());
    EXPECT_EQ(left->times, 1'000U - (events.size() - 1));
}

/// What matters lies in the midst of what chronyd corrects every now and then.
TEST(History, KeepsTheLargestOfEachKindOfWhatItLeavesOut)
{
    HistoryReader reader;
    for (int line = 0; line < 200; ++line) {
        reader.add(said("chronyd", 25s + line * 100s,
                        fmt::format("System clock wrong by {}.5 seconds", line == 100 ? 1721 : 1)));
        if (line == 99)
            reader.add(said("snap.microk8s.x", 9950s, "CSR change detected. Restarting"));
        else
            reader.add(said("chronyd", 26s + line * 100s,
                            fmt::format("System clock wrong by 1.{} seconds", line)));
    }

    const auto events = reader.events();

    EXPECT_LT(events.size(), 70U);
    EXPECT_EQ(std::ranges::count(events, 1721500ms, &ClockEvent::amount), 1);
    EXPECT_EQ(std::ranges::count(events, ClockEventKind::CertsReissued, &ClockEvent::kind), 1);
}

TEST(History, KnowsWhatTheClockShowedLast)
{
    HistoryReader reader;
    EXPECT_EQ(reader.last_wall(), std::nullopt);

    reader.add(said("kernel", 3s, "a line"));
    reader.add({.since_boot = 4s, .speaker = "kernel", .text = "one without a date"});

    EXPECT_EQ(reader.last_wall(), at("2026-09-09T00:00:03Z"));
}

}  // namespace
}  // namespace clockguard

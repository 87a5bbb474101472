// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/boot_story.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const Instant booted = parse_instant("2026-03-03T08:06:38.600Z").value_or(Instant{});

ClockEvent rtc_set_clock_ahead_by(Span ahead)
{
    const Instant at_boot = booted + ahead + 3300ms - 500ms;
    return {.kind = ClockEventKind::SetFromRtc,
            .since_boot = 3300ms,
            .set_to = std::chrono::round<std::chrono::seconds>(at_boot),
            .source = "rtc_cmos 00:04"};
}

ClockEvent event(ClockEventKind kind, Span since_boot, Span amount = {})
{
    return {.kind = kind, .since_boot = since_boot, .amount = amount, .source = "chronyd"};
}

ClockEvent jump(Span since_boot, Span amount, Span after_silence)
{
    ClockEvent jumped = event(ClockEventKind::Jumped, since_boot, amount);
    jumped.after = since_boot - after_silence;
    return jumped;
}

std::string story_of(const std::vector<ClockEvent>& events, std::optional<Instant> now = booted)
{
    std::string story;
    for (const StoryEvent& told : to_timeline(events, now))
        story += to_text(told.uptime) + " " + told.event + "\n";
    return story;
}

TEST(Timeline, TellsTheIncident)
{
    const Span ahead = days{31} + 23s;

    EXPECT_EQ(
        story_of({rtc_set_clock_ahead_by(ahead), event(ClockEventKind::CertsReissued, 32400ms),
                  event(ClockEventKind::FoundWrong, 41s, -ahead),
                  event(ClockEventKind::Stepped, 41s, -ahead),
                  event(ClockEventKind::TimeChanged, 41s)}),
        "3.3 s kernel set the clock from rtc_cmos 00:04: 2026-04-03 08:07:04, "
        "31 d 00:00:23 ahead\n"
        "32.4 s MicroK8s re-issued its certificates\n"
        "41 s chronyd stepped the clock back by 31 d 00:00:23\n");
}

/// A plot of the clock needs numbers, not words.
TEST(Timeline, HasTheSizeOfEachStep)
{
    const auto timeline = to_timeline(
        {rtc_set_clock_ahead_by(0s), jump(10s, 2h, 1s), event(ClockEventKind::Stepped, 41s, -5s)},
        booted);

    ASSERT_EQ(timeline.size(), 3U);
    EXPECT_FALSE(timeline[0].step);
    EXPECT_EQ(timeline[1].step.value_or(0s), 2h);
    EXPECT_EQ(timeline[2].step.value_or(0s), -5s);
}

TEST(Timeline, CallsAnRtcRightThatIsNotVisiblyWrong)
{
    EXPECT_NE(story_of({rtc_set_clock_ahead_by(2s)}).find(", right"), std::string::npos);
    EXPECT_NE(story_of({rtc_set_clock_ahead_by(4s)}).find("s ahead"), std::string::npos);
    EXPECT_NE(story_of({rtc_set_clock_ahead_by(-1h)}).find("behind"), std::string::npos);
}

TEST(Timeline, CallsAnRtcRightThatKeepsLocalTime)
{
    std::vector<ClockEvent> events{rtc_set_clock_ahead_by(1h)};
    set_zone(events, 1h);
    EXPECT_EQ(story_of(events), "3.3 s kernel set the clock from rtc_cmos 00:04: 2026-03-03 "
                                "09:06:41 local time, right\n");
    EXPECT_LT(abs(largest_step(events, booted)), 1s);

    events = {rtc_set_clock_ahead_by(days{1} + 1h)};
    set_zone(events, 1h);
    EXPECT_TRUE(story_of(events).ends_with("local time, 1 d 00:00:00 ahead\n")) << story_of(events);
}

TEST(Timeline, DoesNotJudgeTheRtcByAClockThatIsNotTrusted)
{
    EXPECT_EQ(story_of({rtc_set_clock_ahead_by(days{31})}, std::nullopt),
              "3.3 s kernel set the clock from rtc_cmos 00:04: 2026-04-03 08:06:41\n");
}

TEST(Timeline, KeepsWhatNobodyTellsBetter)
{
    EXPECT_EQ(story_of({event(ClockEventKind::TimeChanged, 10s)}), "10 s the clock was set\n");
    EXPECT_EQ(story_of({event(ClockEventKind::FoundWrong, 10s, -5s)}),
              "10 s chronyd found that the clock had to move back by 5.000 s\n");
    EXPECT_EQ(story_of({event(ClockEventKind::Refused, 10s, -days{30})}),
              "10 s chronyd refused to move the clock back by 30 d 00:00:00\n");
    EXPECT_EQ(story_of({event(ClockEventKind::Refused, 10s)}),
              "10 s chronyd refused to move the clock as far as it was off\n");
    EXPECT_EQ(story_of({jump(10s, 2h, 1s)}),
              "10 s the clock jumped forward by 02:00:00, or the machine slept\n");
    EXPECT_EQ(story_of({jump(10s, -2h, 1s)}), "10 s the clock jumped back by 02:00:00\n");
    EXPECT_EQ(story_of({event(ClockEventKind::Stepped, 10s, -5s),
                        event(ClockEventKind::TimeChanged, 200s)}),
              "10 s chronyd stepped the clock back by 5.000 s\n3 min 20 s the clock was set\n");
}

/// The next line that was read may have come an hour later.
TEST(Timeline, SaysBetweenWhichLinesTheClockJumped)
{
    EXPECT_EQ(story_of({jump(1h, -2h, 50min)}),
              "1 h the clock jumped back by 02:00:00 between 10 min and 1 h after boot\n");
    EXPECT_EQ(story_of({jump(50s, 2h, 2s)}), "50 s the clock jumped forward by 02:00:00 between "
                                             "48 s and 50 s after boot, or the machine slept\n");
    EXPECT_EQ(story_of({jump(5005s, -2h, 10s)}), "1 h 23 min the clock jumped back by 02:00:00\n");
}

TEST(Timeline, SaysHowOftenSomethingWasSaid)
{
    ClockEvent often = event(ClockEventKind::TimeChanged, 7s);
    often.times = 100'000;
    often.last = 1007s;
    ClockEvent left = event(ClockEventKind::LeftOut, 9s);
    left.times = 12;
    left.last = 20s;

    EXPECT_EQ(story_of({often, left}),
              "7 s the clock was set, 100000 times until 16 min 47 s after "
              "boot\n"
              "9 s 12 more events until 20 s after boot are left "
              "out\n");
}

/// A flood is not about the one step that it ends with.
TEST(Timeline, KeepsWhatWasSaidLongBeforeAStep)
{
    ClockEvent often = event(ClockEventKind::TimeChanged, 7s);
    often.times = 1000;
    often.last = 1007s;

    EXPECT_EQ(story_of({often, event(ClockEventKind::Stepped, 1010s, -5s)}),
              "7 s the clock was set, 1000 times until 16 min 47 s after boot\n"
              "16 min 50 s chronyd stepped the clock back by 5.000 s\n");
}

/// A step of two seconds is not the half hour that chronyd slews.
TEST(Timeline, KeepsWhatWasFoundWrongBesideAnotherStep)
{
    const std::string story = story_of({event(ClockEventKind::FoundWrong, 1170s, 1721s),
                                        event(ClockEventKind::Stepped, 1180s, 2s)});

    EXPECT_NE(story.find("chronyd found that the clock had to move forward by 00:28:41\n"),
              std::string::npos)
        << story;
}

TEST(Timeline, TellsTheKernelsSetOnce)
{
    const std::string story =
        story_of({rtc_set_clock_ahead_by(1h), event(ClockEventKind::TimeChanged, 3400ms)});

    EXPECT_EQ(std::count(story.begin(), story.end(), '\n'), 1) << story;
}

/// What set it a while later was another.
TEST(Timeline, TellsWhatFollowedTheKernelsSet)
{
    const std::string story =
        story_of({rtc_set_clock_ahead_by(1h), event(ClockEventKind::TimeChanged, 26s)});

    EXPECT_NE(story.find("26 s the clock was set\n"), std::string::npos) << story;
}

TEST(NeverStepped, IsWhatWasFoundWrongAndNothingStepped)
{
    const ClockEvent found = event(ClockEventKind::FoundWrong, 1170s, 1721s);

    EXPECT_NE(never_stepped({found}), nullptr);
    EXPECT_EQ(never_stepped({found, event(ClockEventKind::Stepped, 1170s, 1721s)}), nullptr);
    EXPECT_EQ(never_stepped({event(ClockEventKind::FoundWrong, 1170s, 59s)}), nullptr);
    EXPECT_EQ(never_stepped({found, event(ClockEventKind::Stepped, 2150s, 1623s)}), nullptr);
    EXPECT_NE(never_stepped({found, event(ClockEventKind::Stepped, 1180s, 2s)}), nullptr);
    EXPECT_NE(never_stepped({event(ClockEventKind::Stepped, 1000s, 1721s), found}), nullptr);
}

TEST(NeverStepped, IsWhatWasRefused)
{
    const ClockEvent refused = event(ClockEventKind::Refused, 1170s, -days{30});
    const ClockEvent without_amount = event(ClockEventKind::Refused, 1170s);

    EXPECT_NE(never_stepped({refused}), nullptr);
    EXPECT_EQ(never_stepped({refused, event(ClockEventKind::Stepped, 1300s, -days{30})}), nullptr);
    EXPECT_EQ(never_stepped({event(ClockEventKind::Refused, 1170s, 59s)}), nullptr);
    EXPECT_NE(never_stepped({without_amount}), nullptr);
    EXPECT_NE(never_stepped({without_amount, event(ClockEventKind::Stepped, 1300s, 2s)}), nullptr);
    EXPECT_EQ(never_stepped({without_amount, event(ClockEventKind::Stepped, 1300s, -days{30})}),
              nullptr);
}

TEST(Timeline, CorrectsTheTimesOfATrustedClock)
{
    const auto timeline = to_timeline({event(ClockEventKind::CertsReissued, 32400ms)}, booted);

    ASSERT_EQ(timeline.size(), 1U);
    EXPECT_EQ(to_text(timeline[0].corrected.value_or(Instant{})), "2026-03-03T08:07:11Z");
    EXPECT_EQ(to_timeline({event(ClockEventKind::CertsReissued, 1s)}, std::nullopt)[0].corrected,
              std::nullopt);
}

TEST(Timeline, CountsTheTimeThatTheMachineSlept)
{
    const auto timeline = to_timeline({event(ClockEventKind::CertsReissued, 30s),
                                       event(ClockEventKind::Slept, 106s, days{7}),
                                       event(ClockEventKind::CertsReissued, 200s)},
                                      booted);

    ASSERT_EQ(timeline.size(), 3U);
    EXPECT_EQ(to_text(timeline[0].corrected.value_or(Instant{})), "2026-03-03T08:07:08Z");
    EXPECT_EQ(timeline[1].event, "the machine slept for 7 d 00:00:00");
    EXPECT_EQ(timeline[0].away, 0s);
    EXPECT_EQ(timeline[2].away, days{7});
    EXPECT_EQ(to_text(timeline[2].corrected.value_or(Instant{})), "2026-03-10T08:09:58Z");
}

/// The guest was paused for a week: its start lies a week before what now tells of it.
TEST(Timeline, CorrectsWhatWasBeforeAStandstill)
{
    std::vector<ClockEvent> events{rtc_set_clock_ahead_by(0s),
                                   event(ClockEventKind::CertsReissued, 60s),
                                   event(ClockEventKind::FoundWrong, 1000s, days{7}),
                                   event(ClockEventKind::Stepped, 1000s, days{7})};
    mark_standstill(events, days{7});

    const auto timeline = to_timeline(events, booted + days{7});

    ASSERT_EQ(timeline.size(), 3U);
    EXPECT_TRUE(timeline[0].event.ends_with(", right")) << timeline[0].event;
    EXPECT_EQ(to_text(timeline[1].corrected.value_or(Instant{})), "2026-03-03T08:07:38Z");
    EXPECT_EQ(timeline[2].event,
              "chronyd stepped the clock forward by 7 d 00:00:00: the machine had been paused");
    EXPECT_LT(largest_step(events, booted + days{7}), 1s);
    EXPECT_EQ(time_away(events), days{7});
}

TEST(Standstill, IsTheStepOfThatSize)
{
    std::vector<ClockEvent> events{event(ClockEventKind::Stepped, 20s, days{30})};

    mark_standstill(events, days{7});
    EXPECT_EQ(largest_step(events, std::nullopt), days{30});
    mark_standstill(events, 0s);
    EXPECT_EQ(largest_step(events, std::nullopt), days{30});
}

TEST(LargestStep, SeesWhatNobodyTold)
{
    EXPECT_EQ(to_movement(largest_step({rtc_set_clock_ahead_by(days{31})}, booted)).substr(0, 7),
              "back by");
    EXPECT_EQ(largest_step({rtc_set_clock_ahead_by(days{31})}, std::nullopt), 0s);
    EXPECT_EQ(largest_step(
                  {event(ClockEventKind::Stepped, 1s, -5s), event(ClockEventKind::Jumped, 2s, 4s)},
                  std::nullopt),
              -5s);
    EXPECT_EQ(largest_step({}, booted), 0s);
}

}  // namespace
}  // namespace clockguard

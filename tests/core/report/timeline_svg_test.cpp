// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/timeline_svg.hpp"

#include <gtest/gtest.h>

#include "support/has.hpp"
#include "support/instant.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// A month ahead, until chronyd steps the clock.
std::vector<StoryEvent> incident()
{
    return {{.uptime = 3s,
             .recorded = at("2026-04-03T08:07:04Z"),
             .corrected = at("2026-03-03T08:07:04Z"),
             .event = "kernel set the clock from rtc_cmos 00:04"},
            {.uptime = 41s,
             .recorded = at("2026-03-03T08:07:42Z"),
             .corrected = at("2026-03-03T08:07:42Z"),
             .event = "chronyd stepped the clock back by 31 d",
             .step = -std::chrono::days{31}}};
}

TEST(TimelineSvg, DrawsTheClockAheadUntilItsStep)
{
    const std::string svg = render_timeline_svg(incident());

    // Up is ahead: from the top (30) to where the clock is right (115), at the second event.
    EXPECT_TRUE(has(svg, "<path class=\"p\" d=\"M170 30.0H290V115.0H730\"/>")) << svg;
    EXPECT_TRUE(has(svg, "y=\"34\" text-anchor=\"end\">31 d ahead</text>")) << svg;
    EXPECT_TRUE(has(svg, ">right time</text>")) << svg;
    EXPECT_TRUE(has(svg, ">chronyd stepped the clock back by 31 d</text>")) << svg;
    EXPECT_FALSE(has(svg, "behind")) << svg;
}

TEST(TimelineSvg, DrawsTheClockBehindBelow)
{
    const std::string svg = render_timeline_svg({{.uptime = 3s,
                                                  .recorded = at("2025-01-01T00:00:00Z"),
                                                  .corrected = at("2026-01-01T00:00:00Z")}});

    EXPECT_TRUE(has(svg, "d=\"M170 200.0H730\"")) << svg;
    EXPECT_TRUE(has(svg, ">365 d behind</text>")) << svg;
}

TEST(TimelineSvg, GoesByTheLastTimeWhereTheRightOneIsNotKnown)
{
    std::vector<StoryEvent> events = incident();
    for (StoryEvent& event : events)
        event.corrected.reset();
    const std::string svg = render_timeline_svg(events);

    EXPECT_TRUE(has(svg, "d=\"M170 30.0H290V115.0H730\"")) << svg;
    EXPECT_TRUE(has(svg, ">its last time</text>")) << svg;
}

TEST(TimelineSvg, GoesByTheStepWhereNoTimeWasRecorded)
{
    std::vector<StoryEvent> events = incident();
    events.back().recorded.reset();

    EXPECT_TRUE(has(render_timeline_svg(events), "d=\"M170 30.0H290V115.0H730\""))
        << render_timeline_svg(events);
    events.back().step.reset();
    EXPECT_TRUE(has(render_timeline_svg(events), "d=\"M170 30.0H730\""));
}

TEST(TimelineSvg, HasRoomForEveryEvent)
{
    const std::vector<StoryEvent> events(100, {.uptime = 3s, .event = std::string(100, 'x')});

    EXPECT_TRUE(has(render_timeline_svg(events), "viewBox=\"0 0 2753 1950\""))
        << render_timeline_svg(events).substr(0, 200);
}

TEST(TimelineSvg, SaysThatNothingHappened)
{
    const std::string svg = render_timeline_svg({});

    EXPECT_TRUE(has(svg, "The journal tells of no change of the clock.")) << svg;
    EXPECT_FALSE(has(svg, "<path")) << svg;
}

TEST(TimelineSvg, SaysThatItIsNotAll)
{
    const std::string none = render_timeline_svg({}, "cannot read journal");
    const std::string some = render_timeline_svg(incident(), "the journal begins 5 d after boot");

    EXPECT_TRUE(has(none, "Nothing is known of this boot.")) << none;
    EXPECT_TRUE(has(none, "This is not all: cannot read journal.")) << none;
    EXPECT_FALSE(has(none, "no change")) << none;
    EXPECT_TRUE(has(some, "This is not all: the journal begins 5 d after boot.")) << some;
    EXPECT_FALSE(has(render_timeline_svg(incident()), "not all"));
}

/// Ten hours of sleep are ten hours that the clock had to go on.
TEST(TimelineSvg, TakesNoSleepForAnError)
{
    const std::string svg =
        render_timeline_svg({{.uptime = 3s, .recorded = at("2026-03-03T08:00:03Z")},
                             {.uptime = 60s, .away = 10h, .recorded = at("2026-03-03T18:01:00Z")}});

    EXPECT_TRUE(has(svg, "d=\"M170 115.0H290V115.0H730\"")) << svg;
}

TEST(TimelineSvg, TakesNoMarkupOfOthers)
{
    const std::string svg = render_timeline_svg({{.event = "</text><script>\033"}});

    EXPECT_TRUE(has(svg, "&lt;/text&gt;&lt;script&gt;\\u001b")) << svg;
}

}  // namespace
}  // namespace clockguard

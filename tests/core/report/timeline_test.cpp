// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/timeline.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

std::vector<StoryEvent> incident()
{
    return {{.uptime = 3300ms,
             .recorded = parse_instant("2026-04-03T08:07:04Z").value_or(Instant{}),
             .corrected = parse_instant("2026-03-03T08:06:41Z").value_or(Instant{}),
             .event = "kernel set the clock from rtc_cmos 00:04: 2026-04-03 08:07:04, "
                      "31 d 00:00:23 ahead"},
            {.uptime = 41s,
             .corrected = parse_instant("2026-03-03T08:07:19Z").value_or(Instant{}),
             .event = "chronyd stepped the clock back by 31 d 00:00:23",
             .step = -(std::chrono::days{31} + 23s)},
            {.uptime = 13min + 32s, .event = "chronyd stepped the clock", .step = 250ms}};
}

TEST(RenderTimeline, ShowsBothClocksAndEachStepWithItsSign)
{
    EXPECT_EQ(render_timeline(incident()),
              "     UPTIME  CLOCK SAID           RIGHT TIME (UTC)     STEP\n"
              "      3.3 s  2026-04-03 08:07:04  2026-03-03 08:06:41\n"
              "             kernel set the clock from rtc_cmos 00:04: 2026-04-03 08:07:04,\n"
              "             31 d 00:00:23 ahead\n"
              "       41 s  --                   2026-03-03 08:07:19  -31 d 00:00:23\n"
              "             chronyd stepped the clock back by 31 d 00:00:23\n"
              "13 min 32 s  --                   --                   +0.250 s\n"
              "             chronyd stepped the clock\n");
}

TEST(RenderTimeline, FitsATerminal)
{
    const std::vector<StoryEvent> longest{
        {.uptime = std::chrono::days{1000} + 23h,
         .recorded = Instant{},
         .corrected = Instant{},
         .event = "the clock jumped forward by 11000 d 00:00:23 between 23 h 59 min and "
                  "1000 d 23 h after boot, or the machine slept, 100000 times until 1000 d 23 h",
         .step = -std::chrono::days{11000}}};

    for (const std::string_view line : lines_of(render_timeline(longest)))
        EXPECT_LE(line.size(), 80U) << line;
}

TEST(RenderTimeline, KeepsALineALine)
{
    const std::string text = render_timeline({{.event = "a\nCRITICAL"}});

    EXPECT_EQ(lines_of(text).size(), 3U) << text;
}

TEST(TimelineSummary, CountsSteps)
{
    EXPECT_EQ(timeline_summary(incident()), "3 events, 2 steps of the clock among them");
    EXPECT_EQ(timeline_summary({incident().front()}), "1 event, 0 steps of the clock among them");
}

}  // namespace
}  // namespace clockguard

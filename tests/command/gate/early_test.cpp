// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/early.hpp"

#include <gtest/gtest.h>

#include "support/rtc_after_floor.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

TEST(EarlyLine, TellsHowFarTheClockIsFromWhatIsKnown)
{
    const ClockEvent set{.kind = ClockEventKind::SetFromRtc, .since_boot = 3300ms};

    EXPECT_EQ(early_line({.rtcs = {rtc_after_floor(days{31} + 23s)},
                          .history = {.events = {set}},
                          .floor = last_good}),
              "rtc0 shows 2026-04-03 08:00:23 UTC, 31 d 00:00:23 after the last time this clock "
              "was verified, 2026-03-03T08:00:00Z (by chrony); the kernel set the clock from it "
              "3.3 s after boot");
    EXPECT_EQ(early_line({.rtcs = {rtc_after_floor(-1h)}, .floor = last_good}),
              "rtc0 shows 2026-03-03 07:00:00 UTC, 01:00:00 before the last time this clock was "
              "verified, 2026-03-03T08:00:00Z (by chrony): it is wrong");
}

TEST(EarlyLine, ComparesWithTheBuildOnlyWhatIsBeforeIt)
{
    const Floor build{.built = floor_time};

    EXPECT_EQ(early_line({.rtcs = {rtc_after_floor(days{31})}, .floor = build}),
              "rtc0 shows 2026-04-03 08:00:00 UTC");
    EXPECT_EQ(early_line({.rtcs = {rtc_after_floor(-1h)}, .floor = build}),
              "rtc0 shows 2026-03-03 07:00:00 UTC, 01:00:00 before the build of this program, "
              "2026-03-03T08:00:00Z: it is wrong");
}

TEST(EarlyLine, SaysWhenThereIsNothingToTell)
{
    const RtcSeen deaf{.device = {.node = "/dev/rtc0"}, .reading = fail("cannot read it")};

    EXPECT_EQ(early_line({}), "no hardware clock: the kernel lists none in /sys/class/rtc");
    EXPECT_EQ(early_line({.rtcs = {deaf}}), "cannot read it");
    EXPECT_EQ(early_line({.rtcs_error = "cannot list hardware clocks (udev)"}),
              "cannot list hardware clocks (udev)");
}

}  // namespace
}  // namespace clockguard

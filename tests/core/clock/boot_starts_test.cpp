// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/boot_starts.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

const Instant started{1788566488s};

TEST(BootStarts, AreTheSameByWhateverWayAClockWasRead)
{
    const ClockEvent line{.kind = ClockEventKind::SetFromRtc,
                          .since_boot = 3500ms,
                          .set_to = started + 720h + 3s,
                          .source = "rtc_cmos 00:04"};
    // Read five seconds after boot, by a clock that somebody has set back by a day meanwhile.
    const RtcReading reading{.name = "rtc_cmos 00:04",
                             .shows =
                                 std::chrono::floor<std::chrono::seconds>(started + 720h + 4500ms),
                             .taken_at = started + 720h - 24h + 5s};

    EXPECT_EQ(start_by(line).at, started + 720h);
    EXPECT_EQ(start_by(reading, started + 720h - 24h).at, started + 720h - 500ms);
    EXPECT_EQ(start_by(Offset{.value = 720h, .error = 1ms}, started + 720h, "ptp:hyperv").at,
              started);
    EXPECT_EQ(start_by(line).by, "rtc_cmos 00:04");
}

TEST(BootStarts, CompareWhatWasHeard)
{
    const ClaimedStart ahead{.at = started + 720h, .error = 1s};
    const ClaimedStart right{.at = started, .error = 2ms};

    EXPECT_EQ(ahead_of(ahead, right)->value, Span{720h});
    EXPECT_EQ(ahead_of(right, ahead)->value, Span{-720h});
    EXPECT_EQ(ahead_of(ahead, right)->error, Span{1002ms});
    EXPECT_FALSE(ahead_of(ahead, std::nullopt));
    EXPECT_FALSE(ahead_of(std::nullopt, right));
}

}  // namespace
}  // namespace clockguard

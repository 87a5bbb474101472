// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/early.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const TimeSyncView heard{.state = TimeSync::Live, .offset = Offset{1ms, 1ms}};

TEST(EarlyAgain, LooksUntilAHostIsHeardOrTheGateOpens)
{
    EXPECT_EQ(reason_not_to_look({}), "");
    EXPECT_EQ(reason_not_to_look({.gate = GateOutcome::Waiting}), "");
    EXPECT_EQ(reason_not_to_look({.gate = GateOutcome::TimeoutHeld}), "");
    EXPECT_EQ(reason_not_to_look({.host = heard}),
              "the Hyper-V host's clock was heard earlier in this boot");
    for (const GateOutcome open :
         {GateOutcome::Synchronized, GateOutcome::RtcCorrected, GateOutcome::HostAgrees,
          GateOutcome::RtcTrusted, GateOutcome::TimeoutReleased, GateOutcome::Overridden,
          GateOutcome::Disabled})
        EXPECT_EQ(reason_not_to_look({.host = heard, .gate = open}),
                  "the gate has opened (" + to_text(open) + ")");
}

TEST(EarlyAgain, StepsNoClockThatSomebodyKeepsOrMicroK8sRunsBy)
{
    EXPECT_EQ(reason_not_to_step({.gate = GateOutcome::Waiting}, {.chrony_installed = true}), "");
    EXPECT_EQ(reason_not_to_step({}, {.chrony_running = true}), "chronyd keeps it");
    EXPECT_EQ(reason_not_to_step({}, {.chrony_started = true}), "chronyd keeps it");
    EXPECT_EQ(reason_not_to_step({}, {.timesyncd = {.flagged = Instant{}}}),
              "systemd-timesyncd keeps it");
    EXPECT_EQ(reason_not_to_step({.gate = GateOutcome::TimeoutReleased}, {}),
              "the gate has opened (timeout_released)");
}

const Instant begun{1789000000s};

TEST(EarlyAgain, KeepsWhatTheClocksShowedBeforeTheyWereSet)
{
    const BootStarts earlier{.rtc = ClaimedStart{.at = begun + days{30}, .by = "rtc_cmos 00:04"},
                             .host = ClaimedStart{.at = begun, .by = "ptp:hyperv"}};

    const BootStarts kept =
        keep_earlier(earlier, {.rtc = ClaimedStart{.at = begun, .by = "rtc_cmos 00:04"}});

    EXPECT_EQ(kept.rtc->at, begun + days{30});
    EXPECT_EQ(kept.host->at, begun);
}

TEST(EarlyAgain, TellsWhatIsNewAsItIs)
{
    const BootStarts kept = keep_earlier(
        BootStarts{}, {.rtc = ClaimedStart{.at = begun + 1h}, .host = ClaimedStart{.at = begun}});

    EXPECT_EQ(kept.rtc->at, begun + 1h);
    EXPECT_EQ(kept.host->at, begun);
}

TEST(EarlyAgain, KeepsThatTheClockWasPutRightWhereTheHostStillAgrees)
{
    const auto gate = [](GateOutcome outcome) {
        return std::optional{GateRecord{.outcome = outcome}};
    };

    EXPECT_EQ(keep_earlier(gate(GateOutcome::RtcCorrected), gate(GateOutcome::HostAgrees))->outcome,
              GateOutcome::RtcCorrected);
    EXPECT_EQ(keep_earlier(gate(GateOutcome::HostAgrees), gate(GateOutcome::HostAgrees))->outcome,
              GateOutcome::HostAgrees);
    EXPECT_FALSE(keep_earlier(gate(GateOutcome::RtcCorrected), std::nullopt));
}

}  // namespace
}  // namespace clockguard

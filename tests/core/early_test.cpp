// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/early.hpp"

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
    EXPECT_EQ(reason_not_to_step({}, {.timesyncd_synchronized = true}),
              "systemd-timesyncd keeps it");
    EXPECT_EQ(reason_not_to_step({.gate = GateOutcome::TimeoutReleased}, {}),
              "the gate has opened (timeout_released)");
}

const Instant begun{1789000000s};

TEST(EarlyAgain, KeepsWhatTheClocksShowedBeforeTheyWereSet)
{
    Report earlier{.gate = GateRecord{.outcome = GateOutcome::RtcCorrected}};
    earlier.starts.rtc = ClaimedStart{.at = begun + days{30}, .by = "rtc_cmos 00:04"};
    earlier.starts.host = ClaimedStart{.at = begun, .by = "ptp:hyperv"};
    Report report{.gate = GateRecord{.outcome = GateOutcome::HostAgrees}};
    report.starts.rtc = ClaimedStart{.at = begun, .by = "rtc_cmos 00:04"};

    keep_earlier(earlier, report);

    EXPECT_EQ(report.starts.rtc->at, begun + days{30});
    EXPECT_EQ(report.starts.host->at, begun);
    EXPECT_EQ(report.gate->outcome, GateOutcome::RtcCorrected);
}

TEST(EarlyAgain, TellsWhatIsNewAsItIs)
{
    Report report{.gate = GateRecord{.outcome = GateOutcome::HostAgrees}};
    report.starts.rtc = ClaimedStart{.at = begun + 1h};
    report.starts.host = ClaimedStart{.at = begun};

    keep_earlier({.gate = GateRecord{.outcome = GateOutcome::HostAgrees}}, report);

    EXPECT_EQ(report.starts.rtc->at, begun + 1h);
    EXPECT_EQ(report.starts.host->at, begun);
    EXPECT_EQ(report.gate->outcome, GateOutcome::HostAgrees);

    report.gate.reset();
    keep_earlier({.gate = GateRecord{.outcome = GateOutcome::RtcCorrected}}, report);
    EXPECT_FALSE(report.gate);
}

}  // namespace
}  // namespace clockguard

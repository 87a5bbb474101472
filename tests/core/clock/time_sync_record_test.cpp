// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/time_sync_record.hpp"

#include <gtest/gtest.h>

#include "support/host_looks.hpp"

namespace clockguard {
namespace {

TimeSyncView judged_at(Span at, std::uint64_t messages = 7)
{
    TimeSyncEvidence seen = healthy_guest();
    seen.device->interrupts = messages;
    seen.at = Uptime{at};
    return judged(seen);
}

TEST(Silence, IsACountThatDidNotRiseForElevenSeconds)
{
    const TimeSyncView silent = note_silence(judged_at(21s), counted(7, 10s));

    EXPECT_EQ(silent.state, TimeSync::PtpStale);
    EXPECT_EQ(silent.why, "the host has sent nothing for at least 11 s");
    EXPECT_FALSE(silent.offset);
    EXPECT_EQ(note_silence(judged_at(21s - 1us), counted(7, 10s)).state, TimeSync::Live);
    EXPECT_EQ(note_silence(judged_at(21s, 8), counted(7, 10s)).state, TimeSync::Live);
}

TEST(Silence, IsNotToldByAChannelThatWasOpenedAnew)
{
    EXPECT_EQ(note_silence(judged_at(1h, 2), counted(700, 10s)).state, TimeSync::Live);
}

TEST(Silence, IsNotToldWhereNobodyCounts)
{
    TimeSyncEvidence uncounted = healthy_guest();
    uncounted.device->interrupts.reset();

    EXPECT_EQ(note_silence(judged(uncounted), counted(7, 0s)).state, TimeSync::Live);
    EXPECT_EQ(note_silence(judged_at(1h), std::nullopt).state, TimeSync::Live);
}

TEST(Silence, EndsThePatienceWithAClockThatHasHeardNothing)
{
    TimeSyncView phantom = judged_at(21s, 1);
    phantom.state = TimeSync::PtpWithoutSample;

    EXPECT_EQ(note_silence(phantom, counted(1, 10s)).state, TimeSync::PtpStale);
}

TEST(Silence, IsToldWithoutAPtpClockToo)
{
    TimeSyncEvidence seen = guest_without_ptp();
    seen.at = Uptime{21s};
    const TimeSyncView view = note_silence(judged(seen), counted(7, 10s));

    EXPECT_EQ(view.state, TimeSync::BoundWithoutPtp);
    EXPECT_EQ(view.why, "hv_utils runs, but registered no PTP clock; the host has sent nothing for "
                        "at least 11 s");
    seen.device->bound = false;
    EXPECT_EQ(note_silence(judged(seen), counted(7, 10s)).why,
              "no driver has taken the Time Synchronization device");
}

TEST(TimeSyncRecord, KeepsTheStateTheCountAndTheMachine)
{
    const TimeSyncRecord record =
        to_record(judged_at(10s), {.booted_by_efi = true, .ic_version = "4.0"}, {});

    EXPECT_EQ(record.state, "ptp_live");
    EXPECT_EQ(record.generation, 2);
    EXPECT_EQ(record.count->messages, 7U);
    EXPECT_EQ(record.count->at, Uptime{10s});
}

}  // namespace
}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/time_sync.hpp"

#include <gtest/gtest.h>

#include "support/host_looks.hpp"

namespace clockguard {
namespace {

TEST(TimeSync, OfAHealthyGuestIsLive)
{
    const TimeSyncView view = judged(healthy_guest());

    EXPECT_EQ(view.state, TimeSync::Live);
    ASSERT_TRUE(view.offset);
    EXPECT_EQ(to_text(*view.offset), "0.000 s ahead (+/-0.001 s)");
}

TEST(TimeSync, IsNotHypervWithoutItsSigns)
{
    EXPECT_EQ(judged({}).state, TimeSync::NotHyperv);
    // KVM's enlightenments: the right CPUID, the wrong firmware, no bus.
    EXPECT_EQ(judged({.hypervisor_is_microsoft = true}).state, TimeSync::Enlightened);
    // VirtualBox and others may carry any firmware names.
    EXPECT_EQ(judged({.machine_is_microsoft = true}).state, TimeSync::NotHyperv);
}

TEST(TimeSync, TellsEachStepOfTheWay)
{
    TimeSyncEvidence seen = guest_without_ptp();
    EXPECT_EQ(judged(seen).state, TimeSync::BoundWithoutPtp);
    for (const int state : {0, 1, 2}) {
        seen.device->channel_state = state;
        EXPECT_EQ(judged(seen).state, TimeSync::Opening) << state;
    }
    seen.device->bound = false;
    EXPECT_EQ(judged(seen).state, TimeSync::Unbound);
    seen.device.reset();
    EXPECT_EQ(judged(seen).state, TimeSync::NoDevice);
    seen.has_vmbus = false;
    EXPECT_EQ(judged(seen).state, TimeSync::NoVmbus);
}

TEST(TimeSync, DoesNotBelieveThePhantomOf2185)
{
    const std::int64_t phantom = 6'802'270'473LL * second_ns + 709'551'616;
    for (const std::int64_t age : {0LL, 2LL, 599LL, 86'400LL}) {
        TimeSyncEvidence seen = healthy_guest();
        seen.reading = PtpReading{.samples = {{now_ns, phantom + age * second_ns, now_ns}}};
        EXPECT_EQ(judged(seen).state, TimeSync::PtpWithoutSample) << age;
        EXPECT_FALSE(judged(seen).offset) << age;
    }
}

TEST(TimeSync, BelievesNoTimeBeforeTheFloorOrFiftyYearsAfterIt)
{
    const auto state_at = [](Instant shown) {
        TimeSyncEvidence seen = healthy_guest();
        seen.reading =
            PtpReading{.samples = {{now_ns, shown.time_since_epoch().count() * 1000, now_ns}}};
        return judged(seen).state;
    };

    EXPECT_EQ(state_at(floor_time), TimeSync::Live);
    EXPECT_EQ(state_at(floor_time - 1us), TimeSync::PtpWithoutSample);
    EXPECT_EQ(state_at(floor_time + std::chrono::years{50}), TimeSync::Live);
    EXPECT_EQ(state_at(floor_time + std::chrono::years{50} + 1us), TimeSync::PtpWithoutSample);
}

TEST(TimeSync, TellsAStaleClockFromOneThatHasHeardNothing)
{
    TimeSyncEvidence seen = healthy_guest();
    seen.reading = fail(errno_of(ESTALE));
    EXPECT_EQ(judged(seen).state, TimeSync::PtpStale);
    seen.device->interrupts = 1;
    EXPECT_EQ(judged(seen).state, TimeSync::PtpWithoutSample);
    seen.device->interrupts.reset();
    EXPECT_EQ(judged(seen).state, TimeSync::PtpStale);
}

TEST(TimeSync, TellsFailureFromAbsence)
{
    for (const int number : {EACCES, ENODEV, EIO, ENOTTY, EBUSY, EOPNOTSUPP}) {
        TimeSyncEvidence seen = healthy_guest();
        seen.reading = fail(errno_of(number));
        EXPECT_EQ(judged(seen).state, TimeSync::Failed) << number;
    }
}

TEST(TimeSync, WantsTwoReadingsThatAgree)
{
    TimeSyncEvidence other = healthy_guest();
    other.reading = PtpReading{.samples = {{now_ns, now_ns + 100'000'000, now_ns + 20'000}}};
    EXPECT_EQ(judge_time_sync(healthy_guest(), other, floor_time).state, TimeSync::Live);
    other.reading = PtpReading{.samples = {{now_ns, now_ns + 100'001'000, now_ns + 20'000}}};
    EXPECT_EQ(judge_time_sync(healthy_guest(), other, floor_time).state, TimeSync::Failed);

    EXPECT_EQ(judge_time_sync(guest_without_ptp(), healthy_guest(), floor_time).state,
              TimeSync::Opening);
}

TEST(TimeSync, IsDisputedByTheNetwork)
{
    TimeSyncEvidence seen = healthy_guest();
    seen.reading = reading(days{30});
    const TimeSyncView view =
        compare_with_network(judged(seen), Offset{.value = 3ms, .error = 5ms});

    EXPECT_EQ(view.state, TimeSync::Disputed);
    EXPECT_EQ(view.why, "the host is 30 d ahead (+/-0.006 s) of network time");
    EXPECT_EQ(
        compare_with_network(judged(healthy_guest()), Offset{.value = 3ms, .error = 5ms}).state,
        TimeSync::Live);
}

TEST(HostClock, IsLiveByTwoBelievableAnswersThatAgree)
{
    const TimeSyncView live = judge_host_clock("ptp:kvm", reading(0s), reading(0s), floor_time);
    EXPECT_EQ(live.state, TimeSync::Live);
    EXPECT_EQ(live.clock, "ptp:kvm");

    const Result<PtpReading> no = fail(errno_of(EIO));
    EXPECT_EQ(judge_host_clock("ptp:kvm", no, reading(0s), floor_time).code.value(), EIO);
    EXPECT_EQ(judge_host_clock("ptp:kvm", reading(0s), no, floor_time).state, TimeSync::Failed);
    EXPECT_EQ(judge_host_clock("ptp:kvm", reading(0s), reading(1s), floor_time).why,
              "two readings differ by 1 s");
    EXPECT_EQ(
        judge_host_clock("ptp:kvm", reading(-days{365}), reading(-days{365}), floor_time).state,
        TimeSync::Failed);
}

}  // namespace
}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/time_sync.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t now_ns = 1'789'000'000 * second;
const Instant floor_time{1'788'000'000s};

/// The clock of the host, so far ahead of the system clock.
PtpReading reading(std::chrono::seconds ahead)
{
    return {.samples = {{now_ns, now_ns + ahead.count() * second, now_ns + 20'000}}};
}

Error errno_of(int number)
{
    return {.what = "cannot read PTP clock '/dev/ptp0' (PTP_SYS_OFFSET)",
            .code = {number, std::generic_category()}};
}

/// A healthy guest on Hyper-V; each test breaks one thing.
TimeSyncEvidence healthy()
{
    return {.hypervisor_is_microsoft = true,
            .machine_is_microsoft = true,
            .has_vmbus = true,
            .device = TimeSyncDevice{.bound = true, .channel_state = 3, .interrupts = 7},
            .has_ptp = true,
            .reading = reading(0s)};
}

TimeSyncEvidence without_ptp()
{
    TimeSyncEvidence seen = healthy();
    seen.has_ptp = false;
    seen.reading = fail("not read");
    return seen;
}

TimeSyncView judged(const TimeSyncEvidence& seen)
{
    return judge_time_sync(seen, seen, floor_time);
}

TEST(TimeSync, OfAHealthyGuestIsLive)
{
    const TimeSyncView view = judged(healthy());

    EXPECT_EQ(view.state, TimeSync::Live);
    ASSERT_TRUE(view.offset);
    EXPECT_EQ(to_text(*view.offset), "0.000s ahead (+/-0.001s)");
}

TEST(TimeSync, IsNotHypervWithoutItsSigns)
{
    EXPECT_EQ(judged({}).state, TimeSync::NotHyperv);
    // KVM's enlightenments: the right CPUID, the wrong firmware, no bus.
    EXPECT_EQ(judged({.hypervisor_is_microsoft = true}).state, TimeSync::NotHyperv);
    // VirtualBox and others may carry any firmware names.
    EXPECT_EQ(judged({.machine_is_microsoft = true}).state, TimeSync::NotHyperv);
}

TEST(TimeSync, TellsEachStepOfTheWay)
{
    TimeSyncEvidence seen = without_ptp();
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
    const std::int64_t phantom = 6'802'270'473LL * second + 709'551'616;
    for (const std::int64_t age : {0LL, 2LL, 599LL, 86'400LL}) {
        TimeSyncEvidence seen = healthy();
        seen.reading = PtpReading{.samples = {{now_ns, phantom + age * second, now_ns}}};
        EXPECT_EQ(judged(seen).state, TimeSync::PtpWithoutSample) << age;
        EXPECT_FALSE(judged(seen).offset) << age;
    }
}

TEST(TimeSync, BelievesNoTimeBeforeTheFloorOrFiftyYearsAfterIt)
{
    const auto state_at = [](Instant shown) {
        TimeSyncEvidence seen = healthy();
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
    TimeSyncEvidence seen = healthy();
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
        TimeSyncEvidence seen = healthy();
        seen.reading = fail(errno_of(number));
        EXPECT_EQ(judged(seen).state, TimeSync::Failed) << number;
    }
}

TEST(TimeSync, WantsTwoReadingsThatAgree)
{
    TimeSyncEvidence other = healthy();
    other.reading = PtpReading{.samples = {{now_ns, now_ns + 100'000'000, now_ns + 20'000}}};
    EXPECT_EQ(judge_time_sync(healthy(), other, floor_time).state, TimeSync::Live);
    other.reading = PtpReading{.samples = {{now_ns, now_ns + 100'001'000, now_ns + 20'000}}};
    EXPECT_EQ(judge_time_sync(healthy(), other, floor_time).state, TimeSync::Failed);

    EXPECT_EQ(judge_time_sync(without_ptp(), healthy(), floor_time).state, TimeSync::Opening);
}

TEST(TimeSync, IsDisputedByTheNetwork)
{
    TimeSyncEvidence seen = healthy();
    seen.reading = reading(days{30});
    const TimeSyncView view = dispute(judged(seen), Offset{.value = 3ms, .error = 5ms});

    EXPECT_EQ(view.state, TimeSync::Disputed);
    EXPECT_EQ(view.why, "the host is 30d00h ahead (+/-0.006s) of network time");
    EXPECT_EQ(dispute(judged(healthy()), Offset{.value = 3ms, .error = 5ms}).state, TimeSync::Live);
}

TEST(HostWitness, SpeaksOnlyOfWhatMayBeBelieved)
{
    TimeSyncEvidence ahead = healthy();
    ahead.reading = reading(days{30});
    const Witness heard = host_witness(judged(ahead), {});
    const Witness vouching = host_witness(judged(ahead), {.host_may_vouch = true});

    EXPECT_EQ(judge({.witnesses = {heard}}, {}).trust, Trust::Unknown);
    EXPECT_EQ(judge({.witnesses = {vouching}}, {}).trust, Trust::Wrong);
    EXPECT_EQ(
        judge({.witnesses = {host_witness(judged(healthy()), {.host_may_vouch = true})}}, {}).trust,
        Trust::Trusted);
    EXPECT_FALSE(host_witness(judged(without_ptp()), {.host_may_vouch = true}).offset);
}

TEST(TimeSyncFinding, NamesTheCommandThatHelps)
{
    TimeSyncEvidence seen = without_ptp();
    seen.device.reset();
    const Finding finding = to_finding(judged(seen));

    EXPECT_EQ(finding.code, "CG310");
    EXPECT_EQ(finding.advice, "on the host: Enable-VMIntegrationService -VMName NAME -Name "
                              "'Time Synchronization'");
    EXPECT_EQ(to_finding(judged({})).severity, Severity::Note);
    EXPECT_EQ(to_finding(judged(healthy())).code, "");
}

}  // namespace
}  // namespace clockguard

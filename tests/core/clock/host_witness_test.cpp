// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/host_witness.hpp"

#include <gtest/gtest.h>

#include "support/host_looks.hpp"

namespace clockguard {
namespace {

TEST(HostClockName, IsThatOfAHypervisorAndNoOther)
{
    EXPECT_EQ(host_clock_name("hyperv"), "ptp:hyperv");
    EXPECT_EQ(host_clock_name("KVM virtual PTP"), "ptp:kvm");
    EXPECT_EQ(host_clock_name("ptp_vmw"), "ptp:vmware");
    for (const char* const card : {"mlx5_ptp", "igb", "hyperv2", "KVM", "gve", ""})
        EXPECT_EQ(host_clock_name(card), "") << card;
    EXPECT_EQ(title_of({.clock = "ptp:kvm"}), "KVM host's clock");
    EXPECT_EQ(title_of(TimeSyncView{}), "Hyper-V host's clock");
}

TimeSyncView live(const char* clock, Span offset)
{
    return {.clock = clock, .state = TimeSync::Live, .offset = Offset{offset, 1ms}};
}

const ClockPolicy azure{.host_may_vouch = true};

const ClockPolicy always{.host_may_vouch = true, .other_hosts_may_vouch = true};

TEST(HostClock, OfAnotherHypervisorVouchesOnlyWhereEveryHostMay)
{
    EXPECT_EQ(host_witness(live("ptp:kvm", 0s), azure).standing, Standing::HeardOnly);
    EXPECT_EQ(host_witness(live("ptp:kvm", 0s), always).standing, Standing::MayVouch);
    EXPECT_EQ(host_witness(live("ptp:hyperv", 0s), azure).standing, Standing::MayVouch);
}

TEST(Settle, TakesTheClockThatMayVouch)
{
    const TimeSyncView none{};
    const TimeSyncView kvm = live("ptp:kvm", 3ms);

    EXPECT_EQ(combine_host_clocks({none, kvm}, always).clock, "ptp:kvm");
    EXPECT_EQ(combine_host_clocks({kvm, live("ptp:hyperv", 3ms)}, azure).clock, "ptp:hyperv");
    EXPECT_EQ(combine_host_clocks({none}, always).state, TimeSync::NotHyperv);
    EXPECT_EQ(combine_host_clocks({}, always).state, TimeSync::NotHyperv);
}

TEST(Settle, BelievesNoneOfTwoThatContradict)
{
    const TimeSyncView view =
        combine_host_clocks({live("ptp:hyperv", 0s), live("ptp:kvm", -days{30})}, always);

    EXPECT_EQ(view.state, TimeSync::Disputed);
    EXPECT_EQ(view.why, "ptp:hyperv and ptp:kvm differ by 30 d: both are ignored");
    EXPECT_FALSE(view.offset);
}

TEST(HostWitness, SpeaksOnlyOfWhatMayBeBelieved)
{
    TimeSyncEvidence ahead = healthy_guest();
    ahead.reading = reading(days{30});
    const Witness heard = host_witness(judged(ahead), {});
    const Witness vouching = host_witness(judged(ahead), {.host_may_vouch = true});

    EXPECT_EQ(judge({.witnesses = {heard}}, {}).trust, Trust::Unknown);
    EXPECT_EQ(judge({.witnesses = {vouching}}, {}).trust, Trust::Wrong);
    EXPECT_EQ(
        judge({.witnesses = {host_witness(judged(healthy_guest()), {.host_may_vouch = true})}}, {})
            .trust,
        Trust::Trusted);
    EXPECT_FALSE(host_witness(judged(guest_without_ptp()), {.host_may_vouch = true}).offset);
}

}  // namespace
}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/host_dispute.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using enum Standing;

Witness of_host(std::string name, Span offset, Standing standing)
{
    return {.name = std::move(name),
            .source = WitnessClass::Host,
            .standing = standing,
            .offset = Offset{offset, 1ms}};
}

Witness rtc_that_vouches(Span offset)
{
    Witness rtc = of_host("rtc:/dev/rtc0", offset, Standing::MayVouch);
    rtc.kind = WitnessKind::Rtc;
    rtc.limit = 2s;
    rtc.offset->error = 500ms;
    return rtc;
}

TEST(HostDispute, SaysOfTwoClocksOfOneKindThatTheyAreTwo)
{
    std::vector<Witness> both{of_host("ptp:vmware", 0s, Standing::MayVouch),
                              of_host("ptp:vmware", -std::chrono::days{30}, Standing::MayVouch)};

    EXPECT_EQ(cross_check_host_clocks(both, {}).front().message,
              "two clocks ptp:vmware differ by 30 d: both are ignored");
}

TEST(HostDispute, LeavesNoneOfTheHostsWordsCounting)
{
    for (const Standing one : {Standing::HeardOnly, Standing::MayVouch}) {
        const Witness right = of_host("ptp:hyperv", 0s, Standing::MayVouch);
        const Witness other = of_host("ptp:kvm", -std::chrono::days{30}, one);
        const Verdict verdict = judge({.witnesses = {right, other, rtc_that_vouches(0s)}}, {});

        EXPECT_EQ(verdict.trust, Trust::Unknown);
        ASSERT_FALSE(verdict.findings.empty());
        EXPECT_EQ(verdict.findings.front().code, "CG312");
        EXPECT_EQ(verdict.findings.front().message,
                  "ptp:hyperv and ptp:kvm differ by 30 d: both are ignored");
    }
}

TEST(HostDispute, DoesNotSilenceTheNetwork)
{
    const Witness chrony{
        .name = "chrony", .standing = Standing::MayVouch, .offset = Offset{0s, 1ms}};
    const Verdict verdict =
        judge({.witnesses = {chrony, of_host("ptp:hyperv", 0s, Standing::MayVouch),
                             of_host("ptp:kvm", 1h, Standing::MayVouch)}},
              {});

    EXPECT_EQ(verdict.trust, Trust::Trusted);
    EXPECT_EQ(verdict.trusted_by, "chrony");
}

TEST(HostDispute, IsNoneWithinTheLimit)
{
    const Verdict verdict = judge({.witnesses = {of_host("ptp:hyperv", 0s, Standing::MayVouch),
                                                 of_host("ptp:kvm", 900ms, Standing::HeardOnly)}},
                                  {});

    EXPECT_EQ(verdict.trust, Trust::Trusted);
}

TEST(HostClock, RefutesAHardwareClockWhateverPolicySays)
{
    const Witness host = of_host("ptp:hyperv", -std::chrono::days{30}, Standing::HeardOnly);
    for (const auto& order :
         {std::vector{rtc_that_vouches(0s), host}, std::vector{host, rtc_that_vouches(0s)}}) {
        const Verdict verdict = judge({.witnesses = order}, {});
        EXPECT_EQ(verdict.trust, Trust::Unknown);
        EXPECT_EQ(verdict.findings.front().code, "CG313");
        EXPECT_EQ(verdict.findings.front().message,
                  "is 30 d behind (+/-0.501 s) of ptp:hyperv: it is ignored");
    }
    const Witness agrees = of_host("ptp:hyperv", 0s, Standing::HeardOnly);
    EXPECT_EQ(judge({.witnesses = {agrees, rtc_that_vouches(0s)}}, {}).trusted_by, "rtc:/dev/rtc0");
}

TEST(HostClock, ThatVouchesIsNotRefutedByAHardwareClock)
{
    const Witness host = of_host("ptp:hyperv", 0s, Standing::MayVouch);
    const Verdict verdict =
        judge({.witnesses = {rtc_that_vouches(-std::chrono::days{30}), host}}, {});

    EXPECT_EQ(verdict.trust, Trust::Trusted);
    EXPECT_EQ(verdict.trusted_by, "ptp:hyperv");
}

}  // namespace
}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/witness.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const Instant now{1789000000s};

Trust trust_by(const Witness& witness)
{
    return judge({.witnesses = {witness}}, {}).trust;
}

TEST(KernelWitness, VouchesOnlyWhereNobodyElseSpeaks)
{
    const KernelClock good{.max_error = 20ms, .taken_at = now};
    struct Case {
        TimeKeepers keepers;
        Trust trust;
    };
    for (const Case& each : {
             Case{{}, Trust::Unknown},  // open-vm-tools, phc2sys
             Case{{.other = "ntpd.service"}, Trust::Trusted},
             Case{{.chrony_installed = true, .chrony_running = true}, Trust::Trusted},
             Case{{.chrony_installed = true, .chrony_running = true, .has_host_clock = true},
                  Trust::Unknown},
             Case{{.chrony_installed = true, .chrony_running = false}, Trust::Unknown},
             Case{{.chrony_installed = true, .timesyncd = {.flagged = Instant{}}}, Trust::Trusted},
         })
        EXPECT_EQ(trust_by(kernel_witness(good, each.keepers, {})), each.trust);
}

TEST(KernelWitness, SpeaksForTheHostWhereItsKeeperIsUnknown)
{
    const KernelClock good{.max_error = 0s, .taken_at = now};

    EXPECT_EQ(kernel_witness(good, {}, {}).source, WitnessClass::Host);
    EXPECT_EQ(trust_by(kernel_witness(good, {}, {.host_may_vouch = true})), Trust::Trusted);
}

TEST(KernelWitness, SaysOfAKeeperOnlyWhatIsKnown)
{
    const KernelClock good{.max_error = 20ms, .taken_at = now};
    const auto said = [&](const TimeKeepers& keepers) {
        return reason_of(judge({.witnesses = {kernel_witness(good, keepers, {})}}, {}));
    };

    EXPECT_EQ(said({}),
              "kernel: an unknown program keeps the clock, perhaps by the host's; trust.host "
              "decides");
    EXPECT_EQ(said({.chrony_installed = true, .chrony_running = true, .has_host_clock = true}),
              "kernel: chronyd, which cannot be asked, keeps the clock, perhaps by the host's; "
              "trust.host decides");
    EXPECT_EQ(said({.chrony_installed = true}),
              "kernel: no process of chronyd is seen: its error bound may be left over");
}

TEST(KernelWitness, OnlyHearsATimesyncdWhoseServerFollowsNobody)
{
    const KernelClock good{.taken_at = now};
    TimeKeepers keepers{.timesyncd = {.flagged = Instant{}}};
    const auto heard = [&](const ServerReference& server, const ClockPolicy& policy = {}) {
        keepers.timesyncd.follows = server;
        return judge({.witnesses = {kernel_witness(good, keepers, policy)}}, policy);
    };
    const ServerReference guest{.id = 0x564D5450, .stratum = 1};

    EXPECT_EQ(heard({.id = 0xC0000201, .stratum = 2}).trust, Trust::Trusted);
    EXPECT_EQ(heard(guest).trust, Trust::Unknown);
    EXPECT_EQ(reason_of(heard(guest)),
              "kernel: only a server that follows no source says so (VMTP); trust.local decides");
    EXPECT_EQ(heard(guest, {.local_may_vouch = true}).trust, Trust::Trusted);
    EXPECT_EQ(heard({.id = 0xC0000201, .stratum = 8}).trust, Trust::Trusted);
    EXPECT_EQ(reason_of(heard({.id = 0xC0000201, .stratum = 9})),
              "kernel: stratum 10 is above the limit 9");
}

TEST(KernelWitness, AddsWhatItHasStillToSlew)
{
    const KernelClock slewing{.max_error = 1s, .still_to_slew = 400ms, .taken_at = now};

    EXPECT_EQ(kernel_witness(slewing, {}, {}).offset->error, 1400ms);
}

TEST(KernelWitness, GoesByTheErrorBoundNotByTheFlag)
{
    const auto with_error = [](Span error, bool unsynchronized) {
        return kernel_witness(KernelClock{.max_error = error, .unsynchronized = unsynchronized},
                              {.other = "ntpd.service"}, {});
    };

    EXPECT_EQ(trust_by(with_error(20ms, true)), Trust::Trusted);  // chronyd without rtcsync
    EXPECT_EQ(trust_by(with_error(15999ms, false)), Trust::Unknown);
    EXPECT_EQ(to_text(with_error(16s, false).offset.error()), "clock not synchronised");
}

TEST(RtcWitness, ShowsWholeSeconds)
{
    const RtcReading reading{.device = "/dev/rtc0",
                             .shows = std::chrono::floor<std::chrono::seconds>(now),
                             .taken_at = now + 700ms};
    const Witness witness = rtc_witness(reading, {});

    ASSERT_TRUE(witness.offset);
    EXPECT_EQ(witness.name, "rtc:/dev/rtc0");
    EXPECT_EQ(witness.offset->value, 200ms);
    EXPECT_EQ(witness.offset->error, 500ms);
    EXPECT_EQ(trust_by(witness), Trust::Unknown);
    EXPECT_EQ(trust_by(rtc_witness(reading, {.rtc_may_vouch = true})), Trust::Trusted);
}

TEST(FloorWitness, RefutesAndNeverConfirms)
{
    const Floor build{.built = now};
    const Floor record{.last_trusted = TrustedMoment{.at = now, .by = "chrony"}};

    for (const auto& [past, expected] : {std::pair{Span{days{30}}, Trust::Wrong},
                                         {3s + 1us, Trust::Wrong},
                                         {Span{3s}, Trust::Unknown},
                                         {Span{0}, Trust::Unknown},
                                         {-days{30}, Trust::Unknown}}) {
        EXPECT_EQ(trust_by(build_witness(build, now - past)), expected);
        EXPECT_EQ(trust_by(record_witness(record, now - past)), expected);
    }
}

TEST(FloorWitness, IsSilentWithoutARecord)
{
    EXPECT_FALSE(record_witness({.built = now}, now - days{30}).offset);
    EXPECT_EQ(record_witness({.unreadable = "torn"}, now).offset.error().what, "torn");
}

TEST(Floor, IsTheLaterOfBuildAndRecord)
{
    const Floor floor{.built = now, .last_trusted = TrustedMoment{.at = now - days{1}}};
    const Floor newer{.built = now, .last_trusted = TrustedMoment{.at = now + 1s, .by = "chrony"}};

    EXPECT_EQ(floor.not_before(), now);
    EXPECT_EQ(to_text(floor), "the build of this program, " + to_text(now));
    EXPECT_EQ(newer.not_before(), now + 1s);
    EXPECT_EQ(to_text(newer),
              "the last time this clock was verified, " + to_text(now + 1s) + " (by chrony)");
}

TEST(Timesyncd, IsBelievedByAFlagThatItWroteInThisRun)
{
    const Instant booted{1772524000s};
    const auto believed = [&](Timesyncd seen) {
        seen.booted = booted;
        return seen.has_synchronized();
    };

    EXPECT_FALSE(believed({}));
    EXPECT_TRUE(believed({.flagged = booted + 9s}));
    EXPECT_FALSE(believed({.flagged = booted + 9s, .is_stopped = true}));
    EXPECT_TRUE(believed({.flagged = booted + 9s, .started = 10s}));
    EXPECT_FALSE(believed({.flagged = booted + 9s, .started = 10s + 1us}));
}

}  // namespace
}  // namespace clockguard

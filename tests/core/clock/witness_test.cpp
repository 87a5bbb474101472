// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/witness.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const Instant now{1789000000s};

/// chronyd a second after its second update from an NTP server, all well.
ChronyTracking synchronised()
{
    return {.reference_id = 0x0A000202,
            .address_family = 1,
            .stratum = 3,
            .leap = 0,
            .reference_time = now - 1s,
            .correction = -3ms,
            .root_delay = 20ms,
            .root_dispersion = 5ms,
            .update_interval = 2s,
            .taken_at = now};
}

std::string silence_of(const ChronyTracking& said)
{
    const Witness witness = chrony_witness(said, {});
    return witness.offset ? "speaks" : to_text(witness.offset.error());
}

Trust trust_by(const Witness& witness)
{
    return judge({.witnesses = {witness}}, {}).trust;
}

TEST(ChronyWitness, SaysHowFarTheClockIsAndHowSurelyItKnows)
{
    const Witness witness = chrony_witness(synchronised(), {});

    ASSERT_TRUE(witness.offset);
    EXPECT_EQ(witness.offset->value, 3ms);   // correction -3 ms: the clock is 3 ms fast
    EXPECT_EQ(witness.offset->error, 15ms);  // dispersion + delay / 2
    EXPECT_EQ(witness.source, WitnessClass::Network);
    EXPECT_EQ(trust_by(witness), Trust::Trusted);
}

std::string explained(const ChronySources& sources)
{
    Witness chrony{.name = "chrony", .offset = fail("not synchronised yet")};
    explain_silence(chrony, sources);
    return to_text(chrony.offset.error());
}

TEST(ExplainSilence, TellsHowManySourcesAnswer)
{
    EXPECT_EQ(explained({.known = 4, .asked = 4, .reached = 1}),
              "not synchronised yet: 1 of 4 sources answer");
    EXPECT_EQ(explained({.known = 100, .asked = 64}),
              "not synchronised yet: 0 of the first 64 of 100 sources answer");
    EXPECT_EQ(explained({.unresolved = 2, .offline = 1}),
              "not synchronised yet: it has no source, 2 names do not resolve, 1 offline");
}

TEST(ChronyWitness, IsSilentUntilSynchronised)
{
    ChronyTracking said = synchronised();
    said.reference_id = 0;
    EXPECT_EQ(silence_of(said), "not synchronised yet");
    said = synchronised();
    said.leap = 3;
    EXPECT_EQ(silence_of(said), "not synchronised yet");
    said = synchronised();
    said.stratum = 0;
    EXPECT_EQ(silence_of(said), "not synchronised yet");
    said = synchronised();
    said.leap = 4;
    EXPECT_EQ(silence_of(said), "leap status 4 does not exist");
}

TEST(ChronyWitness, SpeaksOnTheDayOfALeapSecond)
{
    for (const int leap : {0, 1, 2}) {
        ChronyTracking said = synchronised();
        said.leap = leap;
        EXPECT_EQ(silence_of(said), "speaks") << leap;
    }
}

TEST(ChronyWitness, IsNotFooledByItsOwnClock)
{
    ChronyTracking said = synchronised();
    said.reference_id = 0x7F7F0101;
    said.address_family = 0;
    said.correction = said.root_delay = said.root_dispersion = 0s;

    EXPECT_EQ(silence_of(said), "it serves its own clock ('local') and follows no source");
}

TEST(ChronyWitness, IsNotFooledByAnOrphan)
{
    ChronyTracking said = synchronised();
    said.stratum = 9;
    EXPECT_EQ(silence_of(said), "speaks");
    said.stratum = 10;
    EXPECT_EQ(silence_of(said), "stratum 10 is above the limit 9");
}

TEST(ChronyWitness, GrowsStale)
{
    ChronyTracking said = synchronised();
    said.correction = 0s;
    said.reference_time = now - 65s;
    EXPECT_EQ(silence_of(said), "speaks");
    said.reference_time = now - 65s - 1us;
    EXPECT_EQ(silence_of(said), "last update 1 min 5 s ago, limit 1 min 5 s");
    said.update_interval = 1024s;
    EXPECT_EQ(silence_of(said), "speaks");
    said.reference_time = now - 8193s - 1us;
    EXPECT_EQ(silence_of(said), "last update 2 h 17 min ago, limit 2 h 17 min");
}

TEST(ChronyWitness, CannotHaveBeenUpdatedInTheFuture)
{
    ChronyTracking said = synchronised();
    said.correction = 0s;
    said.reference_time = now + 1s;
    EXPECT_EQ(silence_of(said), "speaks");
    said.reference_time = now + 2s;
    EXPECT_EQ(silence_of(said), "last update lies 2 s in the future");
}

TEST(ChronyWitness, ContradictsAClockThatItMayOnlySlew)
{
    ChronyTracking said = synchronised();
    said.correction = -days{30};
    said.reference_time = now - days{30} - 1s;  // a second ago, by the true time

    EXPECT_EQ(trust_by(chrony_witness(said, {})), Trust::Wrong);
    said.correction = days{30};
    said.reference_time = now + days{30} - 1s;
    EXPECT_EQ(trust_by(chrony_witness(said, {})), Trust::Wrong);
}

TEST(ChronyWitness, IsUnclearWhileItsErrorIsLarge)
{
    ChronyTracking said = synchronised();
    said.root_dispersion = 3s;  // the first update with a skew of 1e6 ppm

    EXPECT_EQ(trust_by(chrony_witness(said, {})), Trust::Unknown);
}

TEST(ChronyWitness, SpeaksForTheHostWhenItFollowsAClockDevice)
{
    ChronyTracking said = synchronised();
    said.address_family = 0;
    said.reference_id = 0x50484330;  // "PHC0"

    const Witness heard = chrony_witness(said, {});
    EXPECT_EQ(heard.source, WitnessClass::Host);
    EXPECT_EQ(trust_by(heard), Trust::Unknown);
    EXPECT_EQ(trust_by(chrony_witness(said, {.host_may_vouch = true})), Trust::Trusted);

    said.reference_id = 0x47505300;  // "GPS"
    EXPECT_EQ(chrony_witness(said, {}).source, WitnessClass::Network);
}

TEST(ChronyWitness, KeepsTheReasonOfItsSilence)
{
    const Witness witness = chrony_witness(fail("cannot ask chronyd: Connection refused"), {});

    EXPECT_EQ(to_text(witness.offset.error()), "cannot ask chronyd: Connection refused");
}

TEST(KernelWitness, VouchesOnlyWhereNobodyElseSpeaks)
{
    const KernelClock good{.max_error = 20ms, .taken_at = now};
    struct Case {
        TimeKeepers keepers;
        Trust trust;
    };
    for (const Case& each : {
             Case{{.chrony_installed = false}, Trust::Trusted},
             Case{{.chrony_installed = true, .chrony_running = true}, Trust::Trusted},
             Case{{.chrony_installed = true, .chrony_running = false}, Trust::Unknown},
             Case{{.chrony_installed = true, .timesyncd_synchronized = true}, Trust::Trusted},
         })
        EXPECT_EQ(trust_by(kernel_witness(good, each.keepers)), each.trust);
}

TEST(KernelWitness, GoesByTheErrorBoundNotByTheFlag)
{
    const auto with_error = [](Span error, bool unsynchronized) {
        return kernel_witness(KernelClock{.max_error = error, .unsynchronized = unsynchronized},
                              {});
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
              "the last time this clock was trusted, " + to_text(now + 1s) + " (by chrony)");
}

}  // namespace
}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/chrony_witness.hpp"

#include <algorithm>
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
    const Witness witness = chrony_witness({.tracking = said}, {});
    return witness.offset ? "speaks" : to_text(witness.offset.error());
}

ChronySources with(const std::vector<ChronySource>& all)
{
    const auto known = static_cast<int>(all.size());
    const auto reached =
        std::ranges::count_if(all, [](const ChronySource& source) { return source.reach != 0; });
    return {.known = known, .asked = known, .reached = static_cast<int>(reached), .all = all};
}

Trust trust_by(const Witness& witness)
{
    return judge({.witnesses = {witness}}, {}).trust;
}

TEST(ChronyWitness, SaysHowFarTheClockIsAndHowSurelyItKnows)
{
    const Witness witness = chrony_witness({.tracking = synchronised()}, {});

    ASSERT_TRUE(witness.offset);
    EXPECT_EQ(witness.offset->value, 3ms);   // correction -3 ms: the clock is 3 ms fast
    EXPECT_EQ(witness.offset->error, 15ms);  // dispersion + delay / 2
    EXPECT_EQ(witness.source, WitnessClass::Network);
    EXPECT_EQ(trust_by(witness), Trust::Trusted);
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

TEST(ChronyWitness, GrowsStaleWhenChronydNoLongerMeasures)
{
    ChronyTracking said = synchronised();
    said.correction = 0s;
    said.reference_time = now - 20min;
    EXPECT_EQ(silence_of(said), "speaks");  // a lost reply at a long poll is no reason (3.3)
    said.reference_time = now - 20min - 1us;
    EXPECT_EQ(silence_of(said), "last update 20 min ago, limit 20 min");
    said.update_interval = 1024s;
    EXPECT_EQ(silence_of(said), "speaks");
    said.reference_time = now - 8192s - 1us;
    EXPECT_EQ(silence_of(said), "last update 2 h 17 min ago, limit 2 h 17 min");
}

TEST(ChronyWitness, WaitsEightPollsOfItsSource)
{
    ChronyTracking said = synchronised();
    said.correction = 0s;
    said.reference_time = now - 2h;
    const ChronySource selected{.state = SourceState::Selected, .poll = 10, .reach = 1};

    EXPECT_TRUE(chrony_witness({.tracking = said, .sources = with({selected})}, {}).offset);
    EXPECT_FALSE(chrony_witness({.tracking = said}, {}).offset);
}

TEST(ChronyWitness, IsFreshForNoLongerThanAnyClientPolls)
{
    ChronyTracking said = synchronised();
    said.correction = 0s;
    said.reference_time = now - 20 * 24h;
    said.update_interval = 10 * 365 * 24h;
    const ChronySource selected{.state = SourceState::Selected, .poll = 24, .reach = 1};

    EXPECT_EQ(silence_of(said), "last update 20 d ago, limit 12 d 3 h");
    EXPECT_FALSE(chrony_witness({.tracking = said, .sources = with({selected})}, {}).offset);
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

    EXPECT_EQ(trust_by(chrony_witness({.tracking = said}, {})), Trust::Wrong);
    said.correction = days{30};
    said.reference_time = now + days{30} - 1s;
    EXPECT_EQ(trust_by(chrony_witness({.tracking = said}, {})), Trust::Wrong);
}

TEST(ChronyWitness, IsUnclearWhileItsErrorIsLarge)
{
    ChronyTracking said = synchronised();
    said.root_dispersion = 3s;  // the first update with a skew of 1e6 ppm

    EXPECT_EQ(trust_by(chrony_witness({.tracking = said}, {})), Trust::Unknown);
}

TEST(ChronyWitness, SpeaksForTheHostWhenItFollowsAClockDevice)
{
    ChronyTracking said = synchronised();
    said.address_family = 0;
    said.reference_id = 0x50484330;  // "PHC0"

    const Witness heard = chrony_witness({.tracking = said}, {});
    EXPECT_EQ(heard.source, WitnessClass::Host);
    EXPECT_EQ(trust_by(heard), Trust::Unknown);
    EXPECT_EQ(trust_by(chrony_witness({.tracking = said}, {.host_may_vouch = true})),
              Trust::Trusted);

    said.reference_id = 0x47505300;  // "GPS"
    EXPECT_EQ(chrony_witness({.tracking = said}, {}).source, WitnessClass::Network);
}

TEST(ChronyWitness, KeepsTheReasonOfItsSilence)
{
    const Witness witness =
        chrony_witness({.tracking = fail("cannot ask chronyd: Connection refused")}, {});

    EXPECT_EQ(to_text(witness.offset.error()), "cannot ask chronyd: Connection refused");
}

// Each number is that of the attack in the tests of the real chronyd.

TEST(ChronyWitness, DoubtsAClockThatWasFoundWrongAndNeverSet)
{
    ChronyStatus status{.tracking = synchronised()};
    status.tracking->last_offset = -days{30};  // chronyd -x with makestep
    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Unknown);
    status.moved = {-days{30} + 400ms};  // a healthy step
    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Trusted);
    status.moved = {5s, days{30}};  // the sign of the offset is not relied upon
    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Trusted);
    status.moved = {-days{29}};
    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Unknown);
    status.tracking->last_offset = 3s;
    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Trusted);
}

TEST(ChronyWitness, ContradictsWhateverDoubtThereIs)
{
    ChronyStatus status{.tracking = synchronised()};
    status.tracking->last_offset = status.tracking->correction = -days{30};
    status.tracking->reference_time = now - days{30};

    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Wrong);
}

TEST(ChronyWitness, DoubtsAClockThatWasSetBehindChronydsBack)
{
    ChronyStatus status{.tracking = synchronised(), .kernel = KernelClock{.max_error = 16s}};
    status.tracking->correction = 0s;
    status.tracking->reference_time = now - 5s;
    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Trusted);  // its own step
    status.tracking->reference_time = now - 5s - 1us;
    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Unknown);
    EXPECT_TRUE(was_set_since(*status.tracking, *status.kernel));
    status.kernel->is_disciplined = false;  // nobody keeps it: it was not lost
    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Trusted);
    status.kernel = KernelClock{.max_error = 15999ms};
    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Trusted);
}

TEST(ChronyWitness, DoesNotCallABoundThatGrewForHoursASet)
{
    const auto said = [](Span age) {
        ChronyStatus status{.tracking = synchronised(), .kernel = KernelClock{.max_error = 16s}};
        status.tracking->correction = 0s;
        status.tracking->reference_time = now - age;
        status.tracking->update_interval = 8h;
        return to_text(chrony_witness(status, {}).offset.error());
    };

    EXPECT_TRUE(said(7h - 1us).starts_with("the clock was set by another program after"));
    EXPECT_TRUE(said(7h).starts_with("the kernel lost its error bound after"));
}

TEST(ChronyWitness, SaysOfNoClockThatWasSetThatItWasNot)
{
    ChronyStatus status{.tracking = synchronised(), .kernel = KernelClock{.max_error = 16s}};
    status.tracking->correction = 0s;
    status.tracking->last_offset = -days{30};
    status.tracking->reference_time = now - 6s;
    EXPECT_EQ(chrony_witness(status, {}).basis.ground, Ground::SetByAnother);
    status.kernel = KernelClock{};
    EXPECT_EQ(chrony_witness(status, {}).basis.ground, Ground::NotCorrected);
    EXPECT_EQ(to_text(chrony_witness(status, {}).offset.error()),
              "its last update found the clock 30 d off, and no step by as much was seen since: "
              "waiting for the next measurement (chronyd -x sets no clock)");
}

TEST(ChronyWitness, WaitsForASecondSourceWhereThereAreThree)
{
    const ChronySource first{.state = SourceState::Selected, .reach = 1};
    const ChronySource silent{};
    const ChronySource without_samples{.reach = 1};
    const ChronySource second{.state = SourceState::Unselected, .reach = 1};
    const auto trust = [](const std::vector<ChronySource>& sources, std::optional<Span> heard) {
        return trust_by(chrony_witness(
            {.tracking = synchronised(), .sources = with(sources), .heard_for = heard}, {}));
    };

    EXPECT_EQ(trust({first, silent, silent, silent}, std::nullopt), Trust::Unknown);
    EXPECT_EQ(trust({first, silent, silent, silent}, 15s - 1us), Trust::Unknown);
    EXPECT_EQ(trust({first, silent, silent, silent}, 15s), Trust::Trusted);
    EXPECT_EQ(trust({first, without_samples, silent}, 15s), Trust::Unknown);
    EXPECT_EQ(trust({first, without_samples, silent}, 30s), Trust::Trusted);
    EXPECT_EQ(trust({first, second, silent, silent}, std::nullopt), Trust::Trusted);
    EXPECT_EQ(trust({first, silent}, std::nullopt), Trust::Trusted);
    const auto wants = [](const std::vector<ChronySource>& sources) {
        return wants_measurement(
            {.tracking = synchronised(), .sources = with(sources), .heard_for = 1s});
    };
    EXPECT_TRUE(wants({first, without_samples, silent}));
    EXPECT_FALSE(wants({first, silent, silent}));
    EXPECT_FALSE(wants({first, second, silent}));
    const ChronySource old{.state = SourceState::Selected, .reach = 0xFF};
    EXPECT_EQ(trust({old, silent, silent, silent}, std::nullopt), Trust::Trusted);
}

TEST(ChronyWitness, TellsHowManySourcesAnswerWhereOneIsNotEnough)
{
    const ChronySource first{.state = SourceState::Selected, .reach = 1};
    const ChronySource silent{};
    const ChronySource waiting{.reach = 1, .selection = 'W'};
    const auto said = [](const std::vector<ChronySource>& sources) {
        return to_text(chrony_witness({.tracking = synchronised(), .sources = with(sources)}, {})
                           .offset.error());
    };

    EXPECT_EQ(said({first, silent, silent}),
              "1 of 3 sources answer (2 unreachable): waiting for a second one that is usable");
    EXPECT_EQ(said({first, waiting, waiting}),
              "3 of 3 sources answer (2 waiting for more sources (minsources)): waiting for a "
              "second one that is usable");
}

/// chronyd that follows a clock of this machine.
ChronyTracking following(std::uint32_t clock)
{
    ChronyTracking said = synchronised();
    said.address_family = 0;
    said.reference_id = clock;
    return said;
}

constexpr std::uint32_t phc0 = 0x50484330;
constexpr std::uint32_t host = 0x484F5354;

TEST(ChronyWitness, TakesAnyClockOfThisMachineForTheHosts)
{
    for (const std::uint32_t clock : {phc0, host}) {
        const Witness heard = chrony_witness({.tracking = following(clock)}, {});
        EXPECT_EQ(heard.source, WitnessClass::Host);
        EXPECT_EQ(trust_by(heard), Trust::Unknown);
        EXPECT_FALSE(heard.is_fresh_network);
    }
    const Witness named = chrony_witness({.tracking = following(host)}, {.refclocks = {"HOST"}});
    EXPECT_EQ(named.source, WitnessClass::Network);
    EXPECT_EQ(trust_by(named), Trust::Trusted);
}

TEST(ChronyWitness, DoesNotSayOfAnyClockThatItIsTheHosts)
{
    const Witness heard = chrony_witness({.tracking = following(host)}, {});
    EXPECT_EQ(reason_of(judge({.witnesses = {heard}}, {})),
              "chrony: only a reference clock says so (HOST), perhaps the host's; trust.host or "
              "trust.refclocks decides");
}

TEST(ChronyWitness, HearsTheServerBesideTheHostsClock)
{
    const ChronySource clock{
        .state = SourceState::Selected, .is_reference_clock = true, .reach = 255};
    ChronySource server{
        .state = SourceState::Unselected, .reach = 1, .latest = -2s, .latest_error = 900ms};
    const auto trust = [&] {
        return trust_by(
            chrony_witness({.tracking = following(phc0), .sources = with({clock, server})}, {}));
    };

    EXPECT_EQ(trust(), Trust::Trusted);
    server.latest_error = 1s + 1us;
    EXPECT_EQ(trust(), Trust::Unknown);
    server.latest_error = 0s;
    server.reach = 0;
    EXPECT_EQ(trust(), Trust::Unknown);
    server.reach = 1;
    server.state = SourceState::Falseticker;
    EXPECT_EQ(trust(), Trust::Unknown);
    server.state = SourceState::Combined;
    server.follows = ServerReference{.id = 0x7F7F0101};
    EXPECT_EQ(trust(), Trust::Unknown);
}

TEST(ChronyWitness, HearsTheReceiverBesideTheHostsClock)
{
    const ChronySource clock{
        .state = SourceState::Selected, .is_reference_clock = true, .reach = 255};
    const auto trust_beside = [&](std::string_view name, const ClockPolicy& policy = {}) {
        ChronySource receiver{
            .state = SourceState::Combined, .is_reference_clock = true, .reach = 255};
        std::ranges::transform(name, receiver.address.begin(),
                               [](char letter) { return static_cast<std::byte>(letter); });
        receiver.address[17] = std::byte{1};
        return trust_by(chrony_witness(
            {.tracking = following(phc0), .sources = with({clock, receiver})}, policy));
    };

    EXPECT_EQ(trust_beside("GPS"), Trust::Trusted);
    EXPECT_EQ(trust_beside("NMEA"), Trust::Trusted);
    EXPECT_EQ(trust_beside("PPS0"), Trust::Unknown);
    EXPECT_EQ(trust_beside("PHC1"), Trust::Unknown);
    EXPECT_EQ(trust_beside("SHM0"), Trust::Unknown);
    EXPECT_EQ(trust_beside("SHM0", {.refclocks = {"SHM0"}}), Trust::Trusted);
}

TEST(ChronyWitness, IsNotBelievedBeforeItHasToldOfItsSources)
{
    ChronyStatus status{.tracking = synchronised(),
                        .sources_lost =
                            Error{.what = "cannot ask chronyd: UDP 127.0.0.1:323",
                                  .code = std::make_error_code(std::errc::too_many_files_open)}};

    const Witness lost = chrony_witness(status, {});
    EXPECT_EQ(trust_by(lost), Trust::Unknown);
    EXPECT_EQ(to_text(lost.offset.error()),
              "its sources are not known: cannot ask chronyd: UDP 127.0.0.1:323: Too many open "
              "files");
    status.sources_lost.reset();  // over UDP it may not tell of them at all
    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Trusted);
}

/// A guest that was paused for ten days, and not set since.
TEST(ChronyWitness, IsNotBelievedAfterAStandstillBeforeItHasMeasured)
{
    ChronyStatus status{.tracking = synchronised(),
                        .stood_still = Standstill{.length = days{10}, .update = now - 1s}};

    const Witness still = chrony_witness(status, {});
    EXPECT_EQ(to_text(still.offset.error()),
              "the hardware clock has gained 10 d on the system clock: the machine was paused, or "
              "that clock was set, and chronyd has not measured since");
    EXPECT_TRUE(wants_measurement(status));
    status.tracking->reference_time += 1s;  // as much as chronyd blurs it
    EXPECT_TRUE(wants_measurement(status));
    status.tracking->reference_time += 1us;
    EXPECT_FALSE(wants_measurement(status));
    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Trusted);
}

TEST(ChronyWitness, OnlyHearsAServerThatFollowsNobody)
{
    const ChronySource server{
        .state = SourceState::Selected, .reach = 1, .follows = ServerReference{.id = 0x7F7F0101}};
    const ChronyStatus status{.tracking = synchronised(), .sources = with({server})};

    EXPECT_EQ(trust_by(chrony_witness(status, {})), Trust::Unknown);
    const Witness allowed = chrony_witness(status, {.local_may_vouch = true});
    EXPECT_EQ(trust_by(allowed), Trust::Trusted);
    EXPECT_FALSE(allowed.is_fresh_network);
}

/// At 192.0.2.<last>, following the one at 192.0.2.<follows>, or its own clock.
ChronySource server_at(unsigned last, unsigned follows, SourceState state)
{
    ChronySource server{.state = state, .reach = 255};
    server.address = {std::byte{192}, std::byte{0}, std::byte{2}, std::byte(last)};
    server.address[17] = std::byte{1};
    server.follows =
        ServerReference{.id = follows == 0 ? 0x7F7F0101U : 0xC0000200U + follows, .stratum = 4};
    return server;
}

TEST(ChronyWitness, OnlyHearsAServerThatHasItsTimeFromOneThatFollowsNobody)
{
    const auto trust = [](const std::vector<ChronySource>& servers) {
        return trust_by(chrony_witness({.tracking = synchronised(), .sources = with(servers)}, {}));
    };
    const auto selected = SourceState::Selected;
    const auto combined = SourceState::Combined;

    EXPECT_EQ(trust({server_at(1, 0, selected), server_at(2, 1, combined)}), Trust::Unknown);
    EXPECT_EQ(trust({server_at(1, 0, combined), server_at(2, 1, selected)}), Trust::Unknown);
    EXPECT_EQ(
        trust({server_at(1, 0, combined), server_at(2, 1, combined), server_at(3, 2, selected)}),
        Trust::Unknown);
    EXPECT_EQ(trust({server_at(1, 0, selected), server_at(2, 9, combined)}), Trust::Trusted);
    EXPECT_EQ(trust({server_at(1, 2, selected), server_at(2, 1, combined)}), Trust::Trusted);
}

/// chronyd goes on with what it had from a server that is gone.
TEST(ChronyWitness, OnlyHearsOneThatHasLostItsServerThatFollowedNobody)
{
    const auto trust = [](const ChronySource& server) {
        ChronyTracking said = synchronised();
        said.reference_id = 0xC0000201;
        return trust_by(chrony_witness({.tracking = said, .sources = with({server})}, {}));
    };
    ChronySource lost = server_at(1, 0, SourceState::Nonselectable);
    lost.reach = 0;

    EXPECT_EQ(trust(lost), Trust::Unknown);
    EXPECT_EQ(trust(server_at(2, 0, SourceState::Nonselectable)), Trust::Trusted);
    lost.follows->id = 0xC6336401;
    EXPECT_EQ(trust(lost), Trust::Trusted);
}

/// Who follows 2001:db8::123 names it by a digest.
TEST(ChronyWitness, OnlyHearsAFollowerOfAServerOfIpv6ThatFollowsNobody)
{
    ChronySource first = server_at(0, 0, SourceState::Selected);
    first.address = {std::byte{0x20}, std::byte{0x01}, std::byte{0x0D}, std::byte{0xB8}};
    first.address[14] = std::byte{0x01};
    first.address[15] = std::byte{0x23};
    first.address[17] = std::byte{2};
    ChronySource follower = server_at(2, 0, SourceState::Combined);
    const auto trust = [&] {
        return trust_by(
            chrony_witness({.tracking = synchronised(), .sources = with({first, follower})}, {}));
    };

    follower.follows->id = 0xC975CECC;
    EXPECT_EQ(trust(), Trust::Unknown);
    follower.follows->id = 0xC975CECD;
    EXPECT_EQ(trust(), Trust::Trusted);
}

TEST(ChronyWitness, NamesTheSettingThatAcceptsACoarseServer)
{
    ChronyStatus status{.tracking = synchronised()};
    status.tracking->root_dispersion = 8s;
    const Verdict verdict = judge({.witnesses = {chrony_witness(status, {})}}, {});

    ASSERT_FALSE(verdict.findings.empty());
    EXPECT_EQ(verdict.findings.front().message,
              "the root dispersion of 8 s is above trust.max_error (3 s); max_error = \"10s\" "
              "accepts it");
    const ClockPolicy advised{.limit = 10s};
    EXPECT_EQ(judge({.witnesses = {chrony_witness(status, advised)}}, advised).trust,
              Trust::Trusted);
}

/// From a minute on, no setting is taken.
TEST(ChronyWitness, NamesNoSettingThatWouldBeRefused)
{
    ChronyStatus status{.tracking = synchronised()};
    const auto said_of = [&status](Span dispersion) {
        status.tracking->root_dispersion = dispersion;
        return judge({.witnesses = {chrony_witness(status, {})}}, {}).findings.front().message;
    };

    EXPECT_TRUE(said_of(58s).ends_with("max_error = \"60s\" accepts it")) << said_of(58s);
    EXPECT_EQ(said_of(61s), "the root dispersion of 1 min 1 s is above trust.max_error (3 s), and "
                            "no setting accepts that much");
}

TEST(ChronyWitness, TellsWhatItsSourcesDoWhileItIsSilent)
{
    ChronyStatus status{.tracking = ChronyTracking{.taken_at = now}, .sources = with({{}, {}})};

    EXPECT_EQ(to_text(chrony_witness(status, {}).offset.error()),
              "not synchronised yet: 0 of 2 sources answer");
}

}  // namespace
}  // namespace clockguard

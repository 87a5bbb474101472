// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/witness.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clockguard/core/clock/rtc.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t local_reference = 0x7F7F0101;  // 127.127.1.1: chronyd's "local" directive
constexpr std::uint32_t phc_prefix = 0x504843;         // "PHC": chronyd's name of a PTP device
constexpr std::uint32_t rtc_prefix = 0x525443;         // "RTC"
constexpr int leap_unsynchronized = 3;

/// From here the kernel itself calls the clock unsynchronised (NTP_PHASE_LIMIT in timex.h).
constexpr Span kernel_error_limit = 16s;

/// chronyd counts updates missed; eight polls are the window of its reach register.
Span patience(const ChronyTracking& said)
{
    return std::max<Span>(64s, 8 * said.update_interval) + 1s;
}

/// Why chronyd's word cannot be used, or nothing.
std::string objection(const ChronyTracking& said, const ClockPolicy& policy)
{
    if (said.reference_id == local_reference)
        return "it serves its own clock ('local') and follows no source";
    if (said.reference_id == 0 || said.leap == leap_unsynchronized || said.stratum < 1)
        return "not synchronised yet";
    if (said.leap < 0 || said.leap > leap_unsynchronized)
        return fmt::format("leap status {} does not exist", said.leap);
    if (said.stratum > policy.max_stratum)
        return fmt::format("stratum {} is above the limit {}", said.stratum, policy.max_stratum);
    // By chronyd's own idea of now: its reference time is a true one, the system clock may be far
    // from it for as long as a slew takes.
    const Span age = said.taken_at + said.correction - said.reference_time;
    if (age > patience(said))
        return fmt::format("last update {} ago, limit {}", to_text(age), to_text(patience(said)));
    // chronyd blurs this time by up to a second, towards the past only.
    if (age < -1s)
        return fmt::format("last update lies {} in the future", to_text(-age));
    return {};
}

/// A clock device of this machine gets its time from the host, like the RTC.
bool follows_host_clock(const ChronyTracking& said)
{
    const std::uint32_t prefix = said.reference_id >> 8U;
    return said.address_family == 0 && (prefix == phc_prefix || prefix == rtc_prefix);
}

bool kernel_may_vouch(const TimeKeepers& keepers)
{
    return keepers.timesyncd_synchronized || keepers.chrony_running || !keepers.chrony_installed;
}

/// A floor refutes a clock that shows less; it cannot confirm one that shows more.
Witness floor_witness(std::string name, WitnessKind kind, Span after, std::string evidence)
{
    Witness witness{.name = std::move(name),
                    .kind = kind,
                    .source = WitnessClass::Floor,
                    .standing = Standing::MayRefute,
                    .silence = Reason::Plausible};
    if (after < Span{0})
        witness.offset = Offset{.value = after};
    else
        witness.offset = fail(fmt::format("plausible: later than {}", evidence));
    witness.evidence = std::move(evidence);
    return witness;
}

}  // namespace

Witness chrony_witness(const Result<ChronyTracking>& answer, const ClockPolicy& policy)
{
    Witness witness{.name = "chrony", .kind = WitnessKind::Chrony, .standing = Standing::MayVouch};
    if (!answer) {
        witness.offset = fail(answer.error());
        return witness;
    }
    if (const std::string why_not = objection(*answer, policy); !why_not.empty()) {
        witness.offset = fail(why_not);
        return witness;
    }
    if (follows_host_clock(*answer)) {
        witness.source = WitnessClass::Host;
        witness.standing = policy.host_may_vouch ? Standing::MayVouch : Standing::HeardOnly;
    }
    witness.is_fresh_network = witness.source == WitnessClass::Network;
    witness.offset = Offset{.value = -answer->correction,
                            .error = answer->root_dispersion + answer->root_delay / 2};
    return witness;
}

void explain_silence(Witness& chrony, const Result<ChronySources>& sources)
{
    if (chrony.offset || !sources)
        return;
    std::string state = fmt::format("{} of {} sources answer", sources->reached, sources->known);
    if (sources->asked < sources->known)
        state = fmt::format("{} of the first {} of {} sources answer", sources->reached,
                            sources->asked, sources->known);
    if (sources->known == 0)
        state = "it has no source";
    if (sources->unresolved > 0)
        state += fmt::format(", {} names do not resolve", sources->unresolved);
    if (sources->offline > 0)
        state += fmt::format(", {} offline", sources->offline);
    chrony.offset = fail(fmt::format("{}: {}", to_text(chrony.offset.error()), state));
}

Witness kernel_witness(const Result<KernelClock>& reading, const TimeKeepers& keepers)
{
    Witness witness{.name = "kernel", .kind = WitnessKind::Kernel};
    if (!reading) {
        witness.offset = fail(reading.error());
        return witness;
    }
    if (reading->max_error >= kernel_error_limit) {
        witness.offset = fail("clock not synchronised");
        return witness;
    }
    if (!kernel_may_vouch(keepers)) {
        witness.offset = fail("its error bound is left over from a chronyd that is not running");
        return witness;
    }
    witness.standing = Standing::MayVouch;
    // Its flag is of this boot; what other programs told the kernel may be a host's time.
    witness.is_fresh_network = keepers.timesyncd_synchronized;
    witness.offset = Offset{.error = reading->max_error};
    return witness;
}

Witness skipped(Witness witness, std::string why)
{
    witness.offset = fail(std::move(why));
    witness.silence = Reason::Skipped;
    return witness;
}

Witness rtc_witness(const Result<RtcReading>& reading, const ClockPolicy& policy)
{
    Witness witness{.name = "rtc",
                    .kind = WitnessKind::Rtc,
                    .source = WitnessClass::Host,
                    .limit = policy.rtc_limit};
    witness.standing = policy.rtc_may_vouch ? Standing::MayVouch : Standing::HeardOnly;
    if (!reading) {
        witness.offset = fail(reading.error());
        return witness;
    }
    witness.name = "rtc:" + reading->device;
    witness.offset = rtc_offset(*reading);
    return witness;
}

Witness build_witness(const Floor& floor, Instant now)
{
    const std::string evidence = to_text(Floor{.built = floor.built});
    return floor_witness("floor", WitnessKind::Build, now - floor.built, evidence);
}

Witness record_witness(const Floor& floor, Instant now)
{
    if (floor.last_trusted)
        return floor_witness("last-good", WitnessKind::Record, now - floor.last_trusted->at,
                             to_text(floor));
    Witness witness = floor_witness("last-good", WitnessKind::Record, {}, {});
    witness.offset =
        fail(floor.unreadable.empty() ? "no verified moment is on record" : floor.unreadable);
    return witness;
}

std::string to_text(const Floor& floor)
{
    if (!floor.last_trusted || floor.last_trusted->at < floor.built)
        return fmt::format("the build of this program, {}", to_text(floor.built));
    const TrustedMoment& moment = *floor.last_trusted;
    return fmt::format("the last time this clock was trusted, {} (by {})", to_text(moment.at),
                       moment.by.empty() ? "an unknown source" : moment.by);
}

}  // namespace clockguard

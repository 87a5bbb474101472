// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/witness.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/clock/reference_id.hpp"
#include "clockguard/core/clock/rtc.hpp"

namespace clockguard {
namespace {

/// Who keeps the kernel's clock, as far as is known: chronyd, which cannot be asked, and follows a
/// host's clock as likely as a server where there is one; a client of the network; or a program
/// that sets it from a host's clock (open-vm-tools, phc2sys).
bool is_kept_from_network(const TimeKeepers& keepers)
{
    if (keepers.timesyncd.has_synchronized() || !keepers.other.empty())
        return true;
    return keepers.chrony_running && !keepers.has_host_clock;
}

/// What a server of timesyncd's says of its own source counts as where chronyd follows it.
void weigh_server(Witness& witness, const ServerReference& server, const ClockPolicy& policy)
{
    const int stratum = server.stratum + 1;
    if (is_no_source(server)) {
        witness.source = WitnessClass::Local;
        witness.follows = reference_text(server.id);
        witness.is_fresh_network = false;
        witness.standing = policy.local_may_vouch ? Standing::MayVouch : Standing::HeardOnly;
    } else if (stratum > policy.max_stratum) {
        witness.offset =
            fail(fmt::format("stratum {} is above the limit {}", stratum, policy.max_stratum));
        witness.basis = {.ground = Ground::HighStratum};
    }
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

Witness kernel_witness(const Result<KernelClock>& reading, const TimeKeepers& keepers,
                       const ClockPolicy& policy)
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
    const bool kept_from_network = is_kept_from_network(keepers);
    if (!kept_from_network && keepers.chrony_installed && !keepers.chrony_running) {
        witness.offset = fail("no process of chronyd is seen: its error bound may be left over");
        return witness;
    }
    // Its flag is of this boot; what other programs told the kernel may be a host's time.
    witness.is_fresh_network = keepers.timesyncd.has_synchronized();
    witness.offset = Offset{.error = reading->max_error + reading->still_to_slew};
    if (kept_from_network || policy.host_may_vouch)
        witness.standing = Standing::MayVouch;
    if (!kept_from_network) {
        witness.source = WitnessClass::Host;
        witness.follows =
            keepers.chrony_running ? "chronyd, which cannot be asked," : "an unknown program";
    }
    if (keepers.timesyncd.has_synchronized() && keepers.timesyncd.follows)
        weigh_server(witness, *keepers.timesyncd.follows, policy);
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
    return fmt::format("the last time this clock was verified, {} (by {})", to_text(moment.at),
                       moment.by.empty() ? "an unknown source" : moment.by);
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/rehearsal.hpp"

#include <algorithm>

#include "clockguard/core/clock/chrony_witness.hpp"
#include "clockguard/core/clock/witness.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// The true moment of boot does not matter; that it is the same in every rehearsal does.
constexpr Instant true_boot{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

constexpr Span chronyd_starts = 3s;
constexpr Span burst = 4200ms;

bool is_synchronised(const RehearsedBoot& boot, Uptime at)
{
    return at.time_since_epoch() >= first_update(boot);
}

ChronyTracking tracking(const RehearsedBoot& boot, Uptime at)
{
    const Instant truth = true_boot + at.time_since_epoch();
    const Instant shown = truth + clock_error(boot, at);
    if (!is_synchronised(boot, at))
        return {.taken_at = shown};
    return {.reference_id = 0x0A000202,
            .address_family = 1,
            .stratum = 3,
            .leap = 0,
            .reference_time = truth,  // chronyd tells it by the time it knows, not by the clock
            .correction = -clock_error(boot, at),
            .root_delay = 20ms,
            .root_dispersion = 5ms,
            .taken_at = shown};
}

Result<ChronyTracking> ask_chrony(const RehearsedBoot& boot, Uptime at)
{
    if (at.time_since_epoch() < chronyd_starts)
        return fail("cannot ask chronyd: it has not started");
    return tracking(boot, at);
}

}  // namespace

Span first_update(const RehearsedBoot& boot)
{
    if (boot.ntp_after == forever)
        return forever;
    return std::max(chronyd_starts, boot.ntp_after) + burst;
}

Span clock_error(const RehearsedBoot& boot, Uptime at)
{
    return is_synchronised(boot, at) && boot.chrony_may_step ? Span{0} : boot.rtc_offset;
}

Observation rehearse(const RehearsedBoot& boot, Uptime at, const ClockPolicy& policy)
{
    const Instant truth = true_boot + at.time_since_epoch();
    const Instant shown = truth + clock_error(boot, at);
    const Floor floor{.last_trusted = TrustedMoment{.at = true_boot - std::chrono::days{1}}};
    const RtcReading rtc{.device = "/dev/rtc0",
                         .shows = std::chrono::floor<std::chrono::seconds>(
                             true_boot + at.time_since_epoch() + boot.rtc_offset),
                         .taken_at = shown};
    return {.taken_at = shown,
            .witnesses = {chrony_witness({.tracking = ask_chrony(boot, at)}, policy),
                          rtc_witness(rtc, policy), record_witness(floor, shown)}};
}

}  // namespace clockguard

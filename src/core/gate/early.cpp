// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/early.hpp"
#include "clockguard/core/clock/host_witness.hpp"

#include <fmt/core.h>

namespace clockguard {
namespace {

bool has_outcome(const std::optional<GateRecord>& gate, GateOutcome outcome)
{
    return gate && gate->outcome == outcome;
}

}  // namespace

std::string reason_not_to_look(const EarlierInBoot& earlier)
{
    if (earlier.gate && is_open(*earlier.gate))
        return fmt::format("the gate has opened ({})", to_text(*earlier.gate));
    if (earlier.host)
        return fmt::format("the {} was heard earlier in this boot", title_of(*earlier.host));
    return {};
}

std::string reason_not_to_step(const EarlierInBoot& earlier, const TimeKeepers& keepers)
{
    if (earlier.gate && is_open(*earlier.gate))
        return fmt::format("the gate has opened ({})", to_text(*earlier.gate));
    if (keepers.chrony_running || keepers.chrony_started)
        return "chronyd keeps it";
    if (keepers.timesyncd.has_synchronized())
        return "systemd-timesyncd keeps it";
    return {};
}

BootStarts keep_earlier(const BootStarts& earlier, BootStarts starts)
{
    if (earlier.rtc)
        starts.rtc = earlier.rtc;
    if (!starts.host)
        starts.host = earlier.host;
    return starts;
}

std::optional<GateRecord> keep_earlier(const std::optional<GateRecord>& earlier,
                                       std::optional<GateRecord> gate)
{
    if (has_outcome(earlier, GateOutcome::RtcCorrected) &&
        has_outcome(gate, GateOutcome::HostAgrees))
        gate->outcome = GateOutcome::RtcCorrected;
    return gate;
}

}  // namespace clockguard

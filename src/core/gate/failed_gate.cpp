// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/failed_gate.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace clockguard {

std::string reason_to_go_on(const ServiceEnd& end, const std::optional<GateOutcome>& recorded)
{
    if (end.result.empty() || end.result == "success" || (recorded && is_open(*recorded)))
        return {};
    if (end.result == "timeout" || end.result == "watchdog")
        return "the gate hung and was ended by systemd";
    if (end.code == "exited")
        return fmt::format("the gate ended with exit code {}", end.status);
    return fmt::format("the gate was killed ({})", end.status);
}

GatePolicy rest_of(GatePolicy policy, Span waited)
{
    if (policy.timeout != forever)
        policy.timeout = std::max(policy.timeout - waited, Span{0});
    return policy;
}

}  // namespace clockguard

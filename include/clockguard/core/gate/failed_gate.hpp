// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/gate/gate.hpp"

namespace clockguard {

/// How systemd saw the gate's process end: SERVICE_RESULT, EXIT_CODE and EXIT_STATUS, which it
/// gives to ExecStopPost= (systemd.exec(5)).
struct ServiceEnd {
    std::string result{};
    std::string code{};
    std::string status{};
};

/// Why the wait must go on in the place of a gate that ended so ("the gate was killed (KILL)");
/// empty: it ended as it should, or was told to. What waits for the unit is let go at its end,
/// however it ended, but not before ExecStopPost= is through.
std::string reason_to_go_on(const ServiceEnd& end, const std::optional<GateOutcome>& recorded);

/// The policy for what is left of a wait.
GatePolicy rest_of(GatePolicy policy, Span waited);

}  // namespace clockguard

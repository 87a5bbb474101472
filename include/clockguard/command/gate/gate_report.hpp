// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/base/context.hpp"
#include "clockguard/command/gate/gate_lines.hpp"
#include "clockguard/core/clock/clock_moment.hpp"
#include "clockguard/core/gate/gate.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// Healthy for a gate that let MicroK8s start.
ExitCode exit_code_of(GateOutcome outcome);

/// A wait or its end, with the trust of its own verdict. `begun`: what every report has; `moment`:
/// where the clock is now.
Report to_report(Report begun, const GateView& view, const GatePolicy& policy,
                 const ClockMoment& moment);

/// The same of this machine, with when its boot began by each clock: what state.json holds.
Report report_gate(const Context& context, const GateView& view, const GatePolicy& policy);

}  // namespace clockguard

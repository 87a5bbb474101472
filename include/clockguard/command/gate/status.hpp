// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/command/base/context.hpp"
#include "clockguard/core/gate/gate.hpp"

namespace clockguard {

struct StatusOptions {
    bool wait = false;                      // until the gate has ended
    std::optional<GateOutcome> required{};  // exit 2 unless it ended so
    bool hint = false;                      // called without a command: name the others
};

/// Says how the gate of this boot stands or ended, from state.json alone: nothing is asked.
ExitCode run_status(const StatusOptions& options, const Context& context);

}  // namespace clockguard

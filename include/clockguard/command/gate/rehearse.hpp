// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "clockguard/command/base/context.hpp"
#include "clockguard/core/gate/rehearsal.hpp"

namespace clockguard {

struct RehearseOptions {
    std::optional<Span> rtc_offset{};
    std::optional<Span> ntp_after{};
    std::optional<Span> timeout{};
    std::optional<OnTimeout> on_timeout{};
    bool no_step = false;
};

/// Plays a boot under the effective policy, in virtual time: what the gate would say and when, and
/// what would have happened without it. Touches nothing.
ExitCode run_rehearse(const RehearseOptions& options, const Context& context);

}  // namespace clockguard

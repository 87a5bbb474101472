// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "clockguard/command/base/context.hpp"

namespace clockguard {

struct GateOptions {
    std::optional<Span> timeout{};  // over the configuration's
    std::optional<OnTimeout> on_timeout{};
    bool release = false;
    bool after_failure = false;  // in place of a gate that was killed
};

ExitCode run_gate(const GateOptions& options, const Context& context);

}  // namespace clockguard

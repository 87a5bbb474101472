// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clockguard/command/base/context.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

struct FixOptions {
    bool yes = false;  // what is no choice is not asked
};

/// What a repair needs of the machine.
struct FixWorld {
    std::function<Report()> diagnose{};
    std::function<std::optional<bool>(const std::string& question)> ask{};
    /// The exit code of a program.
    std::function<Result<int>(const std::vector<std::string>& words)> run{};
    std::function<bool()> is_root{};
    std::function<Uptime()> uptime{};
    std::function<void(Span)> wait{};
};

FixWorld fix_world(const Context& context);

/// Carries out what diagnose lists, one remedy after the other, and diagnoses anew after each. Ends
/// as the last diagnosis does; Critical where a remedy failed and its finding is still there,
/// Refused where nobody could be asked.
ExitCode run_fix(const FixOptions& options, const Context& context, const FixWorld& world);

}  // namespace clockguard

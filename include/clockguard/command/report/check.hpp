// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "clockguard/command/base/context.hpp"
#include "clockguard/core/report/plugin_text.hpp"

namespace clockguard {

struct CheckOptions {
    Plugin plugin = Plugin::Nagios;
    std::vector<Subject> what{};  // empty: all
};

/// The exit code is the plugin's: its monitor reads no other.
ExitCode run_check(const CheckOptions& options, const Context& context);

}  // namespace clockguard

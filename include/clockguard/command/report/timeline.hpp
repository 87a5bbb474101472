// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/base/context.hpp"

namespace clockguard {

struct TimelineOptions {
    int boot = 0;  // 0: this one, -1: the one before
};

ExitCode run_timeline(const TimelineOptions& options, const Context& context);

}  // namespace clockguard

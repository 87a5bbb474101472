// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/base/context.hpp"

namespace clockguard {

struct TimelineOptions {
    enum class Form { Text, Svg, Html };

    int boot = 0;  // 0: this one, -1: the one before
    Form form = Form::Text;
};

ExitCode run_timeline(const TimelineOptions& options, const Context& context);

}  // namespace clockguard

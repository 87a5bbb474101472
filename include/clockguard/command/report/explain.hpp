// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/command/base/context.hpp"

namespace clockguard {

struct ExplainOptions {
    std::string code{};  // empty: list them all
};

ExitCode run_explain(const ExplainOptions& options, const Context& context);

}  // namespace clockguard

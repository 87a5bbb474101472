// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/command/base/context.hpp"
#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {

struct DiagnoseOptions {
    std::string report{};  // a file to write the JSON document to; empty: none
};

/// Looks at everything once and changes nothing.
Evidence gather_evidence(const Context& context);

ExitCode run_diagnose(const DiagnoseOptions& options, const Context& context);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/command/base/context.hpp"
#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {

struct DiagnoseOptions {
    std::string report{};  // a file to write it to, as its name ends; empty: none
};

/// Looks at everything once and changes nothing.
Evidence gather_evidence(const Context& context);

/// The diagnosis of it, as the answer of a command.
Report report_on(const Evidence& seen, const Context& context, const std::string& command);

/// What a command ends with by its verdict; warnings count where they are to.
ExitCode diagnosis_code(const Report& report, const Output& output);

ExitCode run_diagnose(const DiagnoseOptions& options, const Context& context);

}  // namespace clockguard

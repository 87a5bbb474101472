// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "clockguard/command/base/context.hpp"

namespace clockguard {

/// What a command does when the configuration cannot be used in full.
enum class OnConfigError {
    Refuse,            // it does not run
    RefuseUnlessUnit,  // run by systemd it takes defaults: a gate that does not run holds nothing
    FailAfterAnswer,   // it explains this machine: it answers first, then it fails
    Ignore,            // its answer is the same on every machine
};

struct Command {
    std::function<ExitCode(const Context&)> run{};  // unset: none was given
    OnConfigError on_config_error = OnConfigError::Refuse;
};

/// Runs it, or does what it does in the case of an error in the configuration. With --config, a
/// command that is run by hand refuses, whatever it is: the file that was named is meant.
ExitCode run_command(const Command& command, const Context& context);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/base/completion.hpp"
#include "clockguard/core/base/exit_code.hpp"

namespace CLI {
class App;
class ParseError;
class Success;
}  // namespace CLI

namespace clockguard {

/// The commands and options that the completion script of a shell offers.
CompletionCommand to_completion(const CLI::App& app);

/// Prints what --help or --version asks for.
ExitCode print_help(const CLI::App& app, const CLI::Success& asked);

/// Prints what is wrong with the command line, and where its help is.
ExitCode answer_usage_error(const CLI::App& app, const CLI::ParseError& error);

/// CLI11 passes over a command behind "--" as if it were not there: throws a ParseError instead.
void refuse_words_after_dashes(int count, const char* const* arguments);

}  // namespace clockguard

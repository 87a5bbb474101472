// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/config.hpp"
#include "clockguard/core/base/exit_code.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

enum class Format { Text, Json };

/// How a command prints its answer, by the options that every command has.
struct Output {
    Format format = Format::Text;
    bool quiet = false;
    bool verbose = false;
    bool color = false;
    std::size_t width = 80;  // columns of a line of prose
    bool strict = false;     // warnings count in the exit code
};

/// What every command works in.
struct Context {
    Root root{};
    Config config{};
    Output output{};
    std::vector<Error> problems{};  // what of the configuration could not be used
    bool config_named = false;      // by --config
    bool in_unit = false;           // systemd runs this, not somebody at a terminal
};

/// The configuration: built-in, then file, then environment. `file` is empty for the default one,
/// which may be missing; a file that was named must exist. A value that cannot be used keeps its
/// default and is among the problems.
Configuration load_config(const Root& root, const std::string& file,
                          const char* const* environment);

/// One line on stderr, "clockguard: ...", which a terminal gets wrapped; under systemd with the
/// journal's mark for an error.
void complain(std::string_view message);

/// The first message of complain() in this run; empty: none.
std::string first_complaint();

/// Complains and passes the exit code on: return give_up(error, ExitCode::Critical).
ExitCode give_up(const Error& error, ExitCode code);

/// NeedsRoot where permission was denied, else the other code.
ExitCode needs_root_or(ExitCode other, const Error& error);

/// The same with NeedsRoot, or Critical.
ExitCode give_up(const Error& error);

/// Prints a failure that is ignored.
void warn_if_failed(const Result<void>& done);

}  // namespace clockguard

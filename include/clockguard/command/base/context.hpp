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

/// How a command speaks: the options that every command shares.
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

/// The configuration that holds: built-in, then file, then environment. `file` is empty for the
/// default one, which may be missing; one that was named must be there. What cannot be used is
/// passed over, and told.
Configuration load_config(const Root& root, const std::string& file,
                          const char* const* environment);

/// One line on stderr, "clockguard: ..."; under systemd with the journal's mark for an error.
void complain(std::string_view message);

/// What was complained of first in this run; empty: nothing.
std::string first_complaint();

/// Complains and passes the exit code on: return give_up(error, ExitCode::Critical).
ExitCode give_up(const Error& error, ExitCode code);

/// Of what root alone may do: NeedsRoot where that is why it failed, else another code.
ExitCode needs_root_or(ExitCode other, const Error& error);

/// Complains of such a failure, else critical.
ExitCode give_up(const Error& error);

/// Complains of what failed where the work goes on without it.
void warn_if_failed(const Result<void>& done);

}  // namespace clockguard

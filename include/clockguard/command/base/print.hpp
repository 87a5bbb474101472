// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "clockguard/core/base/exit_code.hpp"

namespace clockguard {

// All output of the program, without control characters: names in certificates and files are chosen
// by others. Writing neither throws nor ends the program; a write that failed is remembered, and
// end_code() makes it the exit code.

void write_out(std::string_view text) noexcept;    // standard output
void write_error(std::string_view text) noexcept;  // standard error

/// On standard output, control characters included: the text is printable() already, and its escape
/// sequences are those of the colours.
void write_colored(std::string_view text) noexcept;

/// From here on write_out goes to standard error, and standard output is left to one document.
void leave_output_to_document();

/// A document of JSON on standard output.
void write_document(std::string_view json) noexcept;

/// One line on standard error, over the one before.
void print_progress(std::string_view line);

template <class... Args>
void print_out(fmt::format_string<Args...> form, Args&&... args)
{
    write_out(fmt::format(form, std::forward<Args>(args)...));
}

template <class... Args>
void print_error(fmt::format_string<Args...> form, Args&&... args)
{
    write_error(fmt::format(form, std::forward<Args>(args)...));
}

/// From here on every character outside ASCII is escaped.
void write_only_ascii();

/// From here on output that does not fit is dropped at once and does not count as lost: the gate,
/// and all that systemd runs, must end in time even if their output is not read.
void drop_what_does_not_fit();

/// Whether anything has been written to standard output.
bool has_answered();

/// The code to end with: OutputLost where all went well but for what could not be written.
ExitCode end_code(ExitCode code);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// Hands a line to clockguard-console.service. One that nobody takes at once is dropped.
void send_to_console(const Root& root, std::string_view line);

/// The next line on a datagram socket, a kilobyte of it at the most; nothing where none came for
/// `longest`, and at the end of a pipe.
[[nodiscard]] Result<std::optional<std::string>> next_console_line(int descriptor, Span longest);

/// Writes to /dev/console, and waits `longest` at the most where it takes nothing (O_NONBLOCK of
/// open(2), which tty_open() keeps). To close a serial line that has stalled, and that nothing else
/// has open, takes its closing_wait on top: 30 s by default (setserial(8)). It is opened for each
/// line: a getty that takes the terminal over hangs up whoever has it open (vhangup(2)).
[[nodiscard]] Result<void> write_console(const Root& root, std::string_view text, Span longest);

}  // namespace clockguard

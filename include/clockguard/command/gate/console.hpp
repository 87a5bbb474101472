// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/base/context.hpp"

namespace clockguard {

/// Writes what the gate hands over (send_to_console()) to the console, and ends when nothing more
/// comes: systemd starts it for the next line. A console that cannot be written costs the line.
ExitCode run_console(const Context& context);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// Whether what is written there becomes entries of the journal, which takes "<3>" for a priority
/// and writes our name itself: JOURNAL_STREAM of systemd.exec(5), which children inherit whatever
/// became of their output.
bool is_journal(int descriptor);

/// Whether systemd runs this very program as the process of a unit: its SYSTEMD_EXEC_PID names us
/// (systemd.exec(5), since 248). What is typed in a session below a unit inherits the variable, and
/// has another process id.
bool is_unit_process();

/// sd_notify(3): what `systemctl status` shows in its Status line. This and the
/// next two do nothing where no service manager listens (NOTIFY_SOCKET, a path).
void notify_status(const std::string& sentence);

/// The unit counts as started from here. Waits up to 20 s where the manager reads nothing.
void notify_ready(const std::string& sentence);

/// Moves the start limit of a unit with Type=notify to `span` from now.
void notify_extend_timeout(Span span);

/// What systemd knows of a unit.
struct UnitState {
    std::string active{};  // "active", "inactive", "failed", ...
    std::optional<ClockPair> active_since{};
};

[[nodiscard]] Result<UnitState> query_unit(const std::string& unit);

/// Runs a unit of Type=oneshot once more and waits for its end, `longest` at the most; an error
/// when it failed. One whose conditions do not hold has nothing to do, and that is fine.
[[nodiscard]] Result<void> run_unit(const std::string& unit, Span longest);

/// Asks systemd to restart a unit if it runs, and does not wait: a unit may be ordered after the
/// one we are in.
[[nodiscard]] Result<void> restart_unit(const std::string& unit);

/// Whether this machine is going down (systemctl(1), is-system-running); false where systemd cannot
/// be asked.
bool is_system_stopping();

}  // namespace clockguard

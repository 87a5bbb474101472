// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/clock/boot_log.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// One boot's journal, as far as it concerns the clock.
struct BootJournal {
    std::string boot_id{};
    std::vector<LogEntry> entries{};  // oldest first
    bool cut_short = false;           // there was more than could be read in reasonable time
};

/// The journal entries of those who tell of the clock: kernel, chronyd, systemd's clock changes,
/// MicroK8s' kicker. `boot` counts
/// back from the latest boot, 0, -1, ... as journalctl's --boot does. Below another root it is
/// that tree's /var/log/journal.
[[nodiscard]] Result<BootJournal> read_boot_journal(const Root& root, int boot = 0);

}  // namespace clockguard

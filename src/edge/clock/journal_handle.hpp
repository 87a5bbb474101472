// SPDX-License-Identifier: Apache-2.0
// An open journal, by libsystemd, which must have been loaded.
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/base/result.hpp"
#include "clockguard/edge/base/handle.hpp"
#include "edge/base/libsystemd.hpp"
#include "edge/clock/journal_files.hpp"

namespace clockguard {

using JournalPtr = Handle<sd_journal, freed_by<&Libsystemd::journal_close>>;

/// That of this machine, with its runtime and persistent files.
Result<JournalPtr> open_live_journal();

/// A file by which libsystemd may open again what is open; empty where it is not.
std::string path_of(const JournalFile& file);

Result<JournalPtr> open_files(const std::vector<std::string>& paths);

/// The boot of the entry where the journal stands.
std::string boot_of(sd_journal* journal);

/// The boot of the last entry.
Result<std::string> last_boot_in(sd_journal* journal);

/// Nothing but a boot's entries.
void select_boot(sd_journal* journal, const std::string& boot);

/// To the first entry of a boot, and selects everything again; false where it has none.
bool seek_boot(sd_journal* journal, const std::string& boot);

}  // namespace clockguard

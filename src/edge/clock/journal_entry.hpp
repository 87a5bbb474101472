// SPDX-License-Identifier: Apache-2.0
// One entry of a journal, and whose entries tell of the clock.
#pragma once

#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/clock/boot_log.hpp"

struct sd_journal;

namespace clockguard {

/// Whose lines are read: fields that begin with an underscore are journald's word, not the
/// sender's (systemd.journal-fields(7)). Terms are alternatives; within one, all must match. The
/// kernel may say very much, and systemd without end that the time was changed.
std::vector<std::vector<std::string>> journal_terms(bool with_much);

/// "cannot read journal: ..."
Error journal_error(std::string_view verb, std::error_code code);

/// A field of the entry where the journal stands; empty where it has none.
std::string journal_field(sd_journal* journal, const char* name);

/// The kernel's own stamp where there is one: journald got its early lines only when it started.
/// The wall clock is moved with it, so that the two stay a pair read at one moment.
[[nodiscard]] Result<LogEntry> read_entry(sd_journal* journal);

}  // namespace clockguard

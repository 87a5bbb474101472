// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/clock/boot_history.hpp"

#include "clockguard/edge/clock/journal.hpp"

namespace clockguard {

BootHistory read_boot_history(const Root& root)
{
    const auto journal = read_boot_journal(root);
    if (!journal)
        return {.error = to_text(journal.error())};
    return {.events = read_history(journal->entries),
            .error = journal->cut_short ? "the journal is too long to be read whole" : ""};
}

}  // namespace clockguard

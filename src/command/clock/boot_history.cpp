// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/clock/boot_history.hpp"

#include <fmt/format.h>

#include "clockguard/edge/clock/journal.hpp"

namespace clockguard {

namespace {

/// What was not read, and why; empty where all was.
std::string unread(const BootJournal& journal)
{
    if (!journal.trouble.empty())
        return fmt::format("{}: the last boot may be another", journal.trouble);
    if (journal.read_until)
        return fmt::format("the journal is too long to be read whole: what came later than {} "
                           "after boot was not read",
                           to_text(*journal.read_until));
    if (journal.kernel_until)
        return fmt::format("the journal is too long to be read whole: what the kernel wrote later "
                           "than {} after boot was not read",
                           to_text(*journal.kernel_until));
    return {};
}

}  // namespace

BootHistory read_boot_history(const Root& root)
{
    HistoryReader history;
    const auto journal =
        read_boot_journal(root, [&history](const LogEntry& entry) { history.add(entry); });
    if (!journal)
        return {.error = to_text(journal.error())};
    return {
        .events = history.events(), .last_wall = history.last_wall(), .error = unread(*journal)};
}

}  // namespace clockguard

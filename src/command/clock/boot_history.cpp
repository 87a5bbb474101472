// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/clock/boot_history.hpp"

#include <fmt/core.h>

#include "clockguard/edge/clock/local_time.hpp"
#include "clockguard/edge/clock/rtc.hpp"

namespace clockguard {

namespace {

/// What was not read, and why; empty where all was.
std::string unread(const BootJournal& journal)
{
    if (!journal.trouble.empty())
        return fmt::format("{}: the last boot may be another", journal.trouble);
    if (!journal.lost.empty())
        return fmt::format("{}: a part of this boot may be in it", journal.lost);
    if (journal.read_until)
        return fmt::format("the journal is too long to be read whole: what came later than {} "
                           "after boot was not read",
                           to_text(*journal.read_until));
    if (journal.kernel_until)
        return fmt::format("the journal is too long to be read whole: what the kernel and "
                           "systemd wrote later than {} after boot was not read",
                           to_text(*journal.kernel_until));
    return {};
}

/// The zone of the RTC by /etc/adjtime, where the log does not have systemd's line about it.
void note_zone(const Root& root, std::vector<ClockEvent>& events)
{
    const ClockEvent* const set = rtc_event(events);
    if (set == nullptr || set->zone != Span{0} || read_rtc_zone(root) != RtcZone::Local)
        return;
    const auto shown = std::chrono::floor<std::chrono::seconds>(set->set_to.value_or(Instant{}));
    set_zone(events, shown - from_local(root, shown, set->wall.value_or(shown)));
}

}  // namespace

BootHistory read_boot_history(const Root& root, int boots_back, const ReadingTime& time)
{
    HistoryReader history;
    const auto journal = read_boot_journal(
        root, [&history](const LogEntry& entry) { history.add(entry); }, time, boots_back);
    if (!journal)
        return {.error = to_text(journal.error())};
    auto events = history.events();
    note_zone(root, events);
    return {.boot_id = journal->boot_id,
            .begins = journal->begins,
            .events = std::move(events),
            .last_wall = history.last_wall(),
            .error = unread(*journal)};
}

}  // namespace clockguard

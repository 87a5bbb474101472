// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/boot_history.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clockguard/edge/journal.hpp"
#include "clockguard/edge/kernel_log.hpp"

namespace clockguard {
namespace {

BootHistory from_kernel(const Root& root)
{
    const auto log = read_kernel_log(root);
    if (!log)
        return {.error = to_text(log.error())};
    return {.events = read_history(*log), .source = "kernel log"};
}

BootHistory from_journal(const Root& root)
{
    const auto journal = read_boot_journal(root);
    if (!journal)
        return {.error = to_text(journal.error())};
    return {.events = read_history(journal->entries),
            .source = "journal",
            .error = journal->cut_short ? "the journal is too long to be read whole" : ""};
}

std::string both(const std::string& one, const std::string& other)
{
    return one.empty() || other.empty() ? one + other : fmt::format("{}; {}", one, other);
}

}  // namespace

BootHistory read_rtc_line(const Root& root)
{
    BootHistory kernel = from_kernel(root);
    if (rtc_event(kernel.events) != nullptr)
        return kernel;
    BootHistory journal = from_journal(root);
    journal.error = both(kernel.error, journal.error);
    return journal;
}

BootHistory read_boot_history(const Root& root)
{
    BootHistory journal = from_journal(root);
    if (rtc_event(journal.events) != nullptr)
        return journal;
    BootHistory kernel = from_kernel(root);
    if (journal.source.empty())
        kernel.error = root.is_live() ? both(journal.error, kernel.error) : journal.error;
    else
        kernel.source = "kernel log and journal";
    // The journal has the kernel's lines too, as far back as it reaches.
    for (ClockEvent& event : journal.events)
        if (event.kind != ClockEventKind::HostTimeReady || kernel.events.empty())
            kernel.events.push_back(std::move(event));
    std::ranges::stable_sort(kernel.events, {}, &ClockEvent::since_boot);
    return kernel;
}

}  // namespace clockguard

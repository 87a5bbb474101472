// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/journal.hpp"

#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "edge/clock/journal_boots.hpp"
#include "edge/clock/journal_entry.hpp"
#include "edge/clock/journal_steps.hpp"

namespace clockguard {
namespace {

/// A boot's journal, as far as it has been read.
struct Reading {
    const JournalSource& source;
    JournalPtr journal;
    BootJournal read;
};

/// Whose lines are still read.
Result<void> select(const Reading& reading)
{
    sd_journal* const journal = reading.journal.get();
    sd().journal_flush_matches(journal);
    auto added =
        negative(sd().journal_add_match(journal, ("_BOOT_ID=" + reading.read.boot_id).c_str(), 0));
    if (added)
        added = negative(sd().journal_add_conjunction(journal));
    for (const auto& term : journal_terms(!reading.read.kernel_until)) {
        for (const std::string& match : term)
            if (added)
                added = negative(sd().journal_add_match(journal, match.c_str(), 0));
        if (added)
            added = negative(sd().journal_add_disjunction(journal));
    }
    if (!added)
        return fail(journal_error("search", added.error()));
    return {};
}

/// What is selected, from the beginning; says how many entries that was.
Result<std::size_t> tell_entries(Reading& reading, StepTeller& tell, const ReadingTime& time)
{
    constexpr std::size_t entries_at_once = 2048;
    const Uptime began = uptime_now();
    BootJournal& read = reading.read;
    auto selected = select(reading);
    std::size_t count = 0;
    LettingGo letting_go;
    sd().journal_seek_head(reading.journal.get());
    while (selected && !read.read_until) {
        const auto found = negative(sd().journal_next(reading.journal.get()));
        if (!found)
            return fail(journal_error("read", found.error()));
        if (*found == 0)
            break;
        const auto entry = read_entry(reading.journal.get());
        if (!entry)
            continue;
        tell(*entry);
        const Span taken = uptime_now() - began;
        if (taken > time.all)
            read.read_until = entry->since_boot;
        const bool is_late = taken > time.kernel && !read.kernel_until;
        if (is_late)
            read.kernel_until = entry->since_boot;
        const bool is_large = ++count % entries_at_once == 0 && letting_go.is_due();
        if (is_large)
            selected = open_anew(reading.journal, reading.source);
        if (selected && (is_late || is_large))
            selected = select(reading);  // the place in it stays
    }
    if (!selected)
        return fail(selected.error());
    return count;
}

/// The boot that is asked for, so many before the source's.
Result<std::string> boot_to_read(sd_journal* journal, const JournalSource& source, const Root& root,
                                 int boots_back)
{
    auto boot = source.boot_id.empty() ? last_boot_in(journal) : source.boot_id;
    if (!boot || boots_back == 0)
        return boot;
    const auto boots =
        root.is_live() ? boots_in(open_journal_files(root), *boot) : boots_in(source.files, *boot);
    const auto back = static_cast<std::size_t>(boots_back);
    if (back >= boots.size())
        return fail(
            fmt::format("cannot read journal: it does not go back {}", counted(back, "boot")));
    return boots[boots.size() - 1 - back];
}

/// Whether this user sees what root's processes said in a boot: those who tell of the clock are.
bool sees_system_entries(sd_journal* journal, const std::string& boot)
{
    select_boot(journal, boot);
    sd().journal_add_conjunction(journal);
    sd().journal_add_match(journal, "_UID=0", 0);
    sd().journal_add_disjunction(journal);
    sd().journal_add_match(journal, "_TRANSPORT=kernel", 0);
    sd().journal_seek_head(journal);
    return sd().journal_next(journal) > 0;
}

/// Whether nothing was found because this user may read its own lines alone. The files of another
/// root have been opened by then.
bool sees_too_little(sd_journal* journal, const Root& root, const std::string& boot)
{
    return root.is_live() && ::geteuid() != 0 && !sees_system_entries(journal, boot);
}

}  // namespace

Result<BootJournal> read_boot_journal(const Root& root,
                                      const std::function<void(const LogEntry&)>& tell,
                                      const ReadingTime& time, int boots_back)
{
    const auto library = load<Libsystemd>();
    if (!library)
        return fail(library.error());
    auto source = find_journal(root);
    if (!source)
        return fail(source.error());
    auto journal = source->open();
    if (!journal)
        return fail(journal.error());
    auto boot = boot_to_read(journal->get(), *source, root, boots_back);
    if (!boot)
        return fail(boot.error());
    source->boot_id = std::move(*boot);
    Reading reading{
        .source = *source,
        .journal = std::move(*journal),
        .read = {.boot_id = source->boot_id, .trouble = source->trouble, .lost = source->lost}};
    StepTeller teller{tell, *source};
    const auto ends = ends_of(reading.journal.get(), source->boot_id);
    if (ends) {
        reading.read.begins = ends->before.since_boot;
        teller.look_into(*ends, time.looks);
        teller(ends->before);
    }
    const auto count = tell_entries(reading, teller, time);
    if (!count)
        return fail(count.error());
    if (*count == 0 && sees_too_little(reading.journal.get(), root, source->boot_id))
        return fail("cannot read journal: it has nothing about this boot that this user may see");
    if (ends)
        teller(ends->after);
    return reading.read;
}

}  // namespace clockguard

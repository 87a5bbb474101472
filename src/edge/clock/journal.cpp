// SPDX-License-Identifier: Apache-2.0
// The journal of a boot: which boot it is, which lines count, and when the clock was stepped in
// silence.
#include "clockguard/edge/clock/journal.hpp"

#include <algorithm>
#include <iterator>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/clock/clock_history.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "edge/base/libsystemd.hpp"
#include "edge/clock/journal_boots.hpp"
#include "edge/clock/journal_entry.hpp"
#include "edge/clock/journal_handle.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// Of a longer field the rest is not looked at: no line that tells of the clock is as long.
constexpr std::size_t longest_field = 4096;

Result<std::string> this_boot(const Root& root)
{
    const auto text = read_file(root, "/proc/sys/kernel/random/boot_id");
    if (!text)
        return fail(text.error());
    std::string id;
    std::ranges::copy_if(*text, std::back_inserter(id),
                         [](char c) { return c != '-' && c != '\n'; });
    return id;
}

/// A journal to be read, and the boot to read of it.
struct Source {
    std::vector<JournalFile> files{};  // none of the journal of this machine
    std::vector<std::string> paths{};  // of those of them that can be read
    std::string boot_id{};             // empty: the one that it ends with
    std::string trouble{};             // why there may be a newer boot than that
    std::string lost{};                // why a part of it may be missing

    Result<JournalPtr> open() const
    {
        auto journal = files.empty() ? open_live_journal() : open_files(paths);
        if (journal)
            sd().journal_set_data_threshold(journal->get(), longest_field);
        return journal;
    }
};

Result<Source> this_boot_of(const Root& root)
{
    auto boot = this_boot(root);
    if (!boot)
        return fail(boot.error());
    return Source{.boot_id = std::move(*boot)};
}

Error unreadable(const JournalFile& file, std::error_code code)
{
    return {.what = fmt::format("cannot read journal '{}'", file.name), .code = code};
}

/// What a tree's journal has, as its files are looked at one by one.
struct Looked {
    std::vector<std::string> paths{};  // of those that can be read
    std::string newest{};              // the boot that the active file ends with
    std::optional<Error> active_lost{};
    std::optional<Error> any_lost{};
};

void look_at(const JournalFile& file, Looked& looked)
{
    const std::string path = path_of(file);
    const auto alone = file.file ? open_files({path}) : fail("", file.file.error());
    if (!alone && file.is_users)
        return;
    if (!alone) {
        looked.any_lost = unreadable(file, alone.error().code);
        if (file.is_active)
            looked.active_lost = looked.any_lost;
        return;
    }
    looked.paths.push_back(path);
    if (file.is_active && looked.newest.empty())
        looked.newest = last_boot_in(alone->get()).value_or("");
}

/// The newest boot of a disk. Its dates do not tell, for a boot whose clock was ahead has the
/// latest; nor does the order of files: one that was not closed is put aside (system@...journal~),
/// and the next is numbered anew. But the newest has the last word in the file that was written
/// last.
Result<Source> newest_boot_of(const Root& root)
{
    Source source{.files = open_journal_files(root)};
    Looked looked;
    for (const JournalFile& file : source.files)
        look_at(file, looked);
    if (looked.paths.empty())
        return fail(looked.any_lost.value_or(Error{.what = "cannot read journal: there is none"}));
    source.paths = std::move(looked.paths);
    source.boot_id = std::move(looked.newest);
    source.trouble = looked.active_lost ? to_text(*looked.active_lost) : "";
    source.lost = looked.any_lost ? to_text(*looked.any_lost) : "";
    return source;
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

LogEntry without_words(const LogEntry& entry)
{
    return {.since_boot = entry.since_boot, .wall = entry.wall};
}

/// When an entry was written, by both clocks; nothing where none was found.
std::optional<LogEntry> moment_of(sd_journal* journal, int found)
{
    if (found <= 0)
        return std::nullopt;
    const auto entry = read_entry(journal);
    if (!entry)
        return std::nullopt;
    return without_words(*entry);
}

enum class End { First, Last };

/// What anything wrote first or last in a boot. Before the first line that tells of the clock, and
/// after the last one, there may have been a step.
std::optional<LogEntry> moment_at(End end, sd_journal* journal, const std::string& boot)
{
    select_boot(journal, boot);
    end == End::First ? sd().journal_seek_head(journal) : sd().journal_seek_tail(journal);
    return moment_of(journal, end == End::First ? sd().journal_next(journal)
                                                : sd().journal_previous(journal));
}

/// Two entries between which the clock may have been stepped.
struct Gap {
    LogEntry before{};
    LogEntry after{};
};

Span length_of(const Gap& gap)
{
    return gap.after.since_boot - gap.before.since_boot;
}

Span moved_in(const Gap& gap)
{
    if (!gap.before.wall || !gap.after.wall)
        return {};
    return clock_moved({.wall = *gap.before.wall, .monotonic = gap.before.since_boot},
                       {.wall = *gap.after.wall, .monotonic = gap.after.since_boot});
}

bool may_have_step(const Gap& gap)
{
    return length_of(gap) > 1s && is_jump(moved_in(gap));
}

/// What anything wrote near a moment, within a gap: next after it, or else last before. A seek in a
/// file that ends before that moment, or begins after it, may find what is outside.
std::optional<LogEntry> moment_near(Span since_boot, const Gap& gap, sd_journal* journal,
                                    sd_id128_t boot)
{
    for (const auto& go : {sd().journal_next, sd().journal_previous}) {
        sd().journal_seek_monotonic_usec(journal, boot,
                                         static_cast<std::uint64_t>(since_boot.count()));
        auto entry = moment_of(journal, go(journal));
        if (entry && entry->since_boot > gap.before.since_boot &&
            entry->since_boot < gap.after.since_boot)
            return entry;
    }
    return std::nullopt;
}

/// What anything wrote here and there in between, evenly: the clock may have been stepped and
/// stepped back while those who tell of it were silent. First far apart, then closer, while there
/// is time.
std::vector<LogEntry> looks_into(const Gap& gap, sd_journal* journal, const std::string& boot,
                                 Span time)
{
    constexpr int parts_at_most = 256;
    std::vector<LogEntry> looks;
    sd_id128_t id{};
    if (sd().id128_from_string(boot.c_str(), &id) < 0)
        return looks;
    const Uptime began = uptime_now();
    select_boot(journal, boot);
    for (int parts = 2; parts <= parts_at_most; parts *= 2)
        for (int part = 1; part < parts && uptime_now() - began <= time; part += 2)
            if (auto entry = moment_near(gap.before.since_boot + length_of(gap) / parts * part, gap,
                                         journal, id))
                looks.push_back(std::move(*entry));
    std::ranges::sort(looks, {}, &LogEntry::since_boot);
    return looks;
}

/// The two moments around the larger step, as near to it as anything was written, or to a second.
Gap narrowed(Gap gap, sd_journal* journal, const std::string& boot)
{
    constexpr int looks_at_most = 64;
    sd_id128_t id{};
    if (sd().id128_from_string(boot.c_str(), &id) < 0)
        return gap;
    select_boot(journal, boot);
    for (int looks = 0; looks < looks_at_most && length_of(gap) > 1s; ++looks) {
        const auto entry =
            moment_near(gap.before.since_boot + length_of(gap) / 2, gap, journal, id);
        if (!entry)
            break;
        const bool moved_later =
            abs(moved_in({*entry, gap.after})) > abs(moved_in({gap.before, *entry}));
        (moved_later ? gap.before : gap.after) = *entry;
    }
    return gap;
}

Result<void> select(sd_journal* journal, const std::string& boot, bool with_much)
{
    sd().journal_flush_matches(journal);
    auto added = negative(sd().journal_add_match(journal, ("_BOOT_ID=" + boot).c_str(), 0));
    if (added)
        added = negative(sd().journal_add_conjunction(journal));
    for (const auto& term : journal_terms(with_much)) {
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

/// Tells entries and, where the clock was stepped between two of them, what anything wrote around
/// the step, which dates it.
struct Teller {
    const std::function<void(const LogEntry&)>& tell;
    const Source& source;
    std::vector<LogEntry> looks{};  // moments of the boot, in order
    JournalPtr around{};            // the same journal, to be looked at elsewhere
    LogEntry last{};
    std::size_t looked = 0;

    void operator()(const LogEntry& entry)
    {
        while (looked < looks.size() && looks[looked].since_boot < entry.since_boot)
            go_on_to(looks[looked++]);
        go_on_to(without_words(entry));
        tell(entry);
    }

    void go_on_to(LogEntry moment)
    {
        tell_steps_in({.before = last, .after = moment});
        last = std::move(moment);
    }

    void tell_steps_in(Gap gap)
    {
        constexpr int steps_at_most = 4;
        for (int steps = 0; steps < steps_at_most && may_have_step(gap); ++steps) {
            if (!around)
                around = source.open().value_or(JournalPtr{});
            const Gap step = around ? narrowed(gap, around.get(), source.boot_id) : gap;
            tell(step.before);
            tell(step.after);
            gap.before = step.after;
        }
    }
};

/// What is selected, from the beginning; says how many entries that was.
Result<std::size_t> tell_entries(sd_journal* journal, BootJournal& read, Teller& tell,
                                 const ReadingTime& time)
{
    const Uptime began = uptime_now();
    auto selected = select(journal, read.boot_id, true);
    std::size_t count = 0;
    sd().journal_seek_head(journal);
    while (selected && !read.read_until) {
        const auto found = negative(sd().journal_next(journal));
        if (!found)
            return fail(journal_error("read", found.error()));
        if (*found == 0)
            break;
        const auto entry = read_entry(journal);
        if (!entry)
            continue;
        tell(*entry);
        ++count;
        const Span taken = uptime_now() - began;
        if (taken > time.all)
            read.read_until = entry->since_boot;
        if (taken > time.kernel && !read.kernel_until) {
            read.kernel_until = entry->since_boot;
            selected = select(journal, read.boot_id, false);  // the place in it stays
        }
    }
    if (!selected)
        return fail(selected.error());
    return count;
}

/// The boot that is asked for, so many before the source's.
Result<std::string> boot_to_read(sd_journal* journal, const Source& source, const Root& root,
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
    auto source = root.is_live() ? this_boot_of(root) : newest_boot_of(root);
    if (!source)
        return fail(source.error());
    const auto opened = source->open();
    if (!opened)
        return fail(opened.error());
    sd_journal* const journal = opened->get();
    auto boot = boot_to_read(journal, *source, root, boots_back);
    if (!boot)
        return fail(boot.error());
    source->boot_id = std::move(*boot);
    BootJournal read{.boot_id = source->boot_id, .trouble = source->trouble, .lost = source->lost};
    Teller teller{.tell = tell, .source = *source};
    const auto first = moment_at(End::First, journal, source->boot_id);
    const auto last = moment_at(End::Last, journal, source->boot_id);
    if (first && last)
        teller.looks = looks_into({*first, *last}, journal, source->boot_id, time.looks);
    if (first) {
        read.begins = first->since_boot;
        teller(*first);
    }
    const auto count = tell_entries(journal, read, teller, time);
    if (!count)
        return fail(count.error());
    if (*count == 0 && sees_too_little(journal, root, source->boot_id))
        return fail("cannot read journal: it has nothing about this boot that this user may see");
    if (last)
        teller(*last);
    return read;
}

}  // namespace clockguard

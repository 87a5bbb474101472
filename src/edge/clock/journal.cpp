// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/journal.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <fmt/format.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/clock/ntp_clients.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/handle.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "edge/clock/journal_files.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using JournalPtr = Handle<sd_journal, sd_journal_close>;

/// Of a longer field the rest is not looked at: no line that tells of the clock is as long.
constexpr std::size_t longest_field = 4096;

/// Units that tell of the clock, beside chronyd's and those of other NTP clients.
constexpr std::array own_units{NamedUnit{"systemd-timesyncd.service", "systemd-timesyncd"},
                               NamedUnit{"snap.microk8s.daemon-apiserver-kicker.service",
                                         "snap.microk8s.daemon-apiserver-kicker"}};

/// All of them.
constexpr std::array<std::span<const NamedUnit>, 3> units{own_units, chrony_units, ntp_clients};

/// chronyd under a unit of another name.
constexpr std::array<std::string_view, 4> chronyd_paths{
    "/usr/sbin/chronyd", "/usr/bin/chronyd", "/usr/local/sbin/chronyd", "/usr/local/bin/chronyd"};

/// Whose lines are read: fields that begin with an underscore are journald's word, not the
/// sender's (systemd.journal-fields(7)). Terms are alternatives; within one, all must match.
std::vector<std::vector<std::string>> terms(bool with_kernel)
{
    std::vector<std::vector<std::string>> all{
        {"MESSAGE_ID=c7a787079b354eaaa9e77b371893cd27", "_PID=1"}};  // SD_MESSAGE_TIME_CHANGE
    for (const auto& some : units)
        for (const NamedUnit& speaker : some)
            all.push_back({fmt::format("_SYSTEMD_UNIT={}", speaker.unit)});
    for (const std::string_view path : chronyd_paths)
        all.push_back({fmt::format("_EXE={}", path)});
    if (with_kernel)
        all.push_back({"_TRANSPORT=kernel"});
    return all;
}

Error cannot(std::string_view verb, std::error_code code)
{
    return {.what = fmt::format("cannot {} journal", verb), .code = code};
}

Result<JournalPtr> open_live_journal()
{
    sd_journal* journal = nullptr;
    const auto opened = negative(sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY));
    if (!opened)
        return fail(cannot("open", opened.error()));
    return JournalPtr{journal};
}

Result<JournalPtr> open_files(const std::vector<std::string>& paths)
{
    std::vector<const char*> names;
    names.reserve(paths.size() + 1);
    for (const std::string& path : paths)
        names.push_back(path.c_str());
    names.push_back(nullptr);
    sd_journal* journal = nullptr;
    const auto opened = negative(sd_journal_open_files(&journal, names.data(), 0));
    if (!opened)
        return fail(cannot("open", opened.error()));
    return JournalPtr{journal};
}

std::string field(sd_journal* journal, const char* name)
{
    const void* data = nullptr;
    std::size_t length = 0;
    if (sd_journal_get_data(journal, name, &data, &length) < 0)
        return {};
    const std::string_view pair{static_cast<const char*>(data), length};
    return std::string{pair.substr(pair.find('=') + 1)};
}

/// When the sender says that it spoke; nothing that comes after it was written down is believed.
Span source_stamp(sd_journal* journal, Span written)
{
    const auto count = parse_number<std::int64_t>(field(journal, "_SOURCE_MONOTONIC_TIMESTAMP"));
    return count && *count >= 0 ? std::min(Span{*count}, written) : written;
}

std::string_view name_of(std::string_view unit)
{
    for (const auto& some : units)
        for (const NamedUnit& speaker : some)
            if (speaker.unit == unit)
                return speaker.name;
    return {};
}

std::string speaker_of(sd_journal* journal)
{
    if (field(journal, "_TRANSPORT") == "kernel")
        return "kernel";
    if (const auto name = name_of(field(journal, "_SYSTEMD_UNIT")); !name.empty())
        return std::string{name};
    if (std::ranges::find(chronyd_paths, field(journal, "_EXE")) != chronyd_paths.end())
        return "chronyd";
    return field(journal, "_PID") == "1" ? "systemd" : "";
}

/// The kernel's own stamp where there is one: journald got its early lines only when it started.
/// The wall clock is moved with it, so that the two stay a pair read at one moment.
Result<LogEntry> read_entry(sd_journal* journal)
{
    std::uint64_t wall = 0;
    std::uint64_t monotonic = 0;
    sd_id128_t boot{};
    const auto first = negative(sd_journal_get_realtime_usec(journal, &wall));
    if (!first)
        return fail(cannot("read", first.error()));
    const auto second = negative(sd_journal_get_monotonic_usec(journal, &monotonic, &boot));
    if (!second)
        return fail(cannot("read", second.error()));
    const Span written{static_cast<Span::rep>(monotonic)};
    const Span happened = source_stamp(journal, written);
    return LogEntry{.since_boot = happened,
                    .wall = Instant{Span{static_cast<Span::rep>(wall)}} - (written - happened),
                    .speaker = speaker_of(journal),
                    .text = field(journal, "MESSAGE")};
}

std::string boot_of(sd_journal* journal)
{
    return field(journal, "_BOOT_ID");
}

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

/// The boot of the last entry; empty where there is none.
Result<std::string> last_boot_in(sd_journal* journal)
{
    sd_journal_seek_tail(journal);
    const auto found = negative(sd_journal_previous(journal));
    if (!found)
        return fail(cannot("read", found.error()));
    return *found == 0 ? "" : boot_of(journal);
}

/// A journal to be read, and the boot to read of it.
struct Source {
    JournalPtr journal{};
    std::string boot_id{};
    std::string trouble{};  // why there may be a newer boot than that
};

Result<Source> open_this_boot(const Root& root)
{
    auto journal = open_live_journal();
    if (!journal)
        return fail(journal.error());
    auto boot = this_boot(root);
    if (!boot)
        return fail(boot.error());
    return Source{.journal = std::move(*journal), .boot_id = std::move(*boot)};
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
    const std::string path = file.file ? fmt::format("/proc/self/fd/{}", file.file->get()) : "";
    const auto alone = file.file ? open_files({path}) : fail("", file.file.error());
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
Result<Source> open_newest_boot(const Root& root)
{
    const auto files = open_journal_files(root);
    Looked looked;
    for (const JournalFile& file : files)
        look_at(file, looked);
    if (looked.paths.empty())
        return fail(looked.any_lost.value_or(Error{.what = "cannot read journal: there is none"}));
    auto journal = open_files(looked.paths);
    if (!journal)
        return fail(journal.error());
    const auto boot = looked.newest.empty() ? last_boot_in(journal->get()) : looked.newest;
    if (!boot)
        return fail(boot.error());
    if (boot->empty())
        return fail("cannot read journal: it has no entries");
    return Source{.journal = std::move(*journal),
                  .boot_id = *boot,
                  .trouble = looked.active_lost ? to_text(*looked.active_lost) : ""};
}

/// To the first entry of a boot; false where it has none.
bool seek_boot(sd_journal* journal, const std::string& boot)
{
    sd_journal_flush_matches(journal);
    sd_journal_add_match(journal, ("_BOOT_ID=" + boot).c_str(), 0);
    sd_journal_seek_head(journal);
    const bool found = sd_journal_next(journal) > 0;
    sd_journal_flush_matches(journal);  // the place in it stays
    return found;
}

/// So many boots before one, in the order in which the journal was written: within a file that does
/// not depend on what the clock showed. Empty where the journal does not go back as far.
std::string boot_before(sd_journal* journal, std::string boot, int boots_back)
{
    std::vector<std::string> passed;
    while (boots_back > 0 && seek_boot(journal, boot)) {
        passed.push_back(boot);
        while (std::ranges::find(passed, boot) != passed.end())
            boot = sd_journal_previous(journal) > 0 ? boot_of(journal) : "";
        --boots_back;
    }
    return boots_back == 0 ? boot : "";
}

/// Whether this user sees what root's processes said in a boot: those who tell of the clock are.
bool sees_system_entries(sd_journal* journal, const std::string& boot)
{
    sd_journal_flush_matches(journal);
    sd_journal_add_match(journal, ("_BOOT_ID=" + boot).c_str(), 0);
    sd_journal_add_conjunction(journal);
    sd_journal_add_match(journal, "_UID=0", 0);
    sd_journal_add_disjunction(journal);
    sd_journal_add_match(journal, "_TRANSPORT=kernel", 0);
    sd_journal_seek_head(journal);
    return sd_journal_next(journal) > 0;
}

enum class End { First, Last };

/// What anything wrote first or last in a boot: when that was, by both clocks. Before the first
/// line that tells of the clock, and after the last one, there may have been a step.
std::optional<LogEntry> moment_at(End end, sd_journal* journal, const std::string& boot)
{
    sd_journal_flush_matches(journal);
    sd_journal_add_match(journal, ("_BOOT_ID=" + boot).c_str(), 0);
    end == End::First ? sd_journal_seek_head(journal) : sd_journal_seek_tail(journal);
    const int found = end == End::First ? sd_journal_next(journal) : sd_journal_previous(journal);
    if (found <= 0)
        return std::nullopt;
    const auto entry = read_entry(journal);
    if (!entry)
        return std::nullopt;
    return LogEntry{.since_boot = entry->since_boot, .wall = entry->wall};
}

Result<void> select(sd_journal* journal, const std::string& boot, bool with_kernel)
{
    sd_journal_flush_matches(journal);
    auto added = negative(sd_journal_add_match(journal, ("_BOOT_ID=" + boot).c_str(), 0));
    if (added)
        added = negative(sd_journal_add_conjunction(journal));
    for (const auto& term : terms(with_kernel)) {
        for (const std::string& match : term)
            if (added)
                added = negative(sd_journal_add_match(journal, match.c_str(), 0));
        if (added)
            added = negative(sd_journal_add_disjunction(journal));
    }
    if (!added)
        return fail(cannot("search", added.error()));
    return {};
}

using Tell = std::function<void(const LogEntry&)>;

/// What is selected, from the beginning; says how many entries that was.
Result<std::size_t> tell_entries(sd_journal* journal, BootJournal& read, const Tell& tell,
                                 const ReadingTime& time)
{
    const Uptime began = uptime_now();
    auto selected = select(journal, read.boot_id, true);
    std::size_t count = 0;
    sd_journal_seek_head(journal);
    while (selected && !read.read_until) {
        const auto found = negative(sd_journal_next(journal));
        if (!found)
            return fail(cannot("read", found.error()));
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
    auto source = root.is_live() ? open_this_boot(root) : open_newest_boot(root);
    if (!source)
        return fail(source.error());
    sd_journal* const journal = source->journal.get();
    sd_journal_set_data_threshold(journal, longest_field);
    if (boots_back > 0)
        source->boot_id = boot_before(journal, source->boot_id, boots_back);
    if (boots_back > 0 && source->boot_id.empty())
        return fail(fmt::format("cannot read journal: it does not go back {}",
                                counted(static_cast<std::size_t>(boots_back), "boot")));
    BootJournal read{.boot_id = source->boot_id, .trouble = source->trouble};
    if (const auto first = moment_at(End::First, journal, source->boot_id)) {
        read.begins = first->since_boot;
        tell(*first);
    }
    const auto count = tell_entries(journal, read, tell, time);
    if (!count)
        return fail(count.error());
    if (*count == 0 && sees_too_little(journal, root, source->boot_id))
        return fail("cannot read journal: it has nothing about this boot that this user may see");
    if (const auto last = moment_at(End::Last, journal, source->boot_id))
        tell(*last);
    return read;
}

}  // namespace clockguard

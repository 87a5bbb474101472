// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/journal.hpp"

#include <array>
#include <charconv>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

#include <fmt/format.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/handle.hpp"
#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using JournalPtr = Handle<sd_journal, sd_journal_close>;

/// A broken or enormous journal must not keep a diagnosis waiting.
constexpr std::size_t entries_at_most = 100'000;
constexpr Span time_at_most = 3s;

/// Whose lines are read: fields that begin with an underscore are journald's word, not the
/// sender's (systemd.journal-fields(7)). Terms are alternatives; within one, all must match.
constexpr std::array<std::array<const char*, 2>, 6> terms{{
    {"_TRANSPORT=kernel", nullptr},
    {"_SYSTEMD_UNIT=chrony.service", nullptr},
    {"_SYSTEMD_UNIT=chronyd.service", nullptr},
    {"_EXE=/usr/sbin/chronyd", nullptr},
    {"MESSAGE_ID=c7a787079b354eaaa9e77b371893cd27", "_PID=1"},  // SD_MESSAGE_TIME_CHANGE
    {"_SYSTEMD_UNIT=snap.microk8s.daemon-apiserver-kicker.service", nullptr},
}};

Error cannot(std::string_view verb, std::error_code code)
{
    return {.what = fmt::format("cannot {} journal", verb), .code = code};
}

Result<JournalPtr> open_journal(const Root& root)
{
    sd_journal* journal = nullptr;
    const auto opened =
        negative(root.is_live() ? sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY)
                                : sd_journal_open_directory(&journal, root.folder.c_str(),
                                                            SD_JOURNAL_OS_ROOT));
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

std::optional<Span> source_stamp(sd_journal* journal)
{
    const std::string text = field(journal, "_SOURCE_MONOTONIC_TIMESTAMP");
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || text.empty() || count < 0)
        return std::nullopt;
    return Span{count};
}

std::string speaker_of(sd_journal* journal)
{
    if (field(journal, "_TRANSPORT") == "kernel")
        return "kernel";
    const std::string unit = field(journal, "_SYSTEMD_UNIT");
    if (unit.starts_with("chrony") || field(journal, "_EXE") == "/usr/sbin/chronyd")
        return "chronyd";
    if (field(journal, "_PID") == "1")
        return "systemd";
    return unit.substr(0, unit.rfind(".service"));
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
    const Span happened = source_stamp(journal).value_or(written);
    return LogEntry{.since_boot = happened,
                    .wall = Instant{Span{static_cast<Span::rep>(wall)}} - (written - happened),
                    .speaker = speaker_of(journal),
                    .text = field(journal, "MESSAGE")};
}

std::string boot_of(sd_journal* journal)
{
    return field(journal, "_BOOT_ID");
}

/// The boot of the newest entry. Not the one with the latest date: that may be a boot whose clock
/// was ahead.
Result<std::string> latest_boot(sd_journal* journal, const Root& root)
{
    if (root.is_live()) {
        std::string id;
        for (const char c : read_file(root, "/proc/sys/kernel/random/boot_id").value_or(""))
            if (c != '-' && c != '\n')
                id += c;
        return id;
    }
    sd_journal_seek_tail(journal);
    const auto found = negative(sd_journal_previous(journal));
    if (!found)
        return fail(cannot("read", found.error()));
    if (*found == 0)
        return fail("cannot read journal: it has no entries, or none that this user may see");
    return boot_of(journal);
}

/// Goes to the boot before this one; empty when there is none.
std::string boot_before(sd_journal* journal, const std::string& boot)
{
    sd_journal_add_match(journal, ("_BOOT_ID=" + boot).c_str(), 0);
    sd_journal_seek_head(journal);
    char* cursor = nullptr;
    const bool there = sd_journal_next(journal) > 0 && sd_journal_get_cursor(journal, &cursor) >= 0;
    const Handle<char, ::free> first{cursor};
    sd_journal_flush_matches(journal);
    if (!there || sd_journal_seek_cursor(journal, first.get()) < 0)
        return {};
    while (sd_journal_previous(journal) > 0)
        if (std::string before = boot_of(journal); before != boot)
            return before;
    return {};
}

Result<std::string> find_boot(sd_journal* journal, const Root& root, int back)
{
    auto boot = latest_boot(journal, root);
    for (; boot && !boot->empty() && back < 0; ++back)
        boot = boot_before(journal, *boot);
    if (boot && boot->empty())
        return fail("cannot read journal: it does not reach back to that boot");
    return boot;
}

Result<void> select(sd_journal* journal, const std::string& boot)
{
    auto added = negative(sd_journal_add_match(journal, ("_BOOT_ID=" + boot).c_str(), 0));
    if (added)
        added = negative(sd_journal_add_conjunction(journal));
    for (const auto& term : terms) {
        for (const char* match : term)
            if (added && match != nullptr)
                added = negative(sd_journal_add_match(journal, match, 0));
        if (added)
            added = negative(sd_journal_add_disjunction(journal));
    }
    if (!added)
        return fail(cannot("search", added.error()));
    return {};
}

}  // namespace

Result<BootJournal> read_boot_journal(const Root& root, int boot)
{
    const auto journal = open_journal(root);
    if (!journal)
        return fail(journal.error());
    const auto id = find_boot(journal->get(), root, boot);
    if (!id)
        return fail(id.error());
    const auto selected = select(journal->get(), *id);
    if (!selected)
        return fail(selected.error());

    BootJournal read{.boot_id = *id};
    const Uptime began = uptime_now();
    sd_journal_seek_head(journal->get());
    while (sd_journal_next(journal->get()) > 0) {
        auto entry = read_entry(journal->get());
        if (entry)
            read.entries.push_back(std::move(*entry));
        read.cut_short =
            read.entries.size() >= entries_at_most || uptime_now() - began > time_at_most;
        if (read.cut_short)
            break;
    }
    if (read.entries.empty())
        return fail("cannot read journal: it has nothing about this boot that this user may see");
    return read;
}

}  // namespace clockguard

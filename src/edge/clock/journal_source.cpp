// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/journal_source.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "edge/clock/journal_entry.hpp"

namespace clockguard {
namespace {

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

Result<JournalSource> this_boot_of(const Root& root)
{
    auto boot = this_boot(root);
    if (!boot)
        return fail(boot.error());
    return JournalSource{.boot_id = std::move(*boot)};
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
Result<JournalSource> newest_boot_of(const Root& root)
{
    JournalSource source{.files = open_journal_files(root)};
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

/// What this program has in memory, in bytes (proc_pid_statm(5)); 0 where it cannot be told.
std::size_t resident()
{
    const auto text = read_file("/proc/self/statm");
    const auto second = text ? text->find(' ') : std::string::npos;
    if (second == std::string::npos)
        return 0;
    const std::string_view pages = std::string_view{*text}.substr(second + 1);
    return parse_number<std::size_t>(pages.substr(0, pages.find(' '))).value_or(0) *
           static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

Result<JournalPtr> JournalSource::open() const
{
    auto journal = files.empty() ? open_live_journal() : open_files(paths);
    if (journal)
        sd().journal_set_data_threshold(journal->get(), longest_field);
    return journal;
}

Result<JournalSource> find_journal(const Root& root)
{
    return root.is_live() ? this_boot_of(root) : newest_boot_of(root);
}

bool maps_much()
{
    constexpr std::size_t large = std::size_t{20} << 20;
    return resident() > large;
}

bool LettingGo::is_due()
{
    const bool is_large = is_of_use_ && maps_much();
    is_of_use_ = !(is_large && was_due_);
    was_due_ = is_large;
    return is_large && is_of_use_;
}

Result<void> open_anew(JournalPtr& journal, const JournalSource& source)
{
    char* cursor = nullptr;
    const auto told = negative(sd().journal_get_cursor(journal.get(), &cursor));
    const Handle<char, std::free> place{cursor};
    if (!told)
        return fail(journal_error("read", told.error()));
    journal.reset();
    auto opened = source.open();
    if (!opened)
        return fail(opened.error());
    journal = std::move(*opened);
    sd().journal_seek_cursor(journal.get(), place.get());
    sd().journal_next(journal.get());
    return {};
}

}  // namespace clockguard

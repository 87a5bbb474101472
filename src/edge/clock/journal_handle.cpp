// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/journal_handle.hpp"

#include <fmt/core.h>

#include "clockguard/edge/base/sys.hpp"
#include "edge/clock/journal_entry.hpp"

namespace clockguard {

Result<JournalPtr> open_live_journal()
{
    sd_journal* journal = nullptr;
    const auto opened = negative(sd().journal_open(&journal, SD_JOURNAL_LOCAL_ONLY));
    if (!opened)
        return fail(journal_error("open", opened.error()));
    return JournalPtr{journal};
}

std::string path_of(const JournalFile& file)
{
    return file.file ? fmt::format("/proc/self/fd/{}", file.file->get()) : "";
}

Result<JournalPtr> open_files(const std::vector<std::string>& paths)
{
    std::vector<const char*> names;
    names.reserve(paths.size() + 1);
    for (const std::string& path : paths)
        names.push_back(path.c_str());
    names.push_back(nullptr);
    sd_journal* journal = nullptr;
    const auto opened = negative(sd().journal_open_files(&journal, names.data(), 0));
    if (!opened)
        return fail(journal_error("open", opened.error()));
    return JournalPtr{journal};
}

std::string boot_of(sd_journal* journal)
{
    return journal_field(journal, "_BOOT_ID");
}

Result<std::string> last_boot_in(sd_journal* journal)
{
    sd().journal_seek_tail(journal);
    const auto found = negative(sd().journal_previous(journal));
    if (!found)
        return fail(journal_error("read", found.error()));
    if (*found == 0)
        return fail("cannot read journal: it has no entries");
    return boot_of(journal);
}

void select_boot(sd_journal* journal, const std::string& boot)
{
    sd().journal_flush_matches(journal);
    sd().journal_add_match(journal, ("_BOOT_ID=" + boot).c_str(), 0);
}

bool seek_boot(sd_journal* journal, const std::string& boot)
{
    select_boot(journal, boot);
    sd().journal_seek_head(journal);
    const bool found = sd().journal_next(journal) > 0;
    sd().journal_flush_matches(journal);  // the place in it stays
    return found;
}

}  // namespace clockguard

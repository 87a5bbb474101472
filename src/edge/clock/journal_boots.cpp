// SPDX-License-Identifier: Apache-2.0
// The order of boots, file by file: libsystemd goes from one to another by their dates where they
// have no count of entries in common.
#include "edge/clock/journal_boots.hpp"

#include <algorithm>
#include <optional>
#include <unistd.h>

#include "clockguard/core/clock/boot_order.hpp"
#include "edge/clock/journal_handle.hpp"

namespace clockguard {
namespace {

JournalHeader header_of(const Fd& file)
{
    std::string bytes(journal_header_size, '\0');
    const ssize_t got = ::pread(file.get(), bytes.data(), bytes.size(), 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return parse_journal_header(bytes).value_or(JournalHeader{});
}

/// From the last entry of each boot to its first, and on to what was written before that.
std::vector<std::string> boots_of(sd_journal* journal)
{
    std::vector<std::string> boots;
    sd().journal_seek_tail(journal);
    while (sd().journal_previous(journal) > 0) {
        const std::string boot = boot_of(journal);
        if (boot.empty() || std::ranges::find(boots, boot) != boots.end())
            continue;
        boots.push_back(boot);
        seek_boot(journal, boot);
    }
    std::ranges::reverse(boots);
    return boots;
}

std::optional<JournalPart> part_of(const JournalFile& file)
{
    const auto journal = file.file ? open_files({path_of(file)}) : fail("", file.file.error());
    if (!journal)
        return std::nullopt;
    return JournalPart{.header = header_of(*file.file), .boots = boots_of(journal->get())};
}

std::vector<JournalPart> parts_of(const std::vector<JournalFile>& files, bool of_users)
{
    std::vector<JournalPart> parts;
    for (const JournalFile& file : files)
        if (auto part = file.is_users == of_users ? part_of(file) : std::nullopt)
            parts.push_back(std::move(*part));
    return parts;
}

}  // namespace

std::vector<std::string> boots_in(const std::vector<JournalFile>& files, const std::string& newest)
{
    auto parts = parts_of(files, false);
    if (parts.empty())
        parts = parts_of(files, true);
    return order_boots(std::move(parts), newest);
}

}  // namespace clockguard

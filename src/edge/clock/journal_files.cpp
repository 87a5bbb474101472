// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/journal_files.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

using Names = std::vector<std::string>;

/// journald's folders are called by a machine's id: 32 hexadecimal digits (machine-id(5)).
bool is_machine(std::string_view name)
{
    constexpr std::size_t length = 32;
    return name.size() == length &&
           name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// A file that was not closed is put aside as "system@...journal~".
bool is_journal(std::string_view name)
{
    return name.ends_with(".journal") || name.ends_with(".journal~");
}

/// Its names; a folder that is there and cannot be listed is a file that cannot be read.
Names list(const Root& root, const std::string& folder, std::vector<JournalFile>& files)
{
    auto names = list_folder(root, folder);
    if (!names && names.error().code != std::errc::no_such_file_or_directory)
        files.push_back({.name = root.path(folder), .file = fail(names.error().code)});
    return names.value_or(Names{});
}

void add_files(const Root& root, const std::string& folder, std::vector<JournalFile>& files)
{
    for (const std::string& name : list(root, folder, files))
        if (const std::string path = fmt::format("{}/{}", folder, name); is_journal(name))
            files.push_back({.name = root.path(path),
                             .is_active = name == "system.journal",
                             .is_users = name.starts_with("user-"),
                             .file = open_file_in_root(root, path)});
}

void add_machines(const Root& root, const std::string& folder, std::vector<JournalFile>& files)
{
    Names machines = list(root, folder, files);
    std::erase_if(machines, [](const std::string& name) { return !is_machine(name); });
    const std::string own = read_line(root, "/etc/machine-id");
    if (std::ranges::find(machines, own) != machines.end())
        machines = {own};
    for (const std::string& machine : machines)
        add_files(root, fmt::format("{}/{}", folder, machine), files);
}

}  // namespace

std::vector<JournalFile> open_journal_files(const Root& root)
{
    std::vector<JournalFile> files;
    add_machines(root, "/var/log/journal", files);
    add_machines(root, "/run/log/journal", files);
    return files;
}

}  // namespace clockguard

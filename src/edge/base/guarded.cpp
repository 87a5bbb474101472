// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/guarded.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/core/base/path.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "edge/base/file_writing.hpp"

namespace clockguard {
namespace {

constexpr std::size_t record_limit = 256U << 10U;

/// Whom else than root and us a file or folder obeys, or nothing. In a folder with the sticky bit
/// everybody may make files, and replace none of another's.
std::string who_else_writes(const Fd& opened)
{
    struct stat about {};
    if (::fstat(opened.get(), &about) != 0)
        return "its owner is not known";
    if (about.st_uid != 0 && about.st_uid != ::geteuid())
        return fmt::format("it belongs to user {}", about.st_uid);
    const bool shared = S_ISDIR(about.st_mode) && (about.st_mode & S_ISVTX) != 0;
    if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !shared)
        return fmt::format("users other than its owner may write it (mode {:04o})",
                           about.st_mode & 07777U);
    return {};
}

Result<void> check_writers(const Fd& opened, std::string_view kind, const std::string& path)
{
    const std::string who = who_else_writes(opened);
    if (!who.empty())
        return fail(fmt::format("cannot trust {}'{}': {}", kind, path, who));
    return {};
}

Result<std::string> read_checked(const Fd& found, const std::string& path, std::size_t limit)
{
    const auto file = open_regular(found);
    if (!file)
        return fail(cannot("read", path, file.error()));
    const auto trusted = check_writers(*file, "", path);
    if (!trusted)
        return fail(trusted.error());
    auto text = read_all(file->get(), limit);
    if (!text)
        return fail(cannot("read", path, text.error()));
    return std::move(*text);
}

/// A folder, with its path for messages.
struct Held {
    Fd folder{};
    std::string path{};
};

/// Goes down from a folder to the one that `name` is in.
Result<Held> go_down(Held here, const std::string& name)
{
    const auto trusted = check_writers(here.folder, "folder ", here.path);
    if (!trusted)
        return fail(trusted.error());
    const auto slash = name.find('/');
    if (slash == std::string::npos)
        return here;
    const std::string next = name.substr(0, slash);
    std::string path = fmt::format("{}/{}", here.path, next);
    auto folder = open_below(here.folder, next, O_PATH | O_DIRECTORY, Links::Refused);
    if (!folder)
        return fail(refusal("read", path, folder.error()));
    return go_down({.folder = std::move(*folder), .path = std::move(path)}, name.substr(slash + 1));
}

Result<std::string> read_below(const Root& root, const std::string& folder, const std::string& name,
                               std::size_t limit)
{
    const std::string path = root.path(fmt::format("{}/{}", folder, name));
    auto opened = open_in_root(root, folder, O_PATH | O_DIRECTORY);
    if (!opened)
        return fail(cannot("read", path, opened.error()));
    const auto in = go_down({.folder = std::move(*opened), .path = root.path(folder)}, name);
    if (!in)
        return fail(in.error());
    const auto found = open_below(in->folder, name_of(name), O_PATH, Links::Refused);
    if (!found)
        return fail(refusal("read", path, found.error()));
    return read_checked(*found, path, limit);
}

}  // namespace

Result<std::string> read_guarded_file(const Root& root, std::string_view path)
{
    const std::string shown = root.path(path);
    const std::string parent = folder_of(path);
    const auto folder = open_in_root(root, parent, O_PATH | O_DIRECTORY);
    const auto found =
        folder ? open_in_root(root, std::string{path}, O_PATH) : fail(folder.error());
    if (!found)
        return fail(cannot("read", shown, found.error()));
    const auto trusted = check_writers(*folder, "folder ", root.path(parent));
    if (!trusted)
        return fail(trusted.error());
    return read_checked(*found, shown, text_limit);
}

Result<std::string> read_own_file(const Root& root, std::string_view folder,
                                  const std::string& name)
{
    return read_below(root, std::string{folder}, name, text_limit);
}

Result<std::string> read_record(const Root& root, std::string_view path)
{
    const std::string file{path};
    return read_below(root, folder_of(file), name_of(file), record_limit);
}

}  // namespace clockguard

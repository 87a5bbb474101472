// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/files.hpp"

#include <algorithm>
#include <array>
#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/handle.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "edge/base/file_writing.hpp"

namespace clockguard {
namespace {

constexpr std::size_t size_limit = 4U << 20U;
constexpr std::string_view beside_mark = ".clockguard-";
constexpr std::size_t random_letters = 6;  // mkostemp(3)

Error cannot(std::string_view verb, const std::string& path, std::error_code code)
{
    return {.what = fmt::format("cannot {} '{}'", verb, path), .code = code};
}

Result<Fd, std::error_code> open_file(const Root& root, std::string_view path)
{
    const auto found = open_in_root(root, std::string{path}, O_PATH);
    if (!found)
        return fail(found.error());
    return open_regular(*found);
}

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
        return fmt::format("others than its owner may write it (mode {:04o})",
                           about.st_mode & 07777U);
    return {};
}

Result<void, std::error_code> write_all(int file, std::string_view text)
{
    while (!text.empty()) {
        const auto put = sys(::write(file, text.data(), text.size()));
        if (!put && put.error() == std::errc::interrupted)
            continue;
        if (!put)
            return fail(put.error());
        text.remove_prefix(static_cast<std::size_t>(*put));
    }
    return {};
}

Result<void, std::error_code> fill(const Fd& file, std::string_view text, mode_t mode)
{
    const auto allowed = sys(::fchmod(file.get(), mode));
    if (!allowed)
        return fail(allowed.error());
    return write_and_sync(file.get(), text);
}

/// errno alone tells the end, which leaves it, from a failure (readdir(3)).
const dirent* next_entry(DIR* folder)
{
    errno = 0;
    return ::readdir(folder);
}

}  // namespace

std::string name_beside(const std::string& path)
{
    return fmt::format("{}{}{}", path, beside_mark, std::string(random_letters, 'X'));
}

std::string random_name_beside(const std::string& name)
{
    constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::array<unsigned char, random_letters> random{};
    [[maybe_unused]] const auto got = ::getrandom(random.data(), random.size(), GRND_NONBLOCK);
    std::string beside = fmt::format("{}{}", name, beside_mark);
    for (const unsigned char byte : random)
        beside += letters[byte % letters.size()];
    return beside;
}

bool is_leftover(std::string_view name)
{
    return name.size() > beside_mark.size() + random_letters &&
           name.substr(name.size() - random_letters - beside_mark.size(), beside_mark.size()) ==
               beside_mark;
}

std::string folder_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

Result<std::string, std::error_code> read_all(int file)
{
    std::string text;
    for (;;) {
        char buffer[16384];
        const auto got = sys(::read(file, buffer, sizeof buffer));
        if (!got && got.error() == std::errc::interrupted)
            continue;
        if (!got)
            return fail(got.error());
        if (*got == 0)
            return text;
        if (text.size() + static_cast<std::size_t>(*got) > size_limit)
            return fail(std::make_error_code(std::errc::file_too_large));
        text.append(buffer, static_cast<std::size_t>(*got));
    }
}

Result<void, std::error_code> write_and_sync(int file, std::string_view text)
{
    const auto written = write_all(file, text);
    if (!written)
        return fail(written.error());
    const auto safe = sys(::fsync(file));
    if (!safe)
        return fail(safe.error());
    return {};
}

Result<void, std::error_code> sync_folder(const std::string& folder)
{
    const auto opened = sys(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened)
        return fail(opened.error());
    const Fd held{*opened};
    const auto safe = sys(::fsync(held.get()));
    if (!safe)
        return fail(safe.error());
    return {};
}

Result<std::string> read_file(const Root& root, std::string_view path)
{
    const auto file = open_file(root, path);
    if (!file)
        return fail(cannot("read", root.path(path), file.error()));
    auto text = read_all(file->get());
    if (!text)
        return fail(cannot("read", root.path(path), text.error()));
    return std::move(*text);
}

Result<std::string> read_guarded_file(const Root& root, std::string_view path)
{
    const std::string shown = root.path(path);
    const std::string parent = folder_of(std::string{path});
    const auto folder = open_in_root(root, parent, O_PATH | O_DIRECTORY);
    if (!folder)
        return fail(cannot("read", shown, folder.error()));
    const auto file = open_file(root, path);
    if (!file)
        return fail(cannot("read", shown, file.error()));
    if (const std::string who = who_else_writes(*folder); !who.empty())
        return fail(fmt::format("cannot trust folder '{}': {}", root.path(parent), who));
    if (const std::string who = who_else_writes(*file); !who.empty())
        return fail(fmt::format("cannot trust '{}': {}", shown, who));
    auto text = read_all(file->get());
    if (!text)
        return fail(cannot("read", shown, text.error()));
    return std::move(*text);
}

Result<std::vector<std::string>> list_folder(const Root& root, std::string_view path)
{
    const auto opened = open_in_root(root, std::string{path}, O_RDONLY | O_DIRECTORY);
    if (!opened)
        return fail(cannot("list folder", root.path(path), opened.error()));
    // fdopendir(3) would close the descriptor that Fd owns.
    const int own = ::fcntl(opened->get(), F_DUPFD_CLOEXEC, 0);
    const Handle<DIR, ::closedir> folder{own < 0 ? nullptr : ::fdopendir(own)};
    if (!folder)
        return fail(cannot("list folder", root.path(path), {errno, std::generic_category()}));
    std::vector<std::string> names;
    while (const dirent* entry = next_entry(folder.get()))
        if (const std::string name = entry->d_name; name != "." && name != "..")
            names.push_back(name);
    if (errno != 0)
        return fail(cannot("list folder", root.path(path), {errno, std::generic_category()}));
    std::ranges::sort(names);
    return names;
}

Result<void> write_atomically(const std::string& path, std::string_view text, mode_t mode)
{
    const auto there = make_folders(folder_of(path));
    if (!there)
        return fail(there.error());
    std::string beside = name_beside(path);
    const auto made = sys(::mkostemp(beside.data(), O_CLOEXEC));
    if (!made)
        return fail(cannot("write", path, made.error()));
    auto done = fill(Fd{*made}, text, mode);
    if (done && ::rename(beside.c_str(), path.c_str()) != 0)
        done = fail(std::error_code{errno, std::generic_category()});
    if (!done) {
        ::unlink(beside.c_str());
        return fail(cannot("write", path, done.error()));
    }
    [[maybe_unused]] const auto safe = sync_folder(folder_of(path));
    return {};
}

void remove_leftovers(const std::string& folder, std::string_view of)
{
    for (const std::string& name : list_folder(folder).value_or(std::vector<std::string>{}))
        if (is_leftover(name) && name.starts_with(of))
            ::unlink(fmt::format("{}/{}", folder, name).c_str());
}

Result<void> make_folders(const std::string& path)
{
    for (auto slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
        const std::string folder = path.substr(0, slash);
        const auto made = sys(::mkdir(folder.c_str(), 0755));
        if (!made && made.error() != std::errc::file_exists)
            return fail(cannot("make folder", folder, made.error()));
        if (slash == std::string::npos)
            return {};
    }
}

bool file_exists(const Root& root, std::string_view path)
{
    return open_in_root(root, std::string{path}, O_PATH).operator bool();
}

bool is_broken_link(const Root& root, std::string_view path)
{
    return !file_exists(root, path) &&
           open_in_root(root, std::string{path}, O_PATH | O_NOFOLLOW).operator bool();
}

Result<Instant> last_modified(const Root& root, std::string_view path)
{
    const auto file = open_in_root(root, std::string{path}, O_PATH);
    struct stat about {};
    const auto known = file ? sys(::fstat(file->get(), &about)) : fail(file.error());
    if (!known)
        return fail(cannot("look at", root.path(path), known.error()));
    return Instant{std::chrono::seconds{about.st_mtim.tv_sec}};
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
// Whole files and folders: read up to a limit, written atomically, listed, locked and removed.
#include "clockguard/edge/base/files.hpp"

#include <algorithm>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/core/base/path.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/folder.hpp"
#include "clockguard/edge/base/handle.hpp"
#include "clockguard/edge/base/output.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "edge/base/file_writing.hpp"

namespace clockguard {
namespace {

constexpr std::string_view beside_mark = ".clockguard-";
constexpr std::size_t letters_of_number = 6;  // all that a number of 32 bits needs

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

/// What is no folder is removed at the first attempt.
void remove_all(const Fd& above, const std::string& name)
{
    if (::unlinkat(above.get(), name.c_str(), 0) == 0)
        return;
    const auto opened = open_below(above, name, O_RDONLY | O_DIRECTORY, Links::Refused);
    if (!opened)
        return;
    for (const std::string& entry : names_in(*opened).value_or(std::vector<std::string>{}))
        remove_all(*opened, entry);
    ::unlinkat(above.get(), name.c_str(), AT_REMOVEDIR);
}

}  // namespace

std::string name_beside(std::string_view name, std::size_t number)
{
    constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string beside = fmt::format("{}{}", name, beside_mark);
    for (std::size_t i = 0; i < letters_of_number; ++i) {
        beside += letters[number % letters.size()];
        number /= letters.size();
    }
    return beside;
}

bool is_beside(std::string_view other, std::string_view name)
{
    return other.size() == name.size() + beside_mark.size() + letters_of_number &&
           other.starts_with(name) && other.substr(name.size()).starts_with(beside_mark);
}

Error cannot(std::string_view verb, const std::string& path, std::error_code code)
{
    return {.what = fmt::format("cannot {} '{}'", verb, path), .code = code};
}

Error refusal(std::string_view verb, const std::string& path, std::error_code code)
{
    if (code == std::errc::too_many_symbolic_link_levels)
        return {.what = fmt::format("cannot {} '{}': {}", verb, path, why_not(code))};
    return cannot(verb, path, code);
}

Result<std::string, std::error_code> read_all(int file, std::size_t limit)
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
        if (text.size() + static_cast<std::size_t>(*got) > limit)
            return fail(std::make_error_code(std::errc::file_too_large));
        text.append(buffer, static_cast<std::size_t>(*got));
    }
}

Result<void, std::error_code> write_and_sync(int file, std::string_view text)
{
    const auto written = write_all_of(file, text);
    if (!written)
        return fail(written.error());
    const auto safe = sys(::fsync(file));
    if (!safe)
        return fail(safe.error());
    return {};
}

Result<std::vector<std::string>, std::error_code> names_in(const Fd& folder)
{
    // Opened anew, for readdir(3) moves the position of a descriptor and closedir(3) closes it.
    const auto own = sys(::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!own)
        return fail(own.error());
    const Handle<DIR, ::closedir> opened{::fdopendir(*own)};
    if (!opened)
        return fail(std::error_code{errno, std::generic_category()});
    std::vector<std::string> names;
    while (const dirent* entry = next_entry(opened.get()))
        if (const std::string name = entry->d_name; name != "." && name != "..")
            names.push_back(name);
    if (errno != 0)
        return fail(std::error_code{errno, std::generic_category()});
    std::ranges::sort(names);
    return names;
}

Result<std::string> read_file(const Root& root, std::string_view path)
{
    const auto file = open_file_in_root(root, std::string{path});
    if (!file)
        return fail(cannot("read", root.path(path), file.error()));
    auto text = read_all(file->get());
    if (!text)
        return fail(cannot("read", root.path(path), text.error()));
    return std::move(*text);
}

std::string read_line(const Root& root, std::string_view path)
{
    return std::string{first_line(read_file(root, path).value_or(""))};
}

Result<std::vector<std::string>> list_folder(const Root& root, std::string_view path)
{
    const auto opened = open_in_root(root, std::string{path}, O_RDONLY | O_DIRECTORY);
    auto names = opened ? names_in(*opened) : fail(opened.error());
    if (!names)
        return fail(cannot("list folder", root.path(path), names.error()));
    return std::move(*names);
}

Result<void> write_atomically(const Root& root, const std::string& path, std::string_view text,
                              mode_t mode)
{
    auto there = make_folders(root, folder_of(path));
    if (!there)
        return fail(cannot("write", root.path(path), there.error().code));
    const Folder folder{std::move(*there)};
    folder.remove_leftovers(name_of(path));
    const auto made = folder.make_beside(name_of(path));
    if (!made)
        return fail(cannot("write", root.path(path), made.error()));
    const auto& [beside, file] = *made;
    auto done = fill(file, text, mode);
    if (done)
        done = folder.rename(beside, name_of(path));
    if (!done) {
        folder.remove(beside);
        return fail(cannot("write", root.path(path), done.error()));
    }
    [[maybe_unused]] const auto safe = folder.sync();
    return {};
}

Result<Fd> make_folders(const Root& root, const std::string& path, mode_t mode)
{
    auto there = open_in_root(root, path, O_RDONLY | O_DIRECTORY);
    if (there)
        return std::move(*there);
    if (there.error() != std::errc::no_such_file_or_directory || folder_of(path) == path)
        return fail(cannot("open folder", root.path(path), there.error()));
    auto above = make_folders(root, folder_of(path));
    if (!above)
        return above;
    const mode_t umask = ::umask(0);
    const auto made = sys(::mkdirat(above->get(), name_of(path).c_str(), mode));
    ::umask(umask);
    if (!made && made.error() != std::errc::file_exists)
        return fail(cannot("make folder", root.path(path), made.error()));
    there = open_in_root(root, path, O_RDONLY | O_DIRECTORY);
    if (!there)
        return fail(cannot("make folder", root.path(path), there.error()));
    return std::move(*there);
}

Result<Fd> take_lock(const Root& root, const std::string& path)
{
    auto folder = make_folders(root, folder_of(path));
    if (!folder)
        return folder;
    const auto opened = sys(::openat(folder->get(), name_of(path).c_str(),
                                     O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!opened)
        return fail(refusal("lock", root.path(path), opened.error()));
    Fd held{*opened};
    const auto locked = sys(::flock(held.get(), LOCK_EX | LOCK_NB));
    if (!locked)
        return fail(refusal("lock", root.path(path), locked.error()));
    return held;
}

Result<void, std::error_code> remove_file(const Root& root, const std::string& path)
{
    const auto folder = open_in_root(root, folder_of(path), O_PATH | O_DIRECTORY);
    if (!folder)
        return fail(folder.error());
    const auto removed = sys(::unlinkat(folder->get(), name_of(path).c_str(), 0));
    if (!removed)
        return fail(removed.error());
    return {};
}

void remove_folder(const Root& root, const std::string& path)
{
    if (const auto above = open_in_root(root, folder_of(path), O_PATH | O_DIRECTORY))
        remove_all(*above, name_of(path));
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

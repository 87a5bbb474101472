// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/folder.hpp"

#include <cstdint>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clockguard/core/base/path.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/random.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "edge/base/file_writing.hpp"

namespace clockguard {
namespace {

using Done = Result<void, std::error_code>;

Done to_done(const Result<int, std::error_code>& returned)
{
    if (!returned)
        return fail(returned.error());
    return {};
}

/// Locks a new file, so that no other clockguard takes it for a leftover; not where one did so
/// just before.
bool is_kept(const Fd& file)
{
    const auto locked = sys(::flock(file.get(), LOCK_EX | LOCK_NB));
    struct stat about {};
    return (locked || locked.error() != std::errc::resource_unavailable_try_again) &&
           ::fstat(file.get(), &about) == 0 && about.st_nlink != 0;
}

/// What is below the trusted folder, and that folder; of a file elsewhere the root.
std::pair<std::string, std::string> split(const Beneath& file)
{
    const std::string path = file.root.without(file.location);
    const std::string above = file.trusted + "/";
    if (file.trusted.empty() || !path.starts_with(above))
        return {"/", path};
    return {file.trusted, path.substr(above.size())};
}

}  // namespace

Result<Folder, std::error_code> Folder::of(const Beneath& file)
{
    const auto [above, below] = split(file);
    const auto trusted = open_in_root(file.root, above, O_PATH | O_DIRECTORY);
    if (!trusted)
        return fail(trusted.error());
    auto opened = open_below(*trusted, folder_of(below), O_RDONLY | O_DIRECTORY, Links::Refused);
    if (!opened)
        return fail(opened.error());
    return Folder{std::move(*opened)};
}

Result<Fd, std::error_code> Folder::open_file(const std::string& name) const
{
    const auto found = sys(::openat(folder_.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!found)
        return fail(found.error());
    return open_regular(Fd{*found});
}

Result<std::pair<std::string, Fd>, std::error_code>
Folder::make_beside(const std::string& name) const
{
    constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    constexpr std::uint32_t attempts = 100;
    for (std::uint32_t i = 0; i < attempts; ++i) {
        // Early at boot each random number is the same.
        const std::string beside = name_beside(name, random_number() + i);
        const auto made = sys(::openat(folder_.get(), beside.c_str(), flags, 0600));
        if (!made && made.error() != std::errc::file_exists)
            return fail(made.error());
        if (Fd file{made.value_or(-1)}; file.get() >= 0 && is_kept(file))
            return std::pair{beside, std::move(file)};
    }
    return fail(std::make_error_code(std::errc::file_exists));
}

Done Folder::rename(const std::string& from, const std::string& to) const
{
    return to_done(sys(::renameat(folder_.get(), from.c_str(), folder_.get(), to.c_str())));
}

Done Folder::exchange(const std::string& one, const std::string& other) const
{
    return to_done(sys(
        ::renameat2(folder_.get(), one.c_str(), folder_.get(), other.c_str(), RENAME_EXCHANGE)));
}

void Folder::remove(const std::string& name) const
{
    ::unlinkat(folder_.get(), name.c_str(), 0);
}

Done Folder::sync() const
{
    return to_done(sys(::fsync(folder_.get())));
}

void Folder::remove_leftovers(const std::string& name) const
{
    for (const std::string& other : names_in(folder_).value_or(std::vector<std::string>{})) {
        if (!is_beside(other, name))
            continue;
        // Who writes one has it locked.
        const auto file = open_file(other);
        if (file && ::flock(file->get(), LOCK_EX | LOCK_NB) == 0)
            remove(other);
    }
}

Result<Fd, std::error_code> open_beneath(const Beneath& file)
{
    const auto folder = Folder::of(file);
    if (!folder)
        return fail(folder.error());
    return folder->open_file(name_of(file.location));
}

Result<std::string, std::error_code> read_beneath(const Beneath& file)
{
    const auto opened = open_beneath(file);
    if (!opened)
        return fail(opened.error());
    return read_all(opened->get());
}

}  // namespace clockguard

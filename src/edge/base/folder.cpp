// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clockguard/edge/base/beneath.hpp"
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
    constexpr int attempts = 100;
    for (int i = 0;; ++i) {
        const std::string beside = random_name_beside(name);
        const auto made = sys(::openat(folder_.get(), beside.c_str(), flags, 0600));
        if (made)
            return std::pair{beside, Fd{*made}};
        if (made.error() != std::errc::file_exists || i == attempts)
            return fail(made.error());
    }
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
    for (const std::string& other : names_in(folder_).value_or(std::vector<std::string>{}))
        if (is_leftover(other) && other.starts_with(name))
            remove(other);
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

// SPDX-License-Identifier: Apache-2.0
// A file in the place of another, that looks like it from outside.
#include "clockguard/edge/replace_file.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <fmt/format.h>

#include "clockguard/edge/files.hpp"
#include "clockguard/edge/sys.hpp"
#include "file_writing.hpp"

namespace clockguard {
namespace {

using Done = Result<void, std::error_code>;

Error cannot(std::string_view verb, const std::string& path, std::error_code code)
{
    return {.what = fmt::format("cannot {} '{}'", verb, path), .code = code};
}

std::string attribute_of(int file, const char* name)
{
    std::array<char, 4096> value{};
    const auto size = sys(::fgetxattr(file, name, value.data(), value.size()));
    return size ? std::string{value.data(), static_cast<std::size_t>(*size)} : std::string{};
}

/// Of what rename would otherwise replace by the folder's defaults. A file without the attribute is
/// fine, and so is EPERM: it comes where no SELinux runs whose label this could be; SELinux itself
/// denies with EACCES (security/commoncap.c, cap_inode_setxattr; security/selinux/hooks.c).
Done copy_attribute(int from, int to, const char* name)
{
    const std::string wanted = attribute_of(from, name);
    if (wanted.empty() || wanted == attribute_of(to, name))
        return {};
    const auto set = sys(::fsetxattr(to, name, wanted.data(), wanted.size(), 0));
    if (!set && set.error() != std::errc::operation_not_permitted)
        return fail(set.error());
    return {};
}

/// What a file looks like from outside.
struct Dress {
    uid_t owner = 0;
    gid_t group = 0;
    mode_t mode = 0600;
    int attributes_of = -1;  // the file in whose place it comes; -1: there is none
};

/// Owner first: fchown clears the set-user-ID bits that fchmod then sets (chown(2)).
Done dress(int file, const Dress& as)
{
    const auto owned = sys(::fchown(file, as.owner, as.group));
    if (!owned)
        return fail(owned.error());
    const auto allowed = sys(::fchmod(file, as.mode));
    if (!allowed)
        return fail(allowed.error());
    for (const char* name : {"security.selinux", "system.posix_acl_access"}) {
        auto copied = copy_attribute(as.attributes_of, file, name);
        if (!copied)
            return copied;
    }
    return {};
}

/// Never through a link: who put it there meant another file than the one beside us.
Result<Fd, std::error_code> open_plain(const std::string& path)
{
    const auto opened = sys(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!opened)
        return fail(opened.error());
    return Fd{*opened};
}

Result<std::string, std::error_code> write_beside(const std::string& path, const std::string& text,
                                                  const Dress& as)
{
    std::string beside = name_beside(path);
    const auto made = sys(::mkostemp(beside.data(), O_CLOEXEC));
    if (!made)
        return fail(made.error());
    const Fd fresh{*made};
    Done done = dress(fresh.get(), as);
    if (done)
        done = write_and_sync(fresh.get(), text);
    if (done)
        return beside;
    ::unlink(beside.c_str());
    return fail(done.error());
}

Result<void> put_in_place(std::string_view verb, const FileChange& change, const Dress& as)
{
    const std::string& path = change.location;
    const auto beside = write_beside(path, change.after, as);
    if (!beside)
        return fail(cannot(verb, path, beside.error()));
    const auto renamed = sys(::rename(beside->c_str(), path.c_str()));
    if (!renamed) {
        ::unlink(beside->c_str());
        return fail(cannot(verb, path, renamed.error()));
    }
    const auto safe = sync_folder(folder_of(path));
    if (!safe)
        return fail(cannot("make the new name durable of", path, safe.error()));
    return {};
}

class Contested : public std::error_category {
public:
    const char* name() const noexcept override { return "contested"; }
    std::string message(int) const override { return "another program has just written it"; }
};

std::error_code contested()
{
    static const Contested category;
    return {1, category};
}

/// Nobody else can have the file open while we hold this, and who is about to opens it only after
/// we have let go: then the kernel has told us (fcntl(2), "Leases").
class Lease {
public:
    /// Waits a second at most for who has the file open: a daemon reads it, the kicker writes it.
    explicit Lease(int file) : file_{file}
    {
        constexpr int attempts = 200;
        constexpr timespec pause{.tv_sec = 0, .tv_nsec = 5'000'000};
        // Instead of SIGIO, which would end us.
        ::fcntl(file, F_SETSIG, SIGURG);
        for (int i = 0; i < attempts && !held_; ++i) {
            held_ = ::fcntl(file, F_SETLEASE, F_WRLCK) == 0;
            if (!held_ && errno != EAGAIN)
                return;
            if (!held_)
                ::nanosleep(&pause, nullptr);
        }
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease()
    {
        if (held_)
            ::fcntl(file_, F_SETLEASE, F_UNLCK);
    }

    bool is_wanted_by_a_writer() const { return held_ && ::fcntl(file_, F_GETLEASE) == F_UNLCK; }

private:
    int file_;
    bool held_ = false;
};

/// Whether somebody else has written this file, or is about to. The folder is synced in between:
/// that has to be done anyway, and is time for who had already found the file by its name.
Result<bool, std::error_code> is_somebody_elses(const std::string& path, const FileChange& change)
{
    const auto opened = open_plain(path);
    if (!opened)
        return fail(opened.error());
    const Lease lease{opened->get()};
    const auto text = read_all(opened->get());
    if (!text)
        return fail(text.error());
    const auto safe = sync_folder(folder_of(path));
    if (!safe)
        return fail(safe.error());
    return (*text != change.before && *text != change.after) || lease.is_wanted_by_a_writer();
}

Done exchange(const std::string& one, const std::string& other)
{
    const auto done =
        sys(::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE));
    if (!done)
        return fail(done.error());
    return {};
}

/// What was there goes back in its place. What comes out of it is ours, unless somebody has written
/// into that meanwhile: then it is the newest, and returns.
Done give_back(const std::string& beside, const FileChange& change)
{
    const auto given = exchange(beside, change.location);
    if (!given)
        return given;
    if (is_somebody_elses(beside, change).value_or(false))
        return exchange(beside, change.location);
    return {};
}

bool holds(const std::string& path, const std::string& text)
{
    const auto now = read_file(path);
    return now && *now == text;
}

/// For a file system that cannot exchange names (renameat2(2), EINVAL): no more than a look.
Done rename_over(const std::string& beside, const FileChange& change)
{
    if (!holds(change.location, change.before))
        return fail(contested());
    const auto renamed = sys(::rename(beside.c_str(), change.location.c_str()));
    if (!renamed)
        return fail(renamed.error());
    return sync_folder(folder_of(change.location));
}

/// Ours in its place, and what was there beside it, where it can be looked at in peace: between a
/// look at a file in its place and a rename over it, the kicker's certificate would be lost.
Done swap(const std::string& beside, const FileChange& change)
{
    const auto exchanged = exchange(beside, change.location);
    if (!exchanged && exchanged.error() == std::errc::invalid_argument)
        return rename_over(beside, change);
    if (!exchanged)
        return exchanged;
    const auto others = is_somebody_elses(beside, change);
    if (others && !*others)
        return {};
    const auto given = give_back(beside, change);
    if (!given)
        return given;
    return fail(others ? contested() : others.error());
}

/// Where the new text is ready, looking as the old one does from outside.
Result<std::string, std::error_code> prepare(const FileChange& change)
{
    const auto old = open_plain(change.location);
    if (!old)
        return fail(old.error());
    const auto text = read_all(old->get());
    if (!text)
        return fail(text.error());
    if (*text != change.before)
        return fail(contested());
    struct stat about {};
    const auto known = sys(::fstat(old->get(), &about));
    if (!known)
        return fail(known.error());
    return write_beside(change.location, change.after,
                        {.owner = about.st_uid,
                         .group = about.st_gid,
                         .mode = about.st_mode & 07777U,
                         .attributes_of = old->get()});
}

}  // namespace

bool is_contested(const Error& error)
{
    return error.code == contested();
}

Result<void> replace_file(const FileChange& change)
{
    const auto beside = prepare(change);
    if (!beside && beside.error() == std::errc::too_many_symbolic_link_levels)
        return fail(fmt::format("cannot replace '{}': it is a link", change.location));
    if (!beside)
        return fail(cannot("replace", change.location, beside.error()));
    const auto done = swap(*beside, change);
    // Else it is somebody's, and could not be given back.
    if (done || done.error() == contested() || holds(*beside, change.after))
        ::unlink(beside->c_str());
    if (!done)
        return fail(cannot("replace", change.location, done.error()));
    return {};
}

Result<void> restore_file(const FileChange& change, const BackupFile& file)
{
    const auto old = open_plain(change.location);
    if (!old && old.error() != std::errc::no_such_file_or_directory)
        return fail(cannot("restore", change.location, old.error()));
    return put_in_place("restore", change,
                        {.owner = file.owner,
                         .group = file.group,
                         .mode = file.mode,
                         .attributes_of = old ? old->get() : -1});
}

}  // namespace clockguard

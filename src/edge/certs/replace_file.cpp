// SPDX-License-Identifier: Apache-2.0
// A file in the place of another, that looks like it from outside.
#include "clockguard/edge/certs/replace_file.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/core/base/path.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/folder.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"
#include "edge/base/file_writing.hpp"

namespace clockguard {
namespace {

using Done = Result<void, std::error_code>;

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

/// Owner, mode and attributes of a new file.
struct FileMetadata {
    uid_t owner = 0;
    gid_t group = 0;
    mode_t mode = 0600;
    int attributes_of = -1;  // the file that it replaces
    bool with_acl = false;   // only for its own text: an ACL of now must not open what was then
};

/// Owner first: fchown clears the set-user-ID bits that fchmod then sets (chown(2)).
Done apply_metadata(int file, const FileMetadata& metadata)
{
    const auto owned = sys(::fchown(file, metadata.owner, metadata.group));
    if (!owned)
        return fail(owned.error());
    const auto allowed = sys(::fchmod(file, metadata.mode));
    if (!allowed)
        return fail(allowed.error());
    const auto labelled = copy_attribute(metadata.attributes_of, file, "security.selinux");
    if (!labelled || !metadata.with_acl)
        return labelled;
    return copy_attribute(metadata.attributes_of, file, "system.posix_acl_access");
}

Result<std::string, std::error_code> write_beside(const Folder& folder, const FileChange& change,
                                                  const FileMetadata& metadata)
{
    const auto made = folder.make_beside(name_of(change.location));
    if (!made)
        return fail(made.error());
    const auto& [beside, fresh] = *made;
    Done done = apply_metadata(fresh.get(), metadata);
    if (done)
        done = write_and_sync(fresh.get(), change.after);
    if (done)
        return beside;
    folder.remove(beside);
    return fail(done.error());
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

/// While this is held no other process has the file open. One that opens it waits until the lease
/// is given up, and the kernel tells of it (fcntl(2), "Leases").
class Lease {
public:
    /// Waits a second at most while the file is open: a daemon reads it, the kicker writes it.
    explicit Lease(int file) : file_{file}
    {
        constexpr int attempts = 200;
        constexpr Span pause = std::chrono::milliseconds{5};
        // Instead of SIGIO, which would end this process.
        ::fcntl(file, F_SETSIG, SIGURG);
        for (int i = 0; i < attempts && !held_; ++i) {
            held_ = ::fcntl(file, F_SETLEASE, F_WRLCK) == 0;
            if (!held_ && errno != EAGAIN)
                return;
            if (!held_)
                sleep_for(pause);
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

/// Whether another process has written this file, or is about to. The folder is synced in between:
/// that has to be done anyway, and gives time to a process that has already found the file by its
/// name.
Result<bool, std::error_code> is_written_by_others(const Folder& folder, const std::string& name,
                                                   const FileChange& change)
{
    const auto opened = folder.open_file(name);
    if (!opened)
        return fail(opened.error());
    const Lease lease{opened->get()};
    const auto text = read_all(opened->get());
    if (!text)
        return fail(text.error());
    const auto safe = folder.sync();
    if (!safe)
        return fail(safe.error());
    return (*text != change.before && *text != change.after) || lease.is_wanted_by_a_writer();
}

/// Puts back what was there. What comes out of its place is the new text, unless another process
/// has written into that meanwhile: then that is the newest, and returns.
Done give_back(const Folder& folder, const std::string& beside, const FileChange& change)
{
    const auto given = folder.exchange(beside, name_of(change.location));
    if (!given)
        return given;
    if (is_written_by_others(folder, beside, change).value_or(false))
        return folder.exchange(beside, name_of(change.location));
    return {};
}

bool holds(const Folder& folder, const std::string& name, const std::string& text)
{
    const auto opened = folder.open_file(name);
    return opened && read_all(opened->get()) == text;
}

/// For a file system that cannot exchange names (renameat2(2), EINVAL): no more than a look.
Done rename_over(const Folder& folder, const std::string& beside, const FileChange& change)
{
    if (!holds(folder, name_of(change.location), change.before))
        return fail(contested());
    const auto renamed = folder.rename(beside, name_of(change.location));
    if (!renamed)
        return renamed;
    return folder.sync();
}

/// Ours in its place, and what was there beside it, where it can be looked at in peace: between a
/// look at a file in its place and a rename over it, the kicker's certificate would be lost.
Done swap(const Folder& folder, const std::string& beside, const FileChange& change)
{
    const auto exchanged = folder.exchange(beside, name_of(change.location));
    if (!exchanged && exchanged.error() == std::errc::invalid_argument)
        return rename_over(folder, beside, change);
    if (!exchanged)
        return exchanged;
    const auto others = is_written_by_others(folder, beside, change);
    if (others && !*others)
        return {};
    const auto given = give_back(folder, beside, change);
    if (!given)
        return given;
    return fail(others ? contested() : others.error());
}

/// Those of the file that is replaced.
Result<FileMetadata, std::error_code> metadata_of_present(const Fd& now)
{
    struct stat about {};
    const auto known = sys(::fstat(now.get(), &about));
    if (!known)
        return fail(known.error());
    return FileMetadata{.owner = about.st_uid,
                        .group = about.st_gid,
                        .mode = about.st_mode & 07777U,
                        .attributes_of = now.get(),
                        .with_acl = true};
}

/// The file of now is what its users need; a manifest alone must not open a key to others.
Result<FileMetadata, std::error_code> metadata_of_backup(const BackupFile& file, const Fd& now)
{
    auto metadata = metadata_of_present(now);
    if (!metadata)
        return metadata;
    if (file.owner == 0)
        metadata->owner = 0;
    if (file.group == 0)
        metadata->group = 0;
    metadata->mode &= file.mode & 0777U;
    metadata->with_acl = false;
    return metadata;
}

/// The name of the file with the new text. Its metadata are those of `backup`, where that is given,
/// else those of the old file.
Result<std::string, std::error_code> prepare(const Folder& folder, const FileChange& change,
                                             const BackupFile* backup)
{
    const auto old = folder.open_file(name_of(change.location));
    if (!old)
        return fail(old.error());
    const auto text = read_all(old->get());
    if (!text)
        return fail(text.error());
    if (*text != change.before)
        return fail(contested());
    const auto metadata =
        backup != nullptr ? metadata_of_backup(*backup, *old) : metadata_of_present(*old);
    if (!metadata)
        return fail(metadata.error());
    return write_beside(folder, change, *metadata);
}

Done replace_in(const Folder& folder, const FileChange& change, const BackupFile* backup)
{
    const auto beside = prepare(folder, change, backup);
    if (!beside)
        return fail(beside.error());
    auto done = swap(folder, *beside, change);
    // Else it is what another process wrote, and could not be given back.
    if (done || done.error() == contested() || holds(folder, *beside, change.after))
        folder.remove(*beside);
    return done;
}

Result<void> exchange_text(const FileChange& change, std::string_view verb,
                           const BackupFile* backup)
{
    const auto folder = Folder::of(change.beneath());
    const Done done = folder ? replace_in(*folder, change, backup) : fail(folder.error());
    if (!done)
        return fail(refusal(verb, change.location, done.error()));
    return {};
}

}  // namespace

bool is_contested(const Error& error)
{
    return error.code == contested();
}

Result<void> replace_file(const FileChange& change)
{
    return exchange_text(change, "replace", nullptr);
}

Result<void> restore_file(const FileChange& change, const BackupFile& file)
{
    return exchange_text(change, "restore", &file);
}

}  // namespace clockguard

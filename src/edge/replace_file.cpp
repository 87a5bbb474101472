// SPDX-License-Identifier: Apache-2.0
// A file in the place of another, that looks like it from outside.
#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <fmt/format.h>

#include "clockguard/edge/certificate_store.hpp"
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

}  // namespace

Result<void> replace_file(const FileChange& change)
{
    const auto old = open_plain(change.location);
    if (!old && old.error() == std::errc::too_many_symbolic_link_levels)
        return fail(fmt::format("cannot replace '{}': it is a link", change.location));
    if (!old)
        return fail(cannot("replace", change.location, old.error()));
    const auto text = read_file(change.location);
    if (!text)
        return fail(text.error());
    if (*text != change.before)
        return fail(
            fmt::format("cannot replace '{}': somebody else has just written it", change.location));
    struct stat about {};
    const auto known = sys(::fstat(old->get(), &about));
    if (!known)
        return fail(cannot("replace", change.location, known.error()));
    return put_in_place("replace", change,
                        {.owner = about.st_uid,
                         .group = about.st_gid,
                         .mode = about.st_mode & 07777U,
                         .attributes_of = old->get()});
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

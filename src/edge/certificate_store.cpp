// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certificate_store.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <fmt/format.h>

#include "clockguard/edge/files.hpp"
#include "clockguard/edge/sys.hpp"

namespace clockguard {
namespace {

using Done = Result<void, std::error_code>;

constexpr std::string_view lock_file = "/run/clockguard/certs.lock";

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

Done write_all(int file, std::string_view text)
{
    while (!text.empty()) {
        const auto put = sys(::write(file, text.data(), text.size()));
        if (!put && put.error() == std::errc::interrupted)
            continue;
        if (!put)
            return fail(put.error());
        text.remove_prefix(static_cast<std::size_t>(*put));
    }
    const auto safe = sys(::fsync(file));
    if (!safe)
        return fail(safe.error());
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

Done sync_folder_of(const std::string& path)
{
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    const auto opened = sys(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened)
        return fail(opened.error());
    const Fd held{*opened};
    const auto safe = sys(::fsync(held.get()));
    if (!safe)
        return fail(safe.error());
    return {};
}

Done put_in_place(const std::string& path, const std::string& text, const Dress& as)
{
    std::string beside = path + ".clockguard-XXXXXX";
    const auto made = sys(::mkostemp(beside.data(), O_CLOEXEC));
    if (!made)
        return fail(made.error());
    const Fd fresh{*made};
    Done done = dress(fresh.get(), as);
    if (done)
        done = write_all(fresh.get(), text);
    if (done) {
        const auto renamed = sys(::rename(beside.c_str(), path.c_str()));
        if (!renamed)
            done = fail(renamed.error());
    }
    if (!done) {
        ::unlink(beside.c_str());
        return done;
    }
    return sync_folder_of(path);
}

std::string folder_of(const Root& root, const std::string& name)
{
    return fmt::format("{}/{}", root.path(backups_folder), name);
}

/// "certs/server.crt" of ".../certs/server.crt"
std::string stored_name(const std::string& path)
{
    const auto slash = path.rfind('/');
    return path.substr(path.rfind('/', slash - 1) + 1);
}

Result<BackupFile> describe(const FileChange& change)
{
    struct stat about {};
    const auto known = sys(::stat(change.location.c_str(), &about));
    if (!known)
        return fail(cannot("back up", change.location, known.error()));
    return BackupFile{.name = change.name,
                      .path = change.path,
                      .stored = stored_name(change.path),
                      .owner = about.st_uid,
                      .group = about.st_gid,
                      .mode = about.st_mode & 07777U};
}

void remove_folder(const std::string& folder)
{
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
}

void drop_oldest(const Root& root)
{
    const std::vector<Backup> all = list_backups(root);
    for (std::size_t i = backups_kept; i < all.size(); ++i)
        remove_folder(folder_of(root, all[i].name));
}

/// Two backups within a second must not become one.
std::string unused_name(const Root& root, const std::string& wanted)
{
    std::string name = wanted;
    for (int next = 2; file_exists(folder_of(root, name)); ++next)
        name = fmt::format("{}-{}", wanted, next);
    return name;
}

/// Kubeconfigs hold private keys: for root's eyes alone, whatever the umask.
Result<void> fill_backup(const std::string& folder, Backup& backup,
                         const std::vector<FileChange>& files)
{
    const auto made = make_folders(folder);
    if (!made)
        return fail(made.error());
    const auto closed = sys(::chmod(folder.c_str(), 0700));
    if (!closed)
        return fail(cannot("close folder", folder, closed.error()));
    for (const FileChange& change : files) {
        const auto file = describe(change);
        if (!file)
            return fail(file.error());
        const auto copied =
            write_atomically(fmt::format("{}/{}", folder, file->stored), change.before, 0600);
        if (!copied)
            return fail(copied.error());
        backup.files.push_back(*file);
    }
    return write_atomically(folder + "/manifest.json", render_json(backup), 0600);
}

}  // namespace

Result<Fd> lock_certificates(const Root& root)
{
    const std::string path = root.path(lock_file);
    const auto there = make_folders(path.substr(0, path.rfind('/')));
    if (!there)
        return fail(there.error());
    const auto opened = sys(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!opened)
        return fail(cannot("lock", path, opened.error()));
    Fd held{*opened};
    const auto locked = sys(::flock(held.get(), LOCK_EX | LOCK_NB));
    if (!locked)
        return fail(cannot("lock", path, locked.error()));
    return held;
}

Result<Backup> save_backup(const Root& root, Backup backup, const std::vector<FileChange>& files)
{
    const std::vector<Backup> others = list_backups(root);
    backup.number = others.empty() ? 1 : others.front().number + 1;
    backup.name = unused_name(root, backup.name);
    const std::string folder = folder_of(root, backup.name);
    const auto filled = fill_backup(folder, backup, files);
    if (!filled) {
        remove_folder(folder);
        return fail(filled.error());
    }
    drop_oldest(root);
    return backup;
}

std::vector<Backup> list_backups(const Root& root)
{
    std::vector<Backup> all;
    const auto names = list_folder(root.path(backups_folder));
    for (const std::string& name : names.value_or(std::vector<std::string>{})) {
        const auto text = read_file(folder_of(root, name) + "/manifest.json");
        auto backup = text ? parse_backup(*text) : fail(text.error());
        if (!backup)
            continue;
        backup->name = name;
        all.push_back(std::move(*backup));
    }
    std::ranges::sort(all, std::ranges::greater{}, &Backup::number);
    return all;
}

Result<std::string> read_backup(const Root& root, const Backup& backup, const BackupFile& file)
{
    return read_file(fmt::format("{}/{}", folder_of(root, backup.name), file.stored));
}

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
    const auto done = put_in_place(change.location, change.after,
                                   {.owner = about.st_uid,
                                    .group = about.st_gid,
                                    .mode = about.st_mode & 07777U,
                                    .attributes_of = old->get()});
    if (!done)
        return fail(cannot("replace", change.location, done.error()));
    return {};
}

Result<void> restore_file(const FileChange& change, const BackupFile& file)
{
    const auto old = open_plain(change.location);
    if (!old && old.error() != std::errc::no_such_file_or_directory)
        return fail(cannot("restore", change.location, old.error()));
    const auto done = put_in_place(change.location, change.after,
                                   {.owner = file.owner,
                                    .group = file.group,
                                    .mode = file.mode,
                                    .attributes_of = old ? old->get() : -1});
    if (!done)
        return fail(cannot("restore", change.location, done.error()));
    return {};
}

std::vector<RefreshRecord> load_refresh_log(const Root& root, std::string& complaint)
{
    const std::string path = root.path(refreshes_file);
    const auto text = read_file(path);
    if (!text && text.error().code == std::errc::no_such_file_or_directory)
        return {};
    auto log = text ? parse_refresh_log(*text) : fail(text.error());
    if (log)
        return std::move(*log);
    complaint = fmt::format("'{}' cannot be used, ignoring: {}", path, to_text(log.error()));
    return {};
}

Result<void> save_refresh_log(const Root& root, const std::vector<RefreshRecord>& log)
{
    return write_atomically(root.path(refreshes_file), render_json(log));
}

}  // namespace clockguard

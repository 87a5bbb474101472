// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/certificate_store.hpp"

#include <algorithm>
#include <fcntl.h>
#include <functional>
#include <sys/stat.h>

#include <fmt/core.h>

#include "clockguard/core/base/path.hpp"
#include "clockguard/core/certs/backup_json.hpp"
#include "clockguard/core/certs/refresh_log_json.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/guarded.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "edge/base/file_writing.hpp"

namespace clockguard {
namespace {

constexpr const char* lock_file = "/run/clockguard/certs.lock";
constexpr std::string_view manifest = "manifest.json";

std::string backup_folder(const std::string& name)
{
    return fmt::format("{}/{}", backups_folder, name);
}

std::string manifest_of(const std::string& name)
{
    return fmt::format("{}/{}/{}", backups_folder, name, manifest);
}

/// "certs/server.crt" of ".../certs/server.crt"
std::string stored_name(const std::string& path)
{
    return fmt::format("{}/{}", name_of(folder_of(path)), name_of(path));
}

/// A file that is to be replaced, as it is now.
struct Original {
    BackupFile file{};
    std::string text{};
};

Result<Original, std::error_code> read_original(const FileChange& change)
{
    const auto opened = open_beneath(change.beneath());
    if (!opened)
        return fail(opened.error());
    struct stat about {};
    const auto known = sys(::fstat(opened->get(), &about));
    auto text = read_all(opened->get());
    if (!known || !text)
        return fail(known ? text.error() : known.error());
    return Original{.file = {.name = change.name,
                             .path = change.path,
                             .stored = stored_name(change.path),
                             .owner = about.st_uid,
                             .group = about.st_gid,
                             .mode = about.st_mode & 07777U},
                    .text = std::move(*text)};
}

/// The manifest first: what it names is there as long as it is.
void remove_backup(const Root& root, const std::string& name)
{
    const auto removed = remove_file(root, manifest_of(name));
    if (removed || removed.error() == std::errc::no_such_file_or_directory)
        remove_folder(root, backup_folder(name));
}

/// Two of the same second are told apart by "-2".
bool looks_like_ours(std::string_view name)
{
    return name.size() >= 16 && name[8] == 'T' && name[15] == 'Z' &&
           name.find_first_not_of("0123456789TZ-") == std::string_view::npos;
}

/// What was being saved or dropped when it was killed: a backup has its manifest last and loses it
/// first.
void remove_torn_backups(const Root& root)
{
    const auto names = list_folder(root, backups_folder);
    for (const std::string& name : names.value_or(std::vector<std::string>{})) {
        const auto text = read_file(root, manifest_of(name));
        if (looks_like_ours(name) && !text &&
            text.error().code == std::errc::no_such_file_or_directory)
            remove_backup(root, name);
    }
}

/// Two backups within a second must not become one.
std::string unused_name(const Root& root, const std::string& wanted)
{
    std::string name = wanted;
    for (int next = 2; file_exists(root, backup_folder(name)); ++next)
        name = fmt::format("{}-{}", wanted, next);
    return name;
}

/// Two folders may hold files of the same name: the second is kept below its whole path.
void tell_apart(BackupFile& file, const std::vector<BackupFile>& others)
{
    if (std::ranges::find(others, file.stored, &BackupFile::stored) != others.end())
        file.stored = file.path.substr(1);
}

/// Kubeconfigs hold private keys: for root's eyes alone, whatever the umask.
Result<void> fill_backup(const Root& root, Backup& backup, const std::vector<FileChange>& files)
{
    const std::string folder = backup_folder(backup.name);
    const auto made = make_folders(root, folder, 0700);
    if (!made)
        return fail(made.error());
    for (const FileChange& change : files) {
        auto original = read_original(change);
        if (!original)
            return fail(refusal("back up", change.location, original.error()));
        BackupFile& file = original->file;
        tell_apart(file, backup.files);
        const auto copied =
            write_atomically(root, fmt::format("{}/{}", folder, file.stored), original->text, 0600);
        if (!copied)
            return fail(copied.error());
        backup.files.push_back(std::move(file));
    }
    return write_atomically(root, manifest_of(backup.name), render_json(backup), 0600);
}

Result<Backup> load_backup(const Root& root, const std::string& name)
{
    const auto text = read_own_file(root, backups_folder, fmt::format("{}/{}", name, manifest));
    if (!text)
        return fail(text.error());
    auto backup = parse_backup(*text);
    if (!backup)
        return fail(fmt::format("'{}' {}", root.path(manifest_of(name)), backup.error().what));
    backup->name = name;
    return backup;
}

/// Above every number that is in use: each backup that cannot be read may be newer than all that
/// can.
std::uint64_t next_number(const BackupList& backups)
{
    const auto newest = backups.usable.empty() ? 0 : backups.usable.front().number;
    return newest + backups.unusable.size() + 1;
}

}  // namespace

Result<Fd> lock_certificates(const Root& root)
{
    return take_lock(root, lock_file);
}

void tidy_up(const Root& root, const std::vector<Beneath>& files)
{
    for (const Beneath& file : files)
        if (const auto folder = Folder::of(file))
            folder->remove_leftovers(name_of(file.location));
    const std::string log{refreshes_file};
    if (auto folder = open_in_root(root, folder_of(log), O_RDONLY | O_DIRECTORY))
        Folder{std::move(*folder)}.remove_leftovers(name_of(log));
    remove_torn_backups(root);
}

Result<Backup> save_backup(const Root& root, Backup backup, const std::vector<FileChange>& files)
{
    const auto others = list_backups(root);
    if (!others)
        return fail(others.error());
    backup.number = next_number(*others);
    backup.name = unused_name(root, backup.name);
    const auto filled = fill_backup(root, backup, files);
    if (!filled) {
        remove_backup(root, backup.name);
        return fail(filled.error());
    }
    for (std::size_t i = backups_kept - 1; i < others->usable.size(); ++i)
        remove_backup(root, others->usable[i].name);
    return backup;
}

Result<BackupList> list_backups(const Root& root)
{
    BackupList list;
    auto names = list_folder(root, backups_folder);
    if (!names && names.error().code == std::errc::no_such_file_or_directory)
        return list;
    if (!names)
        return fail(names.error());
    std::ranges::reverse(*names);
    for (const std::string& name : *names) {
        auto backup = load_backup(root, name);
        if (backup)
            list.usable.push_back(std::move(*backup));
        else if (looks_like_ours(name) &&
                 backup.error().code != std::errc::no_such_file_or_directory)
            list.unusable.push_back({.name = name, .why = backup.error()});
    }
    std::ranges::sort(list.usable, std::ranges::greater{}, &Backup::number);
    return list;
}

std::string location_of(const Root& root, const Backup& backup, const BackupFile& file)
{
    return root.path(fmt::format("{}/{}", backup_folder(backup.name), file.stored));
}

Result<std::string> read_backup(const Root& root, const Backup& backup, const BackupFile& file)
{
    return read_own_file(root, backups_folder, fmt::format("{}/{}", backup.name, file.stored));
}

LoadedLog load_log(const Root& root, std::string_view file)
{
    const auto text = read_record(root, file);
    if (!text && text.error().code == std::errc::no_such_file_or_directory)
        return {};
    auto log = text ? parse_refresh_log(*text) : fail(text.error());
    if (log)
        return {.records = std::move(*log)};
    return {.complaint = fmt::format("'{}' cannot be used, ignoring: {}", root.path(file),
                                     to_text(log.error()))};
}

Result<void> save_refresh_log(const Root& root, const std::vector<RefreshRecord>& log)
{
    return write_atomically(root, std::string{refreshes_file}, render_json(log));
}

}  // namespace clockguard

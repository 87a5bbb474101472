// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/certs/backup.hpp"
#include "clockguard/core/certs/refresh_log.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/folder.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

inline constexpr std::string_view backups_folder = "/var/lib/clockguard/backups";
inline constexpr std::string_view refreshes_file = "/var/lib/clockguard/refreshes.json";

/// A file to be replaced: what is read in it now, and what it shall hold.
struct FileChange {
    std::string name{};      // of the certificate: "server"
    std::string path{};      // "/var/snap/microk8s/current/certs/server.crt"
    std::string location{};  // the same, below the root
    Root root{};
    std::string data{};  // its folder whose own path is trusted: "/var/snap/microk8s/8511"
    std::string before{};
    std::string after{};

    Beneath beneath() const { return {.root = root, .trusted = data, .location = location}; }
};

/// Held as long as the descriptor lives, against a second clockguard. Busy is told by the code
/// resource_unavailable_try_again.
[[nodiscard]] Result<Fd> lock_certificates(const Root& root);

/// Removes what a run that was killed left beside these files and of its backup. Under the lock
/// alone: it cannot tell it from what another run is writing.
void tidy_up(const Root& root, const std::vector<Beneath>& files);

/// Copies the files as they are now, with owner and mode and through no link, into a new folder
/// below backups_folder, so that all of it is on the disk before the manifest names it; drops the
/// oldest beyond backups_kept.
[[nodiscard]] Result<Backup> save_backup(const Root& root, Backup backup,
                                         const std::vector<FileChange>& files);

/// A backup that is not whole, or that others than root may have written.
struct UnusableBackup {
    std::string name{};
    Error why{};
};

struct BackupList {
    std::vector<Backup> usable{};            // newest first
    std::vector<UnusableBackup> unusable{};  // by name, the last one first
};

/// Every backup. One whose manifest is not there yet, or not any more, is none.
[[nodiscard]] Result<BackupList> list_backups(const Root& root);

/// Where a backup holds a file, with the root.
std::string location_of(const Root& root, const Backup& backup, const BackupFile& file);

/// What a backup holds of a file; refused where others than root may have written it.
[[nodiscard]] Result<std::string> read_backup(const Root& root, const Backup& backup,
                                              const BackupFile& file);

/// A log of what was done to certificates or on their account.
struct LoadedLog {
    std::vector<RefreshRecord> records{};
    std::string complaint{};  // why it counts as empty; empty: it does not
};

LoadedLog load_log(const Root& root, std::string_view file);

[[nodiscard]] Result<void> save_refresh_log(const Root& root,
                                            const std::vector<RefreshRecord>& log);

}  // namespace clockguard

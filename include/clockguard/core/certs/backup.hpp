// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// A file as it was, and who might read it.
struct BackupFile {
    std::string name{};    // of the certificate: "server"
    std::string path{};    // "/var/snap/microk8s/current/certs/server.crt"
    std::string stored{};  // below the backup's folder: "certs/server.crt"
    std::uint32_t owner = 0;
    std::uint32_t group = 0;
    std::uint32_t mode = 0600;
};

/// The manifest of a backup.
struct Backup {
    std::string name{};  // of its folder: the time in UTC, "20260303T082011Z"
    /// Counts backups on this machine; times do not order them, for they come from the clock on
    /// trial.
    std::uint64_t number = 0;
    Instant made_at{};
    std::string reason{};  // "certs refresh"
    std::vector<BackupFile> files{};
};

inline constexpr std::size_t backups_kept = 10;

}  // namespace clockguard

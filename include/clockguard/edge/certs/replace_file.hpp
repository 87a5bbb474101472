// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/edge/certs/certificate_store.hpp"

namespace clockguard {

/// Replaces a file so that at every instant it is whole, old or new, and keeps owner, mode, SELinux
/// label and ACL. Refused when it, or a folder below the data, is a link, or when another process
/// has written it since it was read, or while it was being replaced: that text stands.
[[nodiscard]] Result<void> replace_file(const FileChange& change);

/// Whether replace_file() or restore_file() failed because another process had written the file.
bool is_contested(const Error& error);

/// Puts a file of a backup in its place again, without an ACL and open to no user to whom the file
/// there is closed: with the mode of then as far as it is one of now, and with the owner of then
/// where that is root, else of now. Whole at every instant, through no link, and refused when
/// another process has written the file since it was read, like replace_file.
[[nodiscard]] Result<void> restore_file(const FileChange& change, const BackupFile& file);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
// The journal of another root as files.
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/base/result.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// One file of a journal, opened, or why it, or the folder of that name, cannot be.
struct JournalFile {
    std::string name{};      // as the user knows it
    bool is_active = false;  // journald wrote to it last
    bool is_users = false;   // has what the programs of a user said, and nothing of the system
    Result<Fd, std::error_code> file = fail(std::error_code{});
};

/// The files below the root's /var/log/journal and /run/log/journal, and no link leads out of it:
/// those of the machine that its /etc/machine-id names, or of all where it names none of them.
std::vector<JournalFile> open_journal_files(const Root& root);

}  // namespace clockguard

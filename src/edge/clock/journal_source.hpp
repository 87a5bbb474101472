// SPDX-License-Identifier: Apache-2.0
// A journal as it is found: whose it is, of which files, and of which boot.
#pragma once

#include <string>
#include <vector>

#include "clockguard/edge/base/root.hpp"
#include "edge/clock/journal_files.hpp"
#include "edge/clock/journal_handle.hpp"

namespace clockguard {

/// A journal to be read, and the boot to read of it.
struct JournalSource {
    std::vector<JournalFile> files{};  // none of the journal of this machine
    std::vector<std::string> paths{};  // of those of them that can be read
    std::string boot_id{};             // empty: the one that it ends with
    std::string trouble{};             // why there may be a newer boot than that
    std::string lost{};                // why a part of it may be missing

    Result<JournalPtr> open() const;
};

/// This boot's of this machine, or the newest boot's below another root.
Result<JournalSource> find_journal(const Root& root);

/// Whether this program has become large: libsystemd keeps mapped what it has looked at, which may
/// become the whole journal. Whoever has read much of it opens it anew.
bool maps_much();

/// Whether that is of use: of very many files the first looks alone make it as large.
class LettingGo {
public:
    /// Asked every now and then. No more where it was due the last time already.
    bool is_due();

private:
    bool was_due_ = false;
    bool is_of_use_ = true;
};

/// Opens it anew; it stands at the same entry, and everything is selected.
Result<void> open_anew(JournalPtr& journal, const JournalSource& source);

}  // namespace clockguard

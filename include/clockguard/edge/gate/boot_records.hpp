// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/gate/boot_record.hpp"
#include "clockguard/core/report/report.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// Keeps the report as this boot's record, with the boot's number; of all boots the newest hundred
/// are kept.
[[nodiscard]] Result<void> save_boot_record(const Root& root, const Report& report);

/// What is kept of all boots, this one included. A record that cannot be read is skipped, and
/// named.
BootRecords load_boot_records(const Root& root);

}  // namespace clockguard

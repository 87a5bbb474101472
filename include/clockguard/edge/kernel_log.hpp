// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/boot_log.hpp"
#include "clockguard/edge/fd.hpp"
#include "clockguard/edge/root.hpp"

namespace clockguard {

/// The kernel's lines of this boot from /dev/kmsg, oldest first, as far back as its ring reaches.
/// Never waits for more. Where dmesg_restrict is set it takes CAP_SYSLOG; below another root there
/// is no kernel to ask.
[[nodiscard]] Result<std::vector<LogEntry>> read_kernel_log(const Root& root);

/// From where the log stands to its end; the path is for the message.
[[nodiscard]] Result<std::vector<LogEntry>> read_records(const Fd& log, const std::string& path);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
// Opening files below a folder, wherever links in it lead.
#pragma once

#include <string>
#include <system_error>

#include "clockguard/core/base/result.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// What a link on the way means.
enum class Links {
    Refused,       ///< ELOOP; ".." is refused too (EXDEV)
    FollowedBelow  ///< absolute ones too, and ".." ends at the folder: as after chroot(2)
};

/// Opens what is at `path` below an open folder, with the flags of open(2) except O_CREAT. A kernel
/// or a seccomp filter without openat2(2) makes no difference.
[[nodiscard]] Result<Fd, std::error_code> open_below(const Fd& folder, const std::string& path,
                                                     int flags, Links links);

/// The same, one component after the other: what open_below() does without openat2(2).
[[nodiscard]] Result<Fd, std::error_code> walk_below(const Fd& folder, const std::string& path,
                                                     int flags, Links links);

/// Opens "/etc/x" as the root's own machine would: below another root no link leads out of it.
[[nodiscard]] Result<Fd, std::error_code> open_in_root(const Root& root, const std::string& path,
                                                       int flags);

/// Whether a link leads the system to another file than the root's own machine: for what is named
/// to the kernel and not opened, a socket. Never in the root of this machine.
bool leads_out(const Root& root, const std::string& path);

/// Opens for reading what was opened with O_PATH, if it is a regular file. To open a pipe or a
/// device does something to it (a watchdog is armed): nothing else is opened, and the code says
/// what it is.
[[nodiscard]] Result<Fd, std::error_code> open_regular(const Fd& path);

/// The same of a path in the root: a regular file, for reading.
[[nodiscard]] Result<Fd, std::error_code> open_file_in_root(const Root& root,
                                                            const std::string& path);

/// "it is a link" for what Links::Refused refuses; else what the code says.
std::string why_not(std::error_code code);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
// Reading what tells a program of root's what to do or to believe.
#pragma once

#include <string>
#include <string_view>

#include "clockguard/core/base/result.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// The whole of a configuration: refused where others than root, or whoever runs us, may write the
/// file or put another one in its place.
[[nodiscard]] Result<std::string> read_guarded_file(const Root& root, std::string_view path);

/// The whole of a file that we wrote below one of our folders, "20260303T082011Z/certs/server.crt".
/// The same is asked of it and of every folder from ours down to it, and none of them is a link.
[[nodiscard]] Result<std::string> read_own_file(const Root& root, std::string_view folder,
                                                const std::string& name);

/// One of our records, "/run/clockguard/state.json", in the same way. None is nearly as long as
/// 256 KiB.
[[nodiscard]] Result<std::string> read_record(const Root& root, std::string_view path);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace clockguard {

/// Whether a line of chrony.conf(5), or of a file of sources, names a server or pool that is asked
/// with NTS: its keys come over TCP port 4460, which UDP port 123 alone does not open.
bool asks_with_nts(std::string_view conf);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace clockguard {

/// Given by the build, from project() in CMakeLists.txt.
inline constexpr const char* version = CLOCKGUARD_VERSION;

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace clockguard {

/// "0.1.0", or "0.1.0+45" with 45 commits since its tag: packaging/version.cmake
extern const char* const version;

}  // namespace clockguard

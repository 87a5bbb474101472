// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/version.hpp"

namespace clockguard {

const char* const version = CLOCKGUARD_VERSION;

}  // namespace clockguard

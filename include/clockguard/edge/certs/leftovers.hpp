// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/certs/leftovers.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// What is not there, may not be read or is in another form is left out: neither file has to exist.
Leftovers read_leftovers(const Root& root);

}  // namespace clockguard

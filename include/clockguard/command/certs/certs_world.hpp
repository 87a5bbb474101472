// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/certs/certs.hpp"

namespace clockguard {

CertsWorld certs_world(const Context& context);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/certs/certs.hpp"

namespace clockguard {

/// Prints the backups that `certs undo` can put back.
ExitCode list_certs_backups(const Context& context, const CertsWorld& world);

}  // namespace clockguard

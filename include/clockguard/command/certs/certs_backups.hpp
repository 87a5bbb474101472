// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/certs/certs.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"

namespace clockguard {

/// "backup '20260303T082011Z' cannot be used: cannot trust '/var/lib/...': ..."
std::string to_text(const UnusableBackup& backup);

/// Prints the backups that `certs undo` can put back, and complains of those that it cannot.
ExitCode list_certs_backups(const Context& context, const CertsWorld& world);

}  // namespace clockguard

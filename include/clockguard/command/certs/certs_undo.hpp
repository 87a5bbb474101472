// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/certs/certs.hpp"

namespace clockguard {

ExitCode run_certs_undo(const Context& context, const CertsUndoOptions& options,
                        const CertsWorld& world);

}  // namespace clockguard

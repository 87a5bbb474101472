// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/certs/certs.hpp"

namespace clockguard {

ExitCode run_certs_refresh(const Context& context, const CertsRefreshOptions& options,
                           const CertsWorld& world);

}  // namespace clockguard

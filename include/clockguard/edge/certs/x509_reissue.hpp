// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/edge/certs/x509.hpp"

namespace clockguard {

/// The same certificate (key, subject, names, extensions) with right dates and a new serial,
/// already verified: it chains to its CA now, and nothing else has changed.
[[nodiscard]] Result<Reissued> reissue(const ReissueOrder& order);

}  // namespace clockguard

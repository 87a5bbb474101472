// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/certs/plan.hpp"
#include "command/certs/reissue_state.hpp"

namespace clockguard {

/// A kubeconfig with the renewed certificate of its user and the CA as it is now. The result fits
/// its key and its CA.
[[nodiscard]] Result<Reissued> renew_kubeconfig(const SurveyedCert& cert, CertActionKind kind,
                                                const ReissueState& state);

}  // namespace clockguard

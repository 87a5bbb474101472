// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/certs/certs_survey.hpp"
#include "clockguard/core/certs/kubeconfig.hpp"

namespace clockguard {

/// What to type where clockguard does not write a kubeconfig: kubectl writes through links, and
/// embeds what was in a file of its own.
void advise_by_hand(Certificate& certificate, const CertSurvey& survey, const Kubeconfig& config);

/// What to type where no context is the current one.
void advise_context(Certificate& certificate, const CertSurvey& survey, const Kubeconfig& config);

}  // namespace clockguard

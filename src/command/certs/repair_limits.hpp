// SPDX-License-Identifier: Apache-2.0
// What the other certificates of a node say of the repair that the profile has for one.
#pragma once

#include "clockguard/command/certs/certs_survey.hpp"

namespace clockguard {

/// Takes back what would not work: a command that signs with a key that is not here, and a repair
/// of what another CA has signed. Says what comes first where the key of the CA is behind a link.
void limit_repairs(CertSurvey& survey);

}  // namespace clockguard

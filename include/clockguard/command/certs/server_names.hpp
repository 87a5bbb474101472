// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/certs/certs_survey.hpp"

namespace clockguard {

/// Notes with the API server's certificate by which names the kubeconfigs of this node call the
/// server, and it is not for; and what to type about it.
void note_lacking_names(CertSurvey& survey, CertReader& reader);

}  // namespace clockguard

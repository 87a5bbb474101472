// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/certs/certs_survey.hpp"
#include "clockguard/core/certs/kubeconfig.hpp"

namespace clockguard {

/// Reads the pair of a kubeconfig's current user and the CA that it trusts, embedded or in files
/// that it names, and compares both with this node's. What is about another cluster is skipped.
void examine_kubeconfig(SurveyedCert& cert, const CertSurvey& survey, CertReader& reader);

/// Notes of each kubeconfig whether it refuses what flags have this node's server show. The flags'
/// certificates are surveyed last.
void note_refused_servers(CertSurvey& survey, CertReader& reader);

}  // namespace clockguard

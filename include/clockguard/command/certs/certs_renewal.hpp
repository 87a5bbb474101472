// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/command/certs/certs_survey.hpp"
#include "clockguard/core/certs/plan.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"

namespace clockguard {

/// One planned action with the text that carries it out, verified; nothing is written yet.
struct Renewal {
    CertAction action{};
    FileChange change{};
    CertFacts before{};
    CertFacts after{};
    std::string serial_file{};  // where the CA's last serial is kept; empty: no new serial
};

struct Renewals {
    std::vector<Renewal> ready{};
    std::vector<Finding> failed{};
    bool needs_root = false;         // some failed for that
    std::vector<Finding> refused{};  // their CA's key is missing or cannot be used
};

/// "ca.srl" beside "ca.crt", where `openssl x509 -CAcreateserial` looks for it.
std::string serial_file_of(const SurveyedCert& ca);

/// Signs what is planned. An action that fails stops only those that build upon it.
Renewals prepare_renewals(const CertPlan& plan, const CertSurvey& survey, Instant now);

}  // namespace clockguard

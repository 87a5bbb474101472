// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/certificate.hpp"
#include "clockguard/edge/microk8s.hpp"
#include "clockguard/edge/root.hpp"

namespace clockguard {

/// A certificate with the file it was read from.
struct SurveyedCert {
    Certificate certificate{};
    std::string location{};  // below the root
    std::string text{};      // the whole file
};

struct CertSurvey {
    std::optional<Microk8s> microk8s{};  // unset: not installed
    std::vector<SurveyedCert> certs{};   // none before MicroK8s' first start

    std::vector<Certificate> certificates() const;
    const SurveyedCert* find(const std::string& name) const;
};

/// Reads every certificate of the profile. What cannot be read is kept as such; an error means
/// that nothing could be read at all.
[[nodiscard]] Result<CertSurvey> survey_certificates(const Root& root);

}  // namespace clockguard

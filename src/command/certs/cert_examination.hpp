// SPDX-License-Identifier: Apache-2.0
// What the text of a certificate says of it, with its key and its CA; of a kubeconfig see
// kubeconfig_survey.hpp.
#pragma once

#include "clockguard/command/certs/certs_survey.hpp"

namespace clockguard {

/// Reads what a certificate says; where it cannot be read, its error names the file.
void examine(Certificate& certificate, const std::string& location, const CertTexts& texts,
             CertReader& reader);

/// The key of a CA may be kept elsewhere; a daemon reads the certificate and key of a leaf.
void examine_file(SurveyedCert& cert, const CertSurvey& survey, CertReader& reader);

/// Leaves the certificate of the secret as the text.
void examine_secret(SurveyedCert& cert, const CertSurvey& survey, CertReader& reader);

/// Whether its key is missing or cannot be used. A key that may not be read may be a good one.
bool lacks_key(const CertPlace& place, const CertSurvey& survey);

}  // namespace clockguard

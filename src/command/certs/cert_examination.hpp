// SPDX-License-Identifier: Apache-2.0
// What the text of a certificate says of it, with its key and its CA; of a kubeconfig see
// kubeconfig_survey.hpp.
#pragma once

#include <system_error>

#include "clockguard/command/certs/certs_survey.hpp"
#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// Whether it may be sound: there is more of it than is looked at, or what only others read.
inline bool may_be_sound(const Error& error)
{
    return error.code == std::errc::file_too_large || error.code == std::errc::not_supported;
}

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

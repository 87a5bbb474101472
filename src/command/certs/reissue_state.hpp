// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "clockguard/command/certs/certs_survey.hpp"
#include "clockguard/edge/certs/x509_reissue.hpp"

namespace clockguard {

/// What the actions need, which are carried out one after the other.
struct ReissueState {
    const CertSurvey& survey;
    std::chrono::sys_seconds now{};
    std::map<std::string, std::string> renewed_texts{};  // by name

    /// The text of a certificate's file as it will be.
    std::string text_of(const std::string& name) const
    {
        if (const auto renewed = renewed_texts.find(name); renewed != renewed_texts.end())
            return renewed->second;
        const SurveyedCert* cert = survey.find(name);
        return cert == nullptr ? "" : cert->text;
    }
};

/// A certificate, signed with the key of its CA, which may be renewed itself.
[[nodiscard]] Result<Reissued> sign_anew(const CertPlace& place, const std::string& text,
                                         const ReissueState& state);

}  // namespace clockguard

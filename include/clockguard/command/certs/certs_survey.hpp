// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/command/base/context.hpp"
#include "clockguard/core/certs/cert_profile.hpp"
#include "clockguard/core/certs/daemon_args.hpp"
#include "clockguard/core/certs/server_call.hpp"
#include "clockguard/edge/base/folder.hpp"
#include "clockguard/edge/certs/installation.hpp"
#include "clockguard/edge/certs/x509.hpp"

namespace clockguard {

/// A certificate with the file it was read from.
struct SurveyedCert {
    Certificate certificate{};
    std::string location{};            // below the root
    std::string text{};                // the whole file
    std::optional<ServerCall> call{};  // of a kubeconfig whose server may be this node's
};

struct CertSurvey {
    CertProfile profile{};
    std::optional<Installation> installed{};  // unset: it is not
    std::vector<SurveyedCert> certs{};        // none before the first start
    DaemonArgs args{};                        // those that could be read

    std::vector<Certificate> certificates() const;
    const SurveyedCert* find(const std::string& name) const;
    const SurveyedCert* find_path(const std::string& path) const;

    /// The text of the CA of one of them, which is surveyed before what it signed.
    std::optional<std::string> issuer_text(const SurveyedCert& cert) const;

    /// A file as it is to be replaced: below the data through no link.
    Beneath beneath(std::string location) const;
};

/// Reads every certificate of the configured profile. What cannot be read is kept as such; an error
/// means that nothing could be read at all.
[[nodiscard]] Result<CertSurvey> survey_certificates(const Context& context);

/// The same for several surveys: all files are read again, and a text that is the same as before is
/// not parsed again.
[[nodiscard]] Result<CertSurvey> survey_certificates(const Root& root, CertProfile profile,
                                                     CertReader& reader);

/// Whether a path is, or leads through, a symbolic link: clockguard writes through none.
bool is_link(const std::string& location, const CertSurvey& survey);

/// A certificate with this text in place of its file's.
SurveyedCert survey_text(CertPlace place, std::string text, const CertSurvey& survey,
                         CertReader& reader);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/command/certs/certs_survey.hpp"
#include "clockguard/core/certs/kubeconfig.hpp"

namespace clockguard {

/// CA, certificate or key of a kubeconfig: embedded, or in a file that it names; without text it
/// has none.
struct KubeconfigPart {
    std::string path{};  // of the file that it names
    std::string text{};
    std::optional<Error> error{};
    bool is_unclear = false;  // the file is outside the profile's folders
};

struct KubeconfigParts {
    KubeconfigPart ca{};
    KubeconfigPart certificate{};
    KubeconfigPart key{};
};

/// What a kubeconfig embeds, and the files that it names.
KubeconfigParts take_parts(const Kubeconfig& config, const CertPlace& place,
                           const CertSurvey& survey);

/// The key of a kubeconfig's user, embedded or in the file that it names.
std::optional<std::string> key_of(const Kubeconfig& config, const CertPlace& place,
                                  const CertSurvey& survey);

}  // namespace clockguard

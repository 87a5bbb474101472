// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/ca_key.hpp"

#include <fmt/core.h>

namespace clockguard {
namespace {

struct Words {
    std::string_view code;
    std::string_view fault;
    Advice advice;
};

/// MicroK8s' produce_certs makes every key that is missing, the CAs' too, and keeps the certificate
/// (utils.sh): from then on there is a key that fits nothing.
Words words_for(CaKeyFault fault)
{
    switch (fault) {
    case CaKeyFault::Missing:
        return {
            "CG216",
            "is missing",
            {"put it back from a backup or another control plane node before starting MicroK8s, "
             "which would make a new one that fits no certificate"}};
    case CaKeyFault::Encrypted:
        return {
            "CG217",
            "is encrypted with a passphrase",
            {.words = "MicroK8s cannot sign with it either. Decrypt it", .explained_in = "CG217"}};
    case CaKeyFault::Foreign:
        return {"CG218",
                "does not match the CA's certificate",
                {"put the CA's own key back from a backup or another control plane node"}};
    }
    return {};
}

}  // namespace

Finding ca_key_finding(const std::string& certificate, const CertPlace& ca, CaKeyFault fault)
{
    const auto [code, what, advice] = words_for(fault);
    const std::string owner =
        certificate == ca.name ? "its key" : fmt::format("the key of its CA '{}'", ca.name);
    return {.code = std::string{code},
            .severity = Severity::Failure,
            .subject = certificate,
            .message = fmt::format("cannot be re-issued: {} ('{}') {}", owner, ca.key_path, what),
            .advice = advice};
}

}  // namespace clockguard

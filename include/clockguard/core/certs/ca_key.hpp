// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/core/certs/certificate.hpp"

namespace clockguard {

/// Why nothing can be signed with a CA's private key.
enum class CaKeyFault {
    Missing,
    Encrypted,  // with a passphrase, and nobody is there to type it
    Foreign,    // it belongs to another certificate, or is no key at all
};

/// CG216, CG217 or CG218, of a certificate that the CA at `ca` would have to sign: itself, when it
/// is the CA. The advice tells what can be done.
Finding ca_key_finding(const std::string& certificate, const CertPlace& ca, CaKeyFault fault);

}  // namespace clockguard

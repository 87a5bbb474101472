// SPDX-License-Identifier: Apache-2.0
// Whether a certificate is what its place is for. To sign it anew is to vouch for it: a user who
// can put one in another's place must not get more rights than it had.
#pragma once

#include <string>

#include "clockguard/core/certs/certificate.hpp"

namespace clockguard {

/// Why a certificate does not belong in its place, or nothing: it is a CA, its extended key usage
/// does not fit, or its subject has rights that another place is for. Kubernetes gives rights to
/// names and groups that begin with "system:".
std::string identity_objection(const Certificate& certificate);

}  // namespace clockguard

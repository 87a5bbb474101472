// SPDX-License-Identifier: Apache-2.0
// What is right for some certificates and would be a fault of others.
#pragma once

#include "clockguard/core/certs/certificate.hpp"
#include "clockguard/edge/certs/installation.hpp"

namespace clockguard {

/// A CA is an anchor: its own signature is not checked. An intermediate one is not re-issued. Its
/// key may belong to another certificate in its file.
void relax_ca_checks(Certificate& certificate);

/// A certificate that a flag names may have another CA than the profile's.
void allow_unknown_ca(Certificate& certificate);

/// kubelet before 1.28 issues its own certificate, for a year, with a CA of its own whose name is
/// the node's, "-ca@" and a date (k8s.io/client-go, util/cert, GenerateSelfSignedCertKey), and
/// issues another where there is none. Nothing verifies it.
void allow_self_made(Certificate& certificate, const Installation& installed);

/// A release knows a critical extension that older ones refuse.
void allow_known_parts(Certificate& certificate, const Root& root);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
// Where certificates are read.
#pragma once

#include <openssl/types.h>

namespace clockguard {

/// OpenSSL's default provider, but of its kinds of keys those alone that Kubernetes uses, and of
/// their decoders those alone that read a certificate's. Before 3.2 OpenSSL gathers all that there
/// are, anew for each certificate: a third of what judging a node cost. A certificate with another
/// kind of key is read in it without its key. Null, which is OpenSSL's own context, where none can
/// be had.
OSSL_LIB_CTX* certificate_context();

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace clockguard {

/// Whether Go reads this URI in the subject alternative name of a certificate (net/url, Parse;
/// crypto/x509, parseSANExtension): where it does not, it reads nothing of the certificate.
bool is_uri_name(std::string_view text);

}  // namespace clockguard

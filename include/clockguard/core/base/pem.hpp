// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// Where a PEM block stands in a text, its markers included, the line end after it not.
struct PemBlock {
    std::size_t begin = 0;
    std::size_t size = 0;
};

/// The CERTIFICATE blocks of a text (RFC 7468). Text around them is allowed; a block that does not
/// end is an error, and so is a text without one.
[[nodiscard]] Result<std::vector<PemBlock>> find_certificates(std::string_view text);

/// The text with one block replaced by another, all else kept byte by byte.
std::string replace_block(std::string_view text, const PemBlock& block, std::string_view pem);

/// Whether a private key in PEM asks for a passphrase, in either of the two old and new forms.
bool is_encrypted_key(std::string_view text);

}  // namespace clockguard

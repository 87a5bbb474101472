// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// A PEM block of a text, as Go reads it (encoding/pem, Decode), and so whatever runs here.
struct PemBlock {
    std::size_t begin = 0;  // of its markers, the line end behind them not included
    std::size_t size = 0;
    std::string type{};         // "CERTIFICATE"
    bool has_headers = false;   // "Name: value" before its data
    bool is_encrypted = false;  // a key with a passphrase, as its type or a header says
    std::string bytes{};        // what its base64 stands for
};

/// The CERTIFICATE blocks of a text. What is around them is passed over, blocks that are torn or
/// joined to another on one line too; an error where none is left.
[[nodiscard]] Result<std::vector<PemBlock>> find_certificates(std::string_view text);

/// The block that is taken for the key (crypto/tls, X509KeyPair): the first private key of any
/// kind.
std::optional<PemBlock> find_private_key(std::string_view text);

/// The text with one block replaced by another, all else kept byte by byte.
std::string replace_block(std::string_view text, const PemBlock& block, std::string_view pem);

/// Whether the private key of a text has a passphrase.
bool is_encrypted_key(std::string_view text);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/base64.hpp"
#include "clockguard/core/base/pem.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// Blocks lie in the text, in order; replacing one by itself changes nothing.
void fuzz(std::string_view input)
{
    is_encrypted_key(input);
    if (const auto bytes = decode_base64(std::string{input}))
        must(decode_base64(encode_base64(*bytes)) == bytes);
    const auto blocks = find_certificates(input);
    if (!blocks)
        return;
    must(!blocks->empty());
    std::size_t free = 0;
    for (const PemBlock& block : *blocks) {
        must(block.begin >= free && block.size > 0 && block.size <= input.size() - block.begin);
        free = block.begin + block.size;
        must(replace_block(input, block, input.substr(block.begin, block.size)) == input);
    }
}

}  // namespace clockguard

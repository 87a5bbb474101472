// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/tls_secret_json.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// What is held stands in the text, in some spelling of base64, so that it cannot be longer.
void fuzz(std::string_view input)
{
    const auto secret = parse_tls_secret(input);
    if (secret)
        must(secret->certificate.size() + secret->key.size() < input.size());
    else
        must(!secret.error().what.empty());
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/extension_form.hpp"
#include "clockguard/edge/certs/x509.hpp"
#include "clockguard/edge/certs/x509_reissue.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// Whatever lies in a certificate's place is refused or described, as its own CA and key too, and
// what is signed anew can be read. So is an extension alone.
void fuzz(std::string_view input)
{
    for (int kind = 0; kind <= static_cast<int>(ExtensionKind::InfoAccess); ++kind)
        has_readable_form(static_cast<ExtensionKind>(kind), input);
    const std::string text{input};
    const auto facts = read_certificate({.certificate = text, .key = text, .issuer = text});
    if (!facts)
        return;
    const auto again = reissue({.certificate = text,
                                .ca_key = text,
                                .ca_key_name = "ca.key",
                                .lifetime = std::chrono::hours{24},
                                .now = std::chrono::sys_seconds{std::chrono::seconds{1789000000}}});
    must(!again || bool{read_certificate({.certificate = again->text})});
}

}  // namespace clockguard

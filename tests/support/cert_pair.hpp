// SPDX-License-Identifier: Apache-2.0
// A CA, what it has signed, and other forms of both.
#pragma once

#include <string>

#include "clockguard/edge/certs/x509.hpp"
#include "support/microk8s_tree.hpp"

namespace clockguard {

/// A CA and a server certificate that a clock a month ahead has dated.
struct Pair {
    TestCert ca{};
    TestCert leaf{};

    /// The digests that `openssl req` and administrators choose for a key.
    static const EVP_MD* digest_for(KeyKind kind)
    {
        if (kind == KeyKind::Ed25519)
            return nullptr;
        return kind == KeyKind::P384 ? EVP_sha384() : EVP_sha256();
    }

    explicit Pair(KeyKind kind = KeyKind::Ec, bool rsa_pss = false, KeyKind leaf_kind = KeyKind::Ec)
        : ca{make_cert({.name = "10.152.183.1",
                        .not_before = at("2025-05-01T09:12:00Z"),
                        .not_after = at("2035-04-29T09:12:00Z"),
                        .is_ca = true,
                        .serial = 0xca,
                        .key = make_key(kind),
                        .digest = digest_for(kind)})},
          leaf{make_cert({.name = "127.0.0.1",
                          .not_before = at("2026-04-03T08:07:34Z"),
                          .not_after = at("2027-04-03T08:07:34Z"),
                          .issuer = &ca,
                          .key = make_key(leaf_kind),
                          .digest = digest_for(kind),
                          .rsa_pss = rsa_pss})}
    {
    }

    ReissueOrder order() const
    {
        return {.certificate = leaf.pem,
                .ca_certificate = ca.pem,
                .ca_key = ca.key_pem(),
                .ca_key_name = "ca.key",
                .lifetime = std::chrono::days{365},
                .now = at("2026-03-03T08:20:11Z")};
    }

    ReissueOrder redate_order() const
    {
        return {.certificate = ca.pem,
                .ca_key = ca.key_pem(),
                .ca_key_name = "ca.key",
                .lifetime = std::chrono::days{3650},
                .now = at("2026-03-03T08:20:11Z")};
    }
};

/// With one text in the place of another.
inline std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// A CA as MicroK8s makes it anew from a key that it finds.
inline TestCert remade(const TestCert& ca)
{
    return make_cert({.name = "10.152.183.1",
                      .not_before = at("2025-05-01T09:12:00Z"),
                      .not_after = at("2035-04-29T09:12:00Z"),
                      .is_ca = true,
                      .serial = 0xcb,
                      .key = ca.key});
}

inline std::string why_unreadable(const CertTexts& texts)
{
    const auto facts = read_certificate(texts);
    return facts ? "readable" : to_text(facts.error());
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "edge/certs/x509_faults.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <openssl/x509v3.h>

#include "clockguard/core/base/text.hpp"
#include "edge/certs/x509_extensions.hpp"

namespace clockguard {
namespace {

/// With the two that Go lets pass: '*' and '&'.
bool is_printable_string(std::string_view text)
{
    constexpr std::string_view marks = "'()+,-./ :=?*&";
    return std::ranges::all_of(
        text, [&](char c) { return is_letter(c) || is_digit(c) || marks.find(c) != marks.npos; });
}

/// A part of a name, as Go reads it (parseASN1String). What is no UTF-8, or not in two bytes each,
/// OpenSSL does not read either.
bool is_readable(const ASN1_STRING& part)
{
    const std::string_view text = bytes_of(part);
    switch (ASN1_STRING_type(&part)) {
    case V_ASN1_PRINTABLESTRING:
        return is_printable_string(text);
    case V_ASN1_IA5STRING:
        return is_ascii(text);
    case V_ASN1_NUMERICSTRING:
        return text.find_first_not_of("0123456789 ") == text.npos;
    case V_ASN1_UTF8STRING:
    case V_ASN1_BMPSTRING:
    case V_ASN1_T61STRING:
        return true;
    default:
        return false;
    }
}

/// "commonName", the first part that Go cannot read; empty: it reads all.
std::string unreadable_part(const X509_NAME* name)
{
    for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
        const X509_NAME_ENTRY* part = X509_NAME_get_entry(name, i);
        if (!is_readable(*X509_NAME_ENTRY_get_data(part)))
            return OBJ_nid2ln(OBJ_obj2nid(X509_NAME_ENTRY_get_object(part)));
    }
    return {};
}

std::string name_fault(const X509& certificate)
{
    for (const auto& [name, whose] : {std::pair{X509_get_subject_name(&certificate), "subject"},
                                      std::pair{X509_get_issuer_name(&certificate), "issuer"}})
        if (const std::string part = unreadable_part(name); !part.empty())
            return fmt::format("has in its {} a {} in a form that Kubernetes does not read", whose,
                               part);
    return {};
}

/// RFC 3279, 2.3.1: parameters that are NULL. A curve that is known, and its point in full.
std::string key_form_fault(const X509& certificate)
{
    ASN1_OBJECT* algorithm = nullptr;
    X509_ALGOR* whole = nullptr;
    const unsigned char* bits = nullptr;
    int size = 0;
    X509_PUBKEY_get0_param(&algorithm, &bits, &size, &whole, X509_get_X509_PUBKEY(&certificate));
    int parameters = V_ASN1_UNDEF;
    X509_ALGOR_get0(nullptr, &parameters, nullptr, whole);
    const int kind = OBJ_obj2nid(algorithm);
    const EVP_PKEY* key = X509_get0_pubkey(&certificate);
    constexpr std::string_view cannot_use = "has a key that Kubernetes cannot use";
    if (kind == NID_rsaEncryption && parameters != V_ASN1_NULL)
        return fmt::format("{} (its parameters are not NULL)", cannot_use);
    if (key == nullptr &&
        (kind == NID_rsaEncryption || kind == NID_X9_62_id_ecPublicKey || kind == NID_ED25519))
        return fmt::format("{} (it cannot be read)", cannot_use);
    if (kind != NID_X9_62_id_ecPublicKey)
        return {};
    return size > 0 && *bits != POINT_CONVERSION_UNCOMPRESSED
               ? fmt::format("{} (its point is compressed)", cannot_use)
               : key_fault(*key, true);
}

/// The one that is signed with the rest, and the one behind it.
bool has_two_algorithms(const X509& certificate)
{
    const X509_ALGOR* outer = nullptr;
    X509_get0_signature(nullptr, &outer, &certificate);
    return X509_ALGOR_cmp(X509_get0_tbs_sigalg(&certificate), outer) != 0;
}

}  // namespace

std::string parser_fault(const X509& certificate)
{
    if (has_two_algorithms(certificate))
        return "names two different algorithms of its signature";
    const long version = X509_get_version(&certificate);
    if (version < X509_VERSION_1 || version > X509_VERSION_3)
        return fmt::format("is of version {}, and Kubernetes knows 1 to 3 alone", version + 1);
    if (const std::string part = repeated_part(certificate); !part.empty())
        return fmt::format("has the extension '{}' twice, and Kubernetes reads no such certificate",
                           part);
    if (const std::string part = unreadable_extension(certificate); !part.empty())
        return fmt::format("has the extension '{}' in a form that Kubernetes does not read", part);
    const std::string fault = name_fault(certificate);
    return fault.empty() ? key_form_fault(certificate) : fault;
}

}  // namespace clockguard

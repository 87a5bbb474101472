// SPDX-License-Identifier: Apache-2.0
#include "edge/certs/x509_extensions.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "clockguard/core/base/der.hpp"
#include "edge/certs/x509_names.hpp"

namespace clockguard {
namespace {

/// Those that Go before 1.23 takes for critical ones (crypto/x509, processExtensions). A later one
/// knows the last three too, but parses no certificate that has one of them critical ("incorrectly
/// marked critical").
constexpr std::array known{NID_key_usage,
                           NID_ext_key_usage,
                           NID_subject_alt_name,
                           NID_basic_constraints,
                           NID_name_constraints,
                           NID_crl_distribution_points,
                           NID_certificate_policies,
                           NID_subject_key_identifier,
                           NID_authority_key_identifier,
                           NID_info_access};

/// The same from Go 1.24 on.
constexpr std::array known_since_133{NID_policy_constraints, NID_policy_mappings,
                                     NID_inhibit_any_policy};

/// "X509v3 Policy Constraints", or the numbers of one that OpenSSL does not know.
std::string name_of(const X509_EXTENSION& extension)
{
    std::array<char, 80> text{};
    OBJ_obj2txt(text.data(), static_cast<int>(text.size()),
                X509_EXTENSION_get_object(const_cast<X509_EXTENSION*>(&extension)), 0);
    return text.data();
}

/// The bytes of its object identifier.
std::string_view type_of(const X509_EXTENSION& extension)
{
    const ASN1_OBJECT* type = X509_EXTENSION_get_object(const_cast<X509_EXTENSION*>(&extension));
    return {reinterpret_cast<const char*>(OBJ_get0_data(type)), OBJ_length(type)};
}

int count_of(const X509& certificate)
{
    return has_extensions(certificate) ? X509_get_ext_count(&certificate) : 0;
}

int nid_of(const X509_EXTENSION& extension)
{
    return OBJ_obj2nid(X509_EXTENSION_get_object(const_cast<X509_EXTENSION*>(&extension)));
}

bool is_known_kind(int nid)
{
    return std::ranges::find(known, nid) != known.end();
}

/// What Go makes of a critical one depends on what is in it, too.
bool is_known(const X509& certificate, int nid)
{
    if (nid == NID_subject_alt_name)
        return has_known_name(certificate);
    if (nid == NID_name_constraints)
        return !has_strange_limits(certificate);
    return is_known_kind(nid);
}

/// The bits that its last byte does not use are zero (cryptobyte, ReadASN1BitString).
bool has_zero_padding(std::string_view bit_string)
{
    constexpr std::size_t head = 3;  // tag, length, number of bits that are not used
    if (bit_string.size() <= head)
        return true;
    const unsigned mask = (1U << (static_cast<unsigned char>(bit_string[head - 1]) & 7U)) - 1;
    return (static_cast<unsigned char>(bit_string.back()) & mask) == 0;
}

std::string_view value_of(const X509_EXTENSION& extension)
{
    return bytes_of(*X509_EXTENSION_get_data(const_cast<X509_EXTENSION*>(&extension)));
}

/// Whether a value is a sequence of sequences that begin with an object identifier, which is as far
/// as Go looks.
bool is_list_of_kinds(std::string_view value, bool (*is_kind)(std::string_view identifier))
{
    auto list = take_der(value, der::sequence);
    while (list && !list->empty()) {
        auto entry = take_der(*list, der::sequence);
        const auto kind = entry ? take_der(*entry, der::object_identifier) : std::nullopt;
        if (!kind || !is_kind(*kind))
            return false;
    }
    return list.has_value();
}

/// OpenSSL does not look into these two (crypto/x509, processExtensions).
bool has_readable_form(int nid, std::string_view value)
{
    if (nid == NID_info_access)
        return is_list_of_kinds(value, is_short_identifier);
    return nid != NID_certificate_policies || is_list_of_kinds(value, is_identifier);
}

}  // namespace

bool has_extensions(const X509& certificate)
{
    return X509_get_version(&certificate) == X509_VERSION_3;
}

bool is_for(const X509& certificate, std::uint32_t use)
{
    auto& parsed = const_cast<X509&>(certificate);
    return !has_extensions(certificate) ||
           (X509_get_extended_key_usage(&parsed) & (use | XKU_ANYEKU)) != 0;
}

StrangePart strange_part(const X509& certificate)
{
    StrangePart strange;
    for (int i = 0; i < count_of(certificate); ++i) {
        const X509_EXTENSION& extension = *X509_get_ext(&certificate, i);
        const int nid = nid_of(extension);
        if (X509_EXTENSION_get_critical(&extension) == 0 || is_known(certificate, nid))
            continue;
        const bool is_known_later =
            std::ranges::find(known_since_133, nid) != known_since_133.end();
        if (!is_known_later)
            return {.name = name_of(extension)};
        strange = {.name = name_of(extension), .known_since = 33};
    }
    return strange;
}

std::string repeated_part(const X509& certificate)
{
    std::set<std::string_view> seen;
    for (int i = 0; i < count_of(certificate); ++i)
        if (const X509_EXTENSION& extension = *X509_get_ext(&certificate, i);
            !seen.insert(type_of(extension)).second)
            return name_of(extension);
    return {};
}

bool has_torn_extension(const X509& certificate)
{
    auto& parsed = const_cast<X509&>(certificate);
    const bool is_torn = (X509_get_extension_flags(&parsed) & EXFLAG_INVALID) != 0;
    ERR_clear_error();
    return is_torn && has_extensions(certificate);
}

std::string unreadable_extension(const X509& certificate)
{
    for (int i = 0; i < count_of(certificate); ++i) {
        const X509_EXTENSION& extension = *X509_get_ext(&certificate, i);
        const int nid = nid_of(extension);
        const std::string_view value = value_of(extension);
        if (!is_short_identifier(type_of(extension)) || (is_known_kind(nid) && !is_der(value)) ||
            !has_readable_form(nid, value) || (nid == NID_key_usage && !has_zero_padding(value)) ||
            (nid == NID_name_constraints && has_unreadable_limits(certificate)))
            return name_of(extension);
    }
    return {};
}

}  // namespace clockguard

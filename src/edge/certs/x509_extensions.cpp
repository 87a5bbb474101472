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
#include "clockguard/core/certs/extension_form.hpp"
#include "edge/certs/x509_names.hpp"

namespace clockguard {
namespace {

struct KnownKind {
    int nid;
    ExtensionKind kind;
};

/// Those that Go before 1.23 takes for critical ones (crypto/x509, processExtensions). A later one
/// knows the last three too, but parses no certificate that has one of them critical ("incorrectly
/// marked critical").
constexpr std::array known{KnownKind{NID_key_usage, ExtensionKind::KeyUsage},
                           KnownKind{NID_ext_key_usage, ExtensionKind::ExtendedUsage},
                           KnownKind{NID_subject_alt_name, ExtensionKind::AlternativeNames},
                           KnownKind{NID_basic_constraints, ExtensionKind::BasicConstraints},
                           KnownKind{NID_name_constraints, ExtensionKind::NameConstraints},
                           KnownKind{NID_crl_distribution_points, ExtensionKind::CrlPoints},
                           KnownKind{NID_certificate_policies, ExtensionKind::Policies},
                           KnownKind{NID_subject_key_identifier, ExtensionKind::SubjectKey},
                           KnownKind{NID_authority_key_identifier, ExtensionKind::AuthorityKey},
                           KnownKind{NID_info_access, ExtensionKind::InfoAccess}};

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

const KnownKind* known_kind(int nid)
{
    const auto* const found = std::ranges::find(known, nid, &KnownKind::nid);
    return found == known.end() ? nullptr : found;
}

/// What Go makes of a critical one depends on what is in it, too.
bool is_known(const X509& certificate, int nid)
{
    if (nid == NID_subject_alt_name)
        return has_known_name(certificate);
    if (nid == NID_name_constraints)
        return !has_strange_limits(certificate);
    return known_kind(nid) != nullptr;
}

std::string_view value_of(const X509_EXTENSION& extension)
{
    return bytes_of(*X509_EXTENSION_get_data(const_cast<X509_EXTENSION*>(&extension)));
}

/// Go takes one without any use for no limit.
bool has_no_use(const X509& certificate)
{
    const int place = X509_get_ext_by_NID(&certificate, NID_ext_key_usage, -1);
    if (place < 0)
        return true;
    std::string_view value = value_of(*X509_get_ext(&certificate, place));
    const auto uses = take_der(value, der::sequence);
    return uses && uses->empty();
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
           (X509_get_extended_key_usage(&parsed) & (use | XKU_ANYEKU)) != 0 ||
           has_no_use(certificate);
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
        const KnownKind* const known_one = known_kind(nid_of(extension));
        const bool has_form =
            known_one == nullptr || has_readable_form(known_one->kind, value_of(extension));
        const bool has_limits = known_one == nullptr ||
                                known_one->kind != ExtensionKind::NameConstraints ||
                                !has_unreadable_limits(certificate);
        if (!is_short_identifier(type_of(extension)) || !has_form || !has_limits)
            return name_of(extension);
    }
    return {};
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "edge/certs/x509_names.hpp"

#include <algorithm>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/certs/server_call.hpp"
#include "clockguard/core/certs/uri_name.hpp"
#include "edge/certs/x509_extensions.hpp"

namespace clockguard {
namespace {

using AddressPtr = Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using LimitsPtr = Handle<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;
using NamePtr = Handle<GENERAL_NAME, GENERAL_NAME_free>;
using NamesPtr = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;

NamesPtr names_of(const X509& certificate)
{
    if (!has_extensions(certificate))
        return nullptr;
    return NamesPtr{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr))};
}

/// An IPv4 address may be written as an IPv6 one ("::ffff:10.0.0.5").
std::string_view address_of(const ASN1_STRING& text)
{
    using namespace std::string_view_literals;
    constexpr std::string_view mapped = "\0\0\0\0\0\0\0\0\0\0\xFF\xFF"sv;
    const std::string_view bytes = bytes_of(text);
    return bytes.starts_with(mapped) ? bytes.substr(mapped.size()) : bytes;
}

bool is_for(const GENERAL_NAME& name, const std::string& host, const ASN1_OCTET_STRING* address)
{
    if (address != nullptr)
        return name.type == GEN_IPADD && address_of(*name.d.iPAddress) == address_of(*address);
    return name.type == GEN_DNS && matches_host(bytes_of(*name.d.dNSName), host);
}

LimitsPtr limits_of(const X509& certificate)
{
    if (!has_extensions(certificate))
        return nullptr;
    return LimitsPtr{static_cast<NAME_CONSTRAINTS*>(
        X509_get_ext_d2i(&certificate, NID_name_constraints, nullptr, nullptr))};
}

/// The kinds of names that Go knows constraints for.
bool is_known(const GENERAL_NAME& name)
{
    return name.type == GEN_DNS || name.type == GEN_IPADD || name.type == GEN_EMAIL ||
           name.type == GEN_URI;
}

/// As Go reads them (crypto/x509, parseSANExtension): an IA5String is ASCII, whatever openssl has
/// put there, an address has four or sixteen octets, and a URI is one.
bool is_readable(const GENERAL_NAME& name)
{
    if (name.type == GEN_IPADD) {
        const auto size = bytes_of(*name.d.iPAddress).size();
        return size == 4 || size == 16;
    }
    const bool is_text = name.type == GEN_DNS || name.type == GEN_EMAIL || name.type == GEN_URI;
    return !is_text || (is_ascii(bytes_of(*name.d.ia5)) &&
                        (name.type != GEN_URI || is_uri_name(bytes_of(*name.d.ia5))));
}

/// By a certificate with no other name: one that has several is only said to be refused.
bool is_permitted(GENERAL_NAME& name, NAME_CONSTRAINTS& limits)
{
    const X509Ptr bearer{X509_new()};
    const NamesPtr alone{GENERAL_NAMES_new()};
    NamePtr copy{GENERAL_NAME_dup(&name)};
    if (!copy || sk_GENERAL_NAME_push(alone.get(), copy.get()) <= 0)
        return true;
    static_cast<void>(copy.release());
    X509_add1_ext_i2d(bearer.get(), NID_subject_alt_name, alone.get(), 0, X509V3_ADD_DEFAULT);
    X509_check_purpose(bearer.get(), -1, 0);  // what is checked is what was read by this
    return NAME_CONSTRAINTS_check(bearer.get(), &limits) == X509_V_OK;
}

/// "127.0.0.1", of what OpenSSL prints as "IP Address:127.0.0.1".
std::string text_of(GENERAL_NAME& name)
{
    const BioPtr out{BIO_new(BIO_s_mem())};
    GENERAL_NAME_print(out.get(), &name);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    const std::string text{data, static_cast<std::size_t>(size)};
    return text.substr(text.find(':') + 1);
}

bool has_strange_kind(const STACK_OF(GENERAL_SUBTREE) * limits)
{
    for (int i = 0; i < sk_GENERAL_SUBTREE_num(limits); ++i)
        if (!is_known(*sk_GENERAL_SUBTREE_value(limits, i)->base))
            return true;
    return false;
}

/// An address and its mask.
bool is_range(const GENERAL_NAME& name)
{
    const auto size = name.type == GEN_IPADD ? bytes_of(*name.d.iPAddress).size() : 8;
    return size == 8 || size == 32;
}

/// Labels between points; one point may be in front (crypto/x509, domainToReverseLabels).
bool is_domain(std::string_view text)
{
    const auto is_visible = [](char c) { return c > ' ' && c < '\x7F'; };
    if (text.empty())
        return true;
    text.remove_prefix(text.front() == '.' ? 1 : 0);
    return !text.starts_with('.') && !text.ends_with('.') && text.find("..") == text.npos &&
           std::ranges::all_of(text, is_visible);
}

/// As Go reads it (crypto/x509, parseNameConstraintsExtension), but for a mailbox, which is only
/// looked at for its letters.
bool is_readable_limit(const GENERAL_NAME& name)
{
    if (name.type != GEN_DNS && name.type != GEN_EMAIL && name.type != GEN_URI)
        return is_range(name);
    const std::string_view text = bytes_of(*name.d.ia5);
    if (name.type == GEN_EMAIL && text.find('@') != text.npos)
        return is_ascii(text);
    const AddressPtr address{name.type == GEN_URI ? a2i_IPADDRESS(std::string{text}.c_str())
                                                  : nullptr};
    ERR_clear_error();
    return is_domain(text) && !address;
}

bool are_readable(const STACK_OF(GENERAL_SUBTREE) * limits)
{
    for (int i = 0; i < sk_GENERAL_SUBTREE_num(limits); ++i)
        if (!is_readable_limit(*sk_GENERAL_SUBTREE_value(limits, i)->base))
            return false;
    return true;
}

}  // namespace

std::string forbidden_name(const X509& certificate, const X509& issuer)
{
    const LimitsPtr limits = limits_of(issuer);
    const NamesPtr names = limits ? names_of(certificate) : nullptr;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        GENERAL_NAME& name = *sk_GENERAL_NAME_value(names.get(), i);
        if (is_known(name) && !is_permitted(name, *limits))
            return text_of(name);
    }
    return {};
}

NameFacts name_facts(const X509& certificate)
{
    NameFacts facts;
    const NamesPtr names = names_of(certificate);
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        GENERAL_NAME& name = *sk_GENERAL_NAME_value(names.get(), i);
        facts.has_host = facts.has_host || name.type == GEN_DNS || name.type == GEN_IPADD;
        if (facts.strange.empty() && !is_readable(name))
            facts.strange = text_of(name);
    }
    return facts;
}

bool has_strange_limits(const X509& certificate)
{
    const LimitsPtr limits = limits_of(certificate);
    return limits && (has_strange_kind(limits->permittedSubtrees) ||
                      has_strange_kind(limits->excludedSubtrees));
}

bool has_unreadable_limits(const X509& certificate)
{
    const LimitsPtr limits = limits_of(certificate);
    return limits &&
           !(are_readable(limits->permittedSubtrees) && are_readable(limits->excludedSubtrees));
}

bool has_known_name(const X509& certificate)
{
    const NamesPtr names = names_of(certificate);
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i)
        if (is_known(*sk_GENERAL_NAME_value(names.get(), i)))
            return true;
    return false;
}

bool is_for_host(const X509& certificate, const std::string& host)
{
    const NamesPtr names = names_of(certificate);
    const AddressPtr address{a2i_IPADDRESS(host.c_str())};
    ERR_clear_error();
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i)
        if (is_for(*sk_GENERAL_NAME_value(names.get(), i), host, address.get()))
            return true;
    return false;
}

}  // namespace clockguard

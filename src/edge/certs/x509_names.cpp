// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509_names.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "clockguard/core/certs/server_call.hpp"
#include "edge/certs/x509_handles.hpp"

namespace clockguard {
namespace {

using AddressPtr = Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using NamesPtr = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;

NamesPtr names_of(const X509& certificate)
{
    return NamesPtr{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr))};
}

std::string_view bytes_of(const ASN1_STRING& text)
{
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(&text)),
            static_cast<std::size_t>(ASN1_STRING_length(&text))};
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

}  // namespace

bool is_for_host(const std::string& certificate, const std::string& host)
{
    const auto parsed = parse_certificate(certificate);
    const NamesPtr names = parsed ? names_of(**parsed) : nullptr;
    const AddressPtr address{a2i_IPADDRESS(host.c_str())};
    ERR_clear_error();
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i)
        if (is_for(*sk_GENERAL_NAME_value(names.get(), i), host, address.get()))
            return true;
    return false;
}

}  // namespace clockguard

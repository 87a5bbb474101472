// SPDX-License-Identifier: Apache-2.0
// The own functions of RSA and of EC are deprecated, and many times as fast as what replaces them.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "clockguard/edge/certs/x509_keys.hpp"

#include <array>

#include <fmt/core.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "clockguard/core/base/pem.hpp"
#include "edge/certs/x509_handles.hpp"

namespace clockguard {
namespace {

void free_bytes(void* bytes)
{
    OPENSSL_free(bytes);
}

using BytesPtr = Handle<unsigned char, free_bytes>;
using EcPtr = Handle<EC_KEY, EC_KEY_free>;
using Pkcs8Ptr = Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using RsaPtr = Handle<RSA, RSA_free>;

/// Go tries the forms one after the other, whatever the block is called (crypto/tls,
/// parsePrivateKey).
RsaPtr parse_pkcs1(const std::string& bytes)
{
    const auto* der = reinterpret_cast<const unsigned char*>(bytes.data());
    return RsaPtr{d2i_RSAPrivateKey(nullptr, &der, static_cast<long>(bytes.size()))};
}

Pkcs8Ptr parse_pkcs8(const std::string& bytes)
{
    const auto* der = reinterpret_cast<const unsigned char*>(bytes.data());
    return Pkcs8Ptr{d2i_PKCS8_PRIV_KEY_INFO(nullptr, &der, static_cast<long>(bytes.size()))};
}

KeyPtr parse_sec1(const std::string& bytes)
{
    const auto* der = reinterpret_cast<const unsigned char*>(bytes.data());
    return KeyPtr{d2i_PrivateKey(EVP_PKEY_EC, nullptr, &der, static_cast<long>(bytes.size()))};
}

/// The RSA key in one of its two forms; nothing where it is another kind of key.
RsaPtr parse_rsa(const std::string& bytes)
{
    RsaPtr plain = parse_pkcs1(bytes);
    const Pkcs8Ptr wrapped = plain ? nullptr : parse_pkcs8(bytes);
    const ASN1_OBJECT* algorithm = nullptr;
    const unsigned char* der = nullptr;
    int size = 0;
    if (!wrapped || PKCS8_pkey_get0(&algorithm, &der, &size, nullptr, wrapped.get()) != 1 ||
        OBJ_obj2nid(algorithm) != NID_rsaEncryption)
        return plain;
    return RsaPtr{d2i_RSAPrivateKey(nullptr, &der, size)};
}

/// An RSA key by RSA's own functions here too, for the same reason.
KeyPtr parse_key(const std::string& bytes)
{
    if (const RsaPtr rsa = parse_rsa(bytes)) {
        KeyPtr key{EVP_PKEY_new()};
        EVP_PKEY_set1_RSA(key.get(), rsa.get());
        return key;
    }
    const Pkcs8Ptr wrapped = parse_pkcs8(bytes);
    return wrapped ? KeyPtr{EVP_PKCS82PKEY(wrapped.get())} : parse_sec1(bytes);
}

/// The curve that an algorithm names; none where that is another algorithm, or where the curve is
/// written out.
int curve_of(const X509_ALGOR* algorithm)
{
    const ASN1_OBJECT* name = nullptr;
    int type = V_ASN1_UNDEF;
    const void* curve = nullptr;
    X509_ALGOR_get0(&name, &type, &curve, algorithm);
    return OBJ_obj2nid(name) == NID_X9_62_id_ecPublicKey && type == V_ASN1_OBJECT
               ? OBJ_obj2nid(static_cast<const ASN1_OBJECT*>(curve))
               : NID_undef;
}

/// An EC key in one of its two forms, of which the wrapped one names the curve outside.
EcPtr parse_ec(const std::string& bytes)
{
    const Pkcs8Ptr wrapped = parse_pkcs8(bytes);
    const X509_ALGOR* algorithm = nullptr;
    const auto* der = reinterpret_cast<const unsigned char*>(bytes.data());
    int size = static_cast<int>(bytes.size());
    if (wrapped)
        PKCS8_pkey_get0(nullptr, &der, &size, &algorithm, wrapped.get());
    EcPtr key{wrapped ? EC_KEY_new_by_curve_name(curve_of(algorithm)) : EC_KEY_new()};
    EC_KEY* read = key.get();
    return read != nullptr && d2i_ECPrivateKey(&read, &der, size) != nullptr ? std::move(key)
                                                                             : nullptr;
}

/// The public half of a key, as a certificate holds it.
struct PublicHalf {
    int kind = NID_undef;  // rsaEncryption, or the name of a curve
    std::string bytes{};

    bool operator==(const PublicHalf& other) const = default;
};

std::string take_bytes(unsigned char* bytes, std::size_t size)
{
    const BytesPtr owned{bytes};
    return {bytes, bytes + size};
}

/// Of another kind than RSA and EC, or with a curve that is written out: none.
PublicHalf public_half(const PemBlock& block)
{
    unsigned char* half = nullptr;
    if (const RsaPtr rsa = parse_rsa(block.bytes)) {
        const int size = i2d_RSAPublicKey(rsa.get(), &half);
        return {NID_rsaEncryption, take_bytes(half, size > 0 ? static_cast<std::size_t>(size) : 0)};
    }
    const EcPtr ec = parse_ec(block.bytes);
    const EC_GROUP* curve = ec ? EC_KEY_get0_group(ec.get()) : nullptr;
    if (curve == nullptr || EC_GROUP_get_asn1_flag(curve) != OPENSSL_EC_NAMED_CURVE)
        return {};
    const auto size = EC_KEY_key2buf(ec.get(), POINT_CONVERSION_UNCOMPRESSED, &half, nullptr);
    return {EC_GROUP_get_curve_name(curve), take_bytes(half, size)};
}

PublicHalf public_half(const X509& certificate)
{
    X509_ALGOR* algorithm = nullptr;
    const unsigned char* bytes = nullptr;
    int size = 0;
    if (X509_PUBKEY_get0_param(nullptr, &bytes, &size, &algorithm,
                               X509_get_X509_PUBKEY(&certificate)) != 1)
        return {};
    const ASN1_OBJECT* name = nullptr;
    X509_ALGOR_get0(&name, nullptr, nullptr, algorithm);
    const bool is_rsa = OBJ_obj2nid(name) == NID_rsaEncryption;
    return {is_rsa ? NID_rsaEncryption : curve_of(algorithm), {bytes, bytes + size}};
}

/// "prime256v1"; empty for a curve without a name. OpenSSL tells a written out curve's too.
std::string curve_of(const EVP_PKEY& key)
{
    std::array<char, 64> text{};
    std::size_t size = 0;
    const bool is_told = EVP_PKEY_get_utf8_string_param(&key, OSSL_PKEY_PARAM_EC_ENCODING,
                                                        text.data(), text.size(), &size) == 1 &&
                         std::string_view{text.data()} == OSSL_PKEY_EC_ENCODING_GROUP &&
                         EVP_PKEY_get_group_name(&key, text.data(), text.size(), &size) == 1;
    return is_told ? std::string{text.data()} : std::string{};
}

}  // namespace

Result<KeyPtr> parse_private_key(std::string_view pem, std::string_view name)
{
    const auto block = find_private_key(pem);
    if (!block)
        return fail(fmt::format("key '{}' is not a private key: it holds none in PEM", name));
    if (block->is_encrypted)
        return fail(fmt::format("key '{}' is encrypted with a passphrase", name));
    KeyPtr key = parse_key(block->bytes);
    const std::string why = drain_errors();
    if (!key)
        return fail(fmt::format("key '{}' is not a private key: {}", name, why));
    return key;
}

std::string key_fault(const EVP_PKEY& key, bool is_of_ca)
{
    if (EVP_PKEY_is_a(&key, "RSA") == 1 || EVP_PKEY_is_a(&key, "ED25519") == 1)
        return {};
    if (EVP_PKEY_is_a(&key, "EC") != 1)
        return fmt::format("has a key that Kubernetes cannot use ({})",
                           EVP_PKEY_get0_type_name(&key));
    const std::string curve = curve_of(key);
    if (curve.empty())
        return "has a key that Kubernetes cannot use (its curve is written out)";
    for (const char* known : {"prime256v1", "secp384r1", "secp521r1"})
        if (curve == known)
            return {};
    return is_of_ca && curve == "secp224r1"
               ? std::string{}
               : fmt::format("has a key that Kubernetes cannot use (curve {})", curve);
}

bool has_public_half_of(const PemBlock& key, const X509& certificate)
{
    const PublicHalf half = public_half(key);
    return half.kind != NID_undef && !half.bytes.empty() && half == public_half(certificate);
}

bool is_usable_key(const std::string& pem)
{
    if (is_encrypted_key(pem))
        return true;
    const auto key = parse_private_key(pem, "");
    return key && key_fault(**key, false).empty();
}

}  // namespace clockguard

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

#include "clockguard/core/base/der.hpp"
#include "clockguard/core/base/pem.hpp"
#include "edge/certs/x509_handles.hpp"

namespace clockguard {
namespace {

void free_bytes(void* bytes)
{
    OPENSSL_free(bytes);
}

using BnContextPtr = Handle<BN_CTX, BN_CTX_free>;
using BnPtr = Handle<BIGNUM, BN_clear_free>;
using BytesPtr = Handle<unsigned char, free_bytes>;
using GroupPtr = Handle<EC_GROUP, EC_GROUP_free>;
using ObjectPtr = Handle<ASN1_OBJECT, ASN1_OBJECT_free>;
using PointPtr = Handle<EC_POINT, EC_POINT_free>;
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

/// Whether the exponents undo each other below a prime.
bool fits_prime(const RSA& key, const BIGNUM* prime, BN_CTX& context)
{
    const BnPtr less{BN_dup(prime)};
    const BnPtr product{BN_new()};
    return less && product && BN_sub_word(less.get(), 1) == 1 &&
           BN_mod_mul(product.get(), RSA_get0_d(&key), RSA_get0_e(&key), less.get(), &context) ==
               1 &&
           BN_is_one(product.get()) == 1;
}

/// Of more than two primes the others are not looked at.
bool is_whole(const RSA& key)
{
    const BIGNUM* const p = RSA_get0_p(&key);
    const BIGNUM* const q = RSA_get0_q(&key);
    if (RSA_get_multi_prime_extra_count(&key) > 0)
        return true;
    if (p == nullptr || q == nullptr)
        return false;
    const BnContextPtr context{BN_CTX_new()};
    const BnPtr product{BN_new()};
    return context && product && BN_mul(product.get(), p, q, context.get()) == 1 &&
           BN_cmp(product.get(), RSA_get0_n(&key)) == 0 && fits_prime(key, p, *context) &&
           fits_prime(key, q, *context);
}

/// An RSA key by RSA's own functions here too, for the same reason.
KeyPtr parse_key(const std::string& bytes)
{
    if (const RsaPtr rsa = parse_rsa(bytes)) {
        if (!is_whole(*rsa))
            return nullptr;
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

/// What an EC key is made of.
struct EcParts {
    GroupPtr curve{};
    BnPtr secret{};
};

/// The curve that is named inside of a key.
int named_curve(std::string_view parameters)
{
    const auto* der = reinterpret_cast<const unsigned char*>(parameters.data());
    const ObjectPtr name{d2i_ASN1_OBJECT(nullptr, &der, static_cast<long>(parameters.size()))};
    return name ? OBJ_obj2nid(name.get()) : NID_undef;
}

/// Of an EC key in one of its two forms, of which the wrapped one names the curve outside. Go looks
/// at no public half in it (crypto/x509, parseECPrivateKey).
EcParts parse_ec(const std::string& bytes)
{
    using namespace std::string_view_literals;
    constexpr unsigned parameters_tag = 0xA0;
    const Pkcs8Ptr wrapped = parse_pkcs8(bytes);
    const X509_ALGOR* algorithm = nullptr;
    const auto* der = reinterpret_cast<const unsigned char*>(bytes.data());
    int size = static_cast<int>(bytes.size());
    if (wrapped)
        PKCS8_pkey_get0(nullptr, &der, &size, &algorithm, wrapped.get());
    std::string_view text{reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)};
    auto parts = take_der(text, der::sequence);
    const bool has_version = parts && take_der(*parts, der::integer) == "\1"sv;
    const auto secret = has_version ? take_der(*parts, der::octet_string) : std::nullopt;
    if (!secret)
        return {};
    const int curve =
        wrapped ? curve_of(algorithm) : named_curve(take_der(*parts, parameters_tag).value_or(""));
    const auto* const number = reinterpret_cast<const unsigned char*>(secret->data());
    return {.curve = GroupPtr{EC_GROUP_new_by_curve_name(curve)},
            .secret = BnPtr{BN_bin2bn(number, static_cast<int>(secret->size()), nullptr)}};
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

/// Empty where the parts of the key do not fit each other.
std::string public_bytes(const RSA& key)
{
    unsigned char* half = nullptr;
    const int size = is_whole(key) ? i2d_RSAPublicKey(&key, &half) : 0;
    return take_bytes(half, size > 0 ? static_cast<std::size_t>(size) : 0);
}

/// Empty where the private half is none of this curve.
std::string public_bytes(const EcParts& key)
{
    const EC_GROUP* const curve = key.curve.get();
    const PointPtr point{EC_POINT_new(curve)};
    unsigned char* half = nullptr;
    const bool is_one =
        key.secret && point && BN_cmp(key.secret.get(), EC_GROUP_get0_order(curve)) < 0 &&
        EC_POINT_mul(curve, point.get(), key.secret.get(), nullptr, nullptr, nullptr) == 1;
    const auto size = is_one ? EC_POINT_point2buf(curve, point.get(), POINT_CONVERSION_UNCOMPRESSED,
                                                  &half, nullptr)
                             : 0;
    return take_bytes(half, size);
}

/// Of another kind than RSA and EC, or with a curve that has no name: none.
PublicHalf public_half(const PemBlock& block)
{
    if (const RsaPtr rsa = parse_rsa(block.bytes))
        return {NID_rsaEncryption, public_bytes(*rsa)};
    const EcParts key = parse_ec(block.bytes);
    return key.curve ? PublicHalf{EC_GROUP_get_curve_name(key.curve.get()), public_bytes(key)}
                     : PublicHalf{};
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

std::optional<bool> is_key_of(const PemBlock& key, const X509& certificate)
{
    const PublicHalf half = public_half(key);
    if (half.kind == NID_undef)
        return std::nullopt;
    return !half.bytes.empty() && half == public_half(certificate);
}

bool is_usable_key(const std::string& pem)
{
    if (is_encrypted_key(pem))
        return true;
    const auto key = parse_private_key(pem, "");
    return key && key_fault(**key, false).empty();
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
// RSA's own functions are deprecated, and many times as fast as what replaces them.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "clockguard/edge/certs/x509.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "clockguard/core/base/pem.hpp"
#include "edge/certs/x509_handles.hpp"

namespace clockguard {
namespace {

/// More than any CA file of a node has.
constexpr std::size_t most_certificates = 64;

BioPtr memory(std::string_view text)
{
    return BioPtr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

std::string take(const BioPtr& bio)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

/// "CN=server,O=x" (RFC 2253, in the order of the certificate).
std::string name_text(const X509_NAME* name)
{
    const BioPtr out{BIO_new(BIO_s_mem())};
    X509_NAME_print_ex(out.get(), name, 0,
                       XN_FLAG_SEP_COMMA_PLUS | ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_ESC_CTRL |
                           XN_FLAG_FN_SN);
    return take(out);
}

bool is_same_name(const X509_NAME& one, const X509_NAME& other)
{
    const unsigned char* left = nullptr;
    const unsigned char* right = nullptr;
    std::size_t left_size = 0;
    std::size_t right_size = 0;
    return X509_NAME_get0_der(&one, &left, &left_size) == 1 &&
           X509_NAME_get0_der(&other, &right, &right_size) == 1 &&
           std::equal(left, left + left_size, right, right + right_size);
}

/// Over ASN1_TIME_diff, which takes GeneralizedTime and UTCTime alike and no time zone.
Result<std::chrono::sys_seconds> to_instant(const ASN1_TIME* time)
{
    using Epoch = Handle<ASN1_TIME, ASN1_TIME_free>;
    const Epoch epoch{ASN1_TIME_set(nullptr, 0)};
    int days = 0;
    int seconds = 0;
    if (ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) {
        ERR_clear_error();
        return fail("has a date that is none");
    }
    return std::chrono::sys_days{} + std::chrono::days{days} + std::chrono::seconds{seconds};
}

std::string sha256_text(const X509& certificate)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    X509_digest(&certificate, EVP_sha256(), digest.data(), &size);
    std::string text;
    for (unsigned int i = 0; i < size; ++i)
        text += fmt::format("{:02x}", digest[i]);
    return text;
}

/// Without the extension it is UINT32_MAX: for any use.
void note_use(CertFacts& facts, X509& certificate)
{
    const std::uint32_t use = X509_get_extended_key_usage(&certificate);
    facts.serves = (use & (XKU_SSL_SERVER | XKU_ANYEKU)) != 0;
    facts.calls = (use & (XKU_SSL_CLIENT | XKU_ANYEKU)) != 0;
}

void free_bytes(void* bytes)
{
    OPENSSL_free(bytes);
}

using BytesPtr = Handle<unsigned char, free_bytes>;
using NamePtr = Handle<char, free_bytes>;
using Pkcs8Ptr = Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using RsaPtr = Handle<RSA, RSA_free>;
using Parsed = Result<X509Ptr>;
using Shared = std::vector<X509*>;

/// The texts of a file's certificates, each different one once, in their order.
Result<std::vector<std::string_view>> different_blocks(std::string_view pem)
{
    std::vector<std::string_view> different;
    const auto blocks = find_certificates(pem);
    std::set<std::string_view> seen;
    for (const PemBlock& block : blocks.value_or(std::vector<PemBlock>{})) {
        const std::string_view text = pem.substr(block.begin, block.size);
        if (!seen.insert(text).second)
            continue;
        if (seen.size() > most_certificates)
            return fail(fmt::format("holds more than {} certificates", most_certificates));
        different.push_back(text);
    }
    return different;
}

/// Which of these is the same CA, if not the very same certificate.
const PemBlock* find_original(std::string_view text, const PemBlock& copy, std::string_view from,
                              const std::vector<PemBlock>& originals)
{
    const auto old = parse_certificate(text.substr(copy.begin, copy.size));
    for (const PemBlock& block : originals) {
        const auto known = parse_certificate(from.substr(block.begin, block.size));
        if (old && known &&
            X509_NAME_cmp(X509_get_subject_name(old->get()), X509_get_subject_name(known->get())) ==
                0 &&
            EVP_PKEY_eq(X509_get0_pubkey(old->get()), X509_get0_pubkey(known->get())) == 1)
            return &block;
    }
    return nullptr;
}

/// Nobody is there to be asked for a passphrase; OpenSSL's own callback would read the terminal.
int no_passphrase(char*, int, int, void*)
{
    return -1;
}

/// The public half of an RSA key, as a certificate holds it; empty for what is none. By RSA's own
/// functions: the general ones try every decoder of every provider, for a millisecond a key
/// (OSSL_DECODER_CTX_new_for_pkey).
std::string rsa_public_half(const std::string& pem)
{
    const BioPtr bio = memory(pem);
    unsigned char* data = nullptr;
    long size = 0;
    char* name = nullptr;
    if (PEM_bytes_read_bio(&data, &size, &name, PEM_STRING_EVP_PKEY, bio.get(), no_passphrase,
                           nullptr) != 1)
        return {};
    const BytesPtr bytes{data};
    const NamePtr kind{name};
    const unsigned char* der = data;
    Pkcs8Ptr wrapped;
    if (std::string_view{name} == PEM_STRING_PKCS8INF) {
        wrapped.reset(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &der, size));
        const ASN1_OBJECT* algorithm = nullptr;
        int inner = 0;
        if (!wrapped || PKCS8_pkey_get0(&algorithm, &der, &inner, nullptr, wrapped.get()) != 1 ||
            OBJ_obj2nid(algorithm) != NID_rsaEncryption)
            return {};
        size = inner;
    } else if (std::string_view{name} != PEM_STRING_RSA) {
        return {};
    }
    const RsaPtr key{d2i_RSAPrivateKey(nullptr, &der, size)};
    unsigned char* half = nullptr;
    const int length = key ? i2d_RSAPublicKey(key.get(), &half) : 0;
    const BytesPtr owned{half};
    return length > 0 ? std::string{half, half + length} : std::string{};
}

/// The same of a certificate.
std::string rsa_public_half(const X509& certificate)
{
    ASN1_OBJECT* algorithm = nullptr;
    const unsigned char* data = nullptr;
    int size = 0;
    const bool is_told = X509_PUBKEY_get0_param(&algorithm, &data, &size, nullptr,
                                                X509_get_X509_PUBKEY(&certificate)) == 1;
    if (!is_told || OBJ_obj2nid(algorithm) != NID_rsaEncryption)
        return {};
    return {data, data + size};
}

/// What a certificate has to do with a key. Unset where the key cannot be had without a passphrase.
void compare_key(CertFacts& facts, const X509& certificate, const Shared& all,
                 const std::string& pem)
{
    facts.key_is_encrypted = is_encrypted_key(pem);
    if (facts.key_is_encrypted)
        return;
    const std::string half = rsa_public_half(pem);
    if (!half.empty() && half == rsa_public_half(certificate)) {
        facts.key_matches = true;
        return;
    }
    const auto key = parse_private_key(pem, "");
    facts.key_matches = key && EVP_PKEY_eq(X509_get0_pubkey(&certificate), key->get()) == 1;
    const X509* signer = key && !*facts.key_matches ? find_by_key(all, key->get()) : nullptr;
    if (signer != nullptr)
        facts.signer = sha256_text(*signer);
    ERR_clear_error();
}

/// What a certificate has to do with one of its CA's.
struct Bond {
    bool is_signed = false;
    bool is_named = false;  // its authority key identifier is this one's, or it has none
};

/// Go takes the name, byte by byte, and the signature (crypto/x509, CertPool.findPotentialParents);
/// a key identifier only tells it what to try first. OpenSSL refuses a CA with another serial than
/// the one named, which is what MicroK8s makes when it makes a CA anew from its key.
Bond bond_between(X509& certificate, X509& issuer)
{
    if (!is_same_name(*X509_get_issuer_name(&certificate), *X509_get_subject_name(&issuer)) ||
        X509_verify(&certificate, X509_get0_pubkey(&issuer)) != 1)
        return {};
    const int said = X509_check_issued(&issuer, &certificate);
    return {.is_signed = true,
            .is_named = said != X509_V_ERR_AKID_SKID_MISMATCH &&
                        said != X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH};
}

}  // namespace

std::string drain_errors()
{
    const unsigned long first = ERR_get_error();
    ERR_clear_error();
    const char* reason = ERR_reason_error_string(first);
    return reason == nullptr ? "OpenSSL gives no reason" : reason;
}

Result<X509Ptr> parse_certificate(std::string_view pem)
{
    const auto blocks = find_certificates(pem);
    if (!blocks)
        return fail(blocks.error());
    const PemBlock& first = blocks->front();
    const BioPtr bio = memory(pem.substr(first.begin, first.size));
    X509Ptr certificate{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)};
    if (!certificate)
        return fail(fmt::format("is no certificate: {}", drain_errors()));
    return certificate;
}

Result<KeyPtr> parse_private_key(std::string_view pem, std::string_view name)
{
    if (is_encrypted_key(pem))
        return fail(fmt::format("key '{}' is encrypted with a passphrase", name));
    const BioPtr bio = memory(pem);
    KeyPtr key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)};
    if (!key)
        return fail(fmt::format("key '{}' is no private key: {}", name, drain_errors()));
    return key;
}

std::string serial_text(const X509& certificate)
{
    const BioPtr out{BIO_new(BIO_s_mem())};
    i2a_ASN1_INTEGER(out.get(), X509_get0_serialNumber(&certificate));
    return take(out);
}

Result<std::vector<X509Ptr>> parse_all(std::string_view pem)
{
    const auto blocks = different_blocks(pem);
    if (!blocks)
        return fail(blocks.error());
    std::vector<X509Ptr> all;
    for (const std::string_view block : *blocks)
        if (auto certificate = parse_certificate(block))
            all.push_back(std::move(*certificate));
    return all;
}

Result<CertFacts> to_facts(const X509& certificate)
{
    const auto not_before = to_instant(X509_get0_notBefore(&certificate));
    const auto not_after = to_instant(X509_get0_notAfter(&certificate));
    if (!not_before || !not_after)
        return fail(fmt::format("{} ({})", (not_before ? not_after : not_before).error().what,
                                not_before ? "its end" : "its beginning"));
    return CertFacts{.subject = name_text(X509_get_subject_name(&certificate)),
                     .issuer = name_text(X509_get_issuer_name(&certificate)),
                     .serial = serial_text(certificate),
                     .sha256 = sha256_text(certificate),
                     .not_before = *not_before,
                     .not_after = *not_after,
                     .has_other_issuer = X509_NAME_cmp(X509_get_subject_name(&certificate),
                                                       X509_get_issuer_name(&certificate)) != 0};
}

/// By the text of a block; what is parsed stays where it is, so that the rest goes by addresses.
struct CertReader::Memory {
    std::map<std::string, Parsed, std::less<>> certificates{};
    std::map<const X509*, std::string> digests{};
    std::map<std::pair<const X509*, const X509*>, Bond> bonds{};

    const Parsed& parse(std::string_view block)
    {
        const auto known = certificates.find(block);
        if (known != certificates.end())
            return known->second;
        return certificates.emplace(block, parse_certificate(block)).first->second;
    }

    /// As parse_all(): each different one, what is none passed over.
    Result<Shared> parse_every(std::string_view pem)
    {
        const auto blocks = different_blocks(pem);
        if (!blocks)
            return fail(blocks.error());
        Shared all;
        for (const std::string_view block : *blocks)
            if (const Parsed& certificate = parse(block))
                all.push_back(certificate->get());
        return all;
    }

    const std::string& digest(const X509& certificate)
    {
        std::string& known = digests[&certificate];
        if (known.empty())
            known = sha256_text(certificate);
        return known;
    }

    Bond bond(X509& certificate, X509& issuer)
    {
        const std::pair<const X509*, const X509*> pair{&certificate, &issuer};
        const auto known = bonds.find(pair);
        if (known != bonds.end())
            return known->second;
        return bonds.emplace(pair, bond_between(certificate, issuer)).first->second;
    }

    /// The signature alone: a CA with wrong dates has still signed what it has signed.
    /// Any certificate of the CA's file may have made it (Go's pools and `openssl verify
    /// -trusted`). Left unset where there are too many to tell.
    void compare_with_issuers(CertFacts& facts, X509& certificate, std::string_view pem)
    {
        const auto issuers = parse_every(pem);
        if (!issuers)
            return;
        std::vector<Bond> bonds_of_signers;
        for (X509* issuer : *issuers)
            if (const Bond one = bond(certificate, *issuer); one.is_signed)
                bonds_of_signers.push_back(one);
        facts.signed_by_issuer = !bonds_of_signers.empty();
        facts.names_other_ca =
            !bonds_of_signers.empty() && std::ranges::none_of(bonds_of_signers, &Bond::is_named);
    }
};

CertReader::CertReader() : memory_{std::make_unique<Memory>()} {}
CertReader::CertReader(CertReader&& other) noexcept = default;
CertReader& CertReader::operator=(CertReader&& other) noexcept = default;
CertReader::~CertReader() = default;

Result<CertFacts> CertReader::read(const CertTexts& texts)
{
    const auto blocks = find_certificates(texts.certificate);
    if (!blocks)
        return fail(blocks.error());
    const PemBlock& first = blocks->front();
    const Parsed& parsed =
        memory_->parse(std::string_view{texts.certificate}.substr(first.begin, first.size));
    if (!parsed)
        return fail(parsed.error());
    X509& certificate = **parsed;
    auto read = to_facts(certificate);
    if (!read)
        return fail(read.error());
    CertFacts facts = std::move(*read);
    facts.is_ca = X509_check_ca(&certificate) != 0;
    note_use(facts, certificate);
    facts.signer = facts.sha256;
    // Too many to tell: then the first alone counts.
    const auto all = memory_->parse_every(texts.certificate).value_or(Shared{});
    facts.all = {facts.sha256};
    for (const X509* one : all)
        facts.all.push_back(memory_->digest(*one));
    if (texts.key)
        compare_key(facts, certificate, all, *texts.key);
    if (texts.issuer)
        memory_->compare_with_issuers(facts, certificate, *texts.issuer);
    ERR_clear_error();
    return facts;
}

Result<CertFacts> read_certificate(const CertTexts& texts)
{
    return CertReader{}.read(texts);
}

Result<std::string> exchange_copies(const std::string& text, const std::string& from)
{
    if (text == from)
        return text;
    const auto copies = find_certificates(text);
    if (!copies)
        return fail(copies.error());
    const auto originals = find_certificates(from);
    if (!originals)
        return fail(originals.error());
    if (copies->size() > most_certificates || originals->size() > most_certificates)
        return fail("holds too many certificates");
    std::string exchanged = text;
    // From the end, so that what is in front stays where it is.
    for (auto copy = copies->rbegin(); copy != copies->rend(); ++copy)
        if (const auto* original = find_original(text, *copy, from, *originals))
            exchanged =
                replace_block(exchanged, *copy, from.substr(original->begin, original->size));
    return exchanged;
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
// What a certificate says by itself, beside its key and beside its CA's file, as Go would take it.
#include "clockguard/edge/certs/x509.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <map>
#include <set>

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "clockguard/core/base/der.hpp"
#include "clockguard/core/base/pem.hpp"
#include "edge/certs/x509_chains.hpp"
#include "edge/certs/x509_context.hpp"
#include "edge/certs/x509_extensions.hpp"
#include "edge/certs/x509_faults.hpp"
#include "edge/certs/x509_names.hpp"

namespace clockguard {
namespace {

using PssPtr = Handle<RSA_PSS_PARAMS, RSA_PSS_PARAMS_free>;

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

/// Go takes no fraction of a second, nor UTC by another name than Z (cryptobyte,
/// ReadASN1GeneralizedTime and ReadASN1UTCTime).
bool is_written_as_go_reads(const ASN1_TIME& time)
{
    constexpr std::size_t zone = 14;  // behind YYYYMMDDHHMMSS
    const std::string_view text = bytes_of(time);
    const bool is_whole = ASN1_STRING_type(&time) != V_ASN1_GENERALIZEDTIME ||
                          (text.size() > zone && text[zone] != '.');
    return is_whole && !text.ends_with("+0000") && !text.ends_with("-0000");
}

/// Over ASN1_TIME_diff, which takes GeneralizedTime and UTCTime alike and no time zone.
Result<std::chrono::sys_seconds> to_instant(const ASN1_TIME* time)
{
    using Epoch = Handle<ASN1_TIME, ASN1_TIME_free>;
    const Epoch epoch{ASN1_TIME_set(nullptr, 0)};
    int days = 0;
    int seconds = 0;
    if (!is_written_as_go_reads(*time) || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) {
        ERR_clear_error();
        return fail("has an invalid date");
    }
    return std::chrono::sys_days{} + std::chrono::days{days} + std::chrono::seconds{seconds};
}

/// Its beginning and its end.
using Dates = std::pair<std::chrono::sys_seconds, std::chrono::sys_seconds>;

Result<Dates> dates_of(const X509& certificate)
{
    const auto not_before = to_instant(X509_get0_notBefore(&certificate));
    const auto not_after = to_instant(X509_get0_notAfter(&certificate));
    if (!not_before || !not_after)
        return fail(fmt::format("{} ({})", (not_before ? not_after : not_before).error().what,
                                not_before ? "its end" : "its beginning"));
    return Dates{*not_before, *not_after};
}

/// Fetched once: by EVP_sha256() it is looked up by its name for each certificate.
const EVP_MD* sha256()
{
    static const Handle<EVP_MD, EVP_MD_free> digest{
        EVP_MD_fetch(certificate_context(), "SHA256", nullptr)};
    return digest.get();
}

std::string sha256_text(const X509& certificate)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    X509_digest(&certificate, sha256(), digest.data(), &size);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < size; ++i)
        text.append({digits[digest[i] >> 4U], digits[digest[i] & 15U]});
    return text;
}

/// Go verifies salts of the digest's own size alone (crypto/x509, getSignatureAlgorithmFromAI);
/// openssl makes longer ones where it is not told.
std::string strange_salt(const X509& certificate, int digest)
{
    const X509_ALGOR* algorithm = nullptr;
    X509_get0_signature(nullptr, &algorithm, &certificate);
    const PssPtr padding{static_cast<RSA_PSS_PARAMS*>(
        ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter))};
    constexpr long usual = 20;  // RFC 4055, 3.1
    const long size =
        padding && padding->saltLength != nullptr ? ASN1_INTEGER_get(padding->saltLength) : usual;
    return size == EVP_MD_get_size(EVP_get_digestbynid(digest))
               ? std::string{}
               : fmt::format("RSASSA-PSS and a salt of {} octets", size);
}

/// Not d2i_X509, which refuses some extensions where it is told a context. Moves behind what it has
/// read.
X509Ptr decode(OSSL_LIB_CTX* context, const unsigned char*& der, std::size_t size)
{
    auto* value = reinterpret_cast<ASN1_VALUE*>(X509_new_ex(context, nullptr));
    ASN1_item_d2i(&value, &der, static_cast<long>(size), ASN1_ITEM_rptr(X509));
    return X509Ptr{reinterpret_cast<X509*>(value)};
}

using Parsed = Result<X509Ptr>;
using Shared = std::vector<X509*>;

/// A CA's file is read into a pool, which takes no block with headers, and nothing of an empty one
/// (k8s.io/client-go, util/cert, ParseCertsPEM); a daemon's own is sent as it is (crypto/tls,
/// X509KeyPair).
std::vector<PemBlock> certificates_for(std::string_view pem, bool is_pool)
{
    auto blocks = find_certificates(pem).value_or(std::vector<PemBlock>{});
    if (is_pool)
        std::erase_if(
            blocks, [](const PemBlock& block) { return block.has_headers || block.bytes.empty(); });
    return blocks;
}

/// What Go's parser does not read is no certificate for it.
Parsed parse_as_go(const PemBlock& block)
{
    Parsed certificate = parse_certificate(block);
    if (!certificate)
        return certificate;
    if (!is_der(block.bytes))
        return fail("is not written in DER, and Kubernetes reads no other form");
    if (const std::string fault = parser_fault(**certificate); !fault.empty())
        return fail(fault);
    if (const auto dates = dates_of(**certificate); !dates)
        return fail(dates.error());
    if (has_torn_extension(**certificate))
        return fail("has an extension that OpenSSL does not read",
                    std::make_error_code(std::errc::not_supported));
    return certificate;
}

/// Each different one once, in their order.
Result<std::vector<PemBlock>> different_blocks(std::vector<PemBlock> blocks)
{
    std::vector<PemBlock> different;
    std::set<std::string> seen;
    for (PemBlock& block : blocks) {
        if (!seen.insert(block.bytes).second)
            continue;
        if (seen.size() > most_certificates)
            return fail(fmt::format("holds more than {} certificates", most_certificates),
                        std::make_error_code(std::errc::file_too_large));
        different.push_back(std::move(block));
    }
    return different;
}

Error no_certificates(std::string_view pem)
{
    const auto blocks = find_certificates(pem);
    return blocks ? Error{.what = "holds no certificate without headers, and CAs are taken from no "
                                  "other"}
                  : blocks.error();
}

std::string public_key_fault(const X509& certificate, bool is_of_ca)
{
    const EVP_PKEY* key = X509_get0_pubkey(&certificate);
    return key == nullptr ? "has a key that Kubernetes cannot use (it cannot be read)"
                          : key_fault(*key, is_of_ca);
}

/// What a certificate has to do with a key. Unset where the key cannot be had without a passphrase.
/// An error where Go cannot read the key.
Result<void> compare_key(CertFacts& facts, const X509& certificate, const Shared& all,
                         const std::string& pem)
{
    const auto block = find_private_key(pem);
    facts.key_is_encrypted = block && block->is_encrypted;
    if (facts.key_is_encrypted)
        return {};
    if (block && is_key_of(*block, certificate).value_or(false)) {
        facts.key_matches = true;
        return {};
    }
    const auto key = parse_private_key(pem, "");
    if (const std::string fault = key ? key_fault(**key, true) : ""; !fault.empty())
        return fail(fault);
    const auto is_its = [&](const X509* one) {
        const auto is_told = block ? is_key_of(*block, *one) : std::nullopt;
        return is_told.value_or(key && EVP_PKEY_eq(X509_get0_pubkey(one), key->get()) == 1);
    };
    facts.key_matches = is_its(&certificate);
    const auto signer = std::ranges::find_if(all, is_its);
    if (signer != all.end())
        facts.signer = sha256_text(**signer);
    ERR_clear_error();
    return {};
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
    return parse_certificate(blocks->front());
}

Result<X509Ptr> parse_certificate(const PemBlock& block)
{
    const auto* const begin = reinterpret_cast<const unsigned char*>(block.bytes.data());
    const auto* const end = begin + block.bytes.size();
    const auto* der = begin;
    X509Ptr certificate = decode(certificate_context(), der, block.bytes.size());
    if (certificate && X509_get0_pubkey(certificate.get()) == nullptr) {
        ERR_clear_error();
        certificate = decode(nullptr, der = begin, block.bytes.size());
    }
    if (!certificate)
        return fail(fmt::format("is not a certificate: {}", drain_errors()));
    if (der != end)
        return fail("is not a certificate: other bytes follow it");
    return certificate;
}

std::string serial_text(const X509& certificate)
{
    const BioPtr out{BIO_new(BIO_s_mem())};
    i2a_ASN1_INTEGER(out.get(), X509_get0_serialNumber(&certificate));
    return take(out);
}

bool is_strong_digest(int digest)
{
    return digest == NID_undef || digest == NID_sha256 || digest == NID_sha384 ||
           digest == NID_sha512;
}

std::string weak_digest(const X509& certificate)
{
    int digest = NID_undef;
    int algorithm = NID_undef;
    if (X509_get_signature_info(const_cast<X509*>(&certificate), &digest, &algorithm, nullptr,
                                nullptr) != 1 ||
        (is_strong_digest(digest) && algorithm != NID_rsassaPss))
        return {};
    if (!is_strong_digest(digest))
        return OBJ_nid2sn(digest);
    return strange_salt(certificate, digest);
}

std::chrono::sys_seconds first_moment(const X509& certificate)
{
    return to_instant(X509_get0_notBefore(&certificate)).value_or(std::chrono::sys_seconds{});
}

std::chrono::sys_seconds last_moment(const X509& certificate)
{
    return to_instant(X509_get0_notAfter(&certificate)).value_or(std::chrono::sys_seconds{});
}

bool is_valid_at(const X509& certificate, std::chrono::sys_seconds when)
{
    const auto dates = dates_of(certificate);
    return dates && dates->first <= when && when <= dates->second;
}

Result<CertFacts> to_facts(const X509& certificate)
{
    const auto dates = dates_of(certificate);
    if (!dates)
        return fail(dates.error());
    return CertFacts{.subject = name_text(X509_get_subject_name(&certificate)),
                     .issuer = name_text(X509_get_issuer_name(&certificate)),
                     .serial = serial_text(certificate),
                     .sha256 = sha256_text(certificate),
                     .not_before = dates->first,
                     .not_after = dates->second,
                     .has_other_issuer = X509_NAME_cmp(X509_get_subject_name(&certificate),
                                                       X509_get_issuer_name(&certificate)) != 0};
}

/// By the bytes of a block; what is parsed stays where it is, so that the rest goes by addresses.
struct CertReader::Memory {
    std::map<std::string, Parsed> certificates{};
    std::map<const X509*, std::string> digests{};
    std::map<std::string, Result<Shared>, std::less<>> pools{};
    Bonds bonds{};

    const Parsed& parse(const PemBlock& block)
    {
        const auto known = certificates.find(block.bytes);
        if (known != certificates.end())
            return known->second;
        return certificates.emplace(block.bytes, parse_as_go(block)).first->second;
    }

    /// Each different one; what is none is passed over, as Go does (CertPool.AppendCertsFromPEM).
    Result<Shared> parse_every(std::vector<PemBlock> found)
    {
        const auto blocks = different_blocks(std::move(found));
        if (!blocks)
            return fail(blocks.error());
        Shared all;
        for (const PemBlock& block : *blocks)
            if (const Parsed& certificate = parse(block))
                all.push_back(certificate->get());
        return all;
    }

    /// The certificates of a CA's file, which is asked for by each that it has signed.
    const Result<Shared>& pool(std::string_view pem)
    {
        const auto known = pools.find(pem);
        if (known != pools.end())
            return known->second;
        return pools.emplace(pem, parse_every(certificates_for(pem, true))).first->second;
    }

    /// A block that is no certificate spoils a file: a CA's is refused as a whole, and a chain by
    /// the TLS peer that it is sent to.
    Result<Shared> parse_file(const CertTexts& texts)
    {
        auto blocks = certificates_for(texts.certificate, texts.is_pool);
        if (blocks.empty())
            return fail(no_certificates(texts.certificate));
        if (texts.passes_over_junk)
            if (auto readable = parse_every(blocks); readable && !readable->empty())
                return readable;
        if (const Parsed& first = parse(blocks.front()); !first)
            return fail(first.error());
        auto all = parse_every(blocks);
        for (const PemBlock& block : blocks)
            if (all && !parse(block))
                return fail(
                    fmt::format("holds one behind the first that {}", parse(block).error().what),
                    parse(block).error().code);
        return all;
    }

    const std::string& digest(const X509& certificate)
    {
        std::string& known = digests[&certificate];
        if (known.empty())
            known = sha256_text(certificate);
        return known;
    }

    /// The signature alone: a CA with wrong dates has still signed what it has signed.
    /// Any certificate of the CA's file may have made it (Go's pools and `openssl verify
    /// -trusted`). Left unset where there are too many to tell.
    void compare_with_issuers(CertFacts& facts, const Shared& sent, std::string_view pem)
    {
        const auto& issuers = pool(pem);
        if (!issuers)
            return;
        bool is_named = false;
        for (auto& [signer, anchor, chain] : find_chains({sent, *issuers}, bonds)) {
            is_named = is_named || signer == sent.front() ||
                       bonds.between(*sent.front(), *signer).is_named;
            chain.sha256 = digest(*anchor);
            facts.signers.push_back(std::move(chain));
        }
        facts.signed_by_issuer = !facts.signers.empty();
        facts.names_other_ca = !facts.signers.empty() && !is_named;
    }

    /// Those of a CA's file that its key fits; all of them where no key tells.
    std::vector<CertFacts> anchors(const Shared& all, const CertFacts& facts)
    {
        const bool is_told = facts.key_matches == true || facts.signer != facts.sha256;
        const auto signer = std::ranges::find_if(
            all, [&](const X509* one) { return digest(*one) == facts.signer; });
        std::vector<CertFacts> found;
        for (X509* one : all) {
            const bool fits =
                !is_told || EVP_PKEY_eq(X509_get0_pubkey(one), X509_get0_pubkey(*signer)) == 1;
            auto anchor = fits ? to_facts(*one) : fail("of another key");
            if (!anchor)
                continue;
            anchor->may_sign = may_sign(*one);
            found.push_back(std::move(*anchor));
        }
        return found;
    }
};

CertReader::CertReader() : memory_{std::make_unique<Memory>()} {}
CertReader::CertReader(CertReader&& other) noexcept = default;
CertReader& CertReader::operator=(CertReader&& other) noexcept = default;
CertReader::~CertReader() = default;

Result<CertFacts> CertReader::read(const CertTexts& texts)
{
    const auto parsed = memory_->parse_file(texts);
    if (!parsed)
        return fail(parsed.error());
    const Shared& all = *parsed;
    X509& certificate = *all.front();
    auto read = to_facts(certificate);
    if (!read)
        return fail(read.error());
    CertFacts facts = std::move(*read);
    if (const std::string fault = public_key_fault(certificate, texts.is_pool); !fault.empty())
        return fail(fault);
    facts.is_ca = X509_check_ca(&certificate) != 0;
    facts.may_sign = may_sign(certificate);
    facts.weak_digest = weak_digest(certificate);
    facts.strange_part = strange_part(certificate);
    NameFacts names = name_facts(certificate);
    facts.names_hosts = names.has_host;
    facts.strange_name = std::move(names.strange);
    facts.has_negative_serial = X509_get0_serialNumber(&certificate)->type == V_ASN1_NEG_INTEGER;
    facts.serves = is_for(certificate, XKU_SSL_SERVER);
    facts.calls = is_for(certificate, XKU_SSL_CLIENT);
    facts.signer = facts.sha256;
    memory_->digests[&certificate] = facts.sha256;
    for (const X509* one : all)
        facts.all.push_back(memory_->digest(*one));
    const auto compared =
        texts.key ? compare_key(facts, certificate, all, *texts.key) : Result<void>{};
    if (!compared)
        return fail(compared.error());
    if (texts.is_pool && all.size() > 1)
        facts.anchors = memory_->anchors(all, facts);
    if (texts.issuer)
        memory_->compare_with_issuers(facts, all, *texts.issuer);
    ERR_clear_error();
    return facts;
}

bool CertReader::is_for_host(std::string_view certificate, const std::string& host)
{
    const auto blocks = find_certificates(certificate);
    const Parsed* parsed = blocks ? &memory_->parse(blocks->front()) : nullptr;
    return parsed != nullptr && *parsed && clockguard::is_for_host(***parsed, host);
}

Result<CertFacts> read_certificate(const CertTexts& texts)
{
    return CertReader{}.read(texts);
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
// A certificate signed anew: the same but for serial, dates and signature.
#include "clockguard/edge/certs/x509_reissue.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "clockguard/core/base/pem.hpp"
#include "edge/certs/x509_handles.hpp"

namespace clockguard {
namespace {

using namespace std::chrono;
using Done = Result<void>;
using AkiPtr = Handle<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using ExtensionPtr = Handle<X509_EXTENSION, X509_EXTENSION_free>;
using SerialPtr = Handle<ASN1_INTEGER, ASN1_INTEGER_free>;
using NumberPtr = Handle<BIGNUM, BN_free>;
using SigningPtr = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;
using StorePtr = Handle<X509_STORE, X509_STORE_free>;
using StoreContextPtr = Handle<X509_STORE_CTX, X509_STORE_CTX_free>;
using TimePtr = Handle<ASN1_TIME, ASN1_TIME_free>;

/// A self-signed certificate has no CA to borrow a beginning from. A year: a clock that is behind
/// by less, and a battery that lost a winter, cannot make it invalid again.
constexpr days redated_by{365};

struct Dates {
    sys_seconds not_before{};
    sys_seconds not_after{};
};

/// A certificate of a text, and where it stands in it.
struct Placed {
    PemBlock block{};
    X509Ptr certificate{};
};

/// What is being signed, and by whom. For a self-signed certificate, `ca` is the old one.
struct Signing {
    const ReissueOrder& order;
    const PemBlock& block;
    X509* old = nullptr;
    X509* ca = nullptr;
    EVP_PKEY* ca_key = nullptr;

    bool is_self_signed() const { return order.ca_certificate.empty(); }
};

Error openssl_failed(std::string_view doing)
{
    return {.what = fmt::format("cannot {}: {}", doing, drain_errors())};
}

/// As long as its maker issues it, where that is known. Its own dates do not tell: the beginning
/// may have been dated back, and one of 30 days would begin to expire at once. None: it ends before
/// it begins, and nothing says how long it should be valid.
seconds lifetime_for(const CertFacts& old, const Signing& signing)
{
    const seconds usual = signing.order.lifetime;
    return usual > seconds{0} ? usual : old.not_after - old.not_before;
}

Result<Dates> dates_for(const Signing& signing)
{
    const auto old = to_facts(*signing.old);
    const auto ca = to_facts(*signing.ca);
    if (!old || !ca)
        return fail(fmt::format("it {}", (old ? ca : old).error().what));
    const ReissueOrder& order = signing.order;
    const seconds lifetime = lifetime_for(*old, signing);
    if (lifetime <= seconds{0})
        return fail("it ends before it begins, so that it has no lifetime to keep");
    if (signing.is_self_signed())
        return Dates{std::min(old->not_before, order.now - redated_by), order.now + lifetime};
    return Dates{ca->not_before, std::min(order.now + lifetime, ca->not_after)};
}

/// RFC 5280, 4.1.2.2: positive, at most 20 octets. 158 random bits below a set one are never
/// drawn twice, and leave MicroK8s' own counting (ca.srl) room to go on from there.
Done set_random_serial(X509& certificate)
{
    const NumberPtr number{BN_new()};
    const SerialPtr serial{ASN1_INTEGER_new()};
    if (BN_rand(number.get(), 159, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1 ||
        BN_to_ASN1_INTEGER(number.get(), serial.get()) == nullptr ||
        X509_set_serialNumber(&certificate, serial.get()) != 1)
        return fail(openssl_failed("make a serial number"));
    return {};
}

/// UTCTime until 2049, GeneralizedTime after (RFC 5280, 4.1.2.5), as ASN1_TIME_set chooses.
Done set_dates(X509& certificate, const Dates& dates)
{
    const TimePtr from{ASN1_TIME_set(nullptr, dates.not_before.time_since_epoch().count())};
    const TimePtr until{ASN1_TIME_set(nullptr, dates.not_after.time_since_epoch().count())};
    if (!from || !until || X509_set1_notBefore(&certificate, from.get()) != 1 ||
        X509_set1_notAfter(&certificate, until.get()) != 1)
        return fail(openssl_failed("set the dates"));
    return {};
}

/// An authority key identifier may name its CA by serial (csr.conf: issuer:always). Where it names
/// this very CA it stays, byte by byte; else it is made as MicroK8s' own command would make it.
Done correct_authority_key_id(X509& certificate, X509& ca)
{
    const int at = X509_get_ext_by_NID(&certificate, NID_authority_key_identifier, -1);
    const AkiPtr aki{static_cast<AUTHORITY_KEYID*>(
        X509_get_ext_d2i(&certificate, NID_authority_key_identifier, nullptr, nullptr))};
    if (at < 0 || (aki && X509_check_akid(&ca, aki.get()) == X509_V_OK))
        return {};
    X509V3_CTX context;
    X509V3_set_ctx(&context, &ca, &certificate, nullptr, nullptr, 0);
    const ExtensionPtr made{
        X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier,
                            aki && aki->serial ? "keyid,issuer:always" : "keyid,issuer")};
    const ExtensionPtr old{X509_delete_ext(&certificate, at)};
    if (!made || !old || X509_add_ext(&certificate, made.get(), at) != 1)
        return fail(openssl_failed("name the CA's key"));
    return {};
}

/// With the digest, and for RSA the padding, that the old signature was made with. What Go verifies
/// no longer becomes SHA-256.
Done sign_as_before(X509& certificate, const Signing& signing)
{
    int digest = NID_undef;
    int algorithm = NID_undef;
    if (X509_get_signature_info(signing.old, &digest, &algorithm, nullptr, nullptr) != 1)
        return fail(openssl_failed("tell how it was signed"));
    if (!is_strong_digest(digest))
        digest = NID_sha256;
    const EVP_MD* md = digest == NID_undef ? nullptr : EVP_get_digestbynid(digest);
    const SigningPtr context{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* padding = nullptr;
    if (EVP_DigestSignInit(context.get(), &padding, md, nullptr, signing.ca_key) != 1)
        return fail(openssl_failed("sign"));
    if (algorithm == NID_rsassaPss &&
        (EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) != 1 ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) != 1))
        return fail(openssl_failed("sign"));
    if (X509_sign_ctx(&certificate, context.get()) <= 0)
        return fail(openssl_failed("sign"));
    return {};
}

Result<X509Ptr> sign_anew(const Signing& signing)
{
    X509Ptr fresh{X509_dup(signing.old)};
    if (!fresh)
        return fail(openssl_failed("copy the certificate"));
    // What a CA has signed may name it by its serial (authority key identifier): a CA keeps it.
    const auto dates = dates_for(signing);
    if (!dates)
        return fail(dates.error());
    Done done = signing.is_self_signed() ? Done{} : set_random_serial(*fresh);
    if (done)
        done = set_dates(*fresh, *dates);
    if (done && !signing.is_self_signed())
        done = correct_authority_key_id(*fresh, *signing.ca);
    if (done)
        done = sign_as_before(*fresh, signing);
    if (!done)
        return fail(done.error());
    return fresh;
}

bool same_extension(const X509_EXTENSION& one, const X509_EXTENSION& other)
{
    auto* a = const_cast<X509_EXTENSION*>(&one);
    auto* b = const_cast<X509_EXTENSION*>(&other);
    if (OBJ_cmp(X509_EXTENSION_get_object(a), X509_EXTENSION_get_object(b)) != 0)
        return false;
    if (OBJ_obj2nid(X509_EXTENSION_get_object(a)) == NID_authority_key_identifier)
        return true;
    return X509_EXTENSION_get_critical(a) == X509_EXTENSION_get_critical(b) &&
           ASN1_OCTET_STRING_cmp(X509_EXTENSION_get_data(a), X509_EXTENSION_get_data(b)) == 0;
}

bool same_extensions(const X509& one, const X509& other)
{
    const int count = X509_get_ext_count(&one);
    if (count != X509_get_ext_count(&other))
        return false;
    for (int i = 0; i < count; ++i)
        if (!same_extension(*X509_get_ext(&one, i), *X509_get_ext(&other, i)))
            return false;
    return true;
}

bool same_but_for_dates(const X509& one, const X509& other)
{
    return X509_get_version(&one) == X509_get_version(&other) &&
           X509_NAME_cmp(X509_get_subject_name(&one), X509_get_subject_name(&other)) == 0 &&
           X509_NAME_cmp(X509_get_issuer_name(&one), X509_get_issuer_name(&other)) == 0 &&
           EVP_PKEY_eq(X509_get0_pubkey(&one), X509_get0_pubkey(&other)) == 1 &&
           same_extensions(one, other);
}

/// As `openssl verify -partial_chain -trusted ca.crt` does, at a given moment.
Done verify_chain(X509& certificate, X509& ca, sys_seconds now)
{
    const StorePtr store{X509_STORE_new()};
    const StoreContextPtr context{X509_STORE_CTX_new()};
    if (X509_STORE_add_cert(store.get(), &ca) != 1 ||
        X509_STORE_CTX_init(context.get(), store.get(), &certificate, nullptr) != 1)
        return fail(openssl_failed("verify"));
    X509_VERIFY_PARAM* how = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(how, now.time_since_epoch().count());
    X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CHECK_SS_SIGNATURE);
    if (X509_verify_cert(context.get()) == 1)
        return {};
    ERR_clear_error();
    const int why = X509_STORE_CTX_get_error(context.get());
    const int depth = X509_STORE_CTX_get_error_depth(context.get());
    return fail(fmt::format("the new certificate does not verify: {}{}",
                            depth > 0 ? "its CA: " : "", X509_verify_cert_error_string(why)));
}

Result<std::string> to_pem(X509& certificate)
{
    const BioPtr out{BIO_new(BIO_s_mem())};
    if (PEM_write_bio_X509(out.get(), &certificate) != 1)
        return fail(openssl_failed("write PEM"));
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return std::string{data, static_cast<std::size_t>(size)};
}

/// Judges the very text that is going to be written, not the object it was made from.
Result<CertFacts> verify_text(const std::string& text, const Signing& signing)
{
    const auto blocks = find_certificates(text).value_or(std::vector<PemBlock>{});
    const auto block = std::ranges::find(blocks, signing.block.begin, &PemBlock::begin);
    if (block == blocks.end())
        return fail("the new certificate is not where the old one was");
    const auto written = parse_certificate(*block);
    if (!written)
        return fail(fmt::format("the new certificate {}", written.error().what));
    X509& fresh = **written;
    if (!same_but_for_dates(*signing.old, fresh))
        return fail("the new certificate differs in more than its dates");
    X509& ca = signing.is_self_signed() ? fresh : *signing.ca;
    const auto chain = verify_chain(fresh, ca, signing.order.now);
    if (!chain)
        return fail(chain.error());
    auto facts = to_facts(fresh);
    if (facts)
        facts->signed_by_issuer = true;
    return facts;
}

Result<Reissued> reissue(const Signing& signing)
{
    if (X509_check_private_key(signing.ca, signing.ca_key) != 1) {
        ERR_clear_error();
        return fail(fmt::format("key '{}' is not the CA's", signing.order.ca_key_name));
    }
    if (X509_verify(signing.old, signing.ca_key) != 1) {
        ERR_clear_error();
        return fail("it was not signed by this CA");
    }
    const auto fresh = sign_anew(signing);
    if (!fresh)
        return fail(fresh.error());
    const auto pem = to_pem(**fresh);
    if (!pem)
        return fail(pem.error());
    const std::string text = replace_block(signing.order.certificate, signing.block, *pem);
    const auto facts = verify_text(text, signing);
    if (!facts)
        return fail(facts.error());
    return Reissued{.text = text, .facts = *facts};
}

/// How well a CA's certificate serves to sign with a key at a moment.
int rank(const X509& certificate, const EVP_PKEY* key, sys_seconds now)
{
    if (EVP_PKEY_eq(X509_get0_pubkey(&certificate), key) != 1)
        return 0;
    return is_valid_at(certificate, now) ? 2 : 1;
}

Result<Placed> take_first(const std::string& text)
{
    auto blocks = find_certificates(text);
    if (!blocks)
        return fail(blocks.error());
    auto certificate = parse_certificate(blocks->front());
    if (!certificate)
        return fail(certificate.error());
    return Placed{std::move(blocks->front()), std::move(*certificate)};
}

/// Of several certificates in a CA's file, that signs whose key is there; of several of these one
/// that is valid now. Where the key fits none it is the first, and what follows says so.
Result<Placed> choose(const std::string& text, const EVP_PKEY* key, sys_seconds now)
{
    auto chosen = take_first(text);
    if (!chosen)
        return chosen;
    auto blocks = find_certificates(text).value_or(std::vector<PemBlock>{});
    for (std::size_t i = 1; i < blocks.size(); ++i) {
        auto other = parse_certificate(blocks[i]);
        if (other && rank(**other, key, now) > rank(*chosen->certificate, key, now))
            chosen = Placed{std::move(blocks[i]), std::move(*other)};
    }
    return chosen;
}

}  // namespace

Result<Reissued> reissue(const ReissueOrder& order)
{
    const auto key = parse_private_key(order.ca_key, order.ca_key_name);
    if (!key)
        return fail(key.error());
    const bool is_self_signed = order.ca_certificate.empty();
    const auto old = is_self_signed ? choose(order.certificate, key->get(), order.now)
                                    : take_first(order.certificate);
    if (!old)
        return fail(fmt::format("it {}", old.error().what));
    const auto ca = is_self_signed ? Placed{} : choose(order.ca_certificate, key->get(), order.now);
    if (!ca)
        return fail(fmt::format("its CA {}", ca.error().what));
    return reissue({.order = order,
                    .block = old->block,
                    .old = old->certificate.get(),
                    .ca = (is_self_signed ? old : ca)->certificate.get(),
                    .ca_key = key->get()});
}

}  // namespace clockguard

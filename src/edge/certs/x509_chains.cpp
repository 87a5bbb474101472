// SPDX-License-Identifier: Apache-2.0
#include "edge/certs/x509_chains.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include <openssl/x509v3.h>

#include "edge/certs/x509_extensions.hpp"
#include "edge/certs/x509_names.hpp"

namespace clockguard {
namespace {

constexpr long no_limit = std::numeric_limits<long>::max();

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

/// Go takes the name, byte by byte, and the signature (crypto/x509, CertPool.findPotentialParents);
/// a key identifier only tells it what to try first. OpenSSL refuses a CA with another serial than
/// the one named, which is what MicroK8s makes when it makes a CA anew from its key.
Bond bond_between(X509& certificate, X509& issuer)
{
    if (X509_verify(&certificate, X509_get0_pubkey(&issuer)) != 1)
        return {};
    const int said = X509_check_issued(&issuer, &certificate);
    return {.is_signed = true,
            .is_named = said != X509_V_ERR_AKID_SKID_MISMATCH &&
                        said != X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH};
}

/// An intermediate CA. What only Kubernetes before 1.33 does not know is not held against it.
bool may_be_between(X509& certificate)
{
    const StrangePart part = strange_part(certificate);
    return X509_check_ca(&certificate) == 1 && may_sign(certificate) &&
           weak_digest(certificate).empty() && (part.name.empty() || part.known_since != 0);
}

/// How many others may be between it and what is verified (basicConstraints, pathlen).
long room_below(X509& ca)
{
    const long length = X509_get_pathlen(&ca);
    return length < 0 ? no_limit : length;
}

/// One that may have signed a certificate, with the way from it up to the CA's file.
struct Issuer {
    Chain way{};
    long room = no_limit;
};

Issuer as_anchor(X509& one, const X509& leaf)
{
    return {.way = {.signer = &one,
                    .anchor = &one,
                    .facts = {.not_before = first_moment(one),
                              .not_after = last_moment(one),
                              .may_sign = may_sign(one),
                              .lets_serve = is_for(one, XKU_SSL_SERVER),
                              .lets_call = is_for(one, XKU_SSL_CLIENT),
                              .forbidden_name = forbidden_name(leaf, one)}},
            .room = room_below(one)};
}

/// The way with one more below it. Each on it limits what all below it may do.
Issuer lengthened(const Issuer& above, X509& sent, const X509& leaf)
{
    Issuer longer = as_anchor(sent, leaf);
    const CertSigner& facts = above.way.facts;
    CertSigner& own = longer.way.facts;
    longer.way.anchor = above.way.anchor;
    longer.room = std::min(longer.room, above.room == no_limit ? no_limit : above.room - 1);
    own.not_before = std::max(own.not_before, facts.not_before);
    own.not_after = std::min(own.not_after, facts.not_after);
    own.is_sent = true;
    own.may_sign = facts.may_sign;
    own.is_too_long = facts.is_too_long || above.room <= 0;
    own.lets_serve = own.lets_serve && facts.lets_serve;
    own.lets_call = own.lets_call && facts.lets_call;
    if (!facts.forbidden_name.empty())
        own.forbidden_name = facts.forbidden_name;
    return longer;
}

/// Whether whatever goes by the second way goes by the first.
bool is_as_wide(const Issuer& known, const Issuer& added)
{
    const CertSigner& one = known.way.facts;
    const CertSigner& other = added.way.facts;
    return known.way.signer == added.way.signer && known.room >= added.room &&
           one.not_before <= other.not_before && one.not_after >= other.not_after &&
           one.may_sign >= other.may_sign && one.is_too_long <= other.is_too_long &&
           one.lets_serve >= other.lets_serve && one.lets_call >= other.lets_call &&
           (one.forbidden_name.empty() || !other.forbidden_name.empty());
}

void add_wider(std::vector<Issuer>& issuers, Issuer added)
{
    if (std::ranges::none_of(issuers,
                             [&](const Issuer& known) { return is_as_wide(known, added); }))
        issuers.push_back(std::move(added));
}

/// One that is trusted itself needs no signer: a server's certificate in a kubeconfig.
bool is_trusted_itself(X509& leaf, const std::vector<X509*>& pool)
{
    return std::ranges::find(pool, &leaf) != pool.end() &&
           X509_NAME_cmp(X509_get_subject_name(&leaf), X509_get_issuer_name(&leaf)) != 0;
}

}  // namespace

Bond Bonds::between(X509& certificate, X509& issuer)
{
    if (!is_same_name(*X509_get_issuer_name(&certificate), *X509_get_subject_name(&issuer)))
        return {};
    const std::pair<const X509*, const X509*> pair{&certificate, &issuer};
    const auto known = known_.find(pair);
    if (known != known_.end())
        return known->second;
    return known_.emplace(pair, bond_between(certificate, issuer)).first->second;
}

std::vector<Chain> find_chains(const ChainParts& parts, Bonds& bonds)
{
    X509& leaf = *parts.sent.front();
    std::vector<X509*> between;
    std::copy_if(std::next(parts.sent.begin()), parts.sent.end(), std::back_inserter(between),
                 [](X509* one) { return may_be_between(*one); });
    std::vector<Issuer> issuers;
    for (X509* one : parts.pool)
        issuers.push_back(as_anchor(*one, leaf));
    for (std::size_t i = 0; i < issuers.size(); ++i) {
        const Issuer issuer = issuers[i];
        for (X509* one : between)
            if (bonds.between(*one, *issuer.way.signer).is_signed)
                add_wider(issuers, lengthened(issuer, *one, leaf));
    }
    std::vector<Chain> chains;
    for (Issuer& issuer : issuers)
        if (bonds.between(leaf, *issuer.way.signer).is_signed)
            chains.push_back(std::move(issuer.way));
    if (is_trusted_itself(leaf, parts.pool))
        chains.push_back(
            {.signer = &leaf,
             .anchor = &leaf,
             .facts = {.not_before = first_moment(leaf), .not_after = last_moment(leaf)}});
    return chains;
}

bool may_sign(X509& certificate)
{
    return !has_extensions(certificate) ||
           (X509_check_ca(&certificate) == 1 &&
            (X509_get_key_usage(&certificate) & X509v3_KU_KEY_CERT_SIGN) != 0);
}

}  // namespace clockguard

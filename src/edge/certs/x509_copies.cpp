// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509_copies.hpp"

#include <algorithm>

#include "clockguard/core/base/pem.hpp"
#include "edge/certs/x509_handles.hpp"

namespace clockguard {
namespace {

/// The same CA's certificate, if not the very same.
bool is_same_ca(const X509& one, const X509& other)
{
    return X509_NAME_cmp(X509_get_subject_name(&one), X509_get_subject_name(&other)) == 0 &&
           EVP_PKEY_eq(X509_get0_pubkey(&one), X509_get0_pubkey(&other)) == 1;
}

/// Which of these a copy is to be exchanged for: one of the same CA, that is valid now if there is
/// such. Nothing where the copy itself is among them, or where it is valid and none of them is.
const PemBlock* find_original(const PemBlock& copy, const std::vector<PemBlock>& originals,
                              std::chrono::sys_seconds now)
{
    const auto old = parse_certificate(copy);
    const PemBlock* found = nullptr;
    bool is_found_valid = false;
    for (const PemBlock& block : originals) {
        if (block.bytes == copy.bytes)
            return nullptr;
        const auto known = parse_certificate(block);
        if (is_found_valid || !old || !known || !is_same_ca(**old, **known))
            continue;
        is_found_valid = is_valid_at(**known, now);
        if (found == nullptr || is_found_valid)
            found = &block;
    }
    const bool is_worse = found != nullptr && !is_found_valid && is_valid_at(**old, now);
    return is_worse ? nullptr : found;
}

}  // namespace

bool holds_other_copies(const std::string& text, const std::string& from)
{
    const auto copies = find_certificates(text);
    const auto originals = find_certificates(from);
    return copies && originals && copies->size() <= most_certificates &&
           originals->size() <= most_certificates &&
           std::ranges::any_of(*copies, [&](const PemBlock& copy) {
               return find_original(copy, *originals, {}) != nullptr;
           });
}

Result<std::string> exchange_copies(const std::string& text, const std::string& from,
                                    std::chrono::sys_seconds now)
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
        if (const auto* original = find_original(*copy, *originals, now))
            exchanged =
                replace_block(exchanged, *copy, from.substr(original->begin, original->size));
    return exchanged;
}

}  // namespace clockguard

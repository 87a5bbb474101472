// SPDX-License-Identifier: Apache-2.0
#include "command/certs/cert_exceptions.hpp"

#include <fmt/core.h>

#include "clockguard/core/certs/profile_advice.hpp"
#include "clockguard/edge/certs/release.hpp"

namespace clockguard {

void relax_ca_checks(Certificate& certificate)
{
    CertFacts& facts = certificate.facts;
    if (facts.sha256.empty())
        return;
    if (facts.signer != facts.sha256)
        facts.key_matches.reset();
    facts.signed_by_issuer.reset();
    if (facts.has_other_issuer)
        certificate.place.repair = CertRepair::None;
}

void allow_unknown_ca(Certificate& certificate)
{
    if (certificate.place.named_by_flag.empty() ||
        certificate.facts.signed_by_issuer.value_or(false))
        return;
    certificate.facts.signed_by_issuer.reset();
    certificate.embeds_other_ca = false;
    certificate.place.repair = CertRepair::None;
}

void allow_self_made(Certificate& certificate, const Installation& installed)
{
    CertPlace& place = certificate.place;
    const bool is_named_so = certificate.facts.issuer.find("-ca@") != std::string::npos;
    if (!place.self_made_when_older || certificate.facts.signed_by_issuer.value_or(false) ||
        !(installed.is_older || is_named_so))
        return;
    certificate.facts.signed_by_issuer.reset();
    place.issuer.clear();
    place.repair = CertRepair::None;
    place.renew = parse_renewal(fmt::format("rm -f {} {}; snap restart microk8s.daemon-kubelite",
                                            place.path, place.key_path));
}

void allow_known_parts(Certificate& certificate, const Root& root)
{
    CertFacts& facts = certificate.facts;
    StrangePart& part = facts.strange_part;
    if (part.known_since == 0 && !facts.has_negative_serial)
        return;
    const auto minor = read_minor(root);
    if (part.known_since != 0 && minor >= part.known_since)
        part = {};
    if (minor && *minor < no_negative_serial_since)
        facts.has_negative_serial = false;
}

}  // namespace clockguard

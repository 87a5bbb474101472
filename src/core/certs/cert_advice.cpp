// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/cert_advice.hpp"

#include <fmt/core.h>

#include "clockguard/core/certs/profile_advice.hpp"

namespace clockguard {
namespace {

Advice refresh_with(std::string_view arguments)
{
    return {.command = {.steps = {fmt::format("clockguard certs refresh {}", arguments)},
                        .takes_root = true,
                        .dated_by = DatedBy::VerifiedClock,
                        .keeps = "keeps a backup"}};
}

Advice undo_to(const std::string& backup)
{
    return {.command = {.steps = {fmt::format("clockguard certs undo --to {}", backup)},
                        .takes_root = true,
                        .keeps = "keeps what is there now",
                        .is_choice = true}};
}

/// What renews a certificate from what it says has nothing to begin with.
bool is_gone(const Certificate& certificate)
{
    return certificate.is_missing || certificate.holds_none;
}

/// A CA that has a CA of its own, whose key is not on this node.
bool is_signed_elsewhere(const Certificate& certificate)
{
    return certificate.place.is_authority() && certificate.facts.has_other_issuer;
}

/// Who makes what neither clockguard nor a command here does.
std::string maker_advice(const Certificate& certificate)
{
    const CertPlace& place = certificate.place;
    if (is_signed_elsewhere(certificate))
        return fmt::format("the holder of the key of '{}' must sign it again",
                           certificate.facts.issuer);
    if (place.comes_by_joining && place.named_by_flag.empty())
        return "join the node again";
    if (place.is_authority())
        return "no command can renew it: put a CA of your own in its place";
    return fmt::format("no command here can renew it: its issuer '{}' must sign it again",
                       certificate.facts.issuer);
}

/// Neither clockguard nor a command of the distribution makes it.
bool is_made_by_others(const Certificate& certificate)
{
    return certificate.place.repair == CertRepair::None && certificate.place.renew.empty();
}

/// Made anew by the same CA, or with the same names, it has the fault again.
bool would_come_again(const CertPlace& place, const CertFacts& facts)
{
    const bool is_allowed = place.use == CertUse::Server ? facts.serves : facts.calls;
    return !facts.strange_name.empty() ||
           (is_allowed && !lets_be_used(signer_of(facts), place.use));
}

}  // namespace

Advice refresh_advice(const Certificate& certificate, std::string_view which)
{
    if (is_made_by_others(certificate))
        return {maker_advice(certificate)};
    if (!certificate.first.empty() && certificate.place.repair != CertRepair::None)
        return certificate.first;
    switch (certificate.place.repair) {
    case CertRepair::Reissue:
    case CertRepair::Redate:
        return refresh_with(which);
    case CertRepair::RedateShared: {
        Advice advice = refresh_with(fmt::format("{} --include-ca", which));
        advice.command.is_choice = true;
        return advice;
    }
    case CertRepair::None:
        break;
    }
    return certificate.place.renew;
}

Advice refresh_by_name(const CertPlace& place)
{
    return refresh_with(fmt::format("--name {}", place.name));
}

Advice not_yet_valid_advice(const Certificate& certificate)
{
    const CertPlace& place = certificate.place;
    if (place.renew_while_valid && !is_never_valid(certificate.facts)) {
        Advice later = place.renew;
        later.words = "once it is valid";
        return later;
    }
    const bool will_be = is_made_by_others(certificate) && !is_never_valid(certificate.facts);
    return will_be ? Advice{fmt::format("{}, or wait", maker_advice(certificate))}
                   : refresh_advice(certificate, "--not-yet-valid");
}

Advice expired_advice(const Certificate& certificate)
{
    return certificate.place.renew_while_valid
               ? Advice{"no command can renew it: that works only while it is valid"}
               : refresh_advice(certificate, "--expired");
}

/// What its maker does not make from nothing but its key only a backup brings back, and none of
/// ours holds a key. A kubeconfig can be put together again from the file that it embeds.
Advice replacement_advice(const Certificate& certificate)
{
    const bool needs_ca =
        certificate.place.repair == CertRepair::Reissue && !certificate.place.is_authority();
    if (needs_ca && !certificate.first.empty())
        return certificate.first;
    const CertPlace& place = certificate.place;
    if (is_gone(certificate) && !place.renew.empty() && !place.remake.empty())
        return explained_in("CG210", place.remake);
    if (certificate.lacks_key && !place.renew.empty() && !place.make_key.empty())
        return in_turn(place.make_key, place.renew);
    if (!place.renew.empty())
        return place.renew;
    if (!certificate.kept_in.empty() && !certificate.lacks_key)
        return undo_to(certificate.kept_in);
    if (place.kind == CertKind::Kubeconfig && !place.copy_of.empty())
        return explained_in(
            "CG209",
            fmt::format("write it again with the certificate and key of '{}'", place.copy_of));
    return {"no command can renew it: put a backup of your own back"};
}

/// No backup of ours holds a key.
Advice foreign_key_advice(const Certificate& certificate)
{
    return certificate.place.is_authority() ? explained_in("CG218", "put the CA's own key back")
                                            : replacement_advice(certificate);
}

Advice copy_advice(const Certificate& certificate)
{
    const CertPlace& place = certificate.place;
    const bool is_theirs =
        certificate.embeds_other_ca && !certificate.old_ca && !has_useless_ca(certificate);
    const bool has_place = !certificate.names_ca || !certificate.embeds_other_ca;
    if (place.repair == CertRepair::Reissue && has_place && !is_theirs &&
        !certificate.is_of_another)
        return refresh_by_name(place);
    if (certificate.embeds_other_ca && !certificate.renew_ca.empty())
        return is_theirs ? explained_in("CG205") : Advice{.command = certificate.renew_ca};
    return place.renew.empty() ? explained_in("CG205") : place.renew;
}

Advice use_advice(const Certificate& certificate)
{
    const CertPlace& place = certificate.place;
    const Advice& advice = certificate.lacks_names.empty() ? place.renew : certificate.add_names;
    return advice.empty() || would_come_again(place, certificate.facts) ? explained_in("CG223")
                                                                        : advice;
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "command/certs/reissue_state.hpp"

#include <fmt/core.h>

namespace clockguard {
namespace {

Result<ReissueOrder> order_for(const CertPlace& place, const ReissueState& state)
{
    const SurveyedCert* ca = state.survey.find(place.issuer);
    if (ca == nullptr || ca->text.empty())
        return fail(fmt::format("its CA '{}' is missing", place.issuer));
    const std::string& key_path = ca->certificate.place.key_path;
    const auto key = state.survey.installed->read_key(key_path);
    if (!key)
        return fail(key.error());
    return ReissueOrder{.ca_certificate = state.text_of(place.issuer),
                        .ca_key = *key,
                        .ca_key_name = state.survey.installed->locate(key_path),
                        .lifetime = std::chrono::floor<std::chrono::seconds>(place.lifetime),
                        .now = state.now};
}

}  // namespace

Result<Reissued> sign_anew(const CertPlace& place, const std::string& text,
                           const ReissueState& state)
{
    auto order = order_for(place, state);
    if (!order)
        return fail(order.error());
    order->certificate = text;
    if (place.is_authority())
        order->ca_certificate.clear();
    return reissue(*order);
}

}  // namespace clockguard

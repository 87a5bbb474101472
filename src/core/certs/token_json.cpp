// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <nlohmann/json.hpp>

#include "clockguard/core/base/base64.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/certs/token.hpp"

namespace clockguard {
namespace {

using Json = nlohmann::json;

/// RFC 4648 section 5, without padding, as RFC 7515 wants it.
std::optional<std::string> decode_base64url(std::string_view text)
{
    std::string usual{text};
    std::ranges::replace(usual, '-', '+');
    std::ranges::replace(usual, '_', '/');
    usual.append((4 - usual.size() % 4) % 4, '=');
    return decode_base64(std::move(usual));
}

/// Seconds since 1970; what lies outside of the years that RFC 3339 can write is no date.
std::optional<Instant> to_instant(const Json& payload, const char* claim)
{
    constexpr double year_9999 = 253402300799.0;
    const auto found = payload.find(claim);
    if (found == payload.end() || !found->is_number())
        return std::nullopt;
    const auto seconds = found->get<double>();
    if (!(seconds >= 0.0 && seconds <= year_9999))
        return std::nullopt;
    return Instant{std::chrono::seconds{static_cast<std::int64_t>(seconds)}};
}

}  // namespace

Result<TokenDates> parse_token(std::string_view token)
{
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos)
        return fail("is not a JSON Web Token");
    const auto payload = decode_base64url(token.substr(first + 1, second - first - 1));
    const Json json = payload ? Json::parse(*payload, nullptr, false) : Json{};
    if (!json.is_object())
        return fail("is not a JSON Web Token");
    return TokenDates{.issued_at = to_instant(json, "iat"), .not_before = to_instant(json, "nbf")};
}

std::string_view find_token(std::string_view kubeconfig)
{
    constexpr std::string_view key = "token:";
    while (!kubeconfig.empty()) {
        const std::string_view line = trimmed(take_line(kubeconfig), " \t\r-");
        if (line.starts_with(key))
            return without_quotes(trimmed(line.substr(key.size()), " \t"));
    }
    return {};
}

}  // namespace clockguard

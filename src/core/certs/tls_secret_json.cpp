// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/tls_secret_json.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "clockguard/core/base/base64.hpp"

namespace clockguard {
namespace {

using Json = nlohmann::json;

Result<std::string> decoded(const Json& data, const char* name)
{
    const auto found = data.find(name);
    const auto text = found != data.end() && found->is_string()
                          ? decode_base64(found->get_ref<const std::string&>())
                          : std::nullopt;
    if (!text)
        return fail(fmt::format("holds no '{}' in base64", name));
    return *text;
}

}  // namespace

Result<TlsSecret> parse_tls_secret(std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    const auto data = json.is_object() ? json.find("data") : json.end();
    if (data == json.end() || !data->is_object())
        return fail("is not a Secret in JSON");
    auto certificate = decoded(*data, "tls.crt");
    if (!certificate)
        return fail(certificate.error());
    auto key = decoded(*data, "tls.key");
    if (!key)
        return fail(key.error());
    return TlsSecret{.certificate = std::move(*certificate), .key = std::move(*key)};
}

}  // namespace clockguard

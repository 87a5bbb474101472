// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/kubeconfig.hpp"

#include <fmt/format.h>

#include "clockguard/core/base/base64.hpp"
#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

using Found = std::optional<EmbeddedData>;

/// Without the comment that may follow a space (YAML 1.2, 6.6); base64 has no '#'.
std::string_view without_comment(std::string_view line)
{
    return line.substr(0, line.find('#'));
}

/// The value of "key: value", which may begin a list item; nothing if the line is another's.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key)
{
    line = trimmed(line);
    if (line.starts_with("- "))
        line = trimmed(line.substr(2));
    if (!line.starts_with(key) || line.substr(key.size(), 1) != ":")
        return std::nullopt;
    return trimmed(line.substr(key.size() + 1));
}

Result<EmbeddedData> decode(std::string_view text, std::string_view key, std::string_view value)
{
    const std::string_view bare = without_quotes(value);
    auto decoded = decode_base64(bare);
    if (bare.empty() || !decoded)
        return fail(fmt::format("'{}' is no base64 on one line", key));
    return EmbeddedData{.text = std::move(*decoded),
                        .begin = static_cast<std::size_t>(bare.data() - text.data()),
                        .size = bare.size()};
}

Result<Found> find_data(std::string_view text, std::string_view key)
{
    Found found;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view line = without_comment(take_line(rest));
        const auto value = value_of(line, key);
        if (!value && line.find(key) != std::string_view::npos)
            return fail(fmt::format("'{}' does not begin its line", key));
        if (!value)
            continue;
        if (found)
            return fail(fmt::format("has several '{}', of which only one can be meant", key));
        auto data = decode(text, key, *value);
        if (!data)
            return fail(data.error());
        found = std::move(*data);
    }
    return found;
}

}  // namespace

Result<Kubeconfig> parse_kubeconfig(std::string_view text)
{
    if (trimmed(text).empty())
        return fail("is empty");
    const auto ca = find_data(text, "certificate-authority-data");
    if (!ca)
        return fail(ca.error());
    const auto certificate = find_data(text, "client-certificate-data");
    if (!certificate)
        return fail(certificate.error());
    const auto key = find_data(text, "client-key-data");
    if (!key)
        return fail(key.error());
    if (text.find("kind: Config") == std::string_view::npos && !*ca && !*certificate)
        return fail("is no kubeconfig");
    return Kubeconfig{.ca = *ca, .certificate = *certificate, .key = *key};
}

std::string replace_data(std::string_view text, const EmbeddedData& data, std::string_view value)
{
    return fmt::format("{}{}{}", text.substr(0, data.begin), encode_base64(value),
                       text.substr(data.begin + data.size));
}

}  // namespace clockguard

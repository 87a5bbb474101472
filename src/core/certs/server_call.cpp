// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/server_call.hpp"

#include <algorithm>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

/// What is in front of a separator, and what is behind it.
std::pair<std::string_view, std::string_view> split(std::string_view text, std::size_t at)
{
    return at == std::string_view::npos ? std::pair{text, std::string_view{}}
                                        : std::pair{text.substr(0, at), text.substr(at + 1)};
}

struct Url {
    std::string_view scheme{};
    std::string_view host{};
    std::string_view port{};
};

/// "https://user@host:port/path": scheme, user, port and path may be missing, and an IPv6 address
/// is in brackets. Without a scheme client-go speaks no TLS (clientcmd, ClientConfig).
Url take_apart(std::string_view url)
{
    const auto colon = url.find("://");
    const bool has_scheme = colon != std::string_view::npos;
    std::string_view rest = has_scheme ? url.substr(colon + 3) : url;
    rest = rest.substr(0, rest.find_first_of("/?#"));
    rest = rest.substr(rest.rfind('@') + 1);
    const std::string_view scheme = has_scheme ? url.substr(0, colon) : "http";
    if (rest.starts_with('[')) {
        rest.remove_prefix(1);
        const auto end = rest.find(']');
        const std::string_view behind = end == rest.npos ? "" : rest.substr(end + 1);
        if (end == rest.npos || (!behind.empty() && !behind.starts_with(':')))
            return {};
        return {scheme, rest.substr(0, end),
                behind.substr(std::min<std::size_t>(1, behind.size()))};
    }
    const auto [host, port] = split(rest, rest.rfind(':'));
    return {scheme, host, port};
}

/// Go compares the address in brackets, where a name is one (crypto/x509, VerifyHostname).
std::string without_brackets(std::string_view name)
{
    const bool has_both = name.starts_with('[') && name.ends_with(']');
    return std::string{has_both ? name.substr(1, name.size() - 2) : name};
}

bool is_in_host_name(char c)
{
    return is_letter(c) || is_digit(c) || c == '-' || c == '_';
}

/// As Go knows one: labels between dots, of which the first of a pattern may be "*".
bool is_host_name(std::string_view host, bool is_pattern)
{
    if (is_pattern && host.starts_with("*."))
        host.remove_prefix(2);
    else if (host.empty())
        return false;
    for (;;) {
        const auto dot = host.find('.');
        const std::string_view label = host.substr(0, dot);
        if (label.empty() || label.starts_with('-') || !std::ranges::all_of(label, is_in_host_name))
            return false;
        if (dot == std::string_view::npos)
            return true;
        host.remove_prefix(dot + 1);
    }
}

}  // namespace

std::optional<ServerCall> server_call(const Kubeconfig& config)
{
    const Url url = take_apart(config.server);
    if (config.is_insecure || url.host.empty() || !is_same_word(url.scheme, "https"))
        return std::nullopt;
    ServerCall call{.host = std::string{url.host},
                    .name = without_brackets(config.tls_server_name)};
    if (call.name.empty())
        call.name = call.host;
    if (!is_ascii(call.name))
        return std::nullopt;
    call.port = url.port.empty() ? call.port : parse_number<int>(url.port).value_or(0);
    return call;
}

bool is_url(std::string_view server)
{
    const Url url = take_apart(server);
    const bool has_blanks = url.host.find_first_of(blanks) != url.host.npos;
    return !url.host.empty() && !has_blanks &&
           url.port.find_first_not_of("0123456789") == url.port.npos;
}

bool is_local(std::string_view server)
{
    const std::string_view host = take_apart(server).host;
    return host == "127.0.0.1" || host == "::1" || is_same_word(host, "localhost");
}

bool matches_host(std::string_view pattern, std::string_view host)
{
    const std::string_view bare = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
    if (!is_host_name(bare, false) || !is_host_name(pattern, true))
        return !host.empty() && host != "." && is_same_word(pattern, host);
    if (!pattern.starts_with("*."))
        return is_same_word(pattern, bare);
    const auto dot = bare.find('.');
    return dot != std::string_view::npos && is_same_word(pattern.substr(1), bare.substr(dot));
}

}  // namespace clockguard

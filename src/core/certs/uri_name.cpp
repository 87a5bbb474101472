// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/uri_name.hpp"

#include <algorithm>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// What is before the first of these characters; all where there is none.
std::string_view before(std::string_view text, std::string_view marks)
{
    return text.substr(0, text.find_first_of(marks));
}

/// Every '%' has two digits behind it.
bool are_escapes_whole(std::string_view text)
{
    for (auto at = text.find('%'); at != text.npos; at = text.find('%', at + 1))
        if (at + 2 >= text.size() || !is_hex(text[at + 1]) || !is_hex(text[at + 2]))
            return false;
    return true;
}

bool consists_of(std::string_view text, std::string_view marks)
{
    return std::ranges::all_of(text, [marks](char c) {
        return is_letter(c) || is_digit(c) || marks.find(c) != marks.npos;
    });
}

bool is_user(std::string_view text)
{
    return consists_of(text, "-._:~!$&'()*+,;=%@") && are_escapes_whole(text);
}

bool is_port(std::string_view text)
{
    return text.empty() || (text.starts_with(':') && std::ranges::all_of(text.substr(1), is_digit));
}

/// In labels, none of them empty. Of the escapes a host has only that of '%' itself: what else may
/// be written so is no letter of a domain.
bool is_domain(std::string_view text)
{
    for (auto at = text.find('%'); at != text.npos; at = text.find('%', at + 1))
        if (text.substr(at, 3) != "%25")
            return false;
    return consists_of(text, "-_.~!$&'()*+,;=:[]<>\"%") && !text.starts_with('.') &&
           !text.ends_with('.') && text.find("..") == text.npos;
}

bool is_host(std::string_view text)
{
    const bool is_bracketed = text.starts_with('[');
    const auto end = is_bracketed ? text.rfind(']') : text.rfind(':');
    if (is_bracketed && end == text.npos)
        return false;
    const auto port = is_bracketed ? end + 1 : std::min(end, text.size());
    return is_port(text.substr(port)) && (text.empty() || is_domain(text));
}

/// "user@host:port"
bool is_authority(std::string_view text)
{
    const auto at = text.rfind('@');
    if (at == text.npos)
        return is_host(text);
    return is_user(text.substr(0, at)) && is_host(text.substr(at + 1));
}

/// "//authority/path", or a path alone.
bool is_hierarchy(std::string_view text)
{
    if (!text.starts_with("//"))
        return are_escapes_whole(text);
    const std::string_view authority = before(text.substr(2), "/");
    return is_authority(authority) && are_escapes_whole(text.substr(2 + authority.size()));
}

/// "urn" of "urn:a"; empty where there is none.
std::string_view scheme_of(std::string_view text)
{
    const std::string_view scheme = before(text, ":");
    const bool is_one = scheme.size() < text.size() && !scheme.empty() && is_letter(scheme[0]) &&
                        consists_of(scheme, "+-.");
    return is_one ? scheme : std::string_view{};
}

}  // namespace

bool is_uri_name(std::string_view text)
{
    const std::string_view whole = before(text, "#");
    const bool has_control = std::ranges::any_of(
        whole, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
    if (has_control || !are_escapes_whole(text.substr(whole.size())))
        return false;
    const std::string_view scheme = scheme_of(whole);
    const std::string_view rest =
        before(scheme.empty() ? whole : whole.substr(scheme.size() + 1), "?");
    if (!scheme.empty())
        return !rest.starts_with('/') || is_hierarchy(rest);
    // Without a scheme a colon in the first part of a path would make one.
    const bool has_colon = before(rest, "/").find(':') != rest.npos;
    return !has_colon && (rest.starts_with("///") ? are_escapes_whole(rest) : is_hierarchy(rest));
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/extension_form.hpp"

#include <cstddef>
#include <optional>
#include <utility>

#include "clockguard/core/base/der.hpp"

namespace clockguard {
namespace {

constexpr unsigned first_of_these = 0x80;  // [0]
constexpr unsigned first_inside = 0xA0;    // [0], which contains others
constexpr unsigned second_inside = 0xA1;
constexpr unsigned uri_tag = 0x86;

bool begins_with(std::string_view text, unsigned tag)
{
    return !text.empty() && static_cast<unsigned char>(text.front()) == tag;
}

/// One that may be missing; false where it is there and cannot be taken.
bool skip_optional(std::string_view& text, unsigned tag)
{
    return !begins_with(text, tag) || take_der(text, tag).has_value();
}

/// The bits that its last byte does not use are zero (cryptobyte, ReadASN1BitString).
bool is_bit_string(std::string_view value)
{
    const auto content = take_der(value, der::bit_string);
    if (!content || content->empty())
        return false;
    const unsigned unused = static_cast<unsigned char>(content->front());
    const std::string_view bits = content->substr(1);
    if (bits.empty() || unused > 7)
        return unused == 0;
    return (static_cast<unsigned char>(bits.back()) & ((1U << unused) - 1)) == 0;
}

bool is_boolean(std::string_view content)
{
    return content == std::string_view{"\0", 1} || content == "\xFF";
}

/// In the fewest bytes, and no more of them than an int has.
bool is_short_integer(std::string_view content)
{
    constexpr std::size_t longest = 8;
    if (content.empty() || content.size() > longest)
        return false;
    if (content.size() == 1)
        return true;
    const auto first = static_cast<unsigned char>(content[0]);
    const bool is_next_negative = static_cast<unsigned char>(content[1]) >= 0x80;
    return first != (is_next_negative ? 0xFF : 0x00);
}

bool are_basic_constraints(std::string_view value)
{
    auto list = take_der(value, der::sequence);
    if (!list)
        return false;
    if (begins_with(*list, der::boolean))
        if (const auto is_ca = take_der(*list, der::boolean); !is_ca || !is_boolean(*is_ca))
            return false;
    if (!begins_with(*list, der::integer))
        return true;
    const auto length = take_der(*list, der::integer);
    return length && is_short_integer(*length);
}

template <class IsEntry>
bool is_list_of(std::string_view value, IsEntry is_entry)
{
    auto list = take_der(value, der::sequence);
    while (list && !list->empty())
        if (!is_entry(*list))
            return false;
    return list.has_value();
}

bool take_anything(std::string_view& list)
{
    return take_der(list).has_value();
}

bool take_identifier(std::string_view& list)
{
    const auto identifier = take_der(list, der::object_identifier);
    return identifier && is_short_identifier(*identifier);
}

/// A policy may have any number in its identifier.
bool take_policy(std::string_view& list)
{
    auto entry = take_der(list, der::sequence);
    const auto policy = entry ? take_der(*entry, der::object_identifier) : std::nullopt;
    return policy && is_identifier(*policy);
}

bool take_access(std::string_view& list)
{
    auto entry = take_der(list, der::sequence);
    return entry && take_identifier(*entry) && skip_optional(*entry, uri_tag);
}

/// Where it has a name, that is a full one; of its URIs the first ones are taken.
bool take_crl_point(std::string_view& list)
{
    auto entry = take_der(list, der::sequence);
    if (!entry || !begins_with(*entry, first_inside))
        return entry.has_value();
    auto name = take_der(*entry, first_inside);
    auto full = name ? take_der(*name, first_inside) : std::nullopt;
    while (full && begins_with(*full, uri_tag))
        if (!take_der(*full, uri_tag))
            return false;
    return full.has_value();
}

bool take_limit(std::string_view& list)
{
    auto entry = take_der(list, der::sequence);
    return entry && take_anything(*entry);
}

bool are_limits(std::string_view list)
{
    while (!list.empty())
        if (!take_limit(list))
            return false;
    return true;
}

/// At least one, permitted or excluded.
bool are_name_constraints(std::string_view value)
{
    auto both = take_der(value, der::sequence);
    if (!both || !value.empty())
        return false;
    std::string_view permitted;
    std::string_view excluded;
    for (const auto& [limits, tag] :
         {std::pair{&permitted, first_inside}, std::pair{&excluded, second_inside}})
        if (begins_with(*both, tag))
            *limits = take_der(*both, tag).value_or("");
    return both->empty() && !(permitted.empty() && excluded.empty()) && are_limits(permitted) &&
           are_limits(excluded);
}

bool is_authority_key(std::string_view value)
{
    auto list = take_der(value, der::sequence);
    return list && skip_optional(*list, first_of_these);
}

}  // namespace

bool has_readable_form(ExtensionKind kind, std::string_view value)
{
    switch (kind) {
    case ExtensionKind::KeyUsage:
        return is_bit_string(value);
    case ExtensionKind::BasicConstraints:
        return are_basic_constraints(value);
    case ExtensionKind::AlternativeNames:
        return is_list_of(value, take_anything);
    case ExtensionKind::NameConstraints:
        return are_name_constraints(value);
    case ExtensionKind::CrlPoints:
        return is_list_of(value, take_crl_point);
    case ExtensionKind::Policies:
        return is_list_of(value, take_policy);
    case ExtensionKind::AuthorityKey:
        return is_authority_key(value);
    case ExtensionKind::ExtendedUsage:
        return is_list_of(value, take_identifier);
    case ExtensionKind::SubjectKey:
        return take_der(value, der::octet_string).has_value();
    case ExtensionKind::InfoAccess:
        return is_list_of(value, take_access);
    }
    return true;
}

}  // namespace clockguard

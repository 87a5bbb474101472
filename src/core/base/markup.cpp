// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/markup.hpp"

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

std::string_view entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return {};
    }
}

}  // namespace

std::string markup(std::string_view text)
{
    std::string escaped;
    for (const char c : printable(text)) {
        const std::string_view entity = entity_of(c);
        entity.empty() ? escaped.push_back(c) : static_cast<void>(escaped.append(entity));
    }
    return escaped;
}

}  // namespace clockguard

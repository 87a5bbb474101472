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
    // U+FFFE and U+FFFF are no characters of XML.
    constexpr std::string_view no_characters = "\xef\xbf";
    std::string escaped;
    const std::string shown = printable(text);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const std::string_view entity = entity_of(shown[i]);
        if (shown.compare(i, 2, no_characters) == 0 && (shown[i + 2] | 1) == '\xbf') {
            escaped += shown[i + 2] == '\xbe' ? "\\ufffe" : "\\uffff";
            i += 2;
        } else if (entity.empty()) {
            escaped += shown[i];
        } else {
            escaped += entity;
        }
    }
    return escaped;
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/yaml_scalar.hpp"

#include <algorithm>
#include <initializer_list>

namespace clockguard {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::ranges::find(words, text) != words.end();
}

/// Takes the digits from the front of a text; whether there were any.
bool take_digits(std::string_view& text, std::string_view digits)
{
    const auto size = std::min(text.find_first_not_of(digits), text.size());
    text.remove_prefix(size);
    return size > 0;
}

/// Of any base; a fraction and an exponent in decimal.
bool is_unsigned_number(std::string_view text)
{
    constexpr std::string_view decimal = "0123456789";
    for (const std::string_view base : {"0x", "0X", "0b", "0B", "0o", "0O"})
        if (text.starts_with(base)) {
            text.remove_prefix(base.size());
            return take_digits(text, "0123456789abcdefABCDEF") && text.empty();
        }
    bool has_digits = take_digits(text, decimal);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        has_digits = take_digits(text, decimal) || has_digits;
    }
    if (!has_digits || text.empty())
        return has_digits;
    const bool has_exponent = text.starts_with('e') || text.starts_with('E');
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+'))
        text.remove_prefix(1);
    return has_exponent && take_digits(text, decimal) && text.empty();
}

/// By what goyaml.v2's resolve() asks.
bool is_number(std::string_view text)
{
    std::string digits{text};
    std::erase(digits, '_');
    const bool has_sign = text.starts_with('-') || text.starts_with('+');
    const std::string_view number = std::string_view{digits}.substr(has_sign ? 1 : 0);
    return (!text.starts_with('_') && is_unsigned_number(number)) ||
           is_one_of(number, {".inf", ".Inf", ".INF"}) || is_one_of(text, {".nan", ".NaN", ".NAN"});
}

bool is_integer(std::string_view text)
{
    const bool has_base = text.find_first_of("xXbBoO") != text.npos;
    return is_number(text) && (has_base || text.find_first_of(".eE") == text.npos);
}

}  // namespace

bool is_null(const YamlNode& node)
{
    return node.kind == YamlKind::Scalar && !node.is_tagged && node.is_plain &&
           is_one_of(node.text, {"", "~", "null", "Null", "NULL"});
}

std::optional<bool> truth_of(const YamlNode& node)
{
    if (node.kind != YamlKind::Scalar || !node.is_plain)
        return std::nullopt;
    if (is_one_of(node.text,
                  {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"}))
        return true;
    if (is_one_of(node.text,
                  {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"}))
        return false;
    return std::nullopt;
}

bool is_of_type(const YamlNode& node, std::string_view tag)
{
    if (tag.ends_with(":null"))
        return is_null(node);
    if (tag.ends_with(":bool"))
        return truth_of(node).has_value();
    return tag.ends_with(":int") ? is_integer(node.text) : is_number(node.text);
}

bool is_text(const YamlNode& node)
{
    return node.kind == YamlKind::Scalar && !is_null(node) && !truth_of(node) &&
           !(node.is_plain && is_number(node.text));
}

}  // namespace clockguard

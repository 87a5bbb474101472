// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/toml_reader.hpp"

#include <algorithm>

#include <fmt/core.h>

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
// toml++ 3.3 asserts that a key begins like one ("[*]" does not) just before it refuses those that
// do not, in a sentence.
#define TOML_ASSERT(expression) static_assert(true)
#include <toml++/toml.h>

#include "clockguard/core/base/toml_letters.hpp"

namespace clockguard {
namespace {

/// [[one]] has [one.two], and that values: none of our files goes deeper.
constexpr int deepest = 3;

TomlValue to_table(const toml::table& table, int depth);

TomlValue to_tables(const toml::array& array, int depth)
{
    TomlValue value{.kind = TomlKind::Tables};
    for (const toml::node& item : array) {
        value.children.push_back(to_table(*item.as_table(), depth));
        value.children.back().line = item.source().begin.line;
    }
    return value;
}

TomlValue to_list(const toml::array& array, int depth)
{
    if (!array.empty() && depth < deepest &&
        std::ranges::all_of(array, [](const toml::node& item) { return item.is_table(); }))
        return to_tables(array, depth + 1);
    TomlValue value{.kind = TomlKind::List};
    for (const toml::node& item : array) {
        if (!item.is_string())
            return {.text = "must be a list of strings"};
        value.items.push_back(item.as_string()->get());
    }
    return value;
}

TomlValue to_value(const toml::node& node, int depth)
{
    if (const auto* text = node.as_string())
        return {.kind = TomlKind::Text, .text = text->get()};
    if (const auto* truth = node.as_boolean())
        return {.kind = TomlKind::Text, .text = truth->get() ? "true" : "false"};
    if (const auto* number = node.as_integer())
        return {.kind = TomlKind::Text, .text = fmt::format("{}", number->get())};
    if (const auto* list = node.as_array())
        return to_list(*list, depth);
    if (const auto* table = node.as_table(); table != nullptr && depth < deepest)
        return to_table(*table, depth + 1);
    return {.text = "must be a string, whole number, boolean or list"};
}

TomlValue to_table(const toml::table& table, int depth)
{
    TomlValue value{.kind = TomlKind::Table};
    for (const auto& [key, node] : table) {
        value.children.push_back(to_value(node, depth));
        value.children.back().key = key.str();
        value.children.back().line = key.source().begin.line;
    }
    std::ranges::stable_sort(value.children, {}, &TomlValue::line);
    return value;
}

}  // namespace

Result<TomlValue> read_toml(std::string_view text)
{
    // Editors on Windows begin a file in UTF-8 with it.
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    // toml++ 3.3 runs into undefined behaviour on letters such as U+0462 where no string was
    // closed.
    const std::string ascii = without_foreign_comments(text);
    if (const unsigned line = line_with_foreign_letter(ascii))
        return fail(at_line({.line = line}, "a character outside ASCII: write it as \\u00e9"));
    const toml::parse_result parsed = toml::parse(ascii);
    if (!parsed)
        return fail(
            at_line({.line = parsed.error().source().begin.line}, parsed.error().description()));
    return to_table(parsed.table(), 1);
}

Error at_line(const TomlValue& value, std::string_view why)
{
    return {.what = fmt::format("line {}: {}", value.line, why)};
}

}  // namespace clockguard

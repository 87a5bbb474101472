// SPDX-License-Identifier: Apache-2.0
// What a table of a TOML file may hold, as a table of keys.
#pragma once

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/suggest.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/toml_reader.hpp"

namespace clockguard {

/// Puts one value in its place, or says what it may be.
template <class Part>
using TomlSetter = std::function<Result<void>(Part&, const TomlValue&)>;

template <class Part>
struct TomlKey {
    std::string name;
    TomlSetter<Part> set;
    bool is_nested = false;  // a table, whose errors have lines of their own
};

template <class Part>
using TomlKeys = std::vector<TomlKey<Part>>;

template <class Part>
TomlSetter<Part> words(std::string Part::*field)
{
    return [=](Part& part, const TomlValue& value) -> Result<void> {
        if (value.kind != TomlKind::Text || value.text.empty())
            return fail("must be a string");
        part.*field = value.text;
        return {};
    };
}

template <class Part>
TomlSetter<Part> list(std::vector<std::string> Part::*field)
{
    return [=](Part& part, const TomlValue& value) -> Result<void> {
        if (value.kind != TomlKind::List)
            return fail("must be a list of strings");
        part.*field = value.items;
        return {};
    };
}

/// A word that means something, and what it means.
template <class Part>
struct TomlChoice {
    std::string name;
    std::function<void(Part&)> choose;
};

template <class Part, class Word>
TomlChoice<Part> meaning(std::string name, Word Part::*field, Word word)
{
    return {std::move(name), [=](Part& part) { part.*field = word; }};
}

template <class Part>
TomlSetter<Part> choice(std::vector<TomlChoice<Part>> choices)
{
    return [choices = std::move(choices)](Part& part, const TomlValue& value) -> Result<void> {
        const auto chosen = std::ranges::find(choices, value.text, &TomlChoice<Part>::name);
        if (value.kind != TomlKind::Text || chosen == choices.end())
            return fail(fmt::format("'{}' is not one of: {}", value.text,
                                    joined(choices, ", ", &TomlChoice<Part>::name)));
        chosen->choose(part);
        return {};
    };
}

template <class Part>
TomlSetter<Part> boolean(bool Part::*field)
{
    return choice<Part>({meaning("true", field, true), meaning("false", field, false)});
}

/// The error names the line.
template <class Part>
[[nodiscard]] Result<void> read_table(Part& part, const TomlValue& table,
                                      const TomlKeys<Part>& keys)
{
    if (table.kind != TomlKind::Table)
        return fail(at_line(table, fmt::format("'{}' must be a table", table.key)));
    std::vector<std::string> names;
    std::ranges::transform(keys, std::back_inserter(names), &TomlKey<Part>::name);
    for (const TomlValue& value : table.children) {
        const auto key = std::ranges::find(keys, value.key, &TomlKey<Part>::name);
        if (key == keys.end())
            return fail(at_line(value, fmt::format("unknown key '{}'{}", value.key,
                                                   did_you_mean(value.key, names))));
        auto set = key->set(part, value);
        if (!set && key->is_nested)
            return set;
        if (!set)
            return fail(at_line(value, fmt::format("'{}': {}", value.key, set.error().what)));
    }
    return {};
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

enum class TomlKind {
    Text,    // text, a number or a truth, as the environment would write it
    List,    // of text
    Table,   // [name]
    Tables,  // [[name]], each without a key
    Other,   // what no file of ours has; `text` says what was expected
};

/// A value of a TOML file, under its key and with its place. What a table or a list holds comes
/// in the order of the file.
struct TomlValue {
    std::string key{};
    unsigned line = 0;  // from 1
    TomlKind kind = TomlKind::Other;
    std::string text{};
    std::vector<std::string> items{};   // of a List
    std::vector<TomlValue> children{};  // of a Table or of Tables
};

/// Reads a whole file; the result is a Table. The error names the line.
[[nodiscard]] Result<TomlValue> read_toml(std::string_view text);

/// "line 3: unknown key 'naem'", about this value.
Error at_line(const TomlValue& value, std::string_view why);

}  // namespace clockguard

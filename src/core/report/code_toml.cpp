// SPDX-License-Identifier: Apache-2.0
// Reads a file of config/codes; a test reads all of them, so that none is wrong at run time.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "clockguard/core/base/toml_reader.hpp"
#include "clockguard/core/report/codes.hpp"

namespace clockguard {
namespace {

Result<void> read_text(const TomlValue& value, std::string& into)
{
    if (value.kind != TomlKind::Text || value.text.empty())
        return fail(at_line(value, fmt::format("{} must be a text", value.key)));
    into = value.text;
    return {};
}

Result<void> read_list(const TomlValue& value, std::vector<std::string>& into)
{
    if (value.kind != TomlKind::List || value.items.empty())
        return fail(at_line(value, fmt::format("{} must be a list of texts", value.key)));
    into = value.items;
    return {};
}

Result<void> read_severity(const TomlValue& value, Severity& into)
{
    for (const Severity severity : {Severity::Note, Severity::Warning, Severity::Failure})
        if (value.text == to_text(severity)) {
            into = severity;
            return {};
        }
    return fail(at_line(value, "severity must be note, warning or critical"));
}

Result<void> read_remedy_key(const TomlValue& value, Remedy& into)
{
    if (value.key == "command")
        return read_text(value, into.command);
    if (value.key == "note")
        return read_text(value, into.note);
    if (value.key == "on")
        return read_text(value, into.on);
    if (value.key == "risk")
        return read_text(value, into.risk);
    if (value.key == "systems")
        return read_list(value, into.systems);
    if (value.key == "profiles")
        return read_list(value, into.profiles);
    if (value.key == "looks" && (value.text == "true" || value.text == "false")) {
        into.looks = value.text == "true";
        return {};
    }
    return fail(at_line(value, fmt::format("unknown key '{}'", value.key)));
}

Result<void> read_remedies(const TomlValue& value, std::vector<Remedy>& into)
{
    if (value.kind != TomlKind::Tables)
        return fail(at_line(value, "a remedy is written as [[remedy]]"));
    for (const TomlValue& table : value.children) {
        Remedy remedy;
        for (const TomlValue& key : table.children)
            if (auto read = read_remedy_key(key, remedy); !read)
                return read;
        if (remedy.command.empty())
            return fail(at_line(table, "a remedy needs a command"));
        into.push_back(std::move(remedy));
    }
    return {};
}

Result<void> read_key(const TomlValue& value, Code& into)
{
    if (value.key == "title")
        return read_text(value, into.title);
    if (value.key == "severity")
        return read_severity(value, into.severity);
    if (value.key == "seen")
        return read_text(value, into.seen);
    if (value.key == "means")
        return read_text(value, into.means);
    if (value.key == "advice")
        return read_text(value, into.advice);
    if (value.key == "remedy")
        return read_remedies(value, into.remedies);
    return fail(at_line(value, fmt::format("unknown key '{}'", value.key)));
}

}  // namespace

Result<Code> parse_code(std::string_view name, std::string_view toml)
{
    const auto file = read_toml(toml);
    if (!file)
        return fail(file.error());
    Code code{.name = std::string{name}};
    for (const TomlValue& value : file->children)
        if (const auto read = read_key(value, code); !read)
            return fail(read.error());
    if (code.title.empty() || code.seen.empty() || code.means.empty())
        return fail("title, seen and means are needed");
    return code;
}

}  // namespace clockguard

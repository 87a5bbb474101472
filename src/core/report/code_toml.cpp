// SPDX-License-Identifier: Apache-2.0
// Reads a file of config/codes; a test reads all of them, so that none is wrong at run time.
#include "clockguard/core/base/toml_keys.hpp"
#include "clockguard/core/report/codes.hpp"

namespace clockguard {
namespace {

Result<void> add_remedies(Code& code, const TomlValue& tables)
{
    static const TomlKeys<Remedy> keys{
        {"command", words(&Remedy::command)}, {"note", words(&Remedy::note)},
        {"on", words(&Remedy::on)},           {"risk", words(&Remedy::risk)},
        {"systems", list(&Remedy::systems)},  {"profiles", list(&Remedy::profiles)},
        {"looks", boolean(&Remedy::looks)},   {"choice", boolean(&Remedy::choice)}};
    if (tables.kind != TomlKind::Tables)
        return fail(at_line(tables, "a remedy is written as [[remedy]]"));
    for (const TomlValue& table : tables.children) {
        Remedy remedy;
        if (auto read = read_table(remedy, table, keys); !read)
            return read;
        if (remedy.command.empty())
            return fail(at_line(table, "a remedy needs a command"));
        code.remedies.push_back(std::move(remedy));
    }
    return {};
}

TomlChoice<Code> graded(Severity severity)
{
    return meaning(std::string{to_text(severity)}, &Code::severity, severity);
}

const TomlKeys<Code>& code_keys()
{
    static const TomlKeys<Code> keys{
        {"title", words(&Code::title)},
        {"severity", choice<Code>({graded(Severity::Note), graded(Severity::Warning),
                                   graded(Severity::Failure)})},
        {"seen", words(&Code::seen)},
        {"means", words(&Code::means)},
        {"advice", words(&Code::advice)},
        {"remedy", add_remedies, true}};
    return keys;
}

}  // namespace

Result<Code> parse_code(std::string_view name, std::string_view toml)
{
    const auto file = read_toml(toml);
    if (!file)
        return fail(file.error());
    Code code{.name = std::string{name}};
    if (const auto read = read_table(code, *file, code_keys()); !read)
        return fail(read.error());
    if (code.title.empty() || code.seen.empty() || code.means.empty())
        return fail("title, seen and means are needed");
    return code;
}

}  // namespace clockguard

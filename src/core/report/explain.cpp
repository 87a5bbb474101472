// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/explain.hpp"

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/wrapped.hpp"

namespace clockguard {
namespace {

constexpr std::size_t indent = 2;

/// One line of a code's text as lines that fit; those after the first of an item of a list begin
/// below its words.
std::string filled(std::string_view line, std::size_t width)
{
    const std::string_view mark = line.starts_with("- ") ? "- " : "";
    return fmt::format("{:{}}{}{}", "", indent, mark,
                       wrapped(line.substr(mark.size()), indent + mark.size(), width));
}

std::string paragraphs(std::string_view text, std::size_t width)
{
    std::string lines;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.empty())
            lines += "\n";
        else if (line.starts_with("  "))
            lines += fmt::format("{:{}}{}\n", "", indent, line);
        else
            lines += filled(line, width);
    }
    return lines;
}

/// "On the Hyper-V host: shows whether ...:"
std::string note_of(const Remedy& remedy)
{
    if (remedy.on.empty())
        return remedy.note;
    return remedy.note.empty() ? fmt::format("On {}", remedy.on)
                               : fmt::format("On {}: {}", remedy.on, remedy.note);
}

std::string remedy_lines(const Remedy& remedy, const CommandTarget& here, std::size_t width)
{
    std::string note = note_of(remedy);
    if (here.systems.empty() && !remedy.systems.empty())
        note += fmt::format(" ({})", joined(remedy.systems, ", "));
    return (note.empty() ? "" : paragraphs(note + ":", width)) +
           fmt::format("{:{}}{}\n", "", 2 * indent, remedy.command);
}

std::string what_to_do(const Code& code, const CommandTarget& here, std::size_t width)
{
    std::string text = code.advice.empty() ? "" : paragraphs(code.advice, width);
    for (const Remedy& remedy : code.remedies)
        if (applies(remedy, here))
            text += (text.empty() ? "" : "\n") + remedy_lines(remedy, here, width);
    return text.empty() ? "  Nothing.\n" : text;
}

}  // namespace

std::string render_explanation(const Code& code, const CommandTarget& here, std::size_t width)
{
    return fmt::format("{}  {} ({})\n\nWhat is seen\n{}\nWhat it means\n{}\nWhat to do\n{}",
                       code.name, code.title, to_text(code.severity), paragraphs(code.seen, width),
                       paragraphs(code.means, width), what_to_do(code, here, width));
}

std::string render_codes(const std::vector<Code>& codes)
{
    std::string text;
    std::string_view last;
    for (const Code& code : codes) {
        if (const std::string_view group = group_of(code.name); group != last) {
            text += fmt::format("{}{}\n", text.empty() ? "" : "\n", group);
            last = group;
        }
        text += fmt::format("  {}  {}\n", code.name, code.title);
    }
    return text;
}

}  // namespace clockguard

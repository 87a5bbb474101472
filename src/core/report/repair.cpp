// SPDX-License-Identifier: Apache-2.0
// What `clockguard fix` may carry out of what a diagnosis advises, and what it says of that.
#include "clockguard/core/report/repair.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/wrapped.hpp"
#include "clockguard/core/report/fixes.hpp"

namespace clockguard {
namespace {

constexpr std::size_t indent = 4;
constexpr std::size_t line_width = 79;

struct Token {
    std::string text{};
    bool is_operator = false;
};

void skip(std::string_view& text, std::size_t size)
{
    text.remove_prefix(std::min(size, text.size()));
}

/// "&&" or ";"; empty where none stands here.
std::string_view operator_at(std::string_view text)
{
    for (const std::string_view op : {"&&", ";"})
        if (text.starts_with(op))
            return op;
    return {};
}

/// Takes one word from the front. Nothing where a character means more to a shell than itself.
std::optional<std::string> take_word(std::string_view& text)
{
    constexpr std::string_view special = "|&<>()$`\"*?[]{}#~!\\\n\t";
    std::string word;
    while (!text.empty() && text.front() != ' ' && text.front() != ';') {
        if (text.starts_with("\\'")) {
            word += '\'';
            skip(text, 2);
        } else if (text.front() == '\'') {
            const auto end = text.find('\'', 1);
            if (end == text.npos)
                return std::nullopt;
            word += text.substr(1, end - 1);
            skip(text, end + 1);
        } else if (special.find(text.front()) != special.npos) {
            return std::nullopt;
        } else {
            word += text.front();
            skip(text, 1);
        }
    }
    return word;
}

/// XCU 2.3 of POSIX, as far as programs_of() goes.
std::optional<std::vector<Token>> tokens_of(std::string_view text)
{
    std::vector<Token> tokens;
    for (skip(text, text.find_first_not_of(' ')); !text.empty();
         skip(text, text.find_first_not_of(' '))) {
        if (const std::string_view op = operator_at(text); !op.empty()) {
            tokens.push_back({.text = std::string{op}, .is_operator = true});
            skip(text, op.size());
            continue;
        }
        auto word = take_word(text);
        if (!word)
            return std::nullopt;
        tokens.push_back({.text = std::move(*word)});
    }
    return tokens;
}

/// A shell, what only a shell can do, or a variable that is set first.
bool needs_a_shell(const Program& program)
{
    constexpr std::array<std::string_view, 9> names{"sh",   "bash",   "dash",   "cd", "exec",
                                                    "eval", "export", "source", "."};
    const std::string& name = program.words.front();
    return std::ranges::find(names, name) != names.end() || name.find('=') != name.npos;
}

bool lists(const ReportFinding& finding, std::string_view command)
{
    return std::ranges::find(finding.fixes, command, &ReportFix::command) != finding.fixes.end();
}

/// Each once.
std::vector<std::string> codes_with(const Report& report, std::string_view command)
{
    std::vector<std::string> codes;
    for (const ReportFinding& finding : report.findings)
        if (lists(finding, command) && std::ranges::find(codes, finding.code) == codes.end())
            codes.push_back(finding.code);
    return codes;
}

std::string what_it_does(std::string_view risk)
{
    if (risk == "changes_clock")
        return "Steps the system clock.";
    if (risk == "restarts_pods")
        return "Restarts pods.";
    if (risk == "restarts_kubernetes")
        return "Restarts Kubernetes on this node.";
    return risk == "restarts_microk8s" ? "Restarts MicroK8s." : "";
}

std::string below(std::string_view line)
{
    return line.empty() ? ""
                        : std::string(indent, ' ') + wrapped(on_one_line(line), indent, line_width);
}

std::string why_left(Doable how)
{
    switch (how) {
    case Doable::Here:
        break;
    case Doable::Choice:
        return "yours to decide";
    case Doable::Shows:
        return "shows more";
    case Doable::ByHand:
        return "by hand";
    case Doable::OnceTimed:
        return "once the clock is verified";
    }
    return {};
}

bool was_tried(const Report& report, const ReportFix& fix)
{
    return report.repairs && std::ranges::find(*report.repairs, fix.command,
                                               &ReportRepair::command) != report.repairs->end();
}

std::string left_to_do(const Report& report)
{
    std::string text;
    for (const ReportFix& fix : fixes_in_order(report))
        if (const Doable how = doable(fix); how != Doable::Here && !was_tried(report, fix))
            text += fmt::format("  {}\n{}", fix.command,
                                below(fix.note.empty()
                                          ? why_left(how)
                                          : fmt::format("{}: {}", why_left(how), fix.note)));
    return text.empty() ? "" : "\nLeft to you\n" + text;
}

}  // namespace

std::optional<std::vector<Program>> programs_of(std::string_view command)
{
    const auto tokens = tokens_of(command);
    if (!tokens)
        return std::nullopt;
    std::vector<Program> programs(1);
    for (const Token& token : *tokens) {
        if (token.is_operator)
            programs.push_back({.after_success = token.text == "&&"});
        else
            programs.back().words.push_back(token.text);
    }
    for (Program& program : programs) {
        std::vector<std::string>& words = program.words;
        if (!words.empty() && words.front() == "sudo")
            words.erase(words.begin());
        if (words.empty() || needs_a_shell(program))
            return std::nullopt;
    }
    return programs;
}

Doable doable(const ReportFix& fix)
{
    if (!fix.on.empty() || !programs_of(fix.command))
        return Doable::ByHand;
    if (fix.looks)
        return Doable::Shows;
    if (fix.waits_for_clock)
        return Doable::OnceTimed;
    return fix.is_choice ? Doable::Choice : Doable::Here;
}

std::optional<ReportFix> next_fix(const Report& report, bool asks)
{
    for (ReportFix& fix : fixes_in_order(report)) {
        const Doable how = doable(fix);
        if ((how == Doable::Here || (how == Doable::Choice && asks)) && !was_tried(report, fix))
            return std::move(fix);
    }
    return std::nullopt;
}

std::vector<std::string> codes_left(const Report& before, const Report& after,
                                    std::string_view command)
{
    std::vector<std::string> codes = codes_with(before, command);
    std::erase_if(codes, [&](const std::string& code) {
        return std::ranges::find(after.findings, code, &ReportFinding::code) ==
               after.findings.end();
    });
    return codes;
}

bool has_failed(const Report& report)
{
    return report.repairs && std::ranges::any_of(*report.repairs, [&](const ReportRepair& repair) {
               return repair.outcome == RepairOutcome::Failed &&
                      !codes_with(report, repair.command).empty();
           });
}

std::string announcement(std::size_t number, const ReportFix& fix, const Report& report)
{
    std::string text = fmt::format("\n{}.  {}\n", number, fix.command);
    for (const ReportFinding& finding : report.findings)
        if (lists(finding, fix.command))
            text += below(fmt::format("{}: {}", finding.code, title_of(finding)));
    return text + below(fix.note) + below(what_it_does(fix.risk));
}

std::string result_line(const ReportRepair& repair, const Report& before, const Report& after)
{
    switch (repair.outcome) {
    case RepairOutcome::Fixed:
        return below(fmt::format("Fixed: no longer reported: {}{}.",
                                 joined(codes_with(before, repair.command), ", "),
                                 repair.why.empty() ? "" : fmt::format("; {}", repair.why)));
    case RepairOutcome::StillReported:
        return below(fmt::format("Done, but still reported: {}.",
                                 joined(codes_left(before, after, repair.command), ", ")));
    case RepairOutcome::Failed:
        return below(fmt::format("Failed: {}.", repair.why));
    case RepairOutcome::Declined:
        return below("Not run.");
    }
    return {};
}

std::string render_end(const Report& report)
{
    return left_to_do(report) + "\n" + headline_of(report);
}

}  // namespace clockguard

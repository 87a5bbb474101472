// SPDX-License-Identifier: Apache-2.0
// One list of commands and options, written as the completion of bash, zsh and fish.
#include "clockguard/command/base/completion.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

/// One position in the tree of commands: "clockguard rtc", with what may follow there.
struct Place {
    std::string path{};
    CompletionCommand command{};
    std::vector<CompletionOption> inherited{};
};

void collect(const Place& place, std::vector<Place>& into)
{
    into.push_back(place);
    auto options = place.inherited;
    const auto& own = place.command.options;
    options.insert(options.end(), own.begin(), own.end());
    for (const CompletionCommand& below : place.command.commands)
        collect({fmt::format("{} {}", place.path, below.name), below, options}, into);
}

std::vector<Place> places_in(const CompletionCommand& program)
{
    std::vector<Place> places;
    collect({program.name, program, {}}, places);
    return places;
}

/// 'text', as every shell of the three reads it; `escaped` stands for a quote within.
std::string quoted(std::string_view text, std::string_view escaped)
{
    std::string inside;
    for (const char c : text)
        inside += c == '\'' ? std::string{escaped} : std::string{c};
    return fmt::format("'{}'", inside);
}

std::string in_posix(std::string_view text)
{
    return quoted(text, R"('\'')");
}

/// 'clockguard rtc' | 'clockguard rtc set': the places that one more word leads to.
std::string paths_of(const std::vector<Place>& places, std::string_view between)
{
    std::vector<std::string> paths;
    for (const Place& place : places)
        if (place.path.find(' ') != std::string::npos)
            paths.push_back(in_posix(place.path));
    return joined(paths, between);
}

/// 'clockguard gate --timeout' | ...: where this option waits for its value. One of the program
/// itself does so everywhere.
std::string waiting_for(const Place& place, const CompletionOption& option)
{
    const bool everywhere = place.path.find(' ') == std::string::npos;
    std::vector<std::string> patterns;
    for (const std::string& name : option.names)
        patterns.push_back(everywhere ? fmt::format("*' {}'", name)
                                      : fmt::format("'{} {}'", place.path, name));
    return joined(patterns, " | ");
}

template <class Write>
void for_each_value(const std::vector<Place>& places, const Write& write)
{
    for (auto place = places.rbegin(); place != places.rend(); ++place)  // the innermost first
        for (const CompletionOption& option : place->command.options)
            if (!option.value.empty())
                write(waiting_for(*place, option), option);
}

/// Every option that is valid at a place, its own first; --help is everybody's own.
std::vector<CompletionOption> options_at(const Place& place)
{
    auto options = place.command.options;
    for (const CompletionOption& option : place.inherited)
        if (std::ranges::find(options, option.names, &CompletionOption::names) == options.end())
            options.push_back(option);
    return options;
}

std::vector<std::string> words_at(const Place& place)
{
    std::vector<std::string> words = place.command.choices;
    for (const CompletionCommand& below : place.command.commands)
        words.push_back(below.name);
    for (const CompletionOption& option : options_at(place))
        words.insert(words.end(), option.names.begin(), option.names.end());
    return words;
}

std::string bash_value(const CompletionOption& option)
{
    if (option.value == "FILE")
        return "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return";
    if (option.value == "DIR")
        return "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return";
    return fmt::format("words='{}'", joined(option.choices, " "));
}

std::string render_bash(const std::vector<Place>& places)
{
    std::string script = fmt::format(
        R"(# bash completion for clockguard, made by 'clockguard completion bash'
_clockguard() {{
    local at=clockguard cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}}
    local word words
    [[ $prev != = ]] || prev=${{COMP_WORDS[COMP_CWORD - 2]}}
    [[ $cur != = ]] || cur=
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$at $word" in
        {}) at+=" $word" ;;
        esac
    done
    case $at in
)",
        paths_of(places, " | "));
    for (const Place& place : places)
        script +=
            fmt::format("    '{}') words='{}' ;;\n", place.path, joined(words_at(place), " "));
    script += "    esac\n    case \"$at $prev\" in\n";
    for_each_value(places, [&](const std::string& where, const CompletionOption& option) {
        script += fmt::format("    {}) {} ;;\n", where, bash_value(option));
    });
    return script + "    esac\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n"
                    "complete -F _clockguard clockguard\n";
}

std::string zsh_value(const CompletionOption& option)
{
    if (option.value == "FILE")
        return "_files";
    if (option.value == "DIR")
        return "_files -/";
    return option.choices.empty() ? fmt::format("_message {}", option.value)
                                  : fmt::format("compadd -- {}", joined(option.choices, " "));
}

/// 'gate:wait until the clock is trustworthy' for every word at a place.
std::string zsh_words(const Place& place)
{
    std::string words;
    const auto add = [&](const std::string& word, const std::string& description) {
        words += fmt::format("\n            {}",
                             in_posix(description.empty() ? word : word + ":" + description));
    };
    for (const std::string& choice : place.command.choices)
        add(choice, "");
    for (const CompletionCommand& below : place.command.commands)
        add(below.name, below.description);
    for (const CompletionOption& option : options_at(place))
        for (const std::string& name : option.names)
            add(name, option.description);
    return words;
}

std::string render_zsh(const std::vector<Place>& places)
{
    std::string script = fmt::format(R"(#compdef clockguard
# zsh completion for clockguard, made by 'clockguard completion zsh'
_clockguard() {{
    local at=clockguard prev=${{words[CURRENT - 1]}} word
    local -a found
    for word in ${{words[2, CURRENT - 1]}}; do
        case "$at $word" in
        ({}) at+=" $word" ;;
        esac
    done
    case "$at $prev" in
)",
                                     paths_of(places, " | "));
    for_each_value(places, [&](const std::string& where, const CompletionOption& option) {
        script += fmt::format("    ({}) {}; return ;;\n", where, zsh_value(option));
    });
    script += "    esac\n    case $at in\n";
    for (const Place& place : places)
        script += fmt::format("    ('{}')\n        found=({}) ;;\n", place.path, zsh_words(place));
    return script + "    esac\n    _describe clockguard found\n}\n"
                    "if [[ $funcstack[1] == _clockguard ]]; then\n    _clockguard \"$@\"\n"
                    "else\n    compdef _clockguard clockguard\nfi\n";
}

std::string in_fish(std::string_view text)
{
    return quoted(text, R"(\')");
}

/// -s o -l output -x -a 'text json' -d 'how to write'
std::string fish_option(const CompletionOption& option)
{
    std::string line;
    for (const std::string& name : option.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (option.value == "FILE")
        line += " -r -F";
    else if (option.value == "DIR")
        line += " -x -a '(__fish_complete_directories)'";
    else if (!option.value.empty())
        line += fmt::format(" -x -a '{}'", joined(option.choices, " "));
    return fmt::format("{} -d {}", line, in_fish(option.description));
}

std::string fish_place(const Place& place)
{
    const std::string here =
        fmt::format("complete -c clockguard -n \"__clockguard_at '{}'\"", place.path);
    std::string lines;
    for (const std::string& choice : place.command.choices)
        lines += fmt::format("{} -a {}\n", here, choice);
    for (const CompletionCommand& below : place.command.commands)
        lines += fmt::format("{} -a {} -d {}\n", here, below.name, in_fish(below.description));
    for (const CompletionOption& option : options_at(place))
        lines += here + fish_option(option) + "\n";
    return lines;
}

std::string render_fish(const std::vector<Place>& places)
{
    std::string script =
        fmt::format(R"(# fish completion for clockguard, made by 'clockguard completion fish'
function __clockguard_at
    set -l at clockguard
    for word in (commandline -opc)[2..-1]
        if contains -- "$at $word" {}
            set at "$at $word"
        end
    end
    test "$at" = "$argv"
end
complete -c clockguard -f
)",
                    paths_of(places, " "));
    for (const Place& place : places)
        script += fish_place(place);
    return script;
}

}  // namespace

std::string render_completion(std::string_view shell, const CompletionCommand& program)
{
    const auto places = places_in(program);
    if (shell == "bash")
        return render_bash(places);
    if (shell == "zsh")
        return render_zsh(places);
    return shell == "fish" ? render_fish(places) : "";
}

}  // namespace clockguard

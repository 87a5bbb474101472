// SPDX-License-Identifier: Apache-2.0
// How the commands and their options are told to CLI11.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "clockguard/command/base/run_command.hpp"

namespace clockguard {

/// Where commands are added. The one that the command line names becomes the chosen one.
struct ParentCommand {
    CLI::App& app;
    Command& chosen;
    const char* heading = "Subcommands";  // of these commands in the help

    CLI::App& add(const char* name, const char* description, const Command& command) const
    {
        CLI::App& added = add(name, description);
        added.callback([&into = chosen, command] { into = command; });
        return added;
    }

    /// A command that consists of other commands.
    CLI::App& add(const char* name, const char* description) const
    {
        return *app.add_subcommand(name, description)->group(heading);
    }
};

/// How an option with a value stands in the help.
struct OptionText {
    const char* name;
    const char* value;
    const char* description;
};

/// Takes what `parse` can read; its error is a usage error.
template <class Target, class Parse>
CLI::Option* add_parsed(CLI::App& command, const OptionText& text, Target& into, Parse parse)
{
    const auto read = [name = text.name, &into, parse](const std::string& word) {
        const auto value = parse(word);
        if (!value)
            throw CLI::ValidationError(name, value.error().what);
        into = *value;
    };
    return command.add_option_function<std::string>(text.name, read, text.description)
        ->type_name(text.value);
}

/// Why a word is no value: it is empty (the variable of a script that is not set), or the next
/// option. A file whose name begins with '-' is "./-x".
inline std::string no_value(const std::string& word)
{
    if (word.empty())
        return "a value is needed, not an empty one";
    return word.front() == '-' ? fmt::format("a value is needed, not '{}'", word) : std::string{};
}

/// Takes any word that is a value.
template <class Target>
CLI::Option* add_word(CLI::App& command, const OptionText& text, Target& into)
{
    return command.add_option(text.name, into, text.description)
        ->check(CLI::Validator{no_value, ""})
        ->type_name(text.value);
}

inline CLI::Option* add_choice(CLI::App& command, const OptionText& text, std::string& into,
                               std::initializer_list<const char*> choices)
{
    return command.add_option(text.name, into, text.description)
        ->check(CLI::IsMember(std::vector<std::string>{choices.begin(), choices.end()}))
        ->type_name(text.value)
        ->capture_default_str();
}

}  // namespace clockguard

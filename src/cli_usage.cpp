// SPDX-License-Identifier: Apache-2.0
#include "cli_usage.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "clockguard/command/base/context.hpp"
#include "clockguard/command/base/print.hpp"
#include "clockguard/core/base/suggest.hpp"

namespace clockguard {
namespace {

/// "WHEN:{auto,always,never}", as CLI11 writes it, into the word and the choices.
void read_type(const std::string& type, std::string& word, std::vector<std::string>& choices)
{
    const auto open = type.find(":{");
    word = type.substr(0, open);
    if (open == std::string::npos)
        return;
    for (const std::string& choice : CLI::detail::split(type.substr(open + 2), ','))
        choices.push_back(choice.substr(0, choice.find('}')));
}

CompletionOption to_completion(const CLI::Option& option)
{
    CompletionOption seen{.description = option.get_description()};
    for (const std::string& name : option.get_snames())
        seen.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames())
        seen.names.push_back("--" + name);
    if (option.get_expected_max() > 0)
        read_type(option.get_type_name(), seen.value, seen.choices);
    return seen;
}

/// Every word that could have been meant at this place.
std::vector<std::string> known_words(const CLI::App& app)
{
    std::vector<std::string> words;
    for (const CLI::App* command : app.get_subcommands({}))
        words.push_back(command->get_name());
    for (const CLI::App* level = &app; level != nullptr; level = level->get_parent())
        for (const CLI::Option* option : level->get_options())
            for (const std::string& name : to_completion(*option).names)
                words.push_back(name);
    return words;
}

const CLI::App& innermost(const CLI::App& app)
{
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : innermost(*chosen.front());
}

/// "clockguard certs refresh"
std::string full_name(const CLI::App& command)
{
    const CLI::App* const parent = command.get_parent();
    return (parent == nullptr ? "" : full_name(*parent) + " ") + command.get_name();
}

}  // namespace

CompletionCommand to_completion(const CLI::App& app)
{
    CompletionCommand seen{.name = app.get_name(), .description = app.get_description()};
    for (const CLI::Option* option : app.get_options())
        if (const CompletionOption entry = to_completion(*option); !entry.names.empty())
            seen.options.push_back(entry);
        else
            seen.choices.insert(seen.choices.end(), entry.choices.begin(), entry.choices.end());
    for (const CLI::App* command : app.get_subcommands({}))
        seen.commands.push_back(to_completion(*command));
    return seen;
}

ExitCode answer_usage_error(const CLI::App& app, const CLI::ParseError& error)
{
    const CLI::App& command = innermost(app);
    const auto left = app.remaining(true);
    const bool unknown_word = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
                              dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
    if (unknown_word && !left.empty())
        complain(fmt::format("cannot understand '{}'{}", left.front(),
                             did_you_mean(left.front(), known_words(command))));
    else if (left.empty() && command.get_require_subcommand_min() > 0)
        complain(fmt::format("'{}' needs a command", command.get_name()));
    else
        complain(error.what());
    print_error("See '{} --help'.\n", full_name(command));
    return ExitCode::Usage;
}

ExitCode print_help(const CLI::App& app, const CLI::Success& asked)
{
    std::ostringstream text;
    const int code = app.exit(asked, text, text);
    print_out("{}", text.str());
    return static_cast<ExitCode>(code);
}

void refuse_words_after_dashes(int count, const char* const* arguments)
{
    const char* const* const end = arguments + count;
    const char* const* const mark = std::find(arguments, end, std::string_view{"--"});
    if (end - mark > 1)
        throw CLI::ValidationError{"cannot understand what stands behind '--'"};
}

}  // namespace clockguard

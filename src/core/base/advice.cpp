// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/advice.hpp"

#include <utility>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

std::string what_to_type(const Advice& advice)
{
    if (!advice.command.empty())
        return to_text(advice.command);
    return advice.explained_in.empty() ? ""
                                       : fmt::format("clockguard explain {}", advice.explained_in);
}

}  // namespace

Advice explained_in(std::string code, std::string words)
{
    return {.words = std::move(words), .explained_in = std::move(code)};
}

Advice for_disk(Advice advice, std::string_view root)
{
    if (root == "/" || advice.command.empty())
        return advice;
    if (!advice.command.takes_root) {
        advice.words += advice.words.empty() ? "on that machine" : ", on that machine";
        return advice;
    }
    for (std::string& step : advice.command.steps)
        step += fmt::format(" --root {}", shell_word(root));
    return advice;
}

std::string to_text(const CommandLine& command)
{
    std::string text;
    for (const std::string& step : command.steps)
        text += fmt::format("{}{}{}",
                            text.empty()               ? ""
                            : command.stops_at_failure ? " && "
                                                       : "; ",
                            command.as_root ? "sudo " : "", step);
    return text;
}

std::string to_text(const Advice& advice)
{
    const std::string typed = what_to_type(advice);
    if (advice.words.empty() || typed.empty())
        return advice.words + typed;
    return fmt::format("{}: {}", advice.words, typed);
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clockguard {

/// An option as the shell completes it.
struct CompletionOption {
    std::vector<std::string> names{};  // "-o", "--output"
    std::string description{};
    std::string value{};                 // "FILE", "DIR" or another word; empty: it takes none
    std::vector<std::string> choices{};  // the values there are, when they can be listed
};

/// A command with everything below it. The options of a command are valid below it as well.
struct CompletionCommand {
    std::string name{};
    std::string description{};
    std::vector<CompletionOption> options{};
    std::vector<std::string> choices{};  // of its argument
    std::vector<CompletionCommand> commands{};
};

/// The script for "bash", "zsh" or "fish"; nothing for another shell.
std::string render_completion(std::string_view shell, const CompletionCommand& program);

}  // namespace clockguard

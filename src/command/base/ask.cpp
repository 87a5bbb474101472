// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/ask.hpp"

#include <cstdio>
#include <unistd.h>

#include "clockguard/command/base/print.hpp"

namespace clockguard {

std::optional<bool> ask_on_terminal(const std::string& question)
{
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1)
        return std::nullopt;
    print_out("{}", question);
    char answer[16]{};
    return std::fgets(answer, sizeof answer, stdin) != nullptr &&
           (answer[0] == 'y' || answer[0] == 'Y');
}

}  // namespace clockguard

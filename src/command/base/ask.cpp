// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/ask.hpp"

#include <iostream>
#include <termios.h>
#include <unistd.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/core/base/text.hpp"

namespace clockguard {

std::optional<bool> ask_on_terminal(const std::string& question)
{
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1)
        return std::nullopt;
    // What was typed before was no answer to this.
    ::tcflush(STDIN_FILENO, TCIFLUSH);
    print_out("{}", question);
    std::string answer;
    std::getline(std::cin, answer);
    return is_same_word(trimmed(answer), "y") || is_same_word(trimmed(answer), "yes");
}

}  // namespace clockguard

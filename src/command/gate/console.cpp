// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/console.hpp"

#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/edge/gate/console.hpp"

namespace clockguard {

using namespace std::chrono_literals;

ExitCode run_console(const Context& context)
{
    constexpr Span between_lines = 10s;
    constexpr Span slow_line = 5s;
    for (;;) {
        const auto line = next_console_line(STDIN_FILENO, between_lines);
        if (!line)
            return give_up(line.error());
        if (!*line)
            return ExitCode::Healthy;
        const std::string text = fmt::format("clockguard: {}\n", in_ascii(on_one_line(**line)));
        warn_if_failed(write_console(context.root, text, slow_line));
    }
}

}  // namespace clockguard

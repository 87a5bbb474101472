// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "support/child.hpp"

namespace clockguard {

/// The child of a fork becomes the clockguard binary under test.
[[noreturn]] inline void become_clockguard(std::vector<std::string> arguments,
                                           std::vector<std::string> environment)
{
    arguments.insert(arguments.begin(), "clockguard");
    std::vector<char*> argv;
    for (std::string& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::vector<char*> envp;
    for (std::string& variable : environment)
        envp.push_back(variable.data());
    envp.push_back(nullptr);
    ::execve(CLOCKGUARD_BINARY, argv.data(), envp.data());
    ::_exit(127);
}

/// What systemd tells the process of a unit that it is.
inline std::vector<std::string> as_a_unit(std::vector<std::string> environment = {})
{
    environment.emplace_back("INVOCATION_ID=0123456789abcdef0123456789abcdef");
    environment.push_back("SYSTEMD_EXEC_PID=" + std::to_string(::getpid()));
    return environment;
}

/// Starts the clockguard binary under test in the background, its output thrown away.
inline pid_t start_clockguard(const std::vector<std::string>& arguments)
{
    const pid_t child = ::fork();
    if (child == 0) {
        for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            ::dup2(::open("/dev/null", O_RDWR), stream);
        become_clockguard(arguments, {});
    }
    return child;
}

enum class Starter { Hand, Systemd };

/// Runs the clockguard binary under test, with these variables alone in its environment; its
/// standard input is at its end, or a descriptor of ours.
inline Ran run_clockguard(const std::vector<std::string>& arguments,
                          const std::vector<std::string>& environment = {},
                          Starter starter = Starter::Hand, int input = -1)
{
    return run_in_child(
        [&]() -> int {
            become_clockguard(arguments,
                              starter == Starter::Systemd ? as_a_unit(environment) : environment);
        },
        input);
}

}  // namespace clockguard

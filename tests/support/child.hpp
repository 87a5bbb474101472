// SPDX-License-Identifier: Apache-2.0
// A process of its own: what it remembers and where it writes does not outlive it.
#pragma once

#include <fcntl.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "support/tree.hpp"

namespace clockguard {

/// What a program left behind.
struct Ran {
    int exit_code = -1;
    std::string out{};
    std::string err{};
};

/// Waits for a program to end: its exit code.
inline int end_of(pid_t child)
{
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Runs what returns an exit code in a child of this process. Its standard input is at its end, or
/// a descriptor of ours.
template <class Run>
Ran run_in_child(Run run, int input = -1)
{
    const Tree outputs;
    const pid_t child = ::fork();
    if (child == 0) {
        const auto redirect = [](const std::string& file, int to) {
            ::dup2(::open(file.c_str(), O_WRONLY | O_CREAT, 0600), to);
        };
        redirect("/dev/null", STDIN_FILENO);
        if (input >= 0)
            ::dup2(input, STDIN_FILENO);
        redirect(outputs.path("/out"), STDOUT_FILENO);
        redirect(outputs.path("/err"), STDERR_FILENO);
        ::_exit(run());
    }
    return {.exit_code = end_of(child), .out = outputs.read("/out"), .err = outputs.read("/err")};
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <unistd.h>

#include <fmt/format.h>

#include "cli.hpp"

int main(int count, char** arguments)
{
    using clockguard::ExitCode;
    try {
        return static_cast<int>(clockguard::run_cli(count, arguments, environ));
    } catch (const std::exception& bug) {
        fmt::print(stderr, "clockguard: internal error: {}\n", bug.what());
    } catch (...) {
        fmt::print(stderr, "clockguard: internal error\n");
    }
    return static_cast<int>(ExitCode::Internal);
}

// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdlib>
#include <exception>
#include <unistd.h>

#include "cli.hpp"
#include "clockguard/command/base/print.hpp"
#include "clockguard/edge/base/output.hpp"

namespace {

using namespace clockguard;

ExitCode run_guarded(int count, char** arguments)
{
    try {
        return run_cli(count, arguments, environ);
    } catch (const std::exception& bug) {
        write_error("clockguard: internal error: ");
        write_error(bug.what());
        write_error("\n");
    } catch (...) {
        write_error("clockguard: internal error\n");
    }
    return ExitCode::Internal;
}

/// glibc and OpenSSL open what these name, whatever it is: a pipe without a writer would hold us up
/// for ever. Times are printed in UTC, and the system's own configuration holds.
void forget_files_of_libraries()
{
    for (const char* const name : {"TZ", "OPENSSL_CONF"})
        ::unsetenv(name);
}

}  // namespace

int main(int count, char** arguments)
{
    forget_files_of_libraries();
    hold_standard_descriptors();
    // A reader that goes away is an error of the write, and no end; so is a file that grows to its
    // limit (setrlimit(2), RLIMIT_FSIZE).
    for (const int signal : {SIGPIPE, SIGXFSZ})
        static_cast<void>(std::signal(signal, SIG_IGN));
    return static_cast<int>(end_code(run_guarded(count, arguments)));
}

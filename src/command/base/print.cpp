// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/print.hpp"

#include <unistd.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/edge/base/output.hpp"

namespace clockguard {
namespace {

/// The process has one standard output and one standard error, as stdio has: the one state that is
/// not passed from hand to hand.
struct Outputs {
    bool drops = false;
    bool in_ascii = false;
    bool lost = false;
    bool answered = false;
    bool has_document = false;
};

Outputs& outputs()
{
    static Outputs all;
    return all;
}

void write_to(int descriptor, std::string_view text) noexcept
{
    std::string escaped;
    if (outputs().in_ascii)
        text = escaped = in_ascii(text);
    if (outputs().drops)
        write_what_fits(descriptor, text);
    else if (!write_all_of(descriptor, text))
        outputs().lost = true;
}

}  // namespace

void write_out(std::string_view text) noexcept
{
    if (outputs().has_document)
        write_error(text);
    else
        write_colored(printable(text));
}

void write_document(std::string_view json) noexcept
{
    write_colored(printable(json));
}

void write_colored(std::string_view text) noexcept
{
    outputs().answered |= !text.empty();
    write_to(STDOUT_FILENO, text);
}

void write_error(std::string_view text) noexcept
{
    write_to(STDERR_FILENO, printable(text));
}

void print_progress(std::string_view line)
{
    write_to(STDERR_FILENO, fmt::format("\r{:<70}\r{}", "", printable(line)));
}

void write_only_ascii()
{
    outputs().in_ascii = true;
}

void drop_what_does_not_fit()
{
    outputs().drops = true;
}

void leave_output_to_document()
{
    outputs().has_document = true;
}

bool has_answered()
{
    return outputs().answered;
}

ExitCode end_code(ExitCode code)
{
    const bool counts = outputs().lost && !outputs().drops;
    return counts && code == ExitCode::Healthy ? ExitCode::OutputLost : code;
}

}  // namespace clockguard

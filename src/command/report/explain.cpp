// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/report/explain.hpp"

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/core/base/suggest.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/report/explain.hpp"

namespace clockguard {
namespace {

ExitCode list_all(const Output& output)
{
    const auto codes = list_codes();
    print_out("{}", output.format == Format::Json ? render_json(codes) : render_codes(codes));
    return ExitCode::Healthy;
}

}  // namespace

ExitCode run_explain(const ExplainOptions& options, const Context& context)
{
    const Output& output = context.output;
    if (options.code.empty())
        return list_all(output);
    const auto code = find_code(options.code);
    if (!code) {
        complain(fmt::format("unknown code '{}'{}; clockguard explain lists all codes",
                             options.code, did_you_mean(in_capitals(options.code), code_names())));
        return ExitCode::Usage;
    }
    const CommandTarget here = read_command_target(context);
    print_out("{}", output.format == Format::Json ? render_json(*code, here)
                                                  : render_explanation(*code, here, output.width));
    return ExitCode::Healthy;
}

}  // namespace clockguard

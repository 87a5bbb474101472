// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/run_command.hpp"

#include <fmt/core.h>

namespace clockguard {
namespace {

ExitCode run_with_defaults(const Command& command, const Context& context)
{
    for (const Error& problem : context.problems)
        complain(fmt::format("{}, going on with the default", to_text(problem)));
    return command.run(context);
}

ExitCode refuse(const Context& context)
{
    for (const Error& problem : context.problems)
        complain(to_text(problem));
    return ExitCode::Configuration;
}

}  // namespace

ExitCode run_command(const Command& command, const Context& context)
{
    const OnConfigError choice = command.on_config_error;
    if (context.problems.empty())
        return command.run(context);
    if (choice == OnConfigError::RefuseUnlessUnit && context.in_unit)
        return run_with_defaults(command, context);
    if (choice == OnConfigError::Ignore && !context.config_named)
        return command.run(context);
    const ExitCode code = refuse(context);
    if (choice == OnConfigError::FailAfterAnswer && !context.config_named)
        static_cast<void>(command.run(context));
    return code;
}

}  // namespace clockguard

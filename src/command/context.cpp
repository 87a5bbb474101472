// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/context.hpp"

#include <cstdio>
#include <unistd.h>

#include <fmt/format.h>

#include "clockguard/command/profile.hpp"
#include "clockguard/edge/files.hpp"
#include "clockguard/edge/systemd.hpp"

namespace clockguard {
namespace {

constexpr std::string_view default_file = "/etc/clockguard/clockguard.toml";

Result<Settings> load_settings(const Root& root, const std::string& file)
{
    const std::string path = file.empty() ? root.path(default_file) : file;
    const auto text = file.empty() ? read_file(root, default_file) : read_file(path);
    if (!text && file.empty() && text.error().code == std::errc::no_such_file_or_directory)
        return Settings{};
    if (!text)
        return fail(Error{.what = fmt::format("cannot read configuration '{}'", path),
                          .code = text.error().code});
    return parse_toml(*text, path);
}

}  // namespace

Result<Config> load_config(const Root& root, const std::string& file,
                           const char* const* environment)
{
    const auto from_file = load_settings(root, file);
    if (!from_file)
        return fail(from_file.error());
    const auto from_environment = parse_environment(environment);
    if (!from_environment)
        return fail(from_environment.error());
    const auto config = apply_settings({}, *from_file);
    if (!config)
        return fail(config.error());
    auto both = apply_settings(*config, *from_environment);
    if (!both)
        return fail(fmt::format("cannot use the environment: {}", both.error().what));
    const auto profile = find_profile(root, both->certs.profile);
    if (!profile)
        return fail(profile.error());
    return both;
}

void complain(std::string_view message)
{
    fmt::print(stderr, "{}{}\n", is_journal(STDERR_FILENO) ? "<3>" : "clockguard: ", message);
}

ExitCode give_up(const Error& error, ExitCode code)
{
    complain(to_text(error));
    return code;
}

void survive(const Result<void>& done)
{
    if (!done)
        complain(fmt::format("{}, ignoring", to_text(done.error())));
}

}  // namespace clockguard

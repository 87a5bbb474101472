// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/context.hpp"

#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/command/base/global_options.hpp"
#include "clockguard/command/base/print.hpp"
#include "clockguard/command/base/profile.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/wrapped.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/guarded.hpp"
#include "clockguard/edge/base/systemd.hpp"

namespace clockguard {
namespace {

constexpr std::string_view default_file = "/etc/clockguard/clockguard.toml";

ReadSettings load_settings(const Root& root, const std::string& file)
{
    const std::string path = file.empty() ? root.path(default_file) : file;
    const auto text =
        file.empty() ? read_guarded_file(root, default_file) : read_guarded_file({}, path);
    if (text)
        return parse_toml(*text, path);
    const std::error_code code = text.error().code;
    if (file.empty() && code == std::errc::no_such_file_or_directory &&
        !is_broken_link(root, default_file))
        return {};
    if (code)
        return {.problems = {
                    {.what = fmt::format("cannot read configuration '{}'", path), .code = code}}};
    return {.problems = {{.what = fmt::format("cannot use configuration '{}': {}", path,
                                              text.error().what)}}};
}

std::string& complained()
{
    static std::string first;
    return first;
}

void take(std::vector<Error>& all, std::vector<Error> more)
{
    all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

Configuration load_config(const Root& root, const std::string& file, const char* const* environment)
{
    ReadSettings from_file = load_settings(root, file);
    ReadSettings from_environment = parse_environment(environment);
    for (const auto& [name, value] : from_environment.settings)
        from_file.settings[name] = value;
    Configuration all = apply_settings({}, from_file.settings);
    take(all.problems, std::move(from_file.problems));
    take(all.problems, std::move(from_environment.problems));
    const auto profile = find_profile(root, all.config.certs.profile);
    if (!profile) {
        all.problems.push_back(profile.error());
        all.config.certs.profile = CertsConfig{}.profile;
    }
    return all;
}

/// A value that cannot be used is told as it was given, however long it is: what was wrong with it
/// stands at the end.
void complain(std::string_view message)
{
    constexpr std::size_t most = 4000;
    const std::string told = on_one_line(shortened(message, most));
    if (complained().empty())
        complained() = told;
    const std::string line = (is_journal(STDERR_FILENO) ? "<3>" : "clockguard: ") + told;
    write_error(wrapped(line, 0, line_width(STDERR_FILENO)));
}

std::string first_complaint()
{
    return complained();
}

ExitCode give_up(const Error& error, ExitCode code)
{
    complain(to_text(error));
    return code;
}

ExitCode needs_root_or(ExitCode other, const Error& error)
{
    return error.code == std::errc::permission_denied ? ExitCode::NeedsRoot : other;
}

ExitCode give_up(const Error& error)
{
    return give_up(error, needs_root_or(ExitCode::Critical, error));
}

void warn_if_failed(const Result<void>& done)
{
    if (!done)
        complain(fmt::format("{}, ignoring", to_text(done.error())));
}

}  // namespace clockguard

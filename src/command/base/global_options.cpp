// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/global_options.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/edge/base/systemd.hpp"

namespace clockguard {
namespace {

Output to_output(const GlobalOptions& options)
{
    return {.format = options.json || options.output == "json" ? Format::Json : Format::Text,
            .quiet = options.quiet,
            .verbose = options.verbose,
            .color = wants_color(options.color),
            .width = prose_width(),
            .strict = options.strict};
}

}  // namespace

/// NO_COLOR counts with any value but an empty one (no-color.org).
bool wants_color(const std::string& when)
{
    const char* no_color = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    if (when != "auto")
        return when == "always";
    return (no_color == nullptr || *no_color == '\0') && terminal != nullptr &&
           std::string_view{terminal} != "dumb" && ::isatty(STDOUT_FILENO) == 1;
}

std::size_t prose_width()
{
    constexpr long least = 40;
    constexpr long most = 100;
    constexpr long usual = 80;
    const char* const columns = std::getenv("COLUMNS");
    const long asked = columns == nullptr ? usual : std::strtol(columns, nullptr, 10);
    return static_cast<std::size_t>(asked <= 0 ? usual : std::clamp(asked, least, most));
}

std::size_t line_width(int descriptor)
{
    return ::isatty(descriptor) == 1 ? prose_width() : std::string::npos;
}

std::string root_objection(const std::string& folder)
{
    std::error_code unknown;
    return std::filesystem::is_directory(folder, unknown)
               ? ""
               : fmt::format("'{}' is not a folder that can be read", folder);
}

Root to_root(std::string folder)
{
    std::error_code unknown;
    if (std::filesystem::equivalent(folder, "/", unknown))
        return {};
    while (folder.size() > 1 && folder.back() == '/')
        folder.pop_back();
    return {.folder = folder};
}

bool asks_for_json(int count, const char* const* arguments)
{
    for (int i = 1; i < count; ++i) {
        const std::string_view word = arguments[i];
        const std::string_view next = i + 1 < count ? arguments[i + 1] : "";
        if (word == "--json" || word == "-ojson" || word == "--output=json" ||
            ((word == "-o" || word == "--output") && next == "json"))
            return true;
    }
    return false;
}

Context begin_context(const GlobalOptions& options, const char* const* environment)
{
    Context context{.root = to_root(options.root),
                    .output = to_output(options),
                    .config_named = !options.config.empty(),
                    .in_unit = is_unit_process()};
    if (context.in_unit)
        drop_what_does_not_fit();
    if (options.ascii)
        write_only_ascii();
    Configuration found = load_config(context.root, options.config, environment);
    context.config = std::move(found.config);
    context.problems = std::move(found.problems);
    return context;
}

}  // namespace clockguard

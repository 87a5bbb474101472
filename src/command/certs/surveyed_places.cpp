// SPDX-License-Identifier: Apache-2.0
#include "command/certs/surveyed_places.hpp"

#include <set>
#include <utility>

#include <fmt/core.h>

#include "clockguard/core/base/path.hpp"
#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

/// No daemon has a hundredth of the limit; the file may be written by others than root, and every
/// word of it is looked at.
Result<std::string> read_args(const std::string& path, const Installation& installed)
{
    constexpr std::size_t limit = 256U << 10U;
    auto text = installed.read(path);
    if (text && text->size() > limit)
        return fail(fmt::format("args file '{}' is {} KiB long, limit {} KiB",
                                installed.locate(path), text->size() >> 10U, limit >> 10U));
    return text;
}

CertPlace unread_args(const std::string& path, const Error& error)
{
    return {.name = fmt::format("{}/{}", name_of(folder_of(path)), name_of(path)),
            .path = path,
            .unclear =
                fmt::format("{}: which certificates its flags name is not known", to_text(error))};
}

std::set<std::string> args_files_of(const std::vector<CertPlace>& places)
{
    std::set<std::string> files;
    for (const CertPlace& place : places)
        for (const ArgFlag& arg : place.args)
            files.insert(arg.file);
    return files;
}

void skip_what_is_replaced(std::vector<CertPlace>& places, const Installation& installed)
{
    for (CertPlace& place : places)
        if (!place.unless.empty() && file_exists(installed.root, installed.inside(place.unless)))
            place.skip = fmt::format("'{}' is used instead", place.unless);
}

}  // namespace

SurveyedPlaces places_to_survey(const CertProfile& profile, const Installation& installed)
{
    auto places = cert_places(profile, installed.node.role);
    skip_what_is_replaced(places, installed);
    DaemonArgs args{.data = {.variable = profile.args.variable,
                             .link = profile.data,
                             .target = installed.data}};
    std::vector<CertPlace> unread;
    for (const std::string& file : args_files_of(places)) {
        const std::string path = fmt::format("{}/{}", profile.args.folder, file);
        auto text = read_args(path, installed);
        if (text)
            args.texts[file] = std::move(*text);
        else if (text.error().code != std::errc::no_such_file_or_directory)
            unread.push_back(unread_args(path, text.error()));
    }
    auto all = with_named_files(places, profile, args);
    all.insert(all.end(), unread.begin(), unread.end());
    return {.all = std::move(all), .args = std::move(args)};
}

}  // namespace clockguard

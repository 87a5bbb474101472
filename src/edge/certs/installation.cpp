// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/installation.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/core/base/path.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/folder.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "edge/base/file_writing.hpp"

namespace clockguard {
namespace {

/// What a link leads to, as the root's own machine calls it. snapd makes `current` a relative link
/// ("8511").
Result<std::string, std::error_code> follow(const Root& root, const std::string& link)
{
    const auto opened = open_in_root(root, link, O_PATH | O_NOFOLLOW);
    if (!opened)
        return fail(opened.error());
    struct stat about {};
    const auto known = sys(::fstat(opened->get(), &about));
    if (!known)
        return fail(known.error());
    if (!S_ISLNK(about.st_mode))
        return link;
    std::array<char, PATH_MAX> target{};
    const auto size = sys(::readlinkat(opened->get(), "", target.data(), target.size()));
    if (!size)
        return fail(size.error());
    return path_beside(link, {target.data(), static_cast<std::size_t>(*size)});
}

/// "8511", or "x1" of a snap that was installed from a file.
bool is_revision(std::string_view name)
{
    name.remove_prefix(name.starts_with('x') ? 1 : 0);
    return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
}

/// snapd makes the link to a revision beside it; where it leads elsewhere there are no
/// certificates, which must not look like a snap before its first start. Of no other distribution
/// the data are a link, but where an administrator has made them one.
bool is_led_astray(const std::string& link, const std::string& data)
{
    if (!link.starts_with("/var/snap/") || data == link)
        return false;
    const std::string plain = std::filesystem::path{data + "/."}.lexically_normal().parent_path();
    return folder_of(plain) != folder_of(link) || !is_revision(name_of(plain));
}

bool holds(const Installation& installed, const FileMark& mark)
{
    if (mark.starts_with('!'))
        return !file_exists(installed.root, installed.inside(mark.substr(1)));
    return !mark.empty() && file_exists(installed.root, installed.inside(mark));
}

NodeFacts read_node(const Installation& installed, const NodeMarks& marks)
{
    NodeFacts node{.is_stopped = holds(installed, marks.stopped),
                   .join_in_progress = holds(installed, marks.joining)};
    if (holds(installed, marks.worker))
        node.role = NodeRole::Worker;
    else if (holds(installed, marks.master))
        node.role = NodeRole::Master;
    return node;
}

bool is_older(const Installation& installed, const OlderRelease& older)
{
    return !older.without.empty() &&
           std::ranges::none_of(older.without, [&](const std::string& file) {
               return file_exists(installed.root, installed.inside(file));
           });
}

/// Whether a folder has anything in it; one that is not there has not. A link to a disk that is not
/// mounted is no folder that is not there.
Result<bool> is_filled(const Installation& installed, const std::string& folder)
{
    const std::string place = installed.inside(folder);
    const auto listed = list_folder(installed.root, place);
    if (!listed && (listed.error().code != std::errc::no_such_file_or_directory ||
                    is_broken_link(installed.root, place)))
        return fail(listed.error());
    return listed && !listed->empty();
}

/// Elsewhere than in the folders: kubeconfigs are left where these were lost.
bool has_any_place(const Installation& installed, const CertProfile& profile)
{
    return std::ranges::any_of(profile.places, [&](const ProfilePlace& entry) {
        return file_exists(installed.root, installed.inside(entry.place.path));
    });
}

Result<Installation> look_inside(Installation installed, const CertProfile& profile)
{
    for (const std::string& folder : profile.folders) {
        const auto filled = is_filled(installed, folder);
        if (!filled)
            return fail(filled.error());
        installed.has_certificates = installed.has_certificates || *filled;
    }
    installed.has_certificates = installed.has_certificates || has_any_place(installed, profile);
    installed.node = read_node(installed, profile.node);
    installed.is_older = is_older(installed, profile.older);
    return installed;
}

}  // namespace

std::string Installation::inside(const std::string& path) const
{
    if (path == link || path.starts_with(link + "/"))
        return data + path.substr(link.size());
    return path;
}

std::string Installation::locate(const std::string& path) const
{
    return root.path(inside(path));
}

Result<std::string> Installation::read(const std::string& path) const
{
    return read_file(root, inside(path));
}

Result<std::string> Installation::read_key(const std::string& path) const
{
    const std::string place = inside(path);
    const bool is_below = place.starts_with(data + "/");
    const Beneath file{
        .root = root, .trusted = is_below ? data : folder_of(place), .location = root.path(place)};
    auto text = read_beneath(file);
    if (!text)
        return fail(refusal("read", file.location, text.error()));
    return std::move(*text);
}

Result<std::optional<Installation>> read_installation(const Root& root, const CertProfile& profile)
{
    const auto data = follow(root, profile.data);
    if (!data && data.error() == std::errc::no_such_file_or_directory)
        return std::nullopt;
    if (data && is_led_astray(profile.data, *data))
        return fail(fmt::format("cannot read the data of {} '{}', a link to '{}': that is not a "
                                "revision of the snap",
                                profile.title, root.path(profile.data), root.path(*data)));
    const auto opened = data ? open_in_root(root, *data, O_PATH) : fail(data.error());
    if (!opened)
        return fail(Error{
            .what = fmt::format("cannot read the data of {} '{}'{}", profile.title,
                                root.path(profile.data),
                                data ? fmt::format(", a link to '{}'", root.path(*data)) : ""),
            .code = opened.error()});
    return look_inside({.root = root, .link = profile.data, .data = *data}, profile);
}

}  // namespace clockguard

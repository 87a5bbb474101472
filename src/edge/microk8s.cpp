// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/microk8s.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "clockguard/edge/files.hpp"
#include "clockguard/edge/sys.hpp"

namespace clockguard {
namespace {

/// What `current` leads to. snapd makes the link relative ("8511"); an absolute one is meant below
/// the root, not on the machine we run on.
Result<std::string, std::error_code> follow(const Root& root, const std::string& link)
{
    struct stat about {};
    const auto known = sys(::lstat(link.c_str(), &about));
    if (!known)
        return fail(known.error());
    if (!S_ISLNK(about.st_mode))
        return link;
    std::array<char, PATH_MAX> target{};
    const auto size = sys(::readlink(link.c_str(), target.data(), target.size()));
    if (!size)
        return fail(size.error());
    const std::string led{target.data(), static_cast<std::size_t>(*size)};
    return led.starts_with('/') ? root.path(led) : link.substr(0, link.rfind('/') + 1) + led;
}

NodeFacts read_node(const std::string& data)
{
    const auto has = [&](std::string_view lock) {
        return file_exists(fmt::format("{}/var/lock/{}", data, lock));
    };
    NodeFacts node{.is_stopped = has("stopped.lock"), .join_in_progress = has("join-in-progress")};
    if (has("clustered.lock"))
        node.role = NodeRole::Worker;
    else if (has("no-cert-reissue"))
        node.role = NodeRole::Master;
    return node;
}

/// kubelet.crt says nothing: before 1.28 kubelet made one for itself.
bool has_client_certs(const std::string& data)
{
    constexpr std::array names{"client", "controller", "scheduler", "proxy",
                               "apiserver-kubelet-client"};
    return std::ranges::any_of(names, [&](const char* name) {
        return file_exists(fmt::format("{}/certs/{}.crt", data, name));
    });
}

}  // namespace

std::string Microk8s::locate(const std::string& path) const
{
    return path.starts_with(microk8s_data) ? data + path.substr(microk8s_data.size()) : path;
}

Result<std::optional<Microk8s>> read_microk8s(const Root& root)
{
    const std::string link = root.path(microk8s_data);
    const auto data = follow(root, link);
    if (!data && data.error() == std::errc::no_such_file_or_directory)
        return std::nullopt;
    struct stat about {};
    const auto known = data ? sys(::stat(data->c_str(), &about)) : fail(data.error());
    if (!known)
        return fail(Error{.what = fmt::format("cannot read MicroK8s' data '{}'{}", link,
                                              data ? fmt::format(", a link to '{}'", *data) : ""),
                          .code = known.error()});
    const std::string certs = *data + "/certs";
    const auto listed = list_folder(certs);
    if (!listed && listed.error().code != std::errc::no_such_file_or_directory)
        return fail(listed.error());
    return Microk8s{.data = *data,
                    .node = read_node(*data),
                    .has_certificates = listed && !listed->empty(),
                    .has_client_certs = has_client_certs(*data)};
}

}  // namespace clockguard

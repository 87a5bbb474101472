// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/last_start.hpp"

#include <fmt/core.h>

#include "clockguard/core/certs/leftovers.hpp"
#include "clockguard/edge/base/folder.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"
#include "clockguard/edge/certs/replace_file.hpp"

namespace clockguard {
namespace {

constexpr const char* common = "/var/snap/microk8s/common";
constexpr const char* last_start_file = "/var/snap/microk8s/common/run/containerd/last-start-date";

bool may_write(const CertsWorld& world)
{
    return !world.containerd_runs || !world.containerd_runs();
}

}  // namespace

Result<std::string> reset_last_start(const Context& context, const CertsWorld& world, Instant now)
{
    FileChange change{.name = "last-start-date",
                      .path = last_start_file,
                      .location = context.root.path(last_start_file),
                      .root = context.root,
                      .data = common,
                      .after = "0\n"};
    const Beneath file = change.beneath();
    auto before = read_beneath(file);
    if (!before)
        return std::string{};
    const auto date = parse_epoch(*before);
    if (!date || *date <= now || !may_write(world))
        return std::string{};
    change.before = std::move(*before);
    tidy_up(context.root, {file});
    const auto replaced = replace_file(change);
    if (!replaced)
        return fail(replaced.error());
    return fmt::format(
        "set containerd's last start ({}, in the future) to 0: its next start cleans "
        "up what the last boot left",
        to_text(*date));
}

}  // namespace clockguard

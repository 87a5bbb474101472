// SPDX-License-Identifier: Apache-2.0
// faults_tree <folder>: a MicroK8s below that root whose certificates were partly issued a month
// ahead, and the gate's word of a moment ago that the clock is right now.
#include <cstdio>

#include <fmt/core.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "support/microk8s_tree.hpp"

namespace clockguard {
namespace {

using std::chrono::days;

Report trusting(std::chrono::sys_seconds now)
{
    return {.host = {.hostname = "edge-07", .boot_id = "b007"},
            .run = {.command = "gate", .time = now, .clock_trusted = true, .trusted_by = "chrony"},
            .gate = GateRecord{.outcome = GateOutcome::Synchronized,
                               .boot_instant = boot_instant(),
                               .began_boot_instant = boot_instant()}};
}

int make_tree(const std::string& folder)
{
    const auto now = std::chrono::floor<std::chrono::seconds>(wall_now());
    Microk8sTree made;
    made.installed = {now - days{300}, now + days{3350}};
    made.leaves = {now + days{31}, now + days{396}};
    for (const char* name : {"front-proxy-ca", "client"})
        made.special[name] = {now + days{31}, now + days{3681}};
    made.build();
    const auto saved = save_state(made.root(), trusting(now));
    if (!saved) {
        fmt::print(stderr, "{}\n", to_text(saved.error()));
        return 1;
    }
    std::filesystem::copy(made.root().folder, folder,
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::copy_symlinks);
    return 0;
}

}  // namespace
}  // namespace clockguard

int main(int argc, char** argv)
{
    return argc == 2 ? clockguard::make_tree(argv[1]) : 64;
}

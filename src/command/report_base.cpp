// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/report_base.hpp"

#include "clockguard/core/version.hpp"
#include "clockguard/edge/clocks.hpp"
#include "clockguard/edge/records.hpp"

namespace clockguard {

Report begin_report(const Context& context, const std::string& command, const TrustNow& trust)
{
    return {.host = read_host(context.root),
            .run = {.command = command,
                    .version = version,
                    .time = wall_now(),
                    .uptime = uptime_now().time_since_epoch(),
                    .clock_trusted = trust.trusted,
                    .trusted_by = trust.by}};
}

BootStarts starts_of_boot(const Context& context, const Verdict& verdict, Instant booted)
{
    BootStarts starts;
    if (const auto early = load_this_boot(context.root, early_file))
        starts = early->starts;
    if (verdict.from_network)
        starts.network = start_by(*verdict.from_network, booted, "network time");
    return starts;
}

}  // namespace clockguard

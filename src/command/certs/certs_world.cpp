// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_world.hpp"

#include <memory>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/command/base/ask.hpp"
#include "clockguard/command/certs/certs.hpp"
#include "clockguard/command/clock/trust_now.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/machine.hpp"
#include "clockguard/edge/base/systemd.hpp"
#include "clockguard/edge/certs/csr_conf.hpp"
#include "clockguard/edge/certs/x509.hpp"
#include "clockguard/edge/certs/x509_served.hpp"
#include "clockguard/edge/clock/clock_moment.hpp"
#include "clockguard/edge/clock/records.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

ClockTrust read_clock_trust(const Context& context, ClockMoment& moment, const ChronyMemory& memory)
{
    const TrustNow now = trust_now(context, memory);
    moment = now.moment;
    return {.trusted = now.trusted,
            .by = now.by,
            .why = now.why,
            .ahead = ahead_of_network(now.verdict)};
}

/// Another root's servers do not run here.
std::function<Result<std::string>(const TlsEndpoint&)> served_serial(const Root& root)
{
    if (!root.is_live())
        return {};
    return [](const TlsEndpoint& endpoint) { return query_served_serial(endpoint, 2s); };
}

/// True also where systemd cannot be asked: nothing is changed under a containerd that may run.
std::function<bool()> containerd_runs(const Root& root)
{
    if (!root.is_live())
        return {};
    return [] {
        const auto unit = query_unit("snap.microk8s.daemon-containerd.service");
        return !unit || (unit->active != "inactive" && unit->active != "failed");
    };
}

}  // namespace

CertsWorld certs_world(const Context& context)
{
    const auto moment = std::make_shared<ClockMoment>(glance_at_clocks());
    const auto memory = std::make_shared<ChronyMemory>();
    return {
        .now = wall_now,
        .uptime = uptime_now,
        .have_measured = [context, memory] { *memory = measure_after_pause(context); },
        .clock = [context, moment, memory] { return read_clock_trust(context, *moment, *memory); },
        .clock_moved = [moment] { return how_it_moved(*moment, glance_at_clocks()); },
        .host = [root = context.root] { return read_host(root); },
        .may_write = [root = context.root] { return !root.is_live() || ::geteuid() == 0; },
        .ask = ask_on_terminal,
        .served_serial = served_serial(context.root),
        .wait = sleep_for,
        .containerd_runs = containerd_runs(context.root),
        .csr_conf = read_csr_conf};
}

}  // namespace clockguard

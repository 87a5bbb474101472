// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs_by_microk8s.hpp"
#include "clockguard/command/certs_refresh.hpp"

#include <gtest/gtest.h>

#include "support/microk8s_tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

/// The incident on a node with method = "microk8s", and MicroK8s' command at hand.
struct Node {
    Microk8sTree tree{};
    Instant now = at("2026-03-03T08:20:11Z");
    std::map<std::string, DaemonState> daemons{};
    Strings calls{};
    std::vector<Span> waits{};
    std::function<Finished(const std::string& name)> command = [this](const std::string& name) {
        return sign(name);
    };
    std::string out{};
    std::string err{};

    Node() { tree.build(); }

    /// What the command does: dated from now on, to the second, by the CA beside it.
    Finished sign(const std::string& name, int exit_code = 0, Span off = 0s)
    {
        now += 2s;
        const auto from = std::chrono::floor<std::chrono::seconds>(now + off);
        const std::string ca = name == "server" ? "ca" : "front-proxy-ca";
        tree.write("/certs/" + name + ".crt", make_cert({.name = name,
                                                         .not_before = from,
                                                         .not_after = from + 365 * 24h,
                                                         .issuer = &tree.certs.at(ca),
                                                         .serial = 0x5d2f,
                                                         .key = tree.certs.at(name).key})
                                                  .pem);
        return {.exit_code = exit_code, .output = "Creating new certificates\n"};
    }

    CertsWorld world()
    {
        return {.now = [this] { return now; },
                .uptime = [] { return Uptime{5min}; },
                .clock = [] { return ClockWord{.trusted = true, .by = "chrony"}; },
                .host = [] { return ReportHost{.hostname = "edge-07", .boot_id = "b007"}; },
                .may_write = [] { return true; },
                .ask = [](const std::string&) { return std::optional<bool>{}; },
                .wait = [this](Span length) { waits.push_back(length); },
                .daemon =
                    [this](const std::string& unit) {
                        return daemons.contains(unit) ? daemons[unit]
                                                      : DaemonState{unit, "active", "enabled"};
                    },
                .microk8s = [this](const Strings& arguments) -> Result<Finished> {
                    calls.push_back(fmt::format("{}", fmt::join(arguments, " ")));
                    const std::string& file = arguments.back();
                    return command(file.substr(0, file.rfind('.')));
                }};
    }

    ExitCode refresh(const CertsRefreshOptions& options = {.yes = true})
    {
        return refresh_in(world(), options);
    }

    ExitCode refresh_in(const CertsWorld& world, const CertsRefreshOptions& options = {.yes = true})
    {
        Context context{.root = tree.root(), .config = {}, .output = {}};
        context.config.certs.method = RefreshMethod::Microk8s;
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const ExitCode code = run_certs_refresh(context, options, world);
        std::fflush(stdout);
        out = testing::internal::GetCapturedStdout();
        err = testing::internal::GetCapturedStderr();
        return code;
    }
};

const std::string kubelite = "snap.microk8s.daemon-kubelite.service";
const std::string cluster_agent = "snap.microk8s.daemon-cluster-agent.service";

TEST(CertsByMicrok8s, HasTheLeavesMadeAnew)
{
    Node node;

    EXPECT_EQ(node.refresh(), ExitCode::Healthy);

    EXPECT_EQ(node.calls, (Strings{"refresh-certs --cert server.crt",
                                   "refresh-certs --cert front-proxy-client.crt"}));
    EXPECT_EQ(node.out,
              "renewed 'server' by microk8s refresh-certs: 2026-03-03 08:20 .. "
              "2027-03-03 08:20 (was 2026-04-03 08:07 .. 2027-04-03 08:07)\n"
              "renewed 'front-proxy-client' by microk8s refresh-certs: 2026-03-03 08:20 "
              ".. 2027-03-03 08:20 (was 2026-04-03 08:07 .. 2027-04-03 08:07)\n"
              "backup " +
                  node.tree.root().folder +
                  "/var/lib/clockguard/backups/20260303T082011Z (clockguard certs undo)\n");
    EXPECT_EQ(node.refresh(), ExitCode::Healthy);
    EXPECT_EQ(node.out, "nothing to do: 16 certificates are valid\n");
}

TEST(CertsByMicrok8s, SignsTheOthersItself)
{
    Node node;
    const CertsRefreshOptions options{.select = {.names = {"server", "client"}}, .yes = true};

    EXPECT_EQ(node.refresh(options), ExitCode::Healthy);

    EXPECT_EQ(node.calls, Strings{"refresh-certs --cert server.crt"});
    EXPECT_NE(node.out.find("re-issued 'client': "), std::string::npos) << node.out;
}

TEST(CertsByMicrok8s, LeavesThemToALaterRunBeforeMicrok8sStarts)
{
    Node node;
    node.daemons[kubelite] = {kubelite, "inactive", "enabled"};
    const std::string bad = node.tree.read("/certs/server.crt");

    EXPECT_EQ(node.refresh(), ExitCode::Refused);

    EXPECT_EQ(node.calls, Strings{});
    EXPECT_EQ(
        node.out,
        "CG228 'server' is left as it is: snap.microk8s.daemon-kubelite.service is inactive, "
        "and the command would start it\n"
        "CG228 'front-proxy-client' is left as it is: "
        "snap.microk8s.daemon-kubelite.service is inactive, and the command would start it\n");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
}

TEST(CertsByMicrok8s, StartsNothingThatSomebodyStopped)
{
    Node stopped;
    stopped.tree.lock("stopped.lock");
    EXPECT_EQ(stopped.refresh(), ExitCode::Refused);
    EXPECT_EQ(stopped.calls, Strings{});

    Node half;  // the other leaf's renewal does not touch cluster-agent
    half.daemons[cluster_agent] = {cluster_agent, "inactive", "disabled"};
    EXPECT_EQ(half.refresh(), ExitCode::Refused);
    EXPECT_EQ(half.calls, Strings{"refresh-certs --cert front-proxy-client.crt"});

    Node worker;
    worker.tree.lock("clustered.lock");
    EXPECT_EQ(worker.refresh(), ExitCode::Healthy);
    EXPECT_EQ(worker.calls, Strings{});
}

TEST(CertsByMicrok8s, BelievesTheFileAndNotTheExitCode)
{
    Node node;
    node.command = [](const std::string&) { return Finished{.exit_code = 0, .output = {}}; };

    EXPECT_EQ(node.refresh(), ExitCode::Critical);

    EXPECT_NE(
        node.out.find("CG227 'server' was not renewed by 'microk8s refresh-certs --cert "
                      "server.crt': exit code 0, but the certificate is the same as before\n"),
        std::string::npos)
        << node.out;
}

TEST(CertsByMicrok8s, RefusesANewOneFromTheFuture)
{
    Node node;
    node.command = [&](const std::string& name) { return node.sign(name, 0, 1h); };

    EXPECT_EQ(node.refresh(), ExitCode::Critical);
    EXPECT_NE(node.out.find("exit code 0, but the new certificate is not sound\n"),
              std::string::npos)
        << node.out;
}

TEST(CertsByMicrok8s, AcceptsAGoodFileWhoseDaemonsWereNotRestarted)
{
    Node node;
    node.command = [&](const std::string& name) {
        Finished finished = node.sign(name, 4);
        finished.output += "error: snap \"microk8s\" has \"auto-refresh\" change in progress\n"
                           "Failed to restart service microk8s.daemon-kubelite.\n";
        return finished;
    };

    EXPECT_EQ(node.refresh(), ExitCode::Healthy);

    EXPECT_NE(node.out.find("CG229 'server' is new and good, but its daemons were not restarted: "
                            "exit code 4: Failed to restart service microk8s.daemon-kubelite.\n"),
              std::string::npos)
        << node.out;
    EXPECT_EQ(node.calls.size(), 2U);
}

const Finished busy{.exit_code = 1,
                    .output = "error: snap \"microk8s\" has \"auto-refresh\" change in progress\n"};

TEST(CertsByMicrok8s, WaitsForSnapd)
{
    Node node;
    int left = 3;
    node.command = [&](const std::string& name) { return left-- > 0 ? busy : node.sign(name); };

    EXPECT_EQ(node.refresh(), ExitCode::Healthy);
    EXPECT_EQ(node.waits, std::vector<Span>(3, 15s));
}

TEST(CertsByMicrok8s, DoesNotWaitForSnapdForEver)
{
    Node node;
    node.command = [](const std::string&) { return busy; };
    const CertsRefreshOptions server{.select = {.names = {"server"}}, .yes = true};

    EXPECT_EQ(node.refresh(server), ExitCode::Critical);
    EXPECT_EQ(node.waits, std::vector<Span>(12, 15s));
    EXPECT_NE(node.out.find("exit code 1: error: snap \"microk8s\" has \"auto-refresh\" change in "
                            "progress\n"),
              std::string::npos)
        << node.out;
}

TEST(CertsByMicrok8s, StopsAtThreeAnHour)
{
    Node node;
    const CertsRefreshOptions server{.select = {.names = {"server"}}, .yes = true};
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(node.refresh(server), ExitCode::Healthy);

    EXPECT_EQ(node.refresh(server), ExitCode::Refused);
    EXPECT_EQ(node.calls.size(), 3U);
}

TEST(CertsByMicrok8s, SaysWhatItWouldRun)
{
    Node node;

    EXPECT_EQ(node.refresh({.dry_run = true}), ExitCode::Healthy);
    EXPECT_EQ(node.calls, Strings{});
    EXPECT_EQ(node.out,
              "would run 'microk8s refresh-certs --cert server.crt', which restarts "
              "snap.microk8s.daemon-kubelite.service and "
              "snap.microk8s.daemon-cluster-agent.service\n"
              "would run 'microk8s refresh-certs --cert front-proxy-client.crt', which restarts "
              "snap.microk8s.daemon-kubelite.service\n");
}

TEST(CertsByMicrok8s, RunsNothingForAnotherRoot)
{
    Node node;
    CertsWorld world = node.world();
    world.microk8s = {};

    EXPECT_EQ(node.refresh_in(world), ExitCode::Refused);
    EXPECT_NE(node.out.find("is left as it is: the MicroK8s of another root does not run here\n"),
              std::string::npos)
        << node.out;
}

}  // namespace
}  // namespace clockguard

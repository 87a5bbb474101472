// SPDX-License-Identifier: Apache-2.0
#include "command/certs/certs_apply.hpp"

#include <filesystem>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "support/certs_node.hpp"
#include "support/has.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

const Result<std::string> silent =
    fail("cannot ask", std::make_error_code(std::errc::connection_refused));

/// What is said of an API server that serves these serials, one at each look; "new" is the file's.
Said served(Node& node, std::vector<std::string> serials, const Result<std::string>& agent = silent)
{
    node.tree.build();
    CertsWorld world = node.world();
    std::size_t looks = 0;
    world.served_serial = [&](const TlsEndpoint& endpoint) -> Result<std::string> {
        if (endpoint.port == 25000)
            return agent;
        const std::string serial = serials[std::min(looks++, serials.size() - 1)];
        if (serial == "refused")
            return silent;
        if (serial != "new")
            return serial;
        std::string noted = node.tree.read("/certs/ca.srl");
        noted.pop_back();
        return noted;
    };
    const CertsRefreshOptions server{.select = {.names = {"server"}}, .yes = true};
    return node.say([&] { return run_certs_refresh(node.context(), server, world); });
}

TEST(CertsApply, StopsAtThreeAnHourInAUnit)
{
    Node node{.in_unit = true};
    node.tree.build();
    const CertsRefreshOptions server{.select = {.names = {"server"}}, .yes = true};
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(node.refresh(server).code, ExitCode::Healthy);
    const auto before = node.tree.read("/certs/server.crt");
    node.now += std::chrono::days{30};  // a step of the clock gives no new hour

    const Said said = node.refresh(server);

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot refresh certificates: limit of 3 refreshes an hour "
                        "reached (next possible in 1 h). If you did not run them, something keeps "
                        "overwriting the certificates: clockguard explain CG414\n");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), before);
    node.uptime += 1h;
    EXPECT_EQ(node.refresh(server).code, ExitCode::Healthy);
}

TEST(CertsApply, DoesWhatIsTypedWhateverTheUnitsDid)
{
    Node node;
    node.tree.build();
    const CertsRefreshOptions server{.select = {.names = {"server"}}, .yes = true};

    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(node.refresh(server).code, ExitCode::Healthy);
}

TEST(CertsApply, WritesNothingOnceTheClockWasMoved)
{
    Node node{.writes_until_the_clock_moves = 0};
    node.tree.build();
    const auto before = node.tree.read("/certs/server.crt");

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot refresh certificates: the clock was stepped by 30 d "
                        "since it was verified. Run it again.\n");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), before);
}

TEST(CertsApply, ComparesWhatIsServed)
{
    const auto end_of = [](const Said& said) {
        return said.out.substr(said.out.find("API server: "));
    };
    const auto after = [&](std::vector<std::string> serials) {
        Node node;
        return end_of(served(node, std::move(serials)));
    };

    EXPECT_EQ(after({"refused"}), "API server: not running\ncluster agent: not running\n");
    EXPECT_EQ(after({"new"}),
              "API server: serves the new certificate\ncluster agent: not running\n");
    EXPECT_EQ(after({"5D1F", "5D1F", "new"}),
              "API server: serves the new certificate\ncluster agent: not running\n");
    EXPECT_EQ(after({"5D1F"}),
              "API server: still serves another certificate\ncluster agent: not running\n");
}

TEST(CertsApply, FailsWhereTheOldOneGoesOnBeingServed)
{
    Node node;

    const Said said = served(node, {"5D1F"});

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.out.find("CG208 'server' is not what the API server serves on 127.0.0.1:16443: "
                            "restart it (snap restart microk8s.daemon-kubelite)\n"),
              std::string::npos)
        << said.out;
}

TEST(CertsApply, FailsWhereTheClusterAgentServesTheOldOne)
{
    Node node;

    const Said said = served(node, {"new"}, "5D1F");

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.out.find("CG208 'server' is not what the cluster agent serves on "
                            "127.0.0.1:25000: restart it (snap restart "
                            "microk8s.daemon-cluster-agent)\n"),
              std::string::npos)
        << said.out;
}

TEST(CertsApply, RecordsBeforeItReplaces)
{
    Node node{.writes_until_the_clock_moves = 1};
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");

    const Said said = node.refresh({.select = {.names = {"server"}}, .yes = true});

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
    EXPECT_TRUE(has(node.tree.tree.read("/var/lib/clockguard/refreshes.json"), "\"server\""));
    EXPECT_EQ(node.tree.tree.read("/var/lib/clockguard/backups/20260303T082011Z/certs/server.crt"),
              bad);
}

TEST(CertsApply, ReplacesNothingThatItCannotKeepABackupOf)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.tree.tree.write("/var/lib/clockguard/backups", "no folder");

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_EQ(said.out, "");
    EXPECT_TRUE(has(said.err, "/var/lib/clockguard/backups")) << said.err;
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
}

TEST(CertsApply, ReplacesNothingThatItCannotRecord)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    std::filesystem::create_directories(
        node.tree.tree.path("/var/lib/clockguard/refreshes.json/x"));

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_TRUE(has(said.err, "refreshes.json")) << said.err;
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
}

TEST(CertsApply, SaysThatTheDaemonsReadTheRestLater)
{
    const auto said = [](const std::string& name) {
        Node node;
        node.tree.build();
        CertsWorld world = node.world();
        world.served_serial = [](const TlsEndpoint&) { return silent; };
        const CertsRefreshOptions options{.select = {.names = {"server", name}}, .yes = true};
        return node.say([&] { return run_certs_refresh(node.context(), options, world); }).out;
    };

    EXPECT_TRUE(has(said("kubelet"), "the daemons read the rest at their next start\n"))
        << said("kubelet");
    EXPECT_FALSE(has(said("server"), "next start")) << said("server");
}

}  // namespace
}  // namespace clockguard

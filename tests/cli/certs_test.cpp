// SPDX-License-Identifier: Apache-2.0
#include <ctime>

#include <gtest/gtest.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "support/fake_chronyd.hpp"
#include "support/microk8s_tree.hpp"
#include "support/program.hpp"

namespace clockguard {
namespace {

using std::chrono::days;

/// A node below a root, with dates around the clock of the machine the test runs on.
struct Below {
    Microk8sTree tree{};
    std::chrono::sys_seconds now = std::chrono::floor<std::chrono::seconds>(wall_now());

    Below() { tree.installed = {now - days{300}, now + days{3350}}; }

    Ran run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), {"--root", tree.root().folder});
        return run_clockguard(std::move(arguments));
    }

    /// The gate has trusted the clock a moment ago, and nobody has stepped it since.
    void trust() const
    {
        const Report report{
            .host = {.hostname = "edge-07", .boot_id = "b007"},
            .run = {.command = "gate", .time = now, .clock_trusted = true, .trusted_by = "chrony"},
            .gate = GateRecord{.outcome = GateOutcome::Synchronized,
                               .boot_instant = boot_instant(),
                               .began_boot_instant = boot_instant()}};
        const auto saved = save_state(tree.root(), report);
        ASSERT_TRUE(saved) << to_text(saved.error());
    }
};

TEST(CertsCommand, ListsAndChecksAndExitsAccordingly)
{
    Below node;
    node.tree.leaves = {node.now - days{10}, node.now + days{355}};
    node.tree.build();

    const Ran list = node.run({"certs", "list"});
    EXPECT_EQ(list.exit_code, 0);
    EXPECT_TRUE(list.out.starts_with("NAME                      STATE          NOT BEFORE    "))
        << list.out;
    const Ran check = node.run({"certs", "check"});
    EXPECT_EQ(check.exit_code, 0);
    EXPECT_TRUE(check.out.starts_with("OK  16 certificates are valid\n")) << check.out;
    EXPECT_NE(check.out.find("Warning: the clock is not verified"), std::string::npos);
    EXPECT_EQ(node.run({"-q", "certs", "check"}).out, "");
}

TEST(CertsCommand, ExitsWithTwoForTheIncident)
{
    Below node;
    node.tree.leaves = {node.now + days{31}, node.now + days{396}};
    node.tree.build();

    const Ran check = node.run({"certs", "check", "-o", "json"});

    EXPECT_EQ(check.exit_code, 2);
    EXPECT_NE(check.out.find("\"summary\": \"2 of 16 certificates are not yet valid\""),
              std::string::npos)
        << check.out;
    EXPECT_NE(check.out.find("\"code\": \"CG201\""), std::string::npos);
}

TEST(CertsCommand, RefusesToRefreshByAClockThatNobodyTrusts)
{
    Below node;
    node.tree.leaves = {node.now + days{31}, node.now + days{396}};
    node.tree.build();
    const auto before = node.tree.tree.snapshot();

    const Ran refresh = node.run({"certs", "refresh", "--yes"});

    EXPECT_EQ(refresh.exit_code, 4);
    EXPECT_TRUE(refresh.err.starts_with(
        "clockguard: cannot refresh certificates: the clock is not verified: "))
        << refresh.err;
    EXPECT_EQ(node.tree.tree.snapshot(), before);
}

TEST(CertsCommand, RefreshesAndUndoesByTheGatesWord)
{
    Below node;
    node.tree.leaves = {node.now + days{31}, node.now + days{396}};
    node.tree.build();
    node.trust();
    const std::string bad = node.tree.read("/certs/server.crt");

    const Ran unasked = node.run({"certs", "refresh"});
    EXPECT_EQ(unasked.exit_code, 4) << unasked.out << unasked.err;
    EXPECT_EQ(unasked.err, "clockguard: cannot refresh certificates: confirmation needed. Re-run "
                           "with --yes (no terminal to ask on).\n");
    const Ran in_json = node.run({"certs", "refresh", "--output", "json"});
    EXPECT_EQ(in_json.exit_code, 4);
    EXPECT_TRUE(in_json.out.starts_with("{\n")) << in_json.out;
    const Ran refresh = node.run({"certs", "refresh", "--yes"});
    EXPECT_EQ(refresh.exit_code, 0) << refresh.out << refresh.err;
    EXPECT_EQ(node.run({"certs", "check"}).exit_code, 0);
    const Ran backups = node.run({"certs", "undo", "--list"});
    EXPECT_EQ(backups.exit_code, 0) << backups.err;
    EXPECT_NE(backups.out.find("certs refresh      2\n"), std::string::npos) << backups.out;
    EXPECT_EQ(node.run({"certs", "undo"}).exit_code, 0);
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
}

std::size_t documents_in(const std::string& text)
{
    std::size_t count = 0;
    for (auto at = text.find("\"schema\""); at != std::string::npos;
         at = text.find("\"schema\"", at + 1))
        ++count;
    return count;
}

TEST(RecheckCommand, AnswersInOneDocumentWhateverItRuns)
{
    Below node;
    node.tree.leaves = {node.now + days{31}, node.now + days{396}};
    node.tree.build();
    node.trust();
    std::filesystem::create_directories(node.tree.tree.path("/run/chrony"));
    const FakeChronyd chronyd{
        [](const Bytes& request) {
            return std::vector<Bytes>{tracking_reply(
                {.sequence = sequence_of(request),
                 .reference_seconds = static_cast<std::uint32_t>(std::time(nullptr))})};
        },
        node.tree.tree.path("/run/chrony/chronyd.sock")};

    const Ran ran = node.run({"recheck", "-o", "json"});

    EXPECT_EQ(documents_in(ran.out), 1U) << ran.out << ran.err;
    EXPECT_NE(ran.out.find("\"command\": \"recheck\""), std::string::npos) << ran.out;
    EXPECT_NE(ran.err.find("re-issued 'server'"), std::string::npos) << ran.err;
}

TEST(CertsCommand, OpensNoPipeThatTheEnvironmentNames)
{
    Below node;
    node.tree.build();
    const std::string pipe = node.tree.tree.path("/pipe");
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);

    const Ran ran = run_clockguard({"--root", node.tree.root().folder, "certs", "list"},
                                   {"TZ=:" + pipe, "OPENSSL_CONF=" + pipe});

    EXPECT_EQ(ran.exit_code, 0) << ran.err;
}

TEST(CertsCommand, RefusesADoubtfulCommandLine)
{
    const Below node;

    EXPECT_EQ(node.run({"certs"}).exit_code, 64);
    EXPECT_EQ(node.run({"certs", "refersh"}).err,
              "clockguard: cannot understand 'refersh' (did you mean 'refresh'?)\n"
              "See 'clockguard certs --help'.\n");
    EXPECT_EQ(node.run({"certs", "check", "--within", "soon"}).exit_code, 64);
    EXPECT_EQ(node.run({"certs", "check", "--within", ""}).err,
              "clockguard: --within: a value is needed, not an empty one\n"
              "See 'clockguard certs check --help'.\n");
    EXPECT_EQ(node.run({"certs", "undo", "--list", "--to", "x"}).exit_code, 64);
}

}  // namespace
}  // namespace clockguard

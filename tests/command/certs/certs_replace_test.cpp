// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_replace.hpp"

#include <gtest/gtest.h>

#include "clockguard/edge/certs/certificate_store.hpp"
#include "clockguard/edge/certs/x509_reissue.hpp"
#include "support/certs_node.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

namespace fs = std::filesystem;

/// A node whose snap is refreshed to revision 8522 once clockguard has read what there is, and
/// before it writes: when it asks for the host's name, for its record.
struct RefreshedNode : Node {
    RefreshedNode() : RefreshedNode{Microk8sTree{}.leaves} {}
    explicit RefreshedNode(const TestDates& leaves)
    {
        tree.leaves = leaves;
        tree.build();
    }

    /// As snapd does it: a copy of the data, then the link.
    void refresh_snap() const
    {
        const fs::path snap = tree.tree.path("/var/snap/microk8s");
        if (fs::exists(snap / "8522"))
            return;
        fs::copy(snap / "8511", snap / "8522", fs::copy_options::recursive);
        if (kicker_was_there)
            kicker_was_there(snap / "8522");
        fs::remove(snap / "current");
        fs::create_directory_symlink("8522", snap / "current");
    }

    Said reissue(const CertSelection& select = {})
    {
        CertsWorld world = this->world();
        world.host = [this] {
            meanwhile();
            return ReportHost{.hostname = "edge-07", .boot_id = "b007"};
        };
        return say(
            [&] { return run_certs_refresh(context(), {.select = select, .yes = true}, world); });
    }

    std::string current(const std::string& file) const
    {
        return tree.tree.read("/var/snap/microk8s/current" + file);
    }

    std::function<void()> meanwhile = [this] { refresh_snap(); };
    std::function<void(const fs::path&)> kicker_was_there{};
};

/// Somebody who writes a certificate in the moment between our reading and our writing it: when the
/// refresh asks for the host's name, for its record.
CertsWorld with_a_kicker(CertsWorld world, std::function<void()> writes)
{
    world.host = [writes = std::move(writes)] {
        writes();
        return ReportHost{.hostname = "edge-07", .boot_id = "b007"};
    };
    return world;
}

TEST(CertsMeanwhile, AreReissuedInTheRevisionThatASnapRefreshLeadsTo)
{
    RefreshedNode node;
    const std::string old = node.tree.read("/certs/server.crt");

    const Said said = node.reissue();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out;
    EXPECT_NE(node.current("/certs/server.crt"), old);
    EXPECT_EQ(node.current("/certs/server.key"), node.tree.certs.at("server").key_pem());
    EXPECT_EQ(node.check().out.substr(0, 30), "OK  16 certificates are valid\n");
    EXPECT_EQ(said.out.find("re-issued 'server'"), said.out.rfind("re-issued 'server'"));
}

TEST(CertsMeanwhile, CanBePutBackAfterASnapRefresh)
{
    RefreshedNode node;
    const std::string old = node.tree.read("/certs/server.crt");
    ASSERT_EQ(node.reissue().code, ExitCode::Healthy);

    EXPECT_EQ(node.undo().code, ExitCode::Healthy);

    EXPECT_EQ(node.current("/certs/server.crt"), old);
}

TEST(CertsMeanwhile, StayAsTheRefreshedSnapMadeThem)
{
    RefreshedNode node;
    const std::string theirs =
        node.tree.kickers_server(dates("2026-03-03T08:20:11Z", "2027-03-03T08:20:11Z"));
    node.kicker_was_there = [&](const fs::path& data) {
        std::ofstream{data / "certs/server.crt"} << theirs;
    };

    const Said said = node.reissue();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out;
    EXPECT_NE(said.out.find("CG215 'server' was changed by another program during the re-issue; "
                            "its version was kept\n"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(node.current("/certs/server.crt"), theirs);
}

/// What was asked for holds for the data that come into use as well: the copy there is the old one.
TEST(CertsMeanwhile, AreReissuedThereByWhatWasAskedFor)
{
    for (const CertSelection& select : {CertSelection{.expiring = true}, {.names = {"server"}}}) {
        RefreshedNode node{dates("2025-03-20T08:20:11Z", "2026-03-10T08:20:11Z")};
        const std::string old = node.tree.read("/certs/server.crt");

        const Said said = node.reissue(select);

        EXPECT_EQ(said.code, ExitCode::Healthy) << said.out;
        EXPECT_EQ(said.out.find("CG215"), std::string::npos) << said.out;
        EXPECT_NE(node.current("/certs/server.crt"), old);
    }
}

TEST(CertsMeanwhile, AreToldToBeLeftWhereTheSnapIsRemoved)
{
    RefreshedNode node;
    node.meanwhile = [&] { fs::remove_all(node.tree.tree.path("/var/snap/microk8s")); };

    const Said said = node.reissue();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_EQ(said.out.find("re-issued"), std::string::npos) << said.out;
}

/// What came after the question is in no backup, and stays.
TEST(CertsMeanwhile, AreNotPutBackOverAnotherProgramsOwn)
{
    Node node;
    node.tree.build();
    ASSERT_EQ(node.refresh().code, ExitCode::Healthy);
    const std::string theirs =
        node.tree.kickers_server(dates("2026-03-03T08:20:11Z", "2027-03-03T08:20:11Z"));
    CertsWorld world = node.world();
    world.ask = [&](const std::string&) {
        node.tree.write("/certs/server.crt", theirs);
        return true;
    };

    const Said said = node.say([&] { return run_certs_undo(node.context(), {}, world); });

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.err.find("certs/server.crt': another program has just written it\n"),
              std::string::npos)
        << said.err;
    EXPECT_EQ(node.tree.read("/certs/server.crt"), theirs);
}

TEST(CertsMeanwhile, AreLeftToTheClockguardThatHoldsTheLock)
{
    Node node;
    node.tree.build();
    const auto held = lock_certificates(node.tree.root());
    ASSERT_TRUE(held) << to_text(held.error());
    const auto before = node.tree.tree.snapshot();

    const Said refreshed = node.refresh();
    EXPECT_EQ(refreshed.code, ExitCode::Refused);
    EXPECT_EQ(refreshed.err, "clockguard: cannot refresh certificates: another clockguard "
                             "process is working on them. Try again later.\n");

    const Said undone = node.undo();
    EXPECT_EQ(undone.code, ExitCode::Refused);
    EXPECT_EQ(
        undone.err,
        "clockguard: cannot undo: another clockguard process is working on the certificates\n");

    EXPECT_EQ(node.check().code, ExitCode::Critical);
    EXPECT_EQ(node.refresh({.dry_run = true}).code, ExitCode::Healthy);
    EXPECT_EQ(node.tree.tree.snapshot(), before);
}

TEST(CertsRefresh, NotesItsSerialWhereMicrok8sCountsOn)
{
    Node node;
    node.tree.build();

    node.refresh();

    const auto facts = parse_pem(node.tree.read("/certs/server.crt"));
    const Handle<BIGNUM, BN_free> number{
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(facts.get()), nullptr)};
    char* digits = BN_bn2hex(number.get());
    EXPECT_EQ(node.tree.read("/certs/ca.srl"), std::string{digits} + "\n");
    OPENSSL_free(digits);
}

TEST(CertsRefresh, LeavesWhatTheKickerWroteMeanwhile)
{
    Node node;
    node.tree.build();
    const std::string theirs =
        node.tree.kickers_server(dates("2026-03-03T08:20:11Z", "2027-03-03T08:20:11Z"));
    const CertsWorld world =
        with_a_kicker(node.world(), [&] { node.tree.write("/certs/server.crt", theirs); });

    const Said said =
        node.say([&] { return run_certs_refresh(node.context(), {.yes = true}, world); });

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out;
    EXPECT_NE(said.out.find("CG215 'server' was changed by another program during the re-issue; "
                            "its version was kept\n"),
              std::string::npos)
        << said.out;
    EXPECT_NE(said.out.find("re-issued 'front-proxy-client'"), std::string::npos);
    EXPECT_EQ(node.tree.read("/certs/server.crt"), theirs);
}

TEST(CertsRefresh, ReissuesWhatTheKickerWroteMeanwhileIfThatIsWrongToo)
{
    Node node;
    node.tree.build();
    const std::string theirs =
        node.tree.kickers_server(dates("2026-04-03T09:00:00Z", "2027-04-03T09:00:00Z"));
    const CertsWorld world =
        with_a_kicker(node.world(), [&] { node.tree.write("/certs/server.crt", theirs); });

    const Said said =
        node.say([&] { return run_certs_refresh(node.context(), {.yes = true}, world); });

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out;
    EXPECT_NE(said.out.find("re-issued 'server': 2025-05-01 09:12 .. 2027-03-03 08:20 (was "
                            "2026-04-03 09:00 .. 2027-04-03 09:00)"),
              std::string::npos)
        << said.out;
}

TEST(CertsRefresh, AsksTheClockBeforeEachWrite)
{
    Node node{.writes_until_the_clock_moves = 1};
    node.tree.build();
    const auto before = node.tree.read("/certs/server.crt");

    const Said said = node.refresh({.select = {.names = {"server"}}, .yes = true});

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE((said.out + said.err).find("the clock was stepped by 30 d since it was verified"),
              std::string::npos);
    EXPECT_EQ(node.tree.read("/certs/server.crt"), before);
}

TEST(CertsRefresh, DoesNotGoOnForEverAgainstTheKicker)
{
    Node node{.in_unit = true};
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    int repairs = 0;
    Said said;
    for (int i = 0; i < 10; ++i, node.uptime += 1min) {
        said = node.refresh();
        repairs += said.code == ExitCode::Healthy ? 1 : 0;
        node.tree.write("/certs/server.crt", bad);
    }

    EXPECT_EQ(repairs, 3);
    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_NE(said.err.find("explain CG414"), std::string::npos) << said.err;
}

}  // namespace
}  // namespace clockguard

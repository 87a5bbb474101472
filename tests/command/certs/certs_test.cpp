// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs.hpp"
#include "clockguard/command/certs/certs_refresh.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/base/base64.hpp"
#include "clockguard/edge/base/files.hpp"
#include "support/certs_node.hpp"
#include "support/other_user.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

TEST(CertsList, ShowsBothDatesAndWhatRefreshWantsToHear)
{
    Node node;
    node.tree.build();

    const Said said = node.list();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(
        said.out,
        "NAME                      NOT BEFORE        NOT AFTER         LEFT      STATE          "
        "REFRESH WITH\n"
        "ca                        2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name ca --include-ca\n"
        "server                    2026-04-03 08:07  2027-04-03 08:07  395 d     NOT YET VALID  "
        "--name server\n"
        "front-proxy-ca            2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name front-proxy-ca\n"
        "front-proxy-client        2026-04-03 08:07  2027-04-03 08:07  395 d     NOT YET VALID  "
        "--name front-proxy-client\n"
        "kubelet                   2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name kubelet\n"
        "client                    2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name client\n"
        "controller                2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name controller\n"
        "scheduler                 2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name scheduler\n"
        "proxy                     2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name proxy\n"
        "apiserver-kubelet-client  2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name apiserver-kubelet-client\n"
        "client.config             2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name client.config\n"
        "controller.config         2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name controller.config\n"
        "scheduler.config          2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name scheduler.config\n"
        "proxy.config              2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name proxy.config\n"
        "kubelet.config            2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name kubelet.config\n"
        "cluster                   2025-05-01 09:12  2035-04-29 09:12  9 y 1 mo  valid          "
        "--name cluster --include-ca\n");
}

TEST(CertsList, HidesWhatThisNodeDoesNotUse)
{
    Node node;
    node.tree.build();
    for (const char* name :
         {"client", "controller", "scheduler", "proxy", "apiserver-kubelet-client"})
        node.tree.remove(fmt::format("/certs/{}.crt", name));
    node.output.verbose = true;

    const Said said = node.list();

    EXPECT_NE(said.out.find("client                    --                --                --     "
                            "   skipped        MicroK8s before 1.28 had none\n"),
              std::string::npos)
        << said.out;
    node.output.verbose = false;
    EXPECT_NE(node.list().out.find("5 skipped (-v shows why)\n"), std::string::npos);
}

TEST(CertsCheck, NamesTheFaultOfTheIncident)
{
    Node node;
    node.tree.build();

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_EQ(said.out,
              "CRITICAL  2 of 16 certificates are not yet valid\n"
              "  CG201 critical  server: is not valid until 2026-04-03T08:07:34Z, in 31 d\n"
              "                  sudo clockguard certs refresh --not-yet-valid\n"
              "  CG201 critical  front-proxy-client: is not valid until 2026-04-03T08:07:34Z, in "
              "31 d\n"
              "                  sudo clockguard certs refresh --not-yet-valid\n");
}

TEST(CertsCheck, TellsAHealthyNodeItsMargin)
{
    Node node;
    node.tree.leaves = dates("2026-01-01T08:20:11Z", "2027-01-01T08:20:11Z");
    node.tree.build();

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out,
              "OK  16 certificates are valid\n"
              "  All 16 certificates stay valid for clock errors from -61 d to +304 d.\n");
}

TEST(CertsCheck, SaysThatItsOwnClockIsInDoubt)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    node.clock = {.why = "no witness was heard"};

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out,
              "OK  16 certificates are valid\n"
              "  All 16 certificates stay valid for clock errors from -305 d to +9 y 1 mo.\n"
              "Warning: the clock is not verified, so these states may be wrong (no witness "
              "was heard).\n");
}

TEST(CertsCheck, CountsWarningsOnlyWhenTold)
{
    Node node;
    node.tree.leaves = dates("2025-05-01T09:12:00Z", "2026-05-01T09:12:00Z");
    node.tree.build();

    EXPECT_EQ(node.check().code, ExitCode::Healthy);
    EXPECT_EQ(node.check("30d").out.substr(0, 31), "OK  16 certificates are valid\n ");
    node.output.strict = true;
    EXPECT_EQ(node.check().code, ExitCode::Warnings);
    EXPECT_EQ(node.check("30d").code, ExitCode::Healthy);
    EXPECT_EQ(node.check("60d").code, ExitCode::Warnings);
    EXPECT_EQ(node.check("60d").out.substr(0, 43), "WARNING  2 of 16 certificates are expiring\n");
}

TEST(CertsCheck, RefusesAThresholdThatIsNone)
{
    Node node;

    const Said said = node.check("soon");

    EXPECT_EQ(said.code, ExitCode::Usage);
    EXPECT_EQ(said.err, "clockguard: 'soon' is neither a share of a lifetime nor a length of time "
                        "(write it like 66% or 30d)\n");
}

TEST(CertsCheck, HasNothingToDoWithoutMicrok8s)
{
    Node node;

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out, "MicroK8s is not installed: '" + node.tree.root().folder +
                            "/var/snap/microk8s/current' does not exist\n");
}

TEST(CertsCheck, HasNothingToDoBeforeTheFirstStart)
{
    Node node;
    std::filesystem::create_directories(node.tree.tree.path("/var/snap/microk8s/current/args"));

    EXPECT_EQ(node.check().out, "MicroK8s has made no certificates yet: nothing to check\n");
    EXPECT_EQ(node.check().code, ExitCode::Healthy);
}

TEST(CertsCheck, CannotTellWhereCurrentLeadsNowhere)
{
    Node node;
    const std::string current = node.tree.tree.path("/var/snap/microk8s/current");
    std::filesystem::create_directories(node.tree.tree.path("/var/snap/microk8s"));
    std::filesystem::create_symlink("8511", current);

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_EQ(said.err, "clockguard: cannot read the data of MicroK8s '" + current +
                            "', a link to '" + node.tree.tree.path("/var/snap/microk8s/8511") +
                            "': No such file or directory\n");
}

TEST(CertsCheck, FollowsAnAbsoluteLinkBelowTheRoot)
{
    Node node;
    node.tree.build();
    const std::string current = node.tree.tree.path("/var/snap/microk8s/current");
    std::filesystem::remove(current);
    std::filesystem::create_symlink(Microk8sTree::data, current);

    EXPECT_EQ(node.check().code, ExitCode::Critical);
}

/// There are no certificates there either, and nothing is well.
TEST(CertsCheck, CannotTellWhereCurrentLeadsToNoRevision)
{
    Node node;
    node.tree.build();
    const std::string current = node.tree.tree.path("/var/snap/microk8s/current");
    for (const std::string to : {"..", "/", "8511/certs", "common", "/srv/8511"}) {
        std::filesystem::create_directories(node.tree.tree.path("/var/snap/microk8s/common"));
        std::filesystem::create_directories(node.tree.tree.path("/srv/8511"));
        std::filesystem::remove(current);
        std::filesystem::create_symlink(to, current);

        const Said said = node.check();

        EXPECT_EQ(said.code, ExitCode::Undetermined) << to;
        EXPECT_NE(said.err.find("': that is not a revision of the snap\n"), std::string::npos)
            << said.err;
    }
}

TEST(CertsCheck, FindsEveryFaultOfAFile)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    const Microk8sTree& tree = node.tree;
    tree.write("/certs/server.crt", "");
    tree.remove("/certs/front-proxy-client.crt");
    tree.write("/certs/kubelet.crt", tree.read("/certs/kubelet.crt").substr(0, 300));
    tree.remove("/certs/client.crt");
    std::filesystem::create_directory(tree.path("/certs/client.crt"));
    tree.write("/certs/proxy.key", tree.read("/certs/scheduler.key"));
    tree.write("/certs/controller.crt", std::string(1024, '\0'));
    tree.write("/credentials/kubelet.config", "");
    const TestCert stranger_ca = make_cert({.name = "10.152.183.1", .is_ca = true});
    tree.write("/certs/scheduler.crt", make_cert({.name = "scheduler",
                                                  .not_before = tree.installed.from,
                                                  .not_after = tree.installed.until,
                                                  .issuer = &stranger_ca,
                                                  .key = tree.certs.at("scheduler").key})
                                           .pem);

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Critical);
    const std::string at = tree.path("");
    const std::string restore =
        "                  no command can renew it: put a backup of your own back\n";
    EXPECT_EQ(
        said.out,
        "CRITICAL  1 of 16 certificates is not matching their key, 1 not signed by their CA, "
        "5 unreadable, 1 missing\n"
        "  CG209 critical  server: certificate '" +
            at +
            "/certs/server.crt' is empty\n"
            "                  sudo find /var/snap/microk8s/current/certs -name ca.srl -empty "
            "-delete; "
            "sudo microk8s refresh-certs --cert server.crt\n"
            "  CG210 critical  front-proxy-client: "
            "'/var/snap/microk8s/current/certs/front-proxy-client.crt' is missing\n"
            "                  sudo find /var/snap/microk8s/current/certs -name front-proxy-ca.srl "
            "-empty "
            "-delete; sudo microk8s "
            "refresh-certs --cert front-proxy-client.crt\n"
            "  CG209 critical  kubelet: certificate '" +
            at +
            "/certs/kubelet.crt' is cut off: a "
            "certificate in it has no end\n" +
            restore + "  CG209 critical  client: cannot read '" + at +
            "/certs/client.crt': Is a "
            "directory\n" +
            restore + "  CG209 critical  controller: certificate '" + at +
            "/certs/controller.crt' holds "
            "no certificate\n" +
            restore +
            "  CG204 critical  scheduler: is not signed by 'ca'\n"
            "                  one of the two was replaced: clockguard explain CG204\n"
            "  CG211 critical  proxy: does not match its key "
            "'/var/snap/microk8s/current/certs/proxy.key'\n" +
            restore + "  CG209 critical  kubelet.config: kubeconfig '" + at +
            "/credentials/kubelet.config'"
            " is empty\n"
            "                  write it again with the certificate and key of 'kubelet': "
            "clockguard "
            "explain CG209\n"
            "  CG205 warning   scheduler.config: embeds another certificate than 'scheduler'\n"
            "                  sudo clockguard certs refresh --name scheduler.config\n");
}

TEST(CertsCheck, LooksOnAWorkerAtWhatAWorkerUses)
{
    Node node;
    node.tree.build();
    node.tree.lock("clustered.lock");
    node.tree.write("/certs/ca.remote.crt", node.tree.certs.at("ca").pem);

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out,
              "OK  5 certificates are valid\n"
              "  All 5 certificates stay valid for clock errors from -305 d to +9 y 1 mo.\n");
}

TEST(CertsRefresh, RepairsTheIncident)
{
    Node node;
    node.tree.build();

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out,
              "re-issued 'server': 2025-05-01 09:12 .. 2027-03-03 08:20 (was 2026-04-03 08:07 .. "
              "2027-04-03 08:07)\n"
              "re-issued 'front-proxy-client': 2025-05-01 09:12 .. 2027-03-03 08:20 (was "
              "2026-04-03 08:07 .. 2027-04-03 08:07)\n"
              "backup " +
                  node.tree.root().folder +
                  "/var/lib/clockguard/backups/20260303T082011Z. To go back: sudo clockguard certs "
                  "undo\n");
    EXPECT_EQ(said.err, "");
    EXPECT_EQ(node.check().out,
              "OK  16 certificates are valid\n"
              "  All 16 certificates stay valid for clock errors from -305 d to +365 d.\n");
    EXPECT_EQ(node.refresh().out, "nothing to do: 16 certificates are valid\n");
}

TEST(CertsRefresh, TouchesNothingElse)
{
    Node node;
    node.tree.build();
    auto before = node.tree.tree.snapshot();

    node.refresh();

    for (const char* written : {"/certs/server.crt", "/certs/front-proxy-client.crt",
                                "/certs/ca.srl", "/certs/front-proxy-ca.srl", "/certs"})
        before.erase(node.tree.path(written));
    auto after = node.tree.tree.snapshot();
    for (const auto& [path, text] : before)
        if (path.find("/var/snap/microk8s/") != std::string::npos) {
            EXPECT_EQ(after[path], text) << path;
        }
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

TEST(CertsRefresh, RefusesWhileTheClockIsNotTrusted)
{
    Node node;
    node.tree.build();
    node.clock = {.why = "chrony: system clock is 30 d ahead (+/-0.001 s), limit 1 s"};
    const auto before = node.tree.tree.snapshot();

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot refresh certificates: the clock is not verified: "
                        "chrony: system clock is 30 d ahead (+/-0.001 s), limit 1 s. See: sudo "
                        "clockguard diagnose\n");
    EXPECT_EQ(node.tree.tree.snapshot(), before);
}

TEST(CertsRefresh, AsksBeforeItActs)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");

    Said said = node.refresh({});
    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot refresh certificates: confirmation needed. Re-run "
                        "with --yes (no terminal to ask on).\n");
    node.answer = false;
    said = node.refresh({});
    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot refresh certificates: not confirmed\n");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
    node.answer = true;
    EXPECT_EQ(node.refresh({}).code, ExitCode::Healthy);
    EXPECT_NE(node.tree.read("/certs/server.crt"), bad);
    EXPECT_EQ(node.asked, std::vector<std::string>(3, "Re-issue them now? [y/N] "));
}

TEST(CertsRefresh, SaysWhatItWouldDo)
{
    Node node;
    node.tree.build();

    EXPECT_EQ(node.refresh({.select = {.names = {"server"}}, .dry_run = true}).out,
              "would re-issue 'server': 2025-05-01 09:12 .. 2027-03-03 08:20 (was 2026-04-03 "
              "08:07 .. 2027-04-03 08:07)\n");
}

TEST(CertsRefresh, DoesNotTakeATornFileForAHealthyOne)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    node.tree.write("/certs/server.crt", "");

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_EQ(said.out, fmt::format("CG214 'server' cannot be read and may need to be re-issued: "
                                    "certificate '{}' is empty\n",
                                    node.tree.path("/certs/server.crt")));
}

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

TEST(CertsRefresh, ClearsAwayWhatAKilledRunLeft)
{
    Node node;
    node.tree.build();
    for (const char* name : {"/certs/server.crt", "/certs/ca.srl", "/credentials/client.config"})
        node.tree.write(std::string{name} + ".clockguard-aB3xYz", "torn");
    node.tree.tree.write("/var/lib/clockguard/backups/20260303T080000Z/certs/server.crt", "torn");

    ASSERT_EQ(node.refresh().code, ExitCode::Healthy);

    for (const auto& [path, text] : node.tree.tree.snapshot())
        EXPECT_EQ(path.find(".clockguard-"), std::string::npos) << path;
    EXPECT_FALSE(file_exists(node.tree.tree.path("/var/lib/clockguard/backups/20260303T080000Z")));
}

TEST(CertsRefresh, StopsAtThreeAnHourInAUnit)
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

/// MicroK8s' kicker with another idea of the time, which writes after each of our writes.
TEST(CertsRefresh, DoesWhatIsTypedWhateverTheUnitsDid)
{
    Node node;
    node.tree.build();
    const CertsRefreshOptions server{.select = {.names = {"server"}}, .yes = true};

    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(node.refresh(server).code, ExitCode::Healthy);
}

TEST(CertsRefresh, WritesNothingOnceTheClockWasMoved)
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

TEST(CertsRefresh, RefusesWhileTheNodeJoins)
{
    Node node;
    node.tree.build();
    node.tree.lock("join-in-progress");

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err,
              "clockguard: cannot refresh certificates: this node is joining a cluster\n");
}

TEST(CertsRefresh, LeavesAStoppedMicrok8sStoppedButSound)
{
    Node node;
    node.tree.build();
    node.tree.lock("stopped.lock");

    EXPECT_EQ(node.refresh().code, ExitCode::Healthy);
    EXPECT_TRUE(std::filesystem::exists(node.tree.path("/var/lock/stopped.lock")));
}

TEST(CertsRefresh, DoesWhatCanBeDoneWithoutOneCaKey)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.tree.remove("/certs/ca.key");

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.out,
              "re-issued 'front-proxy-client': 2025-05-01 09:12 .. 2027-03-03 08:20 (was "
              "2026-04-03 08:07 .. 2027-04-03 08:07)\n"
              "CG216 'server' cannot be re-issued: the key of its CA 'ca' "
              "('/var/snap/microk8s/current/certs/ca.key') is missing\n"
              "  put it back from a backup or another control plane node before starting MicroK8s, "
              "which would make a new one that fits no certificate\n"
              "backup " +
                  node.tree.root().folder +
                  "/var/lib/clockguard/backups/20260303T082011Z. To go back: sudo clockguard certs "
                  "undo\n");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
}

TEST(CertsRefresh, WritesNothingWithACaKeyItCannotUse)
{
    const std::string of = "'server' cannot be re-issued: the key of its CA 'ca' "
                           "('/var/snap/microk8s/current/certs/ca.key') ";
    const std::string foreign = "CG218 " + of +
                                "does not match the CA's certificate\n  put the CA's own key "
                                "back from a backup or another control plane node\n";
    const std::string encrypted = "CG217 " + of +
                                  "is encrypted with a passphrase\n  MicroK8s cannot sign with it "
                                  "either. Decrypt it: clockguard explain CG217\n";
    for (const auto& [key, said_of_it] : {std::pair{std::string{}, foreign},
                                          {"torn", foreign},
                                          {to_pem(make_key()), foreign},
                                          {to_pem(make_key(KeyKind::Rsa)), foreign},
                                          {to_pem(make_key(), "secret"), encrypted}}) {
        Node node;
        node.tree.build();
        node.tree.write("/certs/ca.key", key);
        const auto before = node.tree.tree.snapshot();

        const Said said = node.refresh({.select = {.names = {"server"}}, .yes = true});

        EXPECT_EQ(said.code, ExitCode::Refused);
        EXPECT_EQ(said.out, said_of_it);
        for (const auto& [path, text] : node.tree.tree.snapshot())
            if (path.starts_with(node.tree.tree.path("/var"))) {
                EXPECT_EQ(text, before.at(path)) << path;
            }
    }
}

TEST(CertsRefresh, SaysInJsonWhatIsWrongWithTheCaKey)
{
    Node node;
    node.tree.build();
    node.tree.remove("/certs/front-proxy-ca.key");
    node.output.format = Format::Json;

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Refused);
    for (const char* expected :
         {"\"code\": \"CG216\"",
          "\"cause\": \"cannot be re-issued: the key of its CA 'front-proxy-ca' "
          "('/var/snap/microk8s/current/certs/front-proxy-ca.key') is missing\"",
          "\"exit_code\": 4"})
        EXPECT_NE(said.out.find(expected), std::string::npos) << expected;
}

/// To sign anew is to vouch: an expired certificate of another's does not come back to life in a
/// place that a group may write.
TEST(CertsRefresh, SignsNothingInAPlaceThatItIsNotFor)
{
    for (const auto& [spec, why] : {std::pair{TestCertSpec{.name = "127.0.0.1", .is_ca = true},
                                              "it is a CA's certificate in a place for another"},
                                    {TestCertSpec{.name = "system:kube-scheduler"},
                                     "its subject 'O=Canonical,CN=system:kube-scheduler' has "
                                     "rights (CN=system:kube-scheduler) that this "
                                     "place must not have"}}) {
        Node node;
        node.tree.build();
        TestCertSpec other = spec;
        other.not_before = at("2025-01-01T00:00:00Z");
        other.not_after = at("2026-01-01T00:00:00Z");
        other.issuer = &node.tree.certs.at("ca");
        const TestCert cert = make_cert(other);
        node.tree.write("/certs/server.crt", cert.pem);
        node.tree.write("/certs/server.key", cert.key_pem());

        const Said said = node.refresh();

        EXPECT_EQ(said.code, ExitCode::Refused);
        EXPECT_NE(said.out.find(fmt::format("CG212 'server' cannot be re-issued: {}\n", why)),
                  std::string::npos)
            << said.out;
        EXPECT_EQ(node.tree.read("/certs/server.crt"), cert.pem);
        EXPECT_NE(said.out.find("re-issued 'front-proxy-client'"), std::string::npos) << said.out;
    }
}

/// Keys as an administrator's own CA has them; MicroK8s' are RSA.
TEST(CertsRefresh, RepairsTheIncidentWithEveryKindOfCaKey)
{
    for (const KeyKind kind : {KeyKind::Rsa, KeyKind::Ec, KeyKind::P384}) {
        Node node;
        node.tree.ca_key = make_key(kind);
        node.tree.build();

        EXPECT_EQ(node.refresh().code, ExitCode::Healthy);
        EXPECT_EQ(node.check().out.substr(0, 30), "OK  16 certificates are valid\n");
    }
}

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

TEST(CertsRefresh, ComparesWhatIsServed)
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

TEST(CertsRefresh, FailsWhereTheOldOneGoesOnBeingServed)
{
    Node node;

    const Said said = served(node, {"5D1F"});

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.out.find("CG208 'server' is not what the API server serves on 127.0.0.1:16443: "
                            "restart it (snap restart microk8s.daemon-kubelite)\n"),
              std::string::npos)
        << said.out;
}

TEST(CertsRefresh, FailsWhereTheClusterAgentServesTheOldOne)
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

TEST(CertsRefresh, RedatesTheFrontProxyCaWithWhatItSigned)
{
    Node node;
    node.tree.special["front-proxy-ca"] = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out << said.err;
    EXPECT_NE(said.out.find("re-dated 'front-proxy-ca': 2025-03-03 08:20 .. 2036-02-29 08:20 (was "
                            "2026-04-03 08:07 .. 2036-03-31 08:07)\n"
                            "re-issued 'front-proxy-client': 2025-03-03 08:20 .. 2027-03-03 "
                            "08:20"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(node.check().code, ExitCode::Healthy);
}

TEST(CertsRefresh, RepairsANodeThatWasInstalledInTheFuture)
{
    Node node;
    node.tree.installed = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out << said.err;
    EXPECT_EQ(node.check().out.substr(0, 30), "OK  16 certificates are valid\n")
        << node.check().out;
    EXPECT_NE(said.out.find("updated 'kubelet.config': the copies embedded in it\n"),
              std::string::npos)
        << said.out;
}

TEST(CertsRefresh, LeavesTheCaOfAClusterAloneUntilTold)
{
    Node node;
    node.tree.installed = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();
    node.tree.lock("no-cert-reissue");
    const std::string ca = node.tree.read("/certs/ca.crt");

    EXPECT_EQ(node.refresh().code, ExitCode::Refused);

    EXPECT_EQ(node.tree.read("/certs/ca.crt"), ca);
}

const std::string for_users_and_pods =
    "  users (the kubeconfigs that 'microk8s config' has printed):\n"
    "    microk8s config >~/.kube/config\n"
    "  pods (the ConfigMap kube-root-ca.crt of their namespace):\n"
    "    sudo snap restart microk8s.daemon-kubelite\n";

TEST(CertsRefresh, TellsWhoHoldsACopyOfTheCa)
{
    Node node;
    node.tree.installed = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();
    CertsRefreshOptions all{.select = {.not_yet_valid = true, .include_ca = true}, .dry_run = true};

    const std::string planned = node.refresh(all).out;
    EXPECT_TRUE(planned.ends_with(
        "CG219 'ca' would get new dates. These hold a copy and must fetch the new one:\n" +
        for_users_and_pods))
        << planned;
    all.dry_run = false;
    all.yes = true;
    const Said said = node.refresh(all);
    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_NE(
        said.out.find("CG219 'ca' got new dates. These hold a copy and must fetch the new one:\n" +
                      for_users_and_pods + "backup "),
        std::string::npos)
        << said.out;
}

TEST(CertsRefresh, TellsTheNodesOfAClusterWhatToFetch)
{
    Node node;
    node.tree.installed = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();
    node.tree.lock("no-cert-reissue");

    const Said said =
        node.refresh({.select = {.not_yet_valid = true, .include_ca = true}, .yes = true});

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out << said.err;
    const std::string file = "/var/snap/microk8s/current/var/kubernetes/backend/cluster.crt";
    EXPECT_NE(said.out.find(
                  "CG219 'cluster' got new dates. These hold a copy and must fetch the new one:\n"
                  "  other control plane nodes (cluster.crt, byte for byte):\n"
                  "    sudo scp " +
                  file + " NODE:" + file +
                  "\nCG219 'ca' got new dates. These hold a copy and must fetch the new one:\n"
                  "  other control plane nodes (ca.crt and every kubeconfig):\n"
                  "    sudo clockguard certs refresh --name ca --include-ca\n"
                  "  workers (ca.remote.crt, kubelet.config and proxy.config):\n"
                  "    sudo microk8s leave, then microk8s join as 'microk8s add-node' says\n" +
                  for_users_and_pods),
              std::string::npos)
        << said.out;
}

TEST(CertsRefresh, TellsInJsonWhoHoldsACopyOfTheCa)
{
    Node node;
    node.tree.installed = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();
    node.output.format = Format::Json;

    const Said said =
        node.refresh({.select = {.not_yet_valid = true, .include_ca = true}, .yes = true});

    EXPECT_EQ(said.code, ExitCode::Healthy);
    for (const char* expected :
         {"\"code\": \"CG219\"", "\"command\": \"microk8s config >~/.kube/config\"",
          "\"note\": \"users: the kubeconfigs that 'microk8s config' has printed\"",
          "\"exit_code\": 0"})
        EXPECT_NE(said.out.find(expected), std::string::npos) << expected;
}

/// What no other node or user holds a copy of.
TEST(CertsRefresh, TellsNobodyOfTheFrontProxyCa)
{
    Node node;
    node.tree.special["front-proxy-ca"] = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();

    EXPECT_EQ(node.refresh().out.find("CG219"), std::string::npos);
}

/// A node with the address that its certificates were not made for.
CsrConf moved_conf()
{
    return {.conf = "IP.2 = 10.152.183.1\nIP.3 = 10.0.0.5\n",
            .conf_template = "IP.2 = 10.152.183.1\n#MOREIPS\n",
            .routes = "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n",
            .addresses = {{.link = "eth0", .text = "10.0.0.7", .is_ipv4 = true, .is_up = true}}};
}

const std::string next_start =
    "csr.conf: this node has 10.0.0.7 instead of 10.0.0.5: MicroK8s will re-issue server.crt and "
    "front-proxy-client.crt within 5 s of its start, and restart every pod\n";

TEST(CertsCheck, SaysWhatMicrok8sWillDoAtItsStart)
{
    Node node;
    node.tree.leaves = dates("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
    node.tree.build();
    node.csr_conf = moved_conf();

    EXPECT_EQ(node.check().out, "OK  16 certificates are valid\n"
                                "  CG206 note      " +
                                    next_start +
                                    "  All 16 certificates stay valid for clock errors from -61 d "
                                    "to +303 d.\n");
    EXPECT_TRUE(node.list().out.ends_with(
        "All 16 certificates stay valid for clock errors from -61 d to +303 d.\nCG206 " +
        next_start));
    node.output.format = Format::Json;
    const std::string json = node.check().out;
    EXPECT_NE(json.find("\"id\": \"certs.next_start\",\n      \"status\": \"ok\""),
              std::string::npos)
        << json;
    EXPECT_EQ(json.find("\"code\": \"CG206\""), std::string::npos);
}

TEST(CertsCheck, WarnsOfAStartByADoubtfulClock)
{
    Node node;
    node.tree.leaves = dates("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
    node.tree.build();
    node.csr_conf = moved_conf();
    node.clock = {.why = "chrony says nothing"};

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_TRUE(said.out.starts_with("WARNING  16 certificates are valid\n  CG206 warning   " +
                                     next_start +
                                     "                  the new ones would be dated by a clock "
                                     "that is not verified: correct the clock first\n"))
        << said.out;
    node.output.strict = true;
    EXPECT_EQ(node.check().code, ExitCode::Warnings);
}

TEST(CertsRefresh, LetsTheKubeconfigFollowItsFile)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.special["client"] = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out << said.err;
    EXPECT_NE(said.out.find("re-issued 'client'"), std::string::npos);
    EXPECT_NE(node.tree.read("/credentials/client.config")
                  .find(encode_base64(node.tree.read("/certs/client.crt"))),
              std::string::npos);
    EXPECT_EQ(node.check().code, ExitCode::Healthy);
    EXPECT_EQ(node.check().out.find("CG205"), std::string::npos);
}

TEST(CertsRefresh, SpeaksJson)
{
    Node node;
    node.tree.build();
    node.output.format = Format::Json;

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_TRUE(said.out.starts_with("{\n  \"schema\": \"clockguard.report/v1\"")) << said.out;
    for (const char* expected :
         {"\"clock_trusted\": true", "\"id\": \"certs.refresh.front_proxy_client\"",
          "\"state\": \"valid\"", "\"not_after\": \"2027-03-03T08:20:11Z\"", "\"exit_code\": 0"})
        EXPECT_NE(said.out.find(expected), std::string::npos) << expected;
}

TEST(CertsUndo, PutsBackTheVeryBytes)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.refresh();
    const std::string good = node.tree.read("/certs/server.crt");

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out, "restored 'server' from backup 20260303T082011Z "
                        "(/var/snap/microk8s/current/certs/server.crt)\n"
                        "restored 'front-proxy-client' from backup 20260303T082011Z "
                        "(/var/snap/microk8s/current/certs/front-proxy-client.crt)\n"
                        "backup 20260303T082011Z-2. To go back: sudo clockguard certs undo\n");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
    node.undo();
    EXPECT_EQ(node.tree.read("/certs/server.crt"), good);
    node.undo("20260303T082011Z");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
}

TEST(CertsUndo, ShowsWhatItCanPutBackAndPutsBackAnyOfIt)
{
    Node node;
    node.tree.build();
    EXPECT_EQ(node.backups().out, "there is no backup\n");
    std::map<std::string, std::string> before;
    for (const char* name : {"20260303T082011Z", "20260303T102011Z", "20260303T122011Z"}) {
        before[name] = node.tree.read("/certs/server.crt");
        node.refresh({.select = {.names = {"server"}}, .yes = true});
        node.now += 2h;
        node.uptime += 2h;
    }
    const auto untouched = node.tree.tree.snapshot();

    EXPECT_EQ(node.backups().out, "BACKUP              MADE AT           REASON         FILES\n"
                                  "20260303T122011Z    2026-03-03 12:20  certs refresh      1\n"
                                  "20260303T102011Z    2026-03-03 10:20  certs refresh      1\n"
                                  "20260303T082011Z    2026-03-03 08:20  certs refresh      1\n"
                                  "To restore one: sudo clockguard certs undo --to BACKUP\n");
    EXPECT_EQ(node.tree.tree.snapshot(), untouched);
    for (const auto& [name, text] : before) {
        EXPECT_EQ(node.undo(name).code, ExitCode::Healthy);
        EXPECT_EQ(node.tree.read("/certs/server.crt"), text) << name;
    }
}

TEST(CertsUndo, ShowsItsBackupsInJson)
{
    Node node;
    node.tree.build();
    node.output.format = Format::Json;
    EXPECT_NE(node.backups().out.find("\"backups\": []"), std::string::npos);
    node.refresh({.select = {.names = {"server"}}, .yes = true});

    const Said said = node.backups();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_NE(said.out.find(R"("backups": [
    {
      "name": "20260303T082011Z",
      "time": "2026-03-03T08:20:11Z",
      "reason": "certs refresh",
      "files": [
        "/var/snap/microk8s/current/certs/server.crt"
      ]
    }
  ])"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(node.check().out.find("\"backups\""), std::string::npos);
}

TEST(CertsUndo, SaysThatThereIsNothingToUndo)
{
    Node node;
    node.tree.build();
    EXPECT_EQ(node.undo().err, "clockguard: cannot undo: there is no backup\n");
    EXPECT_EQ(node.undo().code, ExitCode::Critical);

    node.refresh();
    EXPECT_EQ(node.undo("x").err,
              "clockguard: cannot undo: there is no backup 'x'; there are: 20260303T082011Z\n");
}

/// That nothing was written is seen in what was there; a lock file is none of it.
std::map<std::string, std::string> data_of(const Node& node)
{
    std::map<std::string, std::string> seen = node.tree.tree.snapshot();
    std::erase_if(seen,
                  [&](const auto& file) { return !file.first.starts_with(node.tree.path("")); });
    return seen;
}

TEST(CertsUndo, MakesNoFileThatIsGone)
{
    Node node;
    node.tree.build();
    node.refresh();
    node.tree.remove("/certs/server.crt");
    const auto before = data_of(node);

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot undo: '" + node.tree.path("/certs/server.crt") +
                            "': No such file or directory; its old content is in '" +
                            node.tree.tree.path("/var/lib/clockguard/backups/20260303T082011Z/"
                                                "certs/server.crt") +
                            "'\n");
    EXPECT_EQ(data_of(node), before);
}

TEST(CertsUndo, ReplacesNothingThatIsNoCertificate)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.refresh();
    node.tree.write("/certs/server.crt", "root ALL=(ALL) ALL\n");

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_NE(said.err.find("server.crt' no longer holds a certificate; its old content is in '"),
              std::string::npos)
        << said.err;
    EXPECT_EQ(node.tree.read("/certs/server.crt"), "root ALL=(ALL) ALL\n");
    node.tree.write("/certs/server.crt", std::string(1024, '\0'));
    EXPECT_EQ(node.undo().code, ExitCode::Healthy);
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
}

/// A kubeconfig with a token holds no certificate of its user, one in JSON has its keys in quotes.
TEST(CertsUndo, PutsBackAKubeconfigOfAnyForm)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    const std::string old = encode_base64(make_cert({.name = "10.152.183.1",
                                                     .not_before = at("2015-05-01T00:00:00Z"),
                                                     .not_after = at("2025-05-01T00:00:00Z"),
                                                     .is_ca = true,
                                                     .key = node.tree.ca_key})
                                              .pem);
    const std::string token =
        fmt::format("{{\"clusters\": [{{\"name\": \"c\", \"cluster\": "
                    "{{\"server\": \"https://127.0.0.1:16443\", "
                    "\"certificate-authority-data\": \"{}\"}}}}], \"users\": [{{\"name\": \"u\", "
                    "\"user\": {{\"token\": \"x\"}}}}]}}\n",
                    old);
    node.tree.write("/credentials/client.config", token);
    ASSERT_EQ(node.refresh().code, ExitCode::Healthy);
    ASSERT_NE(node.tree.read("/credentials/client.config"), token);
    node.tree.write("/credentials/client.config", "clusters: [{name: c, cluster: {server: h}}]\n"
                                                  "users: [{name: u, user: {token: x}}]\n");

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.err;
    EXPECT_EQ(node.tree.read("/credentials/client.config"), token);
}

/// Only what the profile has, or a flag tells of, is what a refresh replaces.
TEST(CertsUndo, RestoresNothingElseBelowTheData)
{
    Node node;
    node.tree.build();
    node.refresh();
    const std::string manifest = "/var/lib/clockguard/backups/20260303T082011Z/manifest.json";
    std::string text = node.tree.tree.read(manifest);
    const std::string certs = "/var/snap/microk8s/current/certs/";
    text.replace(text.find(certs + "server.crt"), (certs + "server.crt").size(),
                 certs + "serviceaccount.key");
    node.tree.tree.write(manifest, text);
    node.tree.write("/certs/serviceaccount.key", node.tree.read("/certs/server.crt"));
    const auto before = data_of(node);

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot undo: '" + node.tree.path("/certs/serviceaccount.key") +
                            "' is not one of MicroK8s's files\n");
    EXPECT_EQ(data_of(node), before);
}

/// certs/ may be written by a group; what it puts in the folder's place is not followed.
TEST(CertsUndo, GoesThroughNoLink)
{
    Node node;
    node.tree.build();
    node.refresh();
    std::filesystem::rename(node.tree.path("/certs"), node.tree.tree.path("/etc"));
    std::filesystem::create_symlink("/etc", node.tree.path("/certs"));
    const auto before = node.tree.tree.snapshot();

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_NE(said.err.find("': it is a link, or in a folder that is one; its old content"),
              std::string::npos)
        << said.err;
    EXPECT_EQ(node.tree.tree.snapshot(), before);
}

const std::string backup_folder = "/var/lib/clockguard/backups/20260303T082011Z";

TEST(CertsUndo, RefusesABackupThatOthersMayWrite)
{
    Node node;
    node.tree.build();
    node.refresh();
    const std::string folder = node.tree.tree.path(backup_folder);
    ::chmod(folder.c_str(), 0777);
    const std::string why = "backup '20260303T082011Z' cannot be used: cannot trust folder '" +
                            folder + "': users other than its owner may write it (mode 0777)\n";
    const auto before = node.tree.tree.snapshot();

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot undo: " + why);
    EXPECT_EQ(node.undo("20260303T082011Z").err, said.err);
    const Said listed = node.backups();
    EXPECT_EQ(listed.code, ExitCode::Undetermined);
    EXPECT_EQ(listed.out, "");
    EXPECT_EQ(listed.err, "clockguard: " + why);
    EXPECT_EQ(node.tree.tree.snapshot(), before);
}

TEST(CertsUndo, RefusesAFileOfABackupThatOthersMayWriteOrThatIsALink)
{
    Node node;
    node.tree.build();
    node.refresh();
    const std::string stored = node.tree.tree.path(backup_folder + "/certs/server.crt");
    ::chmod(stored.c_str(), 0666);
    const auto before = data_of(node);

    EXPECT_EQ(node.undo().code, ExitCode::Refused);
    std::filesystem::remove(stored);
    node.tree.tree.write("/etc/server.crt", node.tree.read("/certs/server.crt"));
    std::filesystem::create_symlink("../../../../../../etc/server.crt", stored);

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot read '" + stored +
                            "': it is a link, or in a folder that is one\n");
    EXPECT_EQ(data_of(node), before);
}

TEST(CertsUndo, PutsBackNothingThatIsNoCertificate)
{
    Node node;
    node.tree.build();
    node.refresh();
    const std::string stored = backup_folder + "/certs/server.crt";
    node.tree.tree.write(stored, "root:$6$x:19000:0:99999:7:::\n");
    const auto before = data_of(node);

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot undo: '" + node.tree.tree.path(stored) +
                            "' holds no certificate\n");
    EXPECT_EQ(data_of(node), before);
}

/// One that is torn is told, and is none.
TEST(CertsUndo, NamesTheBackupsThatItPassesOver)
{
    Node node;
    node.tree.build();
    node.refresh();
    const std::string torn = "/var/lib/clockguard/backups/20260304T082011Z/manifest.json";
    node.tree.tree.write(torn, "torn");
    const std::string why = "backup '20260304T082011Z' cannot be used: '" +
                            node.tree.tree.path(torn) + "' is not clockguard.backup/v1";

    const Said listed = node.backups();

    EXPECT_EQ(listed.code, ExitCode::Undetermined);
    EXPECT_NE(listed.out.find("20260303T082011Z    2026-03-03 08:20"), std::string::npos);
    EXPECT_EQ(listed.err, "clockguard: " + why + "\n");
    const Said wanted = node.undo("20260304T082011Z");
    EXPECT_EQ(wanted.code, ExitCode::Refused);
    EXPECT_EQ(wanted.err, "clockguard: cannot undo: " + why + "\n");
    const Said said = node.undo();
    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_TRUE(said.err.starts_with("clockguard: " + why + ", ignoring it\n")) << said.err;
}

TEST(CertsUndo, TellsInJsonThatABackupCannotBeUsed)
{
    Node node;
    node.tree.build();
    node.output.format = Format::Json;
    node.tree.tree.write(backup_folder + "/manifest.json", "torn");

    const Said said = node.backups();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_NE(said.out.find("\"exit_code\": 3"), std::string::npos) << said.out;
    EXPECT_NE(said.out.find("0 of at most 10 backups; backup '20260303T082011Z' cannot be used"),
              std::string::npos)
        << said.out;
}

TEST(CertsUndo, AsksOnATerminalAndGoesAheadWithout)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.refresh();
    const std::string good = node.tree.read("/certs/server.crt");
    node.answer = false;

    EXPECT_EQ(node.undo().code, ExitCode::Refused);
    EXPECT_EQ(node.tree.read("/certs/server.crt"), good);
    EXPECT_EQ(node.asked, std::vector<std::string>{"Restore server, front-proxy-client from backup "
                                                   "20260303T082011Z? [y/N] "});
    node.answer.reset();
    EXPECT_EQ(node.undo().code, ExitCode::Healthy);
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
    node.asked.clear();
    node.answer = false;
    const Said said =
        node.say([&] { return run_certs_undo(node.context(), {.yes = true}, node.world()); });
    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_TRUE(node.asked.empty());
}

TEST(CertsUndo, SaysThatWhatItBringsBackIsNotValidNow)
{
    Node node;
    node.tree.build();
    node.refresh();

    EXPECT_EQ(node.undo().err,
              "clockguard: the restored 'server' is not valid until 2026-04-03T08:07:34Z\n"
              "clockguard: the restored 'front-proxy-client' is not valid until "
              "2026-04-03T08:07:34Z\n");
    EXPECT_EQ(node.undo().err, "");
}

TEST(CertsUndo, SaysThatWhatItBringsBackIsOfAnotherCa)
{
    Node node;
    node.tree.build();
    node.refresh(
        {.select = {.names = {"server", "client.config", "ca"}, .include_ca = true}, .yes = true});
    const TestCert other = make_cert({.name = "10.152.183.1",
                                      .not_before = node.tree.installed.from,
                                      .not_after = node.tree.installed.until,
                                      .is_ca = true});
    const std::string of_its_own = node.undo().err;
    EXPECT_EQ(of_its_own.find("CA"), std::string::npos) << of_its_own;
    node.now += std::chrono::hours{1};
    node.refresh({.select = {.names = {"server", "client.config"}}, .yes = true});
    node.tree.write("/certs/ca.crt", other.pem);
    node.tree.write("/certs/ca.key", other.key_pem());

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_NE(said.err.find("'server' as of then is not signed by 'ca' as of now\n"),
              std::string::npos)
        << said.err;
    EXPECT_NE(said.err.find("'client.config' as of then trusts another CA than 'ca' as of now\n"),
              std::string::npos)
        << said.err;
}

TEST(CertsUndo, NeedsRootWhereOnlyRootMay)
{
    Node node;
    node.tree.build();
    node.refresh();
    ::chmod(node.tree.tree.folder().c_str(), 0755);
    const std::string lock = node.tree.tree.path("/run/clockguard/certs.lock");
    ASSERT_EQ(::chmod(lock.c_str(), 0), 0);
    ::chmod(node.tree.path("/certs/ca.key").c_str(), 0);
    {
        const AsAnotherUser nobody;
        EXPECT_EQ(node.refresh({.select = {.names = {"server"}}, .dry_run = true}).code,
                  ExitCode::NeedsRoot);
        EXPECT_EQ(node.undo().code, ExitCode::NeedsRoot);
        EXPECT_EQ(node.refresh().code, ExitCode::NeedsRoot);
    }
    ::chmod(lock.c_str(), 0600);
    ::chmod(node.tree.path("/certs/ca.key").c_str(), 0600);

    node.may_write = false;
    EXPECT_EQ(node.undo().code, ExitCode::NeedsRoot);
    const Said said = node.refresh();
    EXPECT_EQ(said.code, ExitCode::NeedsRoot);
    EXPECT_EQ(said.err, "clockguard: cannot refresh certificates: needs root (sudo)\n");
    EXPECT_NE(node.refresh({.dry_run = true}).code, ExitCode::NeedsRoot);
}

/// `microk8s refresh-certs` makes no key: without one it fails.
TEST(CertsCheck, SendsForAKeyFirstWhereThereIsNoneToSignFor)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    const std::string key_first =
        "sudo openssl genrsa -out /var/snap/microk8s/current/certs/server.key 2048; ";
    const std::string advice = key_first +
                               "sudo find /var/snap/microk8s/current/certs -name ca.srl -empty "
                               "-delete; sudo microk8s refresh-certs --cert server.crt\n";
    const std::string whole = node.tree.read("/certs/server.key");
    const TestKey unknown{EVP_EC_gen("secp256k1"), EVP_PKEY_free};

    for (const std::string& key : {std::string{}, std::string{"torn"}, to_pem(unknown)}) {
        node.tree.write("/certs/server.key", key);
        EXPECT_NE(node.check().out.find(advice), std::string::npos) << key << node.check().out;
    }
    node.tree.remove("/certs/server.key");
    EXPECT_NE(node.check().out.find(advice), std::string::npos) << node.check().out;
    node.tree.remove("/certs/server.crt");
    EXPECT_NE(node.check().out.find(advice), std::string::npos) << node.check().out;

    node.tree.write("/certs/server.key", whole);
    EXPECT_EQ(node.check().out.find(key_first), std::string::npos) << node.check().out;
    node.tree.write("/certs/server.key", to_pem(make_key()));
    node.tree.write("/certs/server.crt", node.tree.certs.at("server").pem);
    EXPECT_EQ(node.check().out.find(key_first), std::string::npos) << node.check().out;
}

/// The advice is to work as printed: clockguard signs without no key, and through no link.
TEST(CertsCheck, SendsForWhatIsLackingToSignWith)
{
    Node node;
    node.tree.build();
    const std::string key = node.tree.read("/certs/ca.key");
    const auto advises = [&](const std::string& advice) {
        return node.check().out.find("server: is not valid until 2026-04-03T08:07:34Z, in 31 d\n"
                                     "                  " +
                                     advice + "\n") != std::string::npos;
    };

    EXPECT_TRUE(advises("sudo clockguard certs refresh --not-yet-valid")) << node.check().out;
    node.tree.remove("/certs/ca.key");
    EXPECT_TRUE(advises("put the key of 'ca' back: clockguard explain CG216"));
    node.tree.write("/certs/ca.key", to_pem(make_key()));
    EXPECT_TRUE(advises("put the own key of 'ca' back: clockguard explain CG218"));
    node.tree.write("/certs/ca.key", to_pem(node.tree.ca_key, "secret"));
    EXPECT_TRUE(advises("decrypt the key of 'ca': clockguard explain CG217"));

    node.tree.write("/certs/ca.key", key);
    std::filesystem::rename(node.tree.path("/certs"), node.tree.path("/elsewhere"));
    std::filesystem::create_directory_symlink("elsewhere", node.tree.path("/certs"));
    EXPECT_TRUE(advises("sudo find /var/snap/microk8s/current/certs -name ca.srl -empty -delete; "
                        "sudo microk8s refresh-certs --cert server.crt"))
        << node.check().out;
}

TEST(CertsCheck, TellsOfAServersCertificateThatNamesNoHost)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    const auto nameless = [&](const char* name) {
        return make_cert({.name = name,
                          .not_before = node.tree.installed.from,
                          .not_after = node.tree.installed.until,
                          .issuer = &node.tree.certs.at("ca"),
                          .key = node.tree.certs.at(name).key,
                          .names_hosts = false})
            .pem;
    };
    node.tree.write("/certs/server.crt", nameless("server"));
    node.tree.write("/certs/proxy.crt", nameless("proxy"));

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_NE(said.out.find("CG223 warning   server: names no host in a subject alternative name"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(said.out.find("CG223 warning   proxy:"), std::string::npos) << said.out;
}

TEST(CertsRefresh, ReplacesNothingBeyondALink)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.tree.tree.write("/etc/ssl/server.crt", bad);
    node.tree.remove("/certs/server.crt");
    std::filesystem::create_symlink("/etc/ssl/server.crt", node.tree.path("/certs/server.crt"));

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.out.find("CG213"), std::string::npos) << said.out;
    EXPECT_NE(said.out.find("it is a link"), std::string::npos) << said.out;
    EXPECT_NE(said.out.find("re-issued 'front-proxy-client'"), std::string::npos) << said.out;
    EXPECT_EQ(node.tree.tree.read("/etc/ssl/server.crt"), bad);
    EXPECT_FALSE(std::filesystem::exists(
        node.tree.tree.path("/var/lib/clockguard/backups/20260303T082011Z/certs/server.crt")));
}

/// Who may write certs/ must not sign with a key that only root may read.
TEST(CertsRefresh, SignsWithNoKeyBeyondALink)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.tree.tree.write("/etc/ssl/private/ca.key", node.tree.read("/certs/ca.key"));
    node.tree.remove("/certs/ca.key");
    std::filesystem::create_symlink("/etc/ssl/private/ca.key", node.tree.path("/certs/ca.key"));

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.out.find("CG213 'server' cannot be re-issued: cannot read '" +
                            node.tree.path("/certs/ca.key") +
                            "': it is a link, or in a folder that is one"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
}

TEST(CertsCheck, PassesOverAnArgsFileThatNoDaemonCouldHave)
{
    Node node;
    node.tree.build();
    node.tree.write("/args/kube-apiserver", std::string(300U << 10U, 'a'));

    const Said said = node.check();

    EXPECT_EQ(said.err, "clockguard: args file '" + node.tree.path("/args/kube-apiserver") +
                            "' is 300 KiB long, limit 256 KiB, ignoring it\n");
}

TEST(CertsUndo, RefusesACertificateWhoseKeyIsAnotherByNow)
{
    Node node;
    node.tree.build();
    node.refresh();
    node.tree.write("/certs/server.key", to_pem(make_key()));
    const std::string there = node.tree.read("/certs/server.crt");

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_EQ(said.err, "clockguard: cannot undo: 'server' now has another key\n");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), there);
}

TEST(CertsCheck, ChangesNothing)
{
    Node node;
    node.tree.build();
    const auto before = node.tree.tree.snapshot();

    node.check();
    node.list();
    node.refresh({.dry_run = true});
    node.refresh({});
    node.output.format = Format::Json;
    node.check();
    node.list();
    node.refresh({.dry_run = true});

    std::filesystem::remove_all(node.tree.tree.path("/run"));
    EXPECT_EQ(node.tree.tree.snapshot(), before);
}

}  // namespace
}  // namespace clockguard

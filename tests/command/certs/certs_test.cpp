// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "support/certs_node.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

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

TEST(CertsList, PutsWhatIsWrongFirstAndTheRemedyBelowIt)
{
    Node node{.output = {.width = 80}};
    node.tree.build();

    const Said said = node.list();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out,
              "NAME                      STATE          NOT BEFORE        NOT AFTER   LEFT\n"
              "server                    NOT YET VALID  2026-04-03 08:07  2027-04-03  395 d\n"
              "front-proxy-client        NOT YET VALID  2026-04-03 08:07  2027-04-03  395 d\n"
              "    sudo clockguard certs refresh --not-yet-valid\n"
              "ca                        valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "front-proxy-ca            valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "kubelet                   valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "client                    valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "controller                valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "scheduler                 valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "proxy                     valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "apiserver-kubelet-client  valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "client.config             valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "controller.config         valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "scheduler.config          valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "proxy.config              valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "kubelet.config            valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n"
              "cluster                   valid          2025-05-01 09:12  2035-04-29  9 y 1 mo\n");
}

TEST(CertsList, DropsTheTimeThatIsLeftWhereItHasNoRoom)
{
    Node node{.output = {.width = 79}};
    node.tree.build();
    const auto head = [&] { return node.list().out.substr(0, node.list().out.find('\n')); };

    EXPECT_EQ(head(),
              "NAME                      STATE          NOT BEFORE        NOT AFTER   LEFT");
    node.output.width = 78;
    EXPECT_EQ(head(), "NAME                      STATE          NOT BEFORE        NOT AFTER");
}

TEST(CertsList, PutsWarningsBeforeWhatIsSound)
{
    Node node;
    node.tree.leaves = dates("2025-03-10T08:07:34Z", "2026-03-10T08:07:34Z");
    node.tree.build();

    const std::string table = node.list().out;

    EXPECT_EQ(table.substr(table.find('\n') + 1, table.find("ca   ") - table.find('\n') - 1),
              "server                    expiring       2025-03-10 08:07  2026-03-10  6 d\n"
              "front-proxy-client        expiring       2025-03-10 08:07  2026-03-10  6 d\n"
              "    sudo clockguard certs refresh --expiring\n");
}

TEST(CertsList, TellsWhatRenewsEachWhereAskedTo)
{
    Node node{.output = {.verbose = true}};
    node.tree.build();

    const std::string table = node.list().out;

    EXPECT_EQ(table.substr(0, table.find("ca  ")),
              "NAME                      STATE          NOT BEFORE        NOT AFTER   LEFT      "
              "REFRESH WITH\n"
              "server                    NOT YET VALID  2026-04-03 08:07  2027-04-03  395 d     "
              "--name server\n"
              "front-proxy-client        NOT YET VALID  2026-04-03 08:07  2027-04-03  395 d     "
              "--name front-proxy-client\n");
    EXPECT_NE(table.find("9 y 1 mo  --name ca --include-ca\n"), std::string::npos) << table;
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

    EXPECT_NE(
        said.out.find("client                    skipped        --                --          "
                      "--        MicroK8s before 1.28 had none\n"),
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

/// What is advised for a mounted disk works where it is read, or is said to be for the machine.
TEST(CertsCheck, AdvisesWhatWorksOnADiskThatIsReadElsewhere)
{
    Node node{.is_disk = true};
    node.tree.build();
    const std::string root = " --root " + node.tree.root().folder;

    EXPECT_NE(node.check().out.find("clockguard certs refresh --not-yet-valid" + root + "\n"),
              std::string::npos)
        << node.check().out;
    EXPECT_NE(node.list().out.find("clockguard certs refresh --not-yet-valid" + root + "\n"),
              std::string::npos);
    node.tree.remove("/certs/server.crt");
    EXPECT_NE(node.check().out.find("on that machine: sudo find "), std::string::npos)
        << node.check().out;
    EXPECT_TRUE(
        node.refresh().out.ends_with("To go back: sudo clockguard certs undo" + root + "\n"));
    EXPECT_TRUE(node.undo().out.ends_with("To go back: sudo clockguard certs undo" + root + "\n"));
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
    node.tree.remove("/certs/ca.key");
    std::filesystem::create_directory(node.tree.path("/certs/ca.key"));
    EXPECT_TRUE(advises("put the key of 'ca' back: clockguard explain CG216"));

    const std::string by_microk8s =
        "sudo find /var/snap/microk8s/current/certs -name ca.srl -empty -delete; "
        "sudo microk8s refresh-certs --cert server.crt";
    std::filesystem::remove(node.tree.path("/certs/ca.key"));
    std::filesystem::create_symlink("../kept.key", node.tree.path("/certs/ca.key"));
    EXPECT_TRUE(advises("put the key of 'ca' back: clockguard explain CG216"));
    node.tree.write("/kept.key", key);
    EXPECT_TRUE(advises(by_microk8s)) << node.check().out;

    std::filesystem::remove(node.tree.path("/certs/ca.key"));
    node.tree.write("/certs/ca.key", key);
    std::filesystem::rename(node.tree.path("/certs"), node.tree.path("/elsewhere"));
    std::filesystem::create_directory_symlink("elsewhere", node.tree.path("/certs"));
    EXPECT_TRUE(advises(by_microk8s)) << node.check().out;
}

TEST(CertsRefresh, LeavesNoKubeconfigThatDiffersFromItsFile)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();

    const Said said = node.refresh({.select = {.names = {"client.config"}}, .yes = true});

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_NE(said.out.find("re-issued 'client': "), std::string::npos) << said.out;
    EXPECT_NE(said.out.find("updated 'client.config': the copies"), std::string::npos) << said.out;
    EXPECT_EQ(node.check().out.find("CG205"), std::string::npos) << node.check().out;
}

TEST(CertsList, EndsWithTheCodeThatItsJsonNames)
{
    Node node;
    node.tree.build();
    node.output.format = Format::Json;

    const Said said = node.list();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_NE(said.out.find("\"status\": \"critical\",\n    \"exit_code\": 0,"), std::string::npos)
        << said.out;
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

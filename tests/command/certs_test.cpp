// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs.hpp"

#include <gtest/gtest.h>

#include "support/microk8s_tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// What a command left behind.
struct Said {
    ExitCode code = ExitCode::Internal;
    std::string out{};
    std::string err{};
};

/// A node on 2026-03-03 with a clock that is trusted, until a test says otherwise.
struct Node {
    Microk8sTree tree{};
    Instant now = at("2026-03-03T08:20:11Z");
    Uptime uptime{5min};
    ClockWord clock{.trusted = true, .by = "chrony", .why = "chrony agrees"};
    std::optional<bool> answer{};
    std::vector<std::string> asked{};
    Output output{};
    Config config{};

    Context context() const { return {.root = tree.root(), .config = config, .output = output}; }

    CertsWorld world()
    {
        return {.now = [this] { return now; },
                .uptime = [this] { return uptime; },
                .clock = [this] { return clock; },
                .host = [] { return ReportHost{.hostname = "edge-07", .boot_id = "b007"}; },
                .may_write = [] { return true; },
                .ask =
                    [this](const std::string& question) {
                        asked.push_back(question);
                        return answer;
                    },
                .served_serial = [] { return fail("not asked"); },
                .wait = [](Span) {}};
    }

    Said say(const std::function<ExitCode()>& run)
    {
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        Said said{.code = run()};
        std::fflush(stdout);
        said.out = testing::internal::GetCapturedStdout();
        said.err = testing::internal::GetCapturedStderr();
        return said;
    }

    Said list()
    {
        return say([this] { return run_certs_list(context(), world()); });
    }

    Said check(const std::string& within = "")
    {
        return say([&] { return run_certs_check(context(), {.within = within}, world()); });
    }

    Said refresh(const CertsRefreshOptions& options = {.yes = true})
    {
        return say([&] { return run_certs_refresh(context(), options, world()); });
    }

    Said undo(const std::string& to = "")
    {
        return say([&] { return run_certs_undo(context(), {.to = to}, world()); });
    }
};

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
        "ca                        2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name ca --include-ca\n"
        "server                    2026-04-03 08:07  2027-04-03 08:07  395d      NOT YET VALID  "
        "--name server\n"
        "front-proxy-ca            2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name front-proxy-ca\n"
        "front-proxy-client        2026-04-03 08:07  2027-04-03 08:07  395d      NOT YET VALID  "
        "--name front-proxy-client\n"
        "kubelet                   2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name kubelet\n"
        "client                    2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name client\n"
        "controller                2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name controller\n"
        "scheduler                 2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name scheduler\n"
        "proxy                     2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name proxy\n"
        "apiserver-kubelet-client  2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name apiserver-kubelet-client\n"
        "client.config             2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name client.config\n"
        "controller.config         2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name controller.config\n"
        "scheduler.config          2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name scheduler.config\n"
        "proxy.config              2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name proxy.config\n"
        "kubelet.config            2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
        "--name kubelet.config\n"
        "cluster                   2025-05-01 09:12  2035-04-29 09:12  9y 1mo    valid          "
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
              "  CG201 critical  server: is not valid until 2026-04-03T08:07:34Z, in 30d23h\n"
              "                  clockguard certs refresh --not-yet-valid\n"
              "  CG201 critical  front-proxy-client: is not valid until 2026-04-03T08:07:34Z, in "
              "30d23h\n"
              "                  clockguard certs refresh --not-yet-valid\n");
}

TEST(CertsCheck, TellsAHealthyNodeItsMargin)
{
    Node node;
    node.tree.leaves = dates("2026-01-01T08:20:11Z", "2027-01-01T08:20:11Z");
    node.tree.build();

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out, "OK  16 certificates are valid\n"
                        "  All 16 certificates stay valid for clock errors from -61d to +304d.\n");
}

TEST(CertsCheck, SaysThatItsOwnClockIsInDoubt)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    node.clock = {.why = "no witness was heard"};

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out, "OK  16 certificates are valid\n"
                        "  All 16 certificates stay valid for clock errors from -305d to +9y 1mo.\n"
                        "Judged by a clock that is not trusted: no witness was heard\n");
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
    EXPECT_EQ(said.out, "MicroK8s is not installed ('" + node.tree.root().folder +
                            "/var/snap/microk8s/current' is not there): nothing to check\n");
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
    EXPECT_EQ(said.err, "clockguard: cannot read MicroK8s' data '" + current + "', a link to '" +
                            node.tree.tree.path("/var/snap/microk8s/8511") +
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
        "                  put a backup in its place: clockguard certs undo\n";
    EXPECT_EQ(
        said.out,
        "CRITICAL  1 of 16 certificates is at odds with their key, 1 not signed by their CA, "
        "5 unreadable, 1 missing\n"
        "  CG209 critical  server: certificate '" +
            at +
            "/certs/server.crt' is empty\n"
            "                  microk8s refresh-certs --cert server.crt\n"
            "  CG210 critical  front-proxy-client: "
            "'/var/snap/microk8s/current/certs/front-proxy-client.crt' is missing\n"
            "                  microk8s refresh-certs --cert front-proxy-client.crt\n"
            "  CG209 critical  kubelet: certificate '" +
            at +
            "/certs/kubelet.crt' is torn: a "
            "certificate in it has no end\n" +
            restore + "  CG209 critical  client: cannot read '" + at +
            "/certs/client.crt': Is a "
            "directory\n" +
            restore + "  CG209 critical  controller: certificate '" + at +
            "/certs/controller.crt' holds "
            "no certificate\n" +
            restore +
            "  CG204 critical  scheduler: is not signed by 'ca'\n"
            "                  it is none of this CA's: find out who replaced which of the two\n"
            "  CG211 critical  proxy: does not fit its key "
            "'/var/snap/microk8s/current/certs/proxy.key'\n" +
            restore + "  CG209 critical  kubelet.config: kubeconfig '" + at +
            "/credentials/kubelet.config'"
            " is empty\n" +
            restore +
            "  CG205 warning   scheduler.config: embeds another certificate than 'scheduler'\n"
            "                  microk8s refresh-certs writes both anew\n");
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
              "  All 5 certificates stay valid for clock errors from -305d to +9y 1mo.\n");
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

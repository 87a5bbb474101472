// SPDX-License-Identifier: Apache-2.0
// The profiles of other distributions against the files that these leave on a disk.
#include "clockguard/command/certs/certs.hpp"
#include "clockguard/command/certs/certs_refresh.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/certs/cert_profile_toml.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "support/distribution_tree.hpp"

namespace clockguard {
namespace {

struct Said {
    ExitCode code = ExitCode::Internal;
    std::string out{};
};

/// A node on 2026-03-03 with a clock that is trusted.
struct Node {
    DistributionTree tree{};
    std::string profile{};
    Output output{.width = 1000};

    Context context() const
    {
        return {.root = tree.root(), .config = {.certs = {.profile = profile}}, .output = output};
    }

    static CertsWorld world()
    {
        return {
            .now = [] { return Instant{at("2026-03-03T00:00:00Z")}; },
            .uptime = [] { return Uptime{std::chrono::minutes{5}}; },
            .clock = [] { return ClockTrust{.trusted = true, .by = "chrony", .why = "agrees"}; },
            .host = [] { return ReportHost{.hostname = "edge-07"}; }};
    }

    static Said say(const std::function<ExitCode()>& run)
    {
        testing::internal::CaptureStdout();
        Said said{.code = run()};
        std::fflush(stdout);
        said.out = testing::internal::GetCapturedStdout();
        return said;
    }

    Said list() const
    {
        return say([this] { return run_certs_list(context(), world()); });
    }

    Said check() const
    {
        return say([this] { return run_certs_check(context(), {}, world()); });
    }
};

/// Each certificate that is valid, and what renews it; and how many are skipped.
std::string names_and_advice(Node& node)
{
    node.output.verbose = true;
    const std::string table = node.list().out;
    const auto column = table.find("REFRESH WITH");
    std::string text;
    int skipped = 0;
    for (const std::string_view row : lines_of(table))
        if (row.find("  skipped  ") != row.npos)
            ++skipped;
        else if (row.find("  valid  ") != row.npos)
            text += fmt::format("{} | {}\n", row.substr(0, row.find(' ')), row.substr(column));
    return skipped == 0 ? text : text + fmt::format("{} skipped\n", skipped);
}

TEST(K3s, ListsAServer)
{
    Node node{.profile = "k3s"};
    build_rancher_server(node.tree, "k3s");
    const std::string rotation =
        " --path=/var/lib/rancher/k3s/server/rotate-ca # put new CAs into that folder first\n";

    const Said said = node.list();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(names_and_advice(node),
              "client-ca | sudo k3s certificate rotate-ca" + rotation +
                  "server-ca | sudo k3s certificate rotate-ca" + rotation +
                  "request-header-ca | sudo k3s certificate rotate-ca" + rotation +
                  "etcd/server-ca | sudo k3s certificate rotate-ca" + rotation +
                  "etcd/peer-ca | sudo k3s certificate rotate-ca" + rotation +
                  "serving-kube-apiserver | sudo systemctl stop k3s; sudo k3s certificate rotate; "
                  "sudo systemctl start "
                  "k3s\n"
                  "client-admin | sudo systemctl stop k3s; sudo k3s certificate rotate; sudo "
                  "systemctl start k3s\n"
                  "client-kube-apiserver | sudo systemctl stop k3s; sudo k3s certificate rotate; "
                  "sudo systemctl start "
                  "k3s\n"
                  "client-controller | sudo systemctl stop k3s; sudo k3s certificate rotate; sudo "
                  "systemctl start k3s\n"
                  "client-scheduler | sudo systemctl stop k3s; sudo k3s certificate rotate; sudo "
                  "systemctl start k3s\n"
                  "client-kube-proxy | sudo systemctl stop k3s; sudo k3s certificate rotate; sudo "
                  "systemctl start k3s\n"
                  "client-auth-proxy | sudo systemctl stop k3s; sudo k3s certificate rotate; sudo "
                  "systemctl start k3s\n"
                  "client-k3s-controller | sudo systemctl stop k3s; sudo k3s certificate rotate; "
                  "sudo systemctl start "
                  "k3s\n"
                  "client-k3s-cloud-controller | sudo systemctl stop k3s; sudo k3s certificate "
                  "rotate; sudo systemctl start "
                  "k3s\n"
                  "client-supervisor | sudo systemctl stop k3s; sudo k3s certificate rotate; sudo "
                  "systemctl start k3s\n"
                  "etcd/client | sudo systemctl stop k3s; sudo k3s certificate rotate; sudo "
                  "systemctl start k3s\n"
                  "etcd/server-client | sudo systemctl stop k3s; sudo k3s certificate rotate; sudo "
                  "systemctl start k3s\n"
                  "etcd/peer-server-client | sudo systemctl stop k3s; sudo k3s certificate rotate; "
                  "sudo systemctl start "
                  "k3s\n"
                  "k3s.yaml | sudo systemctl stop k3s; sudo k3s certificate rotate; sudo systemctl "
                  "start k3s\n"
                  "9 skipped\n");
}

/// Its data folder moved, as by `k3s server --data-dir /mnt/disk/k3s`.
struct Moved {
    std::string file{};
    std::string text{};
};

TEST(K3s, IsLookedAtWhereItIsToldToBe)
{
    const auto said_where = [](const Moved& moved) {
        Node node{.profile = "k3s"};
        build_rancher_server(node.tree, "k3s", "/mnt/disk/");
        node.tree.tree.write(moved.file, moved.text);
        return node.check().out;
    };
    for (const Moved& moved :
         {Moved{"/etc/rancher/k3s/config.yaml", "data-dir: \"/mnt/disk/k3s/\"\n"},
          Moved{"/etc/rancher/k3s/config.yaml.d/10-disk.yaml", "data-dir: /mnt/disk/k3s\n"},
          Moved{"/etc/rancher/k3s/config.yaml.d/10-disk.yml", "data-dir: /mnt/disk/k3s\n"},
          Moved{"/etc/systemd/system/k3s.service.env", "K3S_DATA_DIR=/mnt/disk/k3s\n"},
          Moved{"/etc/systemd/system/k3s.service", "Environment=K3S_DATA_DIR=/mnt/disk/k3s\n"},
          Moved{"/etc/systemd/system/k3s-x.service",
                "ExecStart=/usr/local/bin/k3s server -d /mnt/disk/k3s\n"},
          Moved{"/etc/systemd/system/k3s.service.d/disk.conf",
                "ExecStart=\nExecStart=/usr/local/bin/k3s server --data-dir=/mnt/disk/k3s\n"},
          Moved{"/etc/systemd/system/k3s.service",
                "ExecStart=/usr/local/bin/k3s \\\n    server \\\n\t'--data-dir' \\\n"
                "\t'/mnt/disk/k3s' \\\n"}})
        EXPECT_TRUE(said_where(moved).starts_with("OK")) << moved.file << said_where(moved);
    EXPECT_TRUE(
        said_where({"/etc/rancher/k3s/config.yaml.d/10-disk.txt", "data-dir: /mnt/disk/k3s\n"})
            .starts_with("k3s is not installed"));
}

TEST(K3s, IsNotPassedOverWhereItsDataCannotBeFound)
{
    const Node node{.profile = "k3s"};
    node.tree.tree.write("/etc/rancher/k3s/config.yaml", "data-dir: ../k3s\n");

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
}

/// rotate-ca asks the running server, whose own certificate no one accepts with that CA.
TEST(K3s, NamesNoCommandThatNeedsTheCaToBeValid)
{
    const std::string ca = "/var/lib/rancher/k3s/server/tls/request-header-ca";
    const auto said_with = [&](const TestDates& dates) {
        Node node{.profile = "k3s"};
        build_rancher_server(node.tree, "k3s");
        node.tree.tree.write(ca + ".crt", make_cert({.name = ca,
                                                     .not_before = dates.from,
                                                     .not_after = dates.until,
                                                     .is_ca = true,
                                                     .key = node.tree.certs.at(ca).key})
                                              .pem);
        return node.check().out;
    };
    const std::string expired = said_with(dates("2016-01-01T00:00:00Z", "2026-02-01T00:00:00Z"));
    EXPECT_NE(expired.find("no command can renew it: that works only while it is valid\n"),
              std::string::npos)
        << expired;
    EXPECT_EQ(expired.find("rotate-ca"), std::string::npos) << expired;
    const std::string early = said_with(dates("2026-04-01T00:00:00Z", "2036-04-01T00:00:00Z"));
    EXPECT_NE(early.find("once it is valid, on that machine: sudo k3s certificate rotate-ca "),
              std::string::npos)
        << early;
}

TEST(K3s, LeavesOutTheTimeThatIsLeftForItsLongNames)
{
    Node node{.profile = "k3s", .output = {.width = 80}};
    build_rancher_agent(node.tree, "k3s");

    const std::string table = node.list().out;

    EXPECT_EQ(table.substr(0, table.find("agent/server-ca")),
              "NAME                         STATE  NOT BEFORE        NOT AFTER\n"
              "agent/client-ca              valid  2026-01-01 00:00  2035-12-30\n");
}

TEST(K3s, ListsAnAgent)
{
    Node node{.profile = "k3s"};
    build_rancher_agent(node.tree, "k3s");

    EXPECT_EQ(names_and_advice(node),
              "agent/client-ca | sudo systemctl restart k3s-agent\n"
              "agent/server-ca | sudo systemctl restart k3s-agent\n"
              "agent/client-kubelet | sudo systemctl restart k3s-agent\n"
              "agent/client-kube-proxy | sudo systemctl restart k3s-agent\n"
              "agent/client-k3s-controller | sudo systemctl restart k3s-agent\n"
              "agent/serving-kubelet | sudo systemctl restart k3s-agent\n"
              "22 skipped\n");
}

TEST(Rke2, JudgesAServerAndNamesItsCommand)
{
    Node node{.profile = "rke2"};
    node.tree.too_early = {"/var/lib/rancher/rke2/server/tls/serving-kube-apiserver"};
    build_rancher_server(node.tree, "rke2");

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_EQ(said.out, "CRITICAL  1 of 19 certificates is not yet valid\n"
                        "  CG201 critical  serving-kube-apiserver: is not valid until "
                        "2026-04-01T00:00:00Z, in 29 d\n"
                        "                  on that machine: sudo systemctl stop rke2-server; sudo "
                        "rke2 certificate rotate; "
                        "sudo systemctl start rke2-server\n");
}

/// What stops a static pod and starts it again.
std::string restart_of(const std::string& pod)
{
    const std::string there = "/etc/kubernetes/manifests/" + pod + ".yaml";
    const std::string away = "/etc/kubernetes/" + pod + ".yaml";
    return "; sudo mv -T " + there + " " + away + "; sudo sleep 20; sudo mv -T " + away + " " +
           there + "\n";
}

TEST(Kubeadm, ListsAControlPlaneNode)
{
    Node node{.profile = "kubeadm"};
    build_kubeadm(node.tree);

    EXPECT_EQ(
        names_and_advice(node),
        "ca | --\n"
        "front-proxy-ca | --\n"
        "etcd/ca | --\n"
        "apiserver | sudo kubeadm certs renew apiserver" +
            restart_of("kube-apiserver") +
            "apiserver-kubelet-client | sudo kubeadm certs renew apiserver-kubelet-client" +
            restart_of("kube-apiserver") +
            "front-proxy-client | sudo kubeadm certs renew front-proxy-client" +
            restart_of("kube-apiserver") +
            "apiserver-etcd-client | sudo kubeadm certs renew apiserver-etcd-client" +
            restart_of("kube-apiserver") + "etcd/server | sudo kubeadm certs renew etcd-server" +
            restart_of("etcd") + "etcd/peer | sudo kubeadm certs renew etcd-peer" +
            restart_of("etcd") +
            "etcd/healthcheck-client | sudo kubeadm certs renew etcd-healthcheck-client\n"
            "admin.conf | sudo kubeadm certs renew admin.conf\n"
            "controller-manager.conf | sudo kubeadm certs renew controller-manager.conf" +
            restart_of("kube-controller-manager") +
            "scheduler.conf | sudo kubeadm certs renew scheduler.conf" +
            restart_of("kube-scheduler") +
            "kubelet-client | sudo systemctl stop kubelet; sudo mv -T /etc/kubernetes/kubelet.conf "
            "/etc/kubernetes/kubelet.conf.old; sudo mv -T "
            "/var/lib/kubelet/pki/kubelet-client-current.pem "
            "/var/lib/kubelet/pki/kubelet-client.old; sudo kubeadm init phase kubeconfig kubelet; "
            "sudo systemctl start kubelet\n"
            "kubelet | sudo rm /var/lib/kubelet/pki/kubelet.crt /var/lib/kubelet/pki/kubelet.key; "
            "sudo systemctl restart kubelet\n"
            "3 skipped\n");
}

/// An etcd outside: "kubeadm certs renew" says so, renews nothing and ends with 0.
TEST(Kubeadm, SendsForACaWhoseKeyIsElsewhereToItsHolder)
{
    Node node{.profile = "kubeadm"};
    node.tree.too_early = {"/etc/kubernetes/pki/apiserver-etcd-client"};
    build_kubeadm(node.tree);
    std::filesystem::remove(node.tree.tree.path("/etc/kubernetes/pki/etcd/ca.key"));

    const std::string said = node.check().out;

    EXPECT_NE(said.find("apiserver-etcd-client: is not valid until 2026-04-01T00:00:00Z, in 29 d\n"
                        "                  no command here can renew it: its issuer 'CN=/etc/"
                        "kubernetes/pki/etcd/ca' must sign it again, or wait\n"),
              std::string::npos)
        << said;
    EXPECT_NE(names_and_advice(node).find("apiserver | sudo kubeadm certs renew apiserver;"),
              std::string::npos);
}

/// kubeadm certs renew says "MISSING!" of what is gone and ends with 0, and fails where no
/// certificate can be read; of the key it reads nothing.
TEST(Kubeadm, MakesAnewWhatItsRenewalDoesNot)
{
    Node node{.profile = "kubeadm"};
    build_kubeadm(node.tree);
    const std::filesystem::path etc = node.tree.tree.path("/etc/kubernetes");
    std::filesystem::remove(etc / "pki/apiserver.crt");
    std::filesystem::resize_file(etc / "scheduler.conf", 0);
    std::filesystem::resize_file(etc / "pki/etcd/peer.crt", 40);
    node.tree.tree.write("/etc/kubernetes/controller-manager.conf",
                         "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
                         "contexts: [{name: c, context: {cluster: c, user: u}}]\n"
                         "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:6443'}}]\n"
                         "users: [{name: u, user: {client-certificate: pki/gone.crt, "
                         "client-key: pki/gone.key}}]\n");
    std::filesystem::remove(etc / "pki/front-proxy-client.key");

    const std::string said = node.check().out;

    for (const char* advice :
         {"make it again with kubeadm init phase certs apiserver --config FILE: clockguard explain "
          "CG210",
          "make it again with kubeadm init phase kubeconfig scheduler --config FILE: clockguard "
          "explain CG210",
          "make it again with kubeadm init phase kubeconfig controller-manager --config FILE: "
          "clockguard explain CG210",
          "make it again with kubeadm init phase certs etcd-peer --config FILE: clockguard explain "
          "CG210",
          "sudo kubeadm certs renew front-proxy-client; "})
        EXPECT_NE(said.find(advice), std::string::npos) << advice << '\n' << said;
    EXPECT_EQ(said.find("kubeadm certs renew apiserver;"), std::string::npos) << said;
}

TEST(Kubeadm, KnowsAWorkerByTheManifestItLacks)
{
    Node node{.profile = "kubeadm"};
    build_kubeadm(node.tree);
    std::filesystem::remove_all(node.tree.tree.path("/etc/kubernetes/manifests"));

    EXPECT_EQ(
        names_and_advice(node),
        "ca | --\n"
        "kubelet-client | on a control plane node: kubeadm kubeconfig user --org system:nodes "
        "--client-name system:node:NAME; here, with kubelet stopped: put it in the place of "
        "/etc/kubernetes/kubelet.conf and move kubelet-client-current.pem away\n"
        "kubelet | sudo rm /var/lib/kubelet/pki/kubelet.crt /var/lib/kubelet/pki/kubelet.key; "
        "sudo systemctl restart kubelet\n"
        "15 skipped\n");
}

/// On the first node of a kubeadm before 1.17 it names no file: the kubelet renews another copy
/// than it starts with.
TEST(Kubeadm, JudgesWhatTheKubeletStartsWith)
{
    Node node{.profile = "kubeadm"};
    node.tree.too_early = {"/etc/kubernetes/kubelet.conf"};
    build_kubeadm(node.tree);
    node.tree.add_kubeconfig("/etc/kubernetes/kubelet.conf", "/etc/kubernetes/pki/ca");
    const std::string here = "/var/lib/kubelet/pki/kubelet-client-current.pem";

    const std::string said = node.check().out;

    EXPECT_NE(said.find("CG201 critical  kubelet.conf: is not valid until 2026-04-01T00:00:00Z"),
              std::string::npos)
        << said;

    node.tree.tree.write("/etc/kubernetes/kubelet.conf",
                         fmt::format("apiVersion: v1\nkind: Config\ncurrent-context: c\n"
                                     "contexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n"
                                     "clusters: [{{name: c, cluster: {{server: 'https://a.example:"
                                     "6443', certificate-authority: pki/ca.crt}}}}]\n"
                                     "users: [{{name: u, user: {{client-certificate: {0}, "
                                     "client-key: {0}}}}}]\n",
                                     here));
    EXPECT_EQ(node.check().code, ExitCode::Healthy);

    std::filesystem::remove(node.tree.tree.path(here));
    EXPECT_NE(node.check().out.find("CG209 critical  kubelet.conf: kubeconfig '"),
              std::string::npos);
}

/// Where serverTLSBootstrap was set later, the certificate that the kubelet made before stays.
TEST(Kubeadm, SkipsWhatTheKubeletServesNoMore)
{
    Node node{.profile = "kubeadm"};
    build_kubeadm(node.tree);
    node.tree.tree.write("/var/lib/kubelet/pki/kubelet.crt", "");
    EXPECT_EQ(node.check().code, ExitCode::Critical);

    node.tree.add_pair("/var/lib/kubelet/pki/kubelet-server-current.pem", "/etc/kubernetes/pki/ca");

    EXPECT_EQ(node.check().code, ExitCode::Healthy);
}

TEST(Kubeadm, JudgesWhatTheKubeletServes)
{
    Node node{.profile = "kubeadm"};
    const std::string served = "/var/lib/kubelet/pki/kubelet-server-current.pem";
    node.tree.too_early = {served};
    build_kubeadm(node.tree);
    node.tree.add_pair(served, "/etc/kubernetes/pki/ca");

    const std::string said = node.check().out;

    EXPECT_NE(
        said.find("CG201 critical  kubelet-server: is not valid until "
                  "2026-04-01T00:00:00Z, in 29 d\n"
                  "                  on that machine: sudo systemctl stop kubelet; sudo mv -T " +
                  served +
                  " /var/lib/kubelet/pki/kubelet-server.old; "
                  "sudo systemctl start kubelet # then, on a control plane node: "
                  "kubectl get csr; kubectl certificate approve NAME\n"),
        std::string::npos)
        << said;
}

TEST(K0s, ListsAController)
{
    Node node{.profile = "k0s"};
    build_k0s_controller(node.tree);

    EXPECT_EQ(names_and_advice(node),
              "ca | --\n"
              "front-proxy-ca | --\n"
              "etcd/ca | --\n"
              "server | sudo systemctl restart k0scontroller\n"
              "k0s-api | sudo systemctl restart k0scontroller\n"
              "apiserver-kubelet-client | sudo systemctl restart k0scontroller\n"
              "front-proxy-client | sudo systemctl restart k0scontroller\n"
              "admin | sudo systemctl restart k0scontroller\n"
              "ccm | sudo systemctl restart k0scontroller\n"
              "scheduler | sudo systemctl restart k0scontroller\n"
              "konnectivity | sudo systemctl restart k0scontroller\n"
              "apiserver-etcd-client | sudo systemctl restart k0scontroller\n"
              "etcd/server | sudo systemctl restart k0scontroller\n"
              "etcd/peer | sudo systemctl restart k0scontroller\n"
              "admin.conf | sudo systemctl restart k0scontroller\n"
              "ccm.conf | sudo systemctl restart k0scontroller\n"
              "scheduler.conf | sudo systemctl restart k0scontroller\n"
              "konnectivity.conf | sudo systemctl restart k0scontroller\n"
              "2 skipped\n");
}

TEST(Distributions, AreSoundAsTheyAreMade)
{
    Node k3s{.profile = "k3s"};
    build_rancher_server(k3s.tree, "k3s");
    build_rancher_agent(k3s.tree, "k3s");
    Node rke2{.profile = "rke2"};
    build_rancher_server(rke2.tree, "rke2");
    Node kubeadm{.profile = "kubeadm"};
    build_kubeadm(kubeadm.tree);
    Node k0s{.profile = "k0s"};
    build_k0s_controller(k0s.tree);

    for (const Node* node : {&k3s, &rke2, &kubeadm, &k0s}) {
        const Said said = node->check();
        EXPECT_EQ(said.code, ExitCode::Healthy) << said.out;
    }
}

/// It embeds the administrator's certificate, and the CA of the servers.
TEST(K3s, ComparesTheCaThatItsKubeconfigTrusts)
{
    Node node{.profile = "k3s"};
    build_rancher_server(node.tree, "k3s");
    const std::string tls = "/var/lib/rancher/k3s/server/tls/";
    const std::string config = "/etc/rancher/k3s/k3s.yaml";
    node.tree.add_kubeconfig(config, tls + "client-ca", tls + "client-admin");

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.out.find("CG205 critical  k3s.yaml: trusts another CA certificate than "
                            "'server-ca'\n"),
              std::string::npos)
        << said.out;
}

TEST(Distributions, LeaveRenewalToTheirOwnCommand)
{
    Node node{.profile = "kubeadm"};
    node.tree.too_early = {"/etc/kubernetes/pki/apiserver"};
    build_kubeadm(node.tree);
    const auto before = node.tree.tree.snapshot();

    const Said said = Node::say([&] {
        return run_certs_refresh(node.context(), {.dry_run = true, .yes = true}, Node::world());
    });

    EXPECT_EQ(node.tree.tree.snapshot(), before);
    EXPECT_EQ(said.out, "CG212 'apiserver' cannot be re-issued: clockguard does not sign it\n"
                        "  on that machine: sudo kubeadm certs renew apiserver" +
                            restart_of("kube-apiserver"));
}

/// k0s reset removes the whole data folder: on a single node the cluster.
TEST(Distributions, AdviseNothingThatDestroys)
{
    for (const std::string& name : builtin_profile_names()) {
        const std::string profile{builtin_profile(name)};
        for (const char* command : {"= \"k0s reset", "kubeadm reset", "uninstall", "rm -r", "rm -f",
                                    "rotate-ca\"", "rotate #"})
            EXPECT_EQ(profile.find(command), std::string::npos) << name << ": " << command;
    }
}

TEST(K0s, MovesTheKubeletsOwnFilesAsideAndNothingElse)
{
    const auto profile = parse_profile(builtin_profile("k0s"), "k0s");
    ASSERT_TRUE(profile);

    for (const auto& [role, unit] :
         {std::pair{NodeRole::Single, "k0scontroller"}, std::pair{NodeRole::Worker, "k0sworker"}}) {
        const auto places = cert_places(*profile, role);
        const auto kubelet = std::ranges::find(places, "kubelet-client", &CertPlace::name);
        ASSERT_NE(kubelet, places.end());
        EXPECT_EQ(kubelet->renew.command.steps,
                  (std::vector<std::string>{
                      std::string{"systemctl stop "} + unit,
                      "mv -T /var/lib/k0s/kubelet.conf /var/lib/k0s/kubelet.conf.old",
                      "mv -T /var/lib/k0s/kubelet/pki /var/lib/k0s/kubelet/pki.old",
                      std::string{"systemctl start "} + unit}));
    }
}

TEST(Distributions, SayWhatIsNotThere)
{
    const Node node{.profile = "k0s"};

    EXPECT_EQ(node.list().out, "k0s is not installed: '" + node.tree.tree.path("/var/lib/k0s") +
                                   "' does not exist\n");
}

/// As rancher/dynamiclistener writes it.
void write_dynamic_cert(Node& node, const TestCert& cert)
{
    node.tree.tree.write("/var/lib/rancher/k3s/server/tls/dynamic-cert.json",
                         fmt::format("{{\"metadata\":{{\"name\":\"k3s-serving\"}},\"data\":{{"
                                     "\"tls.crt\":\"{}\",\"tls.key\":\"{}\"}},"
                                     "\"type\":\"kubernetes.io/tls\"}}\n",
                                     encode_base64(cert.pem), encode_base64(cert.key_pem())));
}

TEST(K3s, JudgesTheSecretThatItServes)
{
    Node node{.profile = "k3s"};
    build_rancher_server(node.tree, "k3s");
    TestCertSpec spec{.name = "k3s",
                      .not_before = at("2026-01-01T00:00:00Z"),
                      .not_after = at("2027-01-01T00:00:00Z"),
                      .issuer = &node.tree.certs.at("/var/lib/rancher/k3s/server/tls/server-ca")};
    write_dynamic_cert(node, make_cert(spec));
    EXPECT_EQ(node.check().code, ExitCode::Healthy);
    EXPECT_NE(names_and_advice(node).find("dynamic-cert | sudo systemctl stop k3s; sudo k3s "
                                          "certificate rotate; sudo systemctl start k3s\n"),
              std::string::npos);

    spec.not_before = at("2026-04-01T00:00:00Z");
    write_dynamic_cert(node, make_cert(spec));
    EXPECT_NE(node.check().out.find("CG201 critical  dynamic-cert: is not valid until "
                                    "2026-04-01T00:00:00Z, in 29 d\n"),
              std::string::npos);

    node.tree.tree.write("/var/lib/rancher/k3s/server/tls/dynamic-cert.json", "{");
    EXPECT_NE(node.check().out.find("CG209 critical  dynamic-cert: secret '" +
                                    node.tree.tree.path("/var/lib/rancher/k3s/server/tls/") +
                                    "dynamic-cert.json' is not a Secret in JSON\n"),
              std::string::npos);
}

/// An address that the node was given after its certificates had been made.
TEST(Distributions, JudgeTheServersCertificateByTheNamesOfTheirKubeconfigs)
{
    const auto says = [](Node& node, const std::string& path, const std::string& lack) {
        std::string text = node.tree.tree.read(path);
        text.replace(text.find("127.0.0.1"), 9, "10.0.0.9");
        node.tree.tree.write(path, text);
        const Said said = node.check();
        EXPECT_EQ(said.code, ExitCode::Critical);
        EXPECT_NE(said.out.find("CG223 critical  " + lack + " its server: they refuse it\n"),
                  std::string::npos)
            << said.out;
    };
    Node rke2{.profile = "rke2"};
    build_rancher_server(rke2.tree, "rke2");
    says(rke2, "/etc/rancher/rke2/rke2.yaml",
         "serving-kube-apiserver: does not name '10.0.0.9', by which rke2.yaml calls");
    Node kubeadm{.profile = "kubeadm"};
    build_kubeadm(kubeadm.tree);
    says(kubeadm, "/etc/kubernetes/scheduler.conf",
         "apiserver: does not name '10.0.0.9', by which scheduler.conf calls");
    Node k0s{.profile = "k0s"};
    build_k0s_controller(k0s.tree);
    says(k0s, "/var/lib/k0s/pki/admin.conf",
         "server: does not name '10.0.0.9', by which admin.conf calls");
}

}  // namespace
}  // namespace clockguard

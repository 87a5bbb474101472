// SPDX-License-Identifier: Apache-2.0
// A node of k3s, RKE2, kubeadm or k0s below a temporary root: the files these leave on a disk, all
// valid from 2026-01-01, for one year or ten.
#pragma once

#include <map>
#include <set>

#include <fmt/core.h>

#include "clockguard/edge/base/root.hpp"
#include "support/microk8s_tree.hpp"
#include "support/test_ca.hpp"
#include "support/tree.hpp"

namespace clockguard {

class DistributionTree {
public:
    static inline const TestDates long_lived =
        dates("2026-01-01T00:00:00Z", "2035-12-30T00:00:00Z");
    std::set<std::string> too_early{};  // leaves, by path, that a clock a month ahead has dated

    /// Paths are without ".crt"; the key lies beside it.
    void add_authority(const std::string& path)
    {
        add(path, {.name = path,
                   .not_before = long_lived.from,
                   .not_after = long_lived.until,
                   .is_ca = true});
    }

    void add_leaf(const std::string& path, const std::string& ca) { add(path, spec_of(path, ca)); }

    /// A CA's copy, as an agent is given it.
    void add_copy(const std::string& path, const std::string& ca) const
    {
        tree.write(path + ".crt", certs.at(ca).pem);
    }

    /// Certificate, then key, as kubelet's certificate manager writes them.
    void add_pair(const std::string& path, const std::string& ca)
    {
        const TestCert cert = make_cert(spec_of(path, ca));
        tree.write(path, cert.pem + cert.key_pem());
    }

    void add_kubeconfig(const std::string& path, const std::string& ca,
                        const std::string& leaf) const
    {
        write_kubeconfig(path, ca, certs.at(leaf));
    }

    /// With a certificate of its own.
    void add_kubeconfig(const std::string& path, const std::string& ca)
    {
        write_kubeconfig(path, ca, make_cert(spec_of(path, ca)));
    }

    Root root() const { return {.folder = tree.folder()}; }

    Tree tree{};
    std::map<std::string, TestCert> certs{};

private:
    TestCertSpec spec_of(const std::string& path, const std::string& ca) const
    {
        const bool early = too_early.contains(path);
        return {.name = path,
                .not_before = at(early ? "2026-04-01T00:00:00Z" : "2026-01-01T00:00:00Z"),
                .not_after = at("2027-01-01T00:00:00Z"),
                .issuer = &certs.at(ca)};
    }

    void add(const std::string& path, const TestCertSpec& spec)
    {
        certs[path] = make_cert(spec);
        tree.write(path + ".crt", certs[path].pem);
        tree.write(path + ".key", certs[path].key_pem());
    }

    void write_kubeconfig(const std::string& path, const std::string& ca,
                          const TestCert& cert) const
    {
        tree.write(path, fmt::format("apiVersion: v1\nclusters:\n- cluster:\n"
                                     "    certificate-authority-data: {}\n"
                                     "    server: https://127.0.0.1:6443\n  name: default\n"
                                     "contexts:\n- context:\n    cluster: default\n"
                                     "    user: default\n  name: default\n"
                                     "current-context: default\n"
                                     "kind: Config\nusers:\n- name: default\n  user:\n"
                                     "    client-certificate-data: {}\n    client-key-data: {}\n",
                                     encode_base64(certs.at(ca).pem), encode_base64(cert.pem),
                                     encode_base64(cert.key_pem())));
    }
};

/// `program` is "k3s" or "rke2"; with the embedded etcd, and pods of its own.
inline void build_rancher_server(DistributionTree& node, const std::string& program,
                                 const std::string& parent = "/var/lib/rancher/")
{
    const std::string data = parent + program;
    const std::string tls = data + "/server/tls/";
    for (const char* ca :
         {"client-ca", "server-ca", "request-header-ca", "etcd/server-ca", "etcd/peer-ca"})
        node.add_authority(tls + ca);
    node.add_leaf(tls + "serving-kube-apiserver", tls + "server-ca");
    for (const std::string& leaf :
         {std::string{"client-admin"}, std::string{"client-kube-apiserver"},
          std::string{"client-controller"}, std::string{"client-scheduler"},
          std::string{"client-kube-proxy"}, "client-" + program + "-controller",
          "client-" + program + "-cloud-controller", std::string{"client-supervisor"}})
        node.add_leaf(tls + leaf, tls + "client-ca");
    node.add_leaf(tls + "client-auth-proxy", tls + "request-header-ca");
    node.add_leaf(tls + "etcd/client", tls + "etcd/server-ca");
    node.add_leaf(tls + "etcd/server-client", tls + "etcd/server-ca");
    node.add_leaf(tls + "etcd/peer-server-client", tls + "etcd/peer-ca");
    node.add_kubeconfig("/etc/rancher/" + program + "/" + program + ".yaml", tls + "server-ca",
                        tls + "client-admin");
}

/// What the server has signed for this node; its own CAs may be elsewhere.
inline void build_rancher_agent(DistributionTree& node, const std::string& program)
{
    const std::string tls = "/elsewhere/tls/";
    const std::string agent = "/var/lib/rancher/" + program + "/agent/";
    for (const char* ca : {"client-ca", "server-ca"}) {
        node.add_authority(tls + ca);
        node.add_copy(agent + ca, tls + ca);
    }
    for (const std::string& leaf : {std::string{"client-kubelet"}, std::string{"client-kube-proxy"},
                                    "client-" + program + "-controller"})
        node.add_leaf(agent + leaf, tls + "client-ca");
    node.add_leaf(agent + "serving-kubelet", tls + "server-ca");
}

inline void build_kubeadm(DistributionTree& node)
{
    const std::string pki = "/etc/kubernetes/pki/";
    node.tree.write("/etc/kubernetes/manifests/kube-apiserver.yaml", "kind: Pod\n");
    for (const char* ca : {"ca", "front-proxy-ca", "etcd/ca"})
        node.add_authority(pki + ca);
    node.add_leaf(pki + "apiserver", pki + "ca");
    node.add_leaf(pki + "apiserver-kubelet-client", pki + "ca");
    node.add_leaf(pki + "front-proxy-client", pki + "front-proxy-ca");
    for (const char* leaf :
         {"apiserver-etcd-client", "etcd/server", "etcd/peer", "etcd/healthcheck-client"})
        node.add_leaf(pki + leaf, pki + "etcd/ca");
    for (const char* config : {"admin", "controller-manager", "scheduler"})
        node.add_kubeconfig(fmt::format("/etc/kubernetes/{}.conf", config), pki + "ca");
    node.add_pair("/var/lib/kubelet/pki/kubelet-client-2026-01-01-00-00-00.pem", pki + "ca");
    std::filesystem::create_symlink(
        "kubelet-client-2026-01-01-00-00-00.pem",
        node.tree.path("/var/lib/kubelet/pki/kubelet-client-current.pem"));
    node.add_authority("/var/lib/kubelet/pki/kubelet");  // kubelet's own CA is not kept
}

inline void build_k0s_controller(DistributionTree& node)
{
    const std::string pki = "/var/lib/k0s/pki/";
    for (const char* ca : {"ca", "front-proxy-ca", "etcd/ca"})
        node.add_authority(pki + ca);
    for (const char* leaf : {"server", "k0s-api", "apiserver-kubelet-client", "admin", "ccm",
                             "scheduler", "konnectivity"})
        node.add_leaf(pki + leaf, pki + "ca");
    node.add_leaf(pki + "front-proxy-client", pki + "front-proxy-ca");
    for (const char* leaf : {"apiserver-etcd-client", "etcd/server", "etcd/peer"})
        node.add_leaf(pki + leaf, pki + "etcd/ca");
    for (const std::string config : {"admin", "ccm", "scheduler", "konnectivity"})
        node.add_kubeconfig(pki + config + ".conf", pki + "ca", pki + config);
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
// A MicroK8s installation below a temporary root: every certificate, with given times.
#pragma once

#include <filesystem>
#include <map>

#include <fmt/core.h>

#include "clockguard/core/base/base64.hpp"
#include "clockguard/core/base/time.hpp"
#include "clockguard/edge/base/root.hpp"
#include "support/test_ca.hpp"
#include "support/tree.hpp"

namespace clockguard {

struct TestDates {
    std::chrono::sys_seconds from{};
    std::chrono::sys_seconds until{};
};

/// "2026-03-03T08:20:11Z"
inline std::chrono::sys_seconds at(std::string_view text)
{
    return std::chrono::floor<std::chrono::seconds>(parse_instant(text).value_or(Instant{}));
}

inline TestDates dates(std::string_view from, std::string_view until)
{
    return {at(from), at(until)};
}

class Microk8sTree {
public:
    static inline const std::string data = "/var/snap/microk8s/8511";

    /// The incident: installed in 2025, both leaves re-issued a month ahead; now is 2026-03-03.
    TestDates installed = dates("2025-05-01T09:12:00Z", "2035-04-29T09:12:00Z");
    TestDates leaves = dates("2026-04-03T08:07:34Z", "2027-04-03T08:07:34Z");
    std::map<std::string, TestDates> special{};  // by name
    TestKey ca_key = make_key();

    Microk8sTree() = default;

    const Microk8sTree& build()
    {
        std::filesystem::create_directories(tree.path(data + "/certs"));
        std::filesystem::create_directory_symlink("8511", tree.path("/var/snap/microk8s/current"));
        tree.write("/proc/sys/kernel/random/boot_id", "b007\n");
        tree.write("/proc/sys/kernel/hostname", "edge-07\n");
        add_authority("ca", "10.152.183.1");
        add_authority("front-proxy-ca", "front-proxy-ca");
        add_leaf("server", "ca", "127.0.0.1");
        add_leaf("front-proxy-client", "front-proxy-ca", "front-proxy-client");
        for (const char* name :
             {"kubelet", "client", "controller", "scheduler", "proxy", "apiserver-kubelet-client"})
            add_leaf(name, "ca", name);
        for (const char* name : {"client", "controller", "scheduler", "proxy", "kubelet"})
            add_kubeconfig(name);
        add("cluster", {.name = "k8s", .is_ca = true}, "/var/kubernetes/backend/");
        return *this;
    }

    Root root() const { return {.folder = tree.folder()}; }

    std::string path(const std::string& below) const { return tree.path(data + below); }

    std::string read(const std::string& below) const { return tree.read(data + below); }

    void write(const std::string& below, const std::string& text) const
    {
        tree.write(data + below, text);
    }

    void remove(const std::string& below) const { std::filesystem::remove(path(below)); }

    void lock(const std::string& name) const { write("/var/lock/" + name, ""); }

    void add_kubeconfig(const std::string& name) const
    {
        const TestCert& user = certs.at(name);
        write("/credentials/" + name + ".config",
              fmt::format("apiVersion: v1\nclusters:\n- cluster:\n"
                          "    certificate-authority-data: {}\n"
                          "    server: https://127.0.0.1:16443\n  name: microk8s-cluster\n"
                          "contexts:\n- context:\n    cluster: microk8s-cluster\n    user: admin\n"
                          "  name: microk8s\ncurrent-context: microk8s\nkind: Config\n"
                          "preferences: {{}}\nusers:\n- name: admin\n  user:\n"
                          "    client-certificate-data: {}\n    client-key-data: {}\n",
                          encode_base64(certs.at("ca").pem), encode_base64(user.pem),
                          encode_base64(user.key_pem())));
    }

    Tree tree{};
    std::map<std::string, TestCert> certs{};

    /// Another server.crt for the same key, as the kicker makes one.
    std::string kickers_server(const TestDates& when) const
    {
        return make_cert({.name = "127.0.0.1",
                          .not_before = when.from,
                          .not_after = when.until,
                          .issuer = &certs.at("ca"),
                          .key = certs.at("server").key})
            .pem;
    }

private:
    TestDates dates_of(const std::string& name) const
    {
        const auto found = special.find(name);
        if (found != special.end())
            return found->second;
        return name == "server" || name == "front-proxy-client" ? leaves : installed;
    }

    void add(const std::string& name, TestCertSpec spec, const std::string& folder = "/certs/")
    {
        const TestDates when = dates_of(name);
        spec.not_before = when.from;
        spec.not_after = when.until;
        certs[name] = make_cert(spec);
        write(folder + name + ".crt", certs[name].pem);
        write(folder + name + ".key", certs[name].key_pem());
    }

    void add_authority(const std::string& name, const std::string& common_name)
    {
        add(name, {.name = common_name,
                   .is_ca = true,
                   .serial = 0xca,
                   .key = name == "ca" ? ca_key : make_key()});
        write("/certs/" + name + ".srl", "5D1F\n");
    }

    void add_leaf(const std::string& name, const std::string& ca, const std::string& common_name)
    {
        add(name, {.name = common_name, .issuer = &certs.at(ca)});
    }
};

}  // namespace clockguard

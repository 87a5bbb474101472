// SPDX-License-Identifier: Apache-2.0
// What MicroK8s' apiserver-kicker will do, 5 s after it starts: it renders csr.conf.template with
// the addresses of the moment, and makes both leaf certificates anew when the result differs from
// csr.conf.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/certs/cert_profile.hpp"

namespace clockguard {

/// One entry of getifaddrs(3), in the order that it and `hostname -I` tell them.
struct HostAddress {
    std::string link{};  // "eth0"
    std::string text{};  // "10.0.0.5", "fe80::1"
    bool is_ipv4 = false;
    bool is_up = false;
    bool is_loopback = false;
};

/// All that the kicker decides by.
struct CsrConf {
    std::optional<std::string> conf{};  // certs/csr.conf; unset: it is not there
    std::string conf_template{};        // certs/csr.conf.template
    std::string api_server_args{};      // args/kube-apiserver
    std::string routes{};               // /proc/net/route
    std::vector<HostAddress> addresses{};
    std::optional<int> minor{};  // of MicroK8s' release, 1.x; unset: not known
    /// Unset: not looked at.
    std::optional<CertState> server{};
    std::optional<CertState> ca{};
};

/// The states of server.crt and its CA, by which the kicker decides where addresses do not count.
void note_states(CsrConf& seen, const CertsVerdict& verdict);

/// The addresses that MicroK8s puts into its certificates (utils.sh, get_ips): those of `hostname
/// -I` without 169.254/16 and the first IPv4 address of each link of a pod network; until 1.26 of
/// Calico's alone.
std::vector<std::string> certificate_addresses(const std::vector<HostAddress>& all,
                                               std::optional<int> minor);

/// As render_csr_conf of utils.sh does: IP.3 and following, leaving out numbers that the template
/// has already.
std::string render_csr_conf(const std::string& conf_template,
                            const std::vector<std::string>& addresses);

/// CG206 where the kicker will make certificates anew. It does not by addresses on a node joined to
/// others (no-cert-reissue), with a fixed --advertise-address or --bind-address, and without a
/// default route: there, from 1.27 on, it makes a server.crt anew that does not verify. Never on a
/// worker. A warning if they would be dated by a clock that is not trusted, else a note.
std::optional<Finding> judge_csr_conf(const CsrConf& seen, NodeRole role, bool clock_trusted);

/// Adds what the kicker will do to what was found of the certificates.
void add_outlook(CertsVerdict& verdict, CsrConf seen, NodeRole role, bool clock_trusted);

/// Adds it to what was found of the certificates, in the order of weight.
void add_finding(CertsVerdict& verdict, std::optional<Finding> finding);

}  // namespace clockguard

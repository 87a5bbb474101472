// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/csr_conf.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using Strings = std::vector<std::string>;

HostAddress ipv4(const std::string& link, const std::string& text)
{
    return {.link = link, .text = text, .is_ipv4 = true, .is_up = true};
}

HostAddress ipv6(const std::string& link, const std::string& text)
{
    return {.link = link, .text = text, .is_up = true};
}

const std::string conf_template = "[ alt_names ]\nDNS.1 = kubernetes\nIP.1 = 127.0.0.1\n"
                                  "IP.2 = 10.152.183.1\n#MOREIPS\n\n[ v3_ext ]\n";

const std::string default_route =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
    "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n";

/// A node that had 10.0.0.5 when its certificates were made, and has these addresses now.
CsrConf node_with(const std::vector<HostAddress>& addresses)
{
    return {.conf = render_csr_conf(conf_template, {"10.0.0.5", "fd00::5"}),
            .conf_template = conf_template,
            .api_server_args = "--secure-port=16443\n",
            .routes = default_route,
            .addresses = addresses};
}

const CsrConf moved = node_with({ipv4("eth0", "10.0.0.7"), ipv6("eth0", "fd00::5")});

std::string said_of(const CsrConf& seen, NodeRole role = NodeRole::Single)
{
    const auto finding = judge_csr_conf(seen, role, true);
    return finding ? finding->code + " " + to_text(finding->severity) + " " + finding->subject +
                         " " + finding->message
                   : "";
}

std::string will_reissue(const std::string& why)
{
    return "CG206 note csr.conf " + why +
           ": MicroK8s will re-issue server.crt and front-proxy-client.crt within 5 s of its "
           "start, and restart every pod";
}

TEST(CertificateAddresses, AreThoseOfHostnameWithoutThePodNetworksOwn)
{
    HostAddress down = ipv4("eth9", "10.0.9.9");
    down.is_up = false;
    HostAddress loopback = ipv4("lo", "127.0.0.1");
    loopback.is_loopback = true;

    const std::vector<HostAddress> all{
        loopback,
        ipv4("eth0", "10.0.0.5"),
        ipv4("eth0", "169.254.7.7"),
        down,
        ipv4("vxlan.calico", "10.1.77.64"),
        ipv4("cni0", "10.1.78.1"),
        ipv4("cni0", "10.1.78.2"),
        ipv4("docker0", "172.17.0.1"),
        ipv6("eth0", "fd00::5"),
        ipv6("eth0", "fe80::215:5dff:fe01:2"),
        ipv6("vxlan-v6.calico", "fd01::1"),
    };

    EXPECT_EQ(certificate_addresses(all, {}),
              (Strings{"10.0.0.5", "10.1.78.2", "172.17.0.1", "fd00::5", "fd01::1"}));
    EXPECT_EQ(certificate_addresses(all, 26),
              (Strings{"10.0.0.5", "10.1.78.1", "10.1.78.2", "172.17.0.1", "fd00::5", "fd01::1"}));
}

/// Entry 18 of the reality: until 1.26 the address of cni0 is in the certificates.
TEST(CsrConf, GoesByTheKickerOfTheRelease)
{
    CsrConf seen = node_with({ipv4("eth0", "10.0.0.5"), ipv4("cni0", "10.1.78.1")});
    seen.conf = render_csr_conf(conf_template, {"10.0.0.5", "10.1.78.1"});

    seen.minor = 26;
    EXPECT_EQ(said_of(seen), "");
    seen.minor = 27;
    EXPECT_EQ(said_of(seen), will_reissue("this node no longer has 10.1.78.1"));
    seen.minor.reset();
    EXPECT_EQ(said_of(seen), "");
    seen.conf = render_csr_conf(conf_template, {"10.0.0.5"});
    EXPECT_EQ(said_of(seen), "");
    seen.minor = 26;
    EXPECT_EQ(said_of(seen), will_reissue("this node has 10.1.78.1 in addition"));
}

/// Entry 18 of the reality: `openssl verify` that fails is answered like a change.
TEST(CsrConf, TellsWhereAServersCertificateThatDoesNotVerifyIsMadeAnew)
{
    const std::string will = ": MicroK8s will re-issue it within 5 s of its start, and restart "
                             "every pod";
    CsrConf seen = moved;
    seen.server = CertState::NotYetValid;
    EXPECT_EQ(said_of(seen), said_of(moved));
    EXPECT_EQ(said_of(seen, NodeRole::Master), "CG206 note server.crt is not yet valid" + will);
    EXPECT_EQ(said_of(seen, NodeRole::Worker), "");
    seen.api_server_args = "--bind-address=0.0.0.0\n";
    EXPECT_EQ(said_of(seen), "CG206 note server.crt is not yet valid" + will);
    seen.minor = 26;
    EXPECT_EQ(said_of(seen), "");
    seen.minor = 27;
    EXPECT_EQ(said_of(seen), "CG206 note server.crt is not yet valid" + will);
    seen.server = CertState::Expiring;
    EXPECT_EQ(said_of(seen), "");
    seen.ca = CertState::NotYetValid;
    EXPECT_EQ(
        said_of(seen),
        "CG206 note ca.crt is not yet valid, and no server.crt verifies with it: MicroK8s will "
        "re-issue server.crt again and again, and restart every pod each time");
}

TEST(CsrConfRendering, NumbersTheAddressesFromThreeOn)
{
    EXPECT_EQ(render_csr_conf("IP.2 = 10.152.183.1\n#MOREIPS\n", {"10.0.0.5", "fd00::5"}),
              "IP.2 = 10.152.183.1\nIP.3 = 10.0.0.5\nIP.4 = fd00::5\n");
    EXPECT_EQ(render_csr_conf("IP.2 = 10.152.183.1\n#MOREIPS\n", {}), "IP.2 = 10.152.183.1\n\n");
}

/// `grep ^IP.3`, which finds IP.30 too.
TEST(CsrConfRendering, LeavesOutNumbersThatTheTemplateHas)
{
    EXPECT_EQ(render_csr_conf("IP.30 = 192.0.2.1\nIP.5 = 192.0.2.2\n#MOREIPS", {"a", "b"}),
              "IP.30 = 192.0.2.1\nIP.5 = 192.0.2.2\nIP.4 = a\nIP.6 = b");
}

TEST(CsrConf, IsSilentWhereNothingHasChanged)
{
    EXPECT_EQ(said_of(node_with({ipv4("eth0", "10.0.0.5"), ipv6("eth0", "fd00::5")})), "");
}

TEST(CsrConf, SaysWhatMicrok8sWillDoAndWhy)
{
    EXPECT_EQ(said_of(moved), will_reissue("this node has 10.0.0.7 instead of 10.0.0.5"));
    EXPECT_EQ(said_of(node_with({ipv4("eth0", "10.0.0.5")})),
              will_reissue("this node no longer has fd00::5"));
    EXPECT_EQ(said_of(node_with({ipv4("eth0", "10.0.0.5"), ipv4("docker0", "172.17.0.1"),
                                 ipv6("eth0", "fd00::5")})),
              will_reissue("this node has 172.17.0.1 in addition"));
    EXPECT_EQ(said_of(node_with({ipv6("eth0", "fd00::5"), ipv4("eth0", "10.0.0.5")})),
              will_reissue("this node's addresses come in another order"));
}

TEST(CsrConf, KnowsEveryOtherReason)
{
    CsrConf seen = node_with({ipv4("eth0", "10.0.0.5"), ipv6("eth0", "fd00::5")});
    seen.conf_template = "DNS.9 = edge.example\n" + conf_template;
    EXPECT_EQ(said_of(seen), will_reissue("its template has changed"));
    seen.conf.reset();
    EXPECT_EQ(said_of(seen), will_reissue("it is missing"));
    seen.conf = "changeme\n";
    EXPECT_EQ(said_of(seen), will_reissue("it names no address"));
}

TEST(CsrConf, IsSilentWhereTheKickerDoesNotLookAtAddresses)
{
    ASSERT_NE(said_of(moved), "");
    EXPECT_EQ(said_of(moved, NodeRole::Worker), "");
    EXPECT_EQ(said_of(moved, NodeRole::Master), "");
    for (const char* fixed : {"--advertise-address=10.0.0.7\n", "--bind-address 0.0.0.0\n"}) {
        CsrConf seen = moved;
        seen.api_server_args += fixed;
        EXPECT_EQ(said_of(seen), "");
    }
    CsrConf without_route = moved;
    without_route.routes = "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n";
    EXPECT_EQ(said_of(without_route), "");
    without_route.routes = "eth0\t00000000\t0101A8C0\t0001\t0\t0\t100\t000000FE\t0\t0\t0\n";
    EXPECT_EQ(said_of(without_route), "");
}

TEST(CsrConf, WarnsWhereTheyWouldBeDatedByADoubtfulClock)
{
    const auto finding = judge_csr_conf(moved, NodeRole::Single, false);

    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->severity, Severity::Warning);
    EXPECT_EQ(
        to_text(finding->advice),
        "the new ones would be dated by a clock that is not verified: correct the clock first");
}

}  // namespace
}  // namespace clockguard

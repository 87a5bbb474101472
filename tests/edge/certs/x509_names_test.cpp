// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509_names.hpp"

#include <gtest/gtest.h>

#include "support/microk8s_tree.hpp"

namespace clockguard {
namespace {

const auto now = at("2026-03-03T08:20:11Z");

std::string naming(const char* hosts)
{
    return make_cert({.name = "127.0.0.1",
                      .not_before = now - std::chrono::days{1},
                      .not_after = now + std::chrono::days{1},
                      .hosts = hosts})
        .pem;
}

TEST(X509Names, AreForAHostByTheSubjectAlternativeNamesAlone)
{
    const std::string pem = naming("DNS:*.example,DNS:Node,IP:127.0.0.1,IP:fd00::5,DNS:10.0.0.9");

    for (const char* host :
         {"127.0.0.1", "fd00::5", "fd00:0::5", "::ffff:127.0.0.1", "a.example", "node", "node."})
        EXPECT_TRUE(is_for_host(pem, host)) << host;
    for (const char* host :
         {"127.0.0.2", "10.0.0.9", "localhost", "::1", "example", "", "fd00::5%eth0"})
        EXPECT_FALSE(is_for_host(pem, host)) << host;
    EXPECT_FALSE(is_for_host(naming(""), "127.0.0.1"));
    EXPECT_FALSE(is_for_host("no certificate", "127.0.0.1"));
}

}  // namespace
}  // namespace clockguard

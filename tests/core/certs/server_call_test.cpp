// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/server_call.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(ServerCall, KnowsAServerOfTheSameMachine)
{
    for (const char* here : {"https://127.0.0.1:16443", "https://localhost:16443/", "127.0.0.1",
                             "https://[::1]:16443", "https://LOCALHOST"})
        EXPECT_TRUE(is_local(here)) << here;
    for (const char* elsewhere : {"", "https://192.0.2.9:6443", "https://localhost.example:6443",
                                  "https://127.0.0.10:6443", "https://[fd00::1]:16443"})
        EXPECT_FALSE(is_local(elsewhere)) << elsewhere;
}

/// "name at host:port"; empty where nothing is verified.
std::string called(const Kubeconfig& config)
{
    const auto call = server_call(config);
    return call ? fmt::format("{} at {}:{}", call->name, call->host, call->port) : "";
}

TEST(ServerCall, IsWhatTheUrlOfAServerSays)
{
    EXPECT_EQ(called({.server = "https://127.0.0.1:16443"}), "127.0.0.1 at 127.0.0.1:16443");
    EXPECT_EQ(called({.server = "https://[fd00::5]:16443/k8s"}), "fd00::5 at fd00::5:16443");
    EXPECT_EQ(called({.server = "https://[::1]"}), "::1 at ::1:443");
    EXPECT_EQ(called({.server = "HTTPS://me@node.example:6443?x"}),
              "node.example at node.example:6443");
    EXPECT_EQ(called({.server = "https://10.0.0.5:16443", .tls_server_name = "kubernetes"}),
              "kubernetes at 10.0.0.5:16443");
    EXPECT_EQ(called({.server = "https://10.0.0.5:16443", .tls_server_name = "[::1]"}),
              "::1 at 10.0.0.5:16443");
    for (const char* torn :
         {"https://[", "https://]:1", "https://:16443", "https://", "[", "@", ":"})
        called({.server = torn});
}

TEST(ServerCall, VerifiesNothingWithoutTlsOrWhenToldNotTo)
{
    EXPECT_EQ(called({.server = "http://127.0.0.1:8080"}), "");
    EXPECT_EQ(called({.server = "node.example:16443"}), "");
    EXPECT_EQ(called({.server = ""}), "");
    EXPECT_EQ(called({.server = "https://127.0.0.1:16443", .is_insecure = true}), "");
}

TEST(ServerCall, IsNotComparedByANameThatGoTranslates)
{
    EXPECT_EQ(called({.server = "https://b\xC3\xBC.example:16443"}), "");
    EXPECT_EQ(called({.server = "https://b\xC3\xBC.example", .tls_server_name = "kubernetes"}),
              "kubernetes at b\xC3\xBC.example:443");
}

TEST(ServerCall, NeedsAUrlWithAHost)
{
    for (const char* url : {"https://127.0.0.1:16443", "https://[::1]:16443/x y", "node.example",
                            "https://::1:16443", "HTTPS://me@node.example:", "https://b\xC3\xBC"})
        EXPECT_TRUE(is_url(url)) << url;
    for (const char* none :
         {"https://127.0.0.1:16443 ", "https://127.0.0.1:https", "unix:///x", "https://[::1:16443",
          "https://[::1]junk", "https://a b", "https://:16443"})
        EXPECT_FALSE(is_url(none)) << none;
}

TEST(ServerCall, ComparesNamesAsGoDoes)
{
    for (const auto& [pattern, host] :
         {std::pair{"node.example", "node.example"}, std::pair{"Node.Example", "nODE.eXAMPLE"},
          std::pair{"*.example", "node.example"}, std::pair{"node.example", "node.example."},
          std::pair{"a_b", "a_b"}, std::pair{"not valid", "NOT valid"}})
        EXPECT_TRUE(matches_host(pattern, host)) << pattern << " " << host;
    for (const auto& [pattern, host] :
         {std::pair{"node.example", "other.example"}, std::pair{"*.example", "a.node.example"},
          std::pair{"*.example", "example"}, std::pair{"*", "node"},
          std::pair{"n*.example", "n.example"}, std::pair{"node.*", "node.example"},
          std::pair{"node.example.", "node.example"}, std::pair{"*.example", ".example"},
          std::pair{"", ""}, std::pair{".", "."}})
        EXPECT_FALSE(matches_host(pattern, host)) << pattern << " " << host;
}

}  // namespace
}  // namespace clockguard

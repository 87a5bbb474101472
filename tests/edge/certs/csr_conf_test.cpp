// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/csr_conf.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

TEST(Addresses, AreThoseOfThisMachine)
{
    const auto all = read_addresses();

    ASSERT_TRUE(all) << to_text(all.error());
    const auto own = std::ranges::find(*all, "127.0.0.1", &HostAddress::text);
    ASSERT_NE(own, all->end());
    EXPECT_EQ(own->link, "lo");
    EXPECT_TRUE(own->is_ipv4 && own->is_up && own->is_loopback);
    const auto told = certificate_addresses(*all, {});
    EXPECT_EQ(std::ranges::find(told, "127.0.0.1"), told.end());
}

TEST(CsrConf, IsNotComparedOnAnotherMachinesDisk)
{
    const Tree tree{{"/data/certs/csr.conf.template", "#MOREIPS\n"},
                    {"/data/certs/csr.conf", "IP.3 = 10.0.0.5\n"}};
    const std::string data = tree.path("/data");

    EXPECT_FALSE(read_csr_conf({.root = {.folder = tree.folder()}, .data = data}));
    EXPECT_TRUE(read_csr_conf({.data = data}));
}

TEST(CsrConf, IsReadWithAllThatTheKickerLooksAt)
{
    const Tree tree{{"/data/certs/csr.conf.template", "#MOREIPS\n"},
                    {"/data/args/kube-apiserver", "--bind-address=0.0.0.0\n"}};

    const auto seen = read_csr_conf({.data = tree.path("/data")});

    ASSERT_TRUE(seen);
    EXPECT_FALSE(seen->conf);
    EXPECT_EQ(seen->conf_template, "#MOREIPS\n");
    EXPECT_EQ(seen->api_server_args, "--bind-address=0.0.0.0\n");
    EXPECT_NE(seen->routes.find("Destination"), std::string::npos);
    EXPECT_FALSE(read_csr_conf({.data = tree.path("/nothing")}));
}

}  // namespace
}  // namespace clockguard

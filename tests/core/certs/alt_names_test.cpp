// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/alt_names.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

const std::string by_section = "[ v3_ext ]\nsubjectAltName = @alt_names\n";

std::string edit(const std::string& rest, const std::vector<std::string>& hosts = {"127.0.0.1"})
{
    return edit_for_names(by_section + rest, hosts).value_or("none");
}

TEST(EditForNames, AddsWhatIsLackingUnderFreeNumbers)
{
    EXPECT_EQ(edit("[ alt_names ]\n"), R"( -e '/^\[ *alt_names *\]/a IP.100 = 127.0.0.1')");
    EXPECT_EQ(
        edit("[alt_names] # ours\nIP.100 = 10.0.0.8\nDNS.1 = here\n", {"::1", "here", "there"}),
        R"( -e '/^\[ *alt_names *\]/a IP.101 = ::1')"
        R"( -e '/^\[ *alt_names *\]/a DNS.102 = there')");
}

TEST(EditForNames, AddsNothingThatIsThere)
{
    EXPECT_EQ(edit("[ alt_names ]\nIP.1=127.0.0.1\n"), "");
}

TEST(EditForNames, KnowsNoneWhereALineWouldNotCount)
{
    EXPECT_EQ(edit(""), "none");
    EXPECT_EQ(edit(" [ alt_names ]\n"), "none");  // sed does not find it
    EXPECT_EQ(edit("[ alt_names ]\n", {"a'b"}), "none");
    EXPECT_EQ(edit_for_names("[ v3_ext ]\nsubjectAltName = DNS:a\n[ alt_names ]\n", {"b"}),
              std::nullopt);
}

}  // namespace
}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/pem.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

const std::string one = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----";

TEST(FindCertificates, FindsEachAndLeavesTheTextAround)
{
    const std::string text = "subject\n" + one + "\n" + one + "\n";

    const auto blocks = find_certificates(text);

    ASSERT_TRUE(blocks);
    ASSERT_EQ(blocks->size(), 2U);
    EXPECT_EQ(text.substr((*blocks)[1].begin, (*blocks)[1].size), one);
    EXPECT_EQ(replace_block(text, (*blocks)[0], "new\n"), "subject\nnew\n" + one + "\n");
}

TEST(FindCertificates, NeverOverlap)
{
    // Two files put together without a line end, and the same with five dashes lost.
    EXPECT_EQ(find_certificates(one + one)->size(), 2U);
    EXPECT_EQ(find_certificates(one + one.substr(5))->size(), 1U);
}

TEST(FindCertificates, RefusesWhatIsTorn)
{
    const auto why_not = [](std::string_view text) { return find_certificates(text).error().what; };
    EXPECT_EQ(why_not(""), "is empty");
    EXPECT_EQ(why_not("text"), "holds no certificate");
    EXPECT_EQ(why_not(one.substr(0, one.size() - 1)), "is torn: a certificate in it has no end");
    EXPECT_EQ(why_not(one.substr(0, 30) + one), "is torn: a certificate in it has no end");
}

}  // namespace
}  // namespace clockguard

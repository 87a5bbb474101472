// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/explain.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(Explain, KnowsACodeHoweverItIsWritten)
{
    ASSERT_NE(explain("CG103"), nullptr);
    EXPECT_EQ(explain("cg103"), explain("CG103"));
    EXPECT_EQ(explain("CG999"), nullptr);
    EXPECT_EQ(explain("CG10"), nullptr);
    EXPECT_EQ(explain(""), nullptr);
}

TEST(Explain, HasEachCodeOnceAndInOrder)
{
    EXPECT_TRUE(std::ranges::is_sorted(explanations(), std::ranges::less{}, &Explanation::code));
    EXPECT_EQ(std::ranges::adjacent_find(explanations(), {}, &Explanation::code),
              explanations().end());
}

TEST(Explain, FitsATerminal)
{
    for (const Explanation& explanation : explanations()) {
        std::string_view rest = explanation.text;
        while (!rest.empty()) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            EXPECT_LE(line.size(), 86U) << explanation.code << ": " << line;
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        }
        EXPECT_FALSE(explanation.text.empty()) << explanation.code;
        EXPECT_FALSE(explanation.title.empty()) << explanation.code;
    }
}

TEST(Explain, BeginsWithCodeAndTitle)
{
    EXPECT_TRUE(render_explanation(*explain("CG104"))
                    .starts_with("CG104  the hardware clock keeps local time\n\nThe third line"));
    EXPECT_EQ(render_explanations().substr(0, 34), "CG101  there is no hardware clock\n");
}

}  // namespace
}  // namespace clockguard

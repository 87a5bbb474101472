// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/table.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(Table, MakesAColumnAsWideAsItsWidestCell)
{
    EXPECT_EQ(render_table({{"NAME", "STATE", "WITH"}, {"ca", "not yet valid", "--name ca"}}),
              "NAME  STATE          WITH\n"
              "ca    not yet valid  --name ca\n");
}

TEST(Table, KeepsAWidthAndASideThatAreAskedFor)
{
    EXPECT_EQ(render_table({{"NAME", "FILES"}, {"a", "12"}}, {{6}, {.to_the_right = true}}),
              "NAME    FILES\n"
              "a          12\n");
    EXPECT_EQ(render_table({{"longer", "b"}}, {{2}}), "longer  b\n");
}

TEST(Table, HasOneLineForARow)
{
    EXPECT_EQ(render_table({{"ca\nevil", "valid"}, {"b", "valid"}}), "ca\\u000aevil  valid\n"
                                                                     "b             valid\n");
}

TEST(Table, EndsNoLineWithBlanks)
{
    EXPECT_EQ(table_lines({{"a", "b", ""}, {"c", "", ""}, {"", "", ""}, {"d"}}),
              (std::vector<std::string>{"a  b", "c", "", "d"}));
    EXPECT_EQ(table_lines({}), std::vector<std::string>{});
}

}  // namespace
}  // namespace clockguard

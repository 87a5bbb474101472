// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/markup.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(Markup, LeavesNothingThatAPageTakesForItsOwn)
{
    EXPECT_EQ(markup("<a href=\"x\">R&D's</a>"),
              "&lt;a href=&quot;x&quot;&gt;R&amp;D&#39;s&lt;/a&gt;");
    EXPECT_EQ(markup("\033[31m\x9b"), "\\u001b[31m\\x9b");
    EXPECT_EQ(markup("\uFFFD\uFFFE\uFFFF"), "\uFFFD\\ufffe\\uffff");
    EXPECT_EQ(markup("caf\u00e9"), "caf\u00e9");
}

}  // namespace
}  // namespace clockguard

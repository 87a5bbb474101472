// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/result.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(Error, EndsWithWhatTheSystemSaid)
{
    EXPECT_EQ(to_text(Error{.what = "cannot open hardware clock '/dev/rtc0'",
                            .code = make_error_code(std::errc::permission_denied)}),
              "cannot open hardware clock '/dev/rtc0': Permission denied");
    EXPECT_EQ(to_text(Error{.what = "chrony says nothing"}), "chrony says nothing");
}

TEST(Error, IsOneLineWhateverAFileIsCalled)
{
    EXPECT_EQ(to_text(Error{.what = "cannot read 'a\nb'"}), "cannot read 'a\\u000ab'");
    EXPECT_EQ(
        to_text(Error{.what = "cannot read 'a\nb'", .code = make_error_code(std::errc::io_error)}),
        "cannot read 'a\\u000ab': Input/output error");
}

}  // namespace
}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/ptp.hpp"

#include <gtest/gtest.h>

#include "support/fake_ptp.hpp"

namespace clockguard {
namespace {

TEST(ReadPtp, TakesNineSamples)
{
    const FakePtpClock clock{{.ahead_s = -2'592'000}};

    const auto reading = read_ptp({}, {.node = "/dev/ptp0"});

    ASSERT_TRUE(reading) << to_text(reading.error());
    EXPECT_EQ(reading->samples.size(), 9U);
    const auto offset = tightest_offset(*reading);
    ASSERT_TRUE(offset);
    EXPECT_EQ(to_text(offset->value), "30 d");
}

TEST(ReadPtp, NamesEveryError)
{
    struct Case {
        int number;
        const char* words;
    };
    for (const Case& each :
         {Case{ESTALE, "Stale file handle"}, Case{EACCES, "Permission denied"},
          Case{EIO, "Input/output error"}, Case{ENODEV, "No such device"},
          Case{EOPNOTSUPP, "Operation not supported"}, Case{EINVAL, "Invalid argument"},
          Case{EPERM, "Operation not permitted"}, Case{EBUSY, "Device or resource busy"},
          Case{ENOTTY, "Inappropriate ioctl for device"}}) {
        const FakePtpClock clock{{.read_errno = each.number}};
        const auto reading = read_ptp({}, {.node = "/dev/ptp0"});
        ASSERT_FALSE(reading);
        EXPECT_EQ(to_text(reading.error()),
                  "cannot read PTP clock '/dev/ptp0' (PTP_SYS_OFFSET): " + std::string{each.words});
    }
}

}  // namespace
}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "edge/base/libsystemd.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(Libsystemd, HasWhatIsUsedOfIt)
{
    const auto library = load<Libsystemd>();
    ASSERT_TRUE(library) << to_text(library.error());

    sd_id128_t id{};
    EXPECT_EQ(sd().id128_from_string("0123456789abcdef0123456789abcdef", &id), 0);
    EXPECT_EQ(id.bytes[15], 0xEF);
}

}  // namespace
}  // namespace clockguard

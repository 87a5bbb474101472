// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509_copies.hpp"

#include <gtest/gtest.h>

#include "support/cert_pair.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const auto now = at("2026-03-03T08:20:11Z");

TEST(ExchangeCopies, TakesTheOneThatIsValidNow)
{
    const Pair pair;
    const TestCert early = make_cert({.name = "10.152.183.1",
                                      .not_before = at("2015-05-01T09:12:00Z"),
                                      .not_after = at("2025-04-29T09:12:00Z"),
                                      .is_ca = true,
                                      .key = pair.ca.key});
    const TestCert valid = remade(pair.ca);
    const std::string file = early.pem + valid.pem;

    EXPECT_EQ(exchange_copies(pair.ca.pem, file, now).value_or(""), valid.pem);
    EXPECT_EQ(exchange_copies(early.pem, file, now).value_or(""), early.pem);
    EXPECT_TRUE(holds_other_copies(pair.ca.pem, file));
    EXPECT_FALSE(holds_other_copies(early.pem, file));
    EXPECT_FALSE(holds_other_copies(Pair{}.ca.pem, file));
}

TEST(ExchangeCopies, KeepsAValidOneWhereNoneOfThoseIs)
{
    const Pair pair;
    const TestCert gone = make_cert({.name = "10.152.183.1",
                                     .not_before = at("2015-05-01T09:12:00Z"),
                                     .not_after = at("2025-04-29T09:12:00Z"),
                                     .is_ca = true,
                                     .key = pair.ca.key});

    EXPECT_EQ(exchange_copies(pair.ca.pem, gone.pem, now).value_or(""), pair.ca.pem);
    EXPECT_EQ(exchange_copies(gone.pem, pair.ca.pem, now).value_or(""), pair.ca.pem);
}

}  // namespace
}  // namespace clockguard

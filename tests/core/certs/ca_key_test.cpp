// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/ca_key.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

const CertPlace ca{.name = "ca", .path = "/certs/ca.crt", .key_path = "/certs/ca.key"};

std::string text_of(const Finding& finding)
{
    return finding.code + " " + to_text(finding.severity) + " " + finding.subject + " " +
           finding.message;
}

TEST(CaKey, IsNamedWithItsFaultAndWhatCanBeDone)
{
    const std::string head = " critical server cannot be re-issued: the key of its CA 'ca' "
                             "('/certs/ca.key') ";
    EXPECT_EQ(text_of(ca_key_finding("server", ca, CaKeyFault::Missing)),
              "CG216" + head + "is missing");
    EXPECT_EQ(text_of(ca_key_finding("server", ca, CaKeyFault::Encrypted)),
              "CG217" + head + "is encrypted with a passphrase");
    EXPECT_EQ(text_of(ca_key_finding("server", ca, CaKeyFault::Foreign)),
              "CG218" + head + "does not match the CA's certificate");
    for (const CaKeyFault fault : {CaKeyFault::Missing, CaKeyFault::Encrypted, CaKeyFault::Foreign})
        EXPECT_FALSE(ca_key_finding("server", ca, fault).advice.empty());
}

TEST(CaKey, IsItsOwnWhereTheCaItselfIsToBeSigned)
{
    EXPECT_EQ(text_of(ca_key_finding("ca", ca, CaKeyFault::Missing)),
              "CG216 critical ca cannot be re-issued: its key ('/certs/ca.key') is missing");
}

}  // namespace
}  // namespace clockguard

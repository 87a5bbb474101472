// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/tls_secret_json.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

/// "certificate/key", or why there is none.
std::string read(std::string_view text)
{
    const auto secret = parse_tls_secret(text);
    return secret ? secret->certificate + "/" + secret->key : secret.error().what;
}

TEST(TlsSecret, HoldsACertificateAndItsKey)
{
    EXPECT_EQ(read(R"({"metadata":{"name":"k3s-serving"},"type":"kubernetes.io/tls",)"
                   R"("data":{"tls.crt":"Q0VSVA==","tls.key":"S0VZ"}})"),
              "CERT/KEY");
}

TEST(TlsSecret, IsNothingElse)
{
    for (const char* text : {"", "{", "[]", "null", "{}", R"({"data":[]})", R"({"data":null})"})
        EXPECT_EQ(read(text), "is not a Secret in JSON") << text;
    for (const char* text : {R"({"data":{}})", R"({"data":{"tls.crt":1,"tls.key":"S0VZ"}})",
                             R"({"data":{"tls.crt":"-","tls.key":"S0VZ"}})"})
        EXPECT_EQ(read(text), "holds no 'tls.crt' in base64") << text;
    EXPECT_EQ(read(R"({"data":{"tls.crt":"Q0VSVA=="}})"), "holds no 'tls.key' in base64");
}

}  // namespace
}  // namespace clockguard

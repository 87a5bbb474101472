// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/uri_name.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

/// As kubectl 1.32 (Go 1.23) takes the certificate of a server with this name.
TEST(UriName, IsWhatGoReads)
{
    for (const char* uri :
         {"", "urn:a", "a:b:c", "spiffe://cluster.local/ns/x", "https://[::1]/", "x y",
          "https://u:p@h/", "https://h:80/x y", "https://a_b.c", "https://*.a", "https:///a",
          "https://127.0.0.1:6443", "a/b:c", "https://a?b c%zz", "https://a:", "///%20"})
        EXPECT_TRUE(is_uri_name(uri)) << uri;
    for (const char* uri : {"https://.example/",
                            "https://a..b/",
                            "https://a.b./",
                            "https://a b/",
                            "https://a%zz/",
                            "spiffe://trust domain/x",
                            "https://a.example:x/",
                            ":x",
                            "//host:port",
                            "https://h/%zz",
                            "https://u p@h/",
                            "%zz",
                            "1a:b",
                            "http://a\\b/",
                            "https://a#%zz",
                            "https://[fe80::1%eth0]/",
                            "https://[::1",
                            "https://a%41/",
                            "https://a\n/",
                            "https://%",
                            "///%2"})
        EXPECT_FALSE(is_uri_name(uri)) << uri;
}

}  // namespace
}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
// Profiles of a distribution that there is not.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "clockguard/core/certs/cert_profile_toml.hpp"

namespace clockguard {

/// A profile with a CA, then what a test adds, to its end or to its top.
inline std::string profile_with(const std::string& more, const std::string& top = "")
{
    return "title = \"K\"\ndata = \"/var/k\"\n" + top +
           "[[certificate]]\nname = \"ca\"\npath = \"tls/ca.crt\"\nissuer = \"ca\"\n" + more;
}

inline CertProfile profile_from(const std::string& toml)
{
    const auto profile = parse_profile(toml, "k.toml");
    EXPECT_TRUE(profile) << to_text(profile.error());
    return profile.value_or(CertProfile{});
}

}  // namespace clockguard

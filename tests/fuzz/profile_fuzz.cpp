// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/cert_profile.hpp"
#include "clockguard/core/certs/cert_profile_toml.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// A profile is refused in a sentence, or every certificate in it has a name and an absolute path.
void fuzz(std::string_view input)
{
    const auto profile = parse_profile(input, "k.toml");
    if (!profile) {
        must(!profile.error().what.empty());
        return;
    }
    must(profile->data.starts_with('/') && !profile->places.empty());
    for (const ProfilePlace& entry : profile->places)
        must(!entry.place.name.empty() && entry.place.path.starts_with('/'));
}

}  // namespace clockguard

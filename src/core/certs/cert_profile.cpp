// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/cert_profile.hpp"

#include <algorithm>

namespace clockguard {
namespace {

bool is_used(const ProfilePlace& entry, NodeRole role)
{
    return role == NodeRole::Worker ? entry.on_worker : entry.on_control_plane;
}

CertPlace place_in(const ProfilePlace& entry, NodeRole role)
{
    CertPlace place = entry.place;
    if (role == NodeRole::Worker && !entry.renew_on_worker.empty())
        place.renew = entry.renew_on_worker;
    place.comes_by_joining = role == NodeRole::Worker;
    return place;
}

bool has_place(const std::vector<CertPlace>& places, const std::string& name)
{
    return std::ranges::find(places, name, &CertPlace::name) != places.end();
}

CertPlace unused_on_a_worker(CertPlace place)
{
    place.skip = "this node is a worker, which does not use it";
    place.args.clear();
    return place;
}

CertPlace permitted(CertPlace place, const CertProfile& profile)
{
    if (!profile.reissue)
        place.repair = CertRepair::None;
    return place;
}

}  // namespace

std::vector<CertPlace> cert_places(const CertProfile& profile, NodeRole role)
{
    std::vector<CertPlace> places;
    for (const ProfilePlace& entry : profile.places) {
        if (is_used(entry, role))
            places.push_back(permitted(place_in(entry, role), profile));
        else if (role == NodeRole::Worker && !has_place(places, entry.place.name))
            places.push_back(unused_on_a_worker(permitted(entry.place, profile)));
    }
    return places;
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/cert_profile.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace clockguard {
namespace {

constexpr Span leaf_lifetime = std::chrono::days{365};
constexpr Span long_lifetime = std::chrono::days{3650};

CertPlace file_place(std::string name, std::string issuer, Span lifetime)
{
    const std::string folder = fmt::format("{}/certs", microk8s_data);
    return {.name = name,
            .path = fmt::format("{}/{}.crt", folder, name),
            .key_path = fmt::format("{}/{}.key", folder, name),
            .issuer = std::move(issuer),
            .repair = CertRepair::Reissue,
            .need = CertNeed::Always,
            .lifetime = lifetime};
}

CertPlace authority(const std::string& name, CertRepair repair)
{
    CertPlace place = file_place(name, name, long_lifetime);
    place.repair = repair;
    return place;
}

CertPlace client(const std::string& name)
{
    CertPlace place = file_place(name, "ca", long_lifetime);
    place.need = CertNeed::WithClientCerts;
    return place;
}

CertPlace kubeconfig(const std::string& name)
{
    return {.name = fmt::format("{}.config", name),
            .kind = CertKind::Kubeconfig,
            .path = fmt::format("{}/credentials/{}.config", microk8s_data, name),
            .issuer = "ca",
            .copy_of = name,
            .repair = CertRepair::Reissue,
            .need = CertNeed::WithClientCerts,
            .lifetime = long_lifetime};
}

/// The database's own. It is self-signed, and all control plane nodes hold the same one.
CertPlace dqlite()
{
    const std::string folder = fmt::format("{}/var/kubernetes/backend", microk8s_data);
    return {.name = "cluster",
            .path = folder + "/cluster.crt",
            .key_path = folder + "/cluster.key",
            .issuer = "cluster",
            .repair = CertRepair::RedateShared,
            .need = CertNeed::Optional,
            .lifetime = long_lifetime};
}

/// The cluster's CA as a worker was given it, without the key.
CertPlace remote_authority()
{
    CertPlace place = authority("ca.remote", CertRepair::None);
    place.key_path.clear();
    return place;
}

bool is_used_by_a_worker(const CertPlace& place)
{
    constexpr std::array used{"kubelet", "proxy", "kubelet.config", "proxy.config"};
    return std::ranges::find(used, place.name) != used.end();
}

/// A worker's certificates were signed by a control plane node, with that node's CA and clock.
CertPlace as_on_a_worker(CertPlace place)
{
    if (is_used_by_a_worker(place)) {
        place.issuer = "ca.remote";
        place.repair = CertRepair::None;
    } else {
        place.skip = "this node is a worker, which does not use it";
    }
    return place;
}

}  // namespace

std::vector<CertPlace> microk8s_places(NodeRole role)
{
    std::vector<CertPlace> places{
        authority("ca", CertRepair::RedateShared), file_place("server", "ca", leaf_lifetime),
        authority("front-proxy-ca", CertRepair::Redate),
        file_place("front-proxy-client", "front-proxy-ca", leaf_lifetime)};
    for (const char* name :
         {"kubelet", "client", "controller", "scheduler", "proxy", "apiserver-kubelet-client"})
        places.push_back(client(name));
    for (const char* name : {"client", "controller", "scheduler", "proxy", "kubelet"})
        places.push_back(kubeconfig(name));
    places.push_back(dqlite());
    if (role != NodeRole::Worker)
        return places;
    for (CertPlace& place : places)
        place = as_on_a_worker(std::move(place));
    places.insert(places.begin(), remote_authority());
    return places;
}

std::string to_text(NodeRole role)
{
    switch (role) {
    case NodeRole::Single:
        return "single node";
    case NodeRole::Master:
        return "control plane node";
    case NodeRole::Worker:
        return "worker";
    }
    return {};
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/daemon_args.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// Whatever an args file says, nothing outside the data is looked at, and what is has one plain
// path. What is skipped is only told, as it is written.
void fuzz(std::string_view input)
{
    const std::string data = "/var/snap/microk8s/current";
    const CertPlace server{.name = "server",
                           .path = data + "/certs/server.crt",
                           .issuer = "server",
                           .args = {{.file = "api", .flag = "--tls-cert-file"}}};
    const CertProfile profile{.title = "K", .data = data, .places = {{.place = server}}};
    const DaemonArgs args{
        .texts = {{"api", std::string{input}}},
        .data = {.variable = "SNAP_DATA", .link = data, .target = "/var/snap/microk8s/8511"}};

    for (const CertPlace& place : with_named_files({server}, profile, args)) {
        const bool is_plain = place.path.find("/../") == std::string::npos &&
                              place.path.find("//") == std::string::npos;
        must(!place.unclear.empty() || (is_plain && place.path.starts_with(data + "/")));
    }
}

}  // namespace clockguard

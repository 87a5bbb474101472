// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/csr_conf.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// What has just been rendered is not rendered differently at the next look.
void fuzz(std::string_view input)
{
    const std::string text{input};
    CsrConf seen{.conf = text,
                 .conf_template = text,
                 .api_server_args = text,
                 .routes = text,
                 .addresses = {{.link = "eth0", .text = "10.0.0.5", .is_ipv4 = true, .is_up = true},
                               {.link = "eth0", .text = "fd00::5", .is_up = true}}};
    const auto finding = judge_csr_conf(seen, NodeRole::Single, true);
    must(!finding || !finding->message.empty());
    seen.conf = render_csr_conf(text, certificate_addresses(seen.addresses, seen.minor));
    must(!judge_csr_conf(seen, NodeRole::Single, true));
}

}  // namespace clockguard

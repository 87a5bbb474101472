// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/hyperv.hpp"

#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/machine.hpp"
#include "clockguard/edge/clock/records.hpp"

namespace clockguard {

HypervPresence read_hyperv_presence(const Root& root)
{
    return {.vendor = read_line(root, "/sys/class/dmi/id/sys_vendor"),
            .product = read_line(root, "/sys/class/dmi/id/product_name"),
            .has_vmbus = file_exists(root, "/sys/bus/vmbus")};
}

HypervFacts read_hyperv_facts(const Root& root)
{
    return {.booted_by_efi = file_exists(root, "/sys/firmware/efi"), .azure = runs_on_azure(root)};
}

}  // namespace clockguard

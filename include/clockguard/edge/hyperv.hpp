// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/edge/root.hpp"

namespace clockguard {

/// What the file system tells about the hypervisor. KVM can pass itself off as Hyper-V in CPUID,
/// but not in the firmware's names (hyperv-notes). Whether the host's time can be had is another
/// question.
struct HypervPresence {
    std::string vendor{};   // DMI sys_vendor
    std::string product{};  // DMI product_name
    bool has_vmbus = false;

    bool is_hyperv() const
    {
        return vendor == "Microsoft Corporation" && product == "Virtual Machine";
    }
};

HypervPresence read_hyperv_presence(const Root& root);

}  // namespace clockguard

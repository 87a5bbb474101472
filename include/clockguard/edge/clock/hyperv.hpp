// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/core/clock/time_sync.hpp"
#include "clockguard/edge/base/root.hpp"

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

/// What the file system tells of the virtual machine; the version of the protocol stands in the
/// kernel's log alone.
HypervFacts read_hyperv_facts(const Root& root);

}  // namespace clockguard

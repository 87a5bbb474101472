// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// An ioctl of rtc(4), and what to call it in a message.
struct RtcRequest {
    unsigned long number;
    std::string_view name;
    std::string_view verb;
};

/// The opened device of a hardware clock; nobody else can open it meanwhile. Reading and writing
/// alike need no more than O_RDONLY. The errors say what the kernel means by them.
class RtcNode {
public:
    [[nodiscard]] static Result<RtcNode> open(const Root& root, const std::string& path,
                                              std::string_view verb);

    [[nodiscard]] Result<void> ask(const RtcRequest& request, void* argument) const;
    [[nodiscard]] Result<std::chrono::sys_seconds> read_time() const;

    int get() const { return device_.get(); }

private:
    RtcNode(std::string path, Fd device) : path_{std::move(path)}, device_{std::move(device)} {}

    std::string path_;
    Fd device_;
};

/// Whether the device could not be asked, so that sysfs may know more. Where the clock itself
/// answered with an error, sysfs answers the same.
bool is_out_of_reach(std::error_code code);

/// sysfs since_epoch, which can be read while the device is held.
[[nodiscard]] Result<std::chrono::sys_seconds> read_since_epoch(const Root& root,
                                                                const std::string& folder);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/resource.h>

namespace clockguard {

/// While one lives, no descriptor is opened, and poll(2) takes none. UBSan opens a pipe where it
/// looks at objects: what is compared is compared afterwards.
class NoDescriptors {
public:
    NoDescriptors()
    {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;
    ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

}  // namespace clockguard

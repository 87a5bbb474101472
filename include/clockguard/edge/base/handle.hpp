// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace clockguard {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const noexcept
    {
        Free(object);
    }
};

/// Owns an object of a C library: Handle<X509, X509_free>, Handle<udev, udev_unref>.
template <class T, auto Free>
using Handle = std::unique_ptr<T, Freed<Free>>;

}  // namespace clockguard

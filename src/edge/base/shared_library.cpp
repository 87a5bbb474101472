// SPDX-License-Identifier: Apache-2.0
#include "edge/base/shared_library.hpp"

#include <dlfcn.h>

#include <fmt/core.h>

namespace clockguard {

SharedLibrary::SharedLibrary(const char* soname)
    : soname_{soname}, library_{keep(::dlopen(soname, RTLD_NOW | RTLD_NODELETE))}
{
}

void* SharedLibrary::find(const char* function)
{
    return trouble_ ? nullptr : keep(::dlsym(library_, function));
}

/// No function of these libraries is at address 0, which dlsym(3) does not take for an error.
void* SharedLibrary::keep(void* found)
{
    if (found == nullptr)
        trouble_ = Error{.what = fmt::format("cannot load '{}': {}", soname_, ::dlerror())};
    return found;
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/random.hpp"

#include <sys/random.h>
#include <unistd.h>

namespace clockguard {

std::uint32_t random_number()
{
    std::uint32_t number = 0;
    if (::getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number)
        number = static_cast<std::uint32_t>(::getpid());
    return number;
}

}  // namespace clockguard

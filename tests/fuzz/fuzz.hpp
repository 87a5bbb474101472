// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <string_view>

namespace clockguard {

/// What each fuzz target defines: reads the input as the outside's data and checks what must hold
/// of any reader's answer. The sanitizers check the rest.
void fuzz(std::string_view input);

/// A promise of the reader under test.
inline void must(bool holds)
{
    if (!holds)
        std::abort();
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/report/repair.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// What is run has a name; what was quoted for a shell is one word, as it was.
void fuzz(std::string_view input)
{
    if (const auto programs = programs_of(input))
        for (const Program& program : *programs)
            must(!program.words.empty() && program.words.front() != "sh");
    const auto quoted = programs_of("x " + shell_word(input));
    must(quoted && *quoted == std::vector<Program>{{.words = {"x", std::string{input}}}});
}

}  // namespace clockguard

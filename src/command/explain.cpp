// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/explain.hpp"

#include <fmt/format.h>

#include "clockguard/command/print.hpp"
#include "clockguard/core/explain.hpp"
#include "clockguard/core/suggest.hpp"

namespace clockguard {

ExitCode run_explain(const ExplainOptions& options, const Context&)
{
    if (options.code.empty()) {
        print_out("{}", render_explanations());
        return ExitCode::Healthy;
    }
    const Explanation* const found = explain(options.code);
    if (found == nullptr) {
        std::vector<std::string> known;
        for (const Explanation& explanation : explanations())
            known.emplace_back(explanation.code);
        complain(fmt::format("no finding has the code '{}'{}", options.code,
                             did_you_mean(options.code, known)));
        return ExitCode::Usage;
    }
    print_out("{}", render_explanation(*found));
    return ExitCode::Healthy;
}

}  // namespace clockguard

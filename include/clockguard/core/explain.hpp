// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clockguard {

/// The long text of a finding's code.
struct Explanation {
    std::string_view code;
    std::string_view title;
    std::string_view text;  // paragraphs, wrapped for a terminal
};

/// All of them, in order of their codes.
std::span<const Explanation> explanations();

/// The one for "CG103", also written "cg103"; nullptr when there is none.
const Explanation* explain(std::string_view code);

/// Code, title, a blank line, the text.
std::string render_explanation(const Explanation& explanation);

/// One line for each code.
std::string render_explanations();

}  // namespace clockguard

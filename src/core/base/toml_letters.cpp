// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/toml_letters.hpp"

#include <algorithm>

namespace clockguard {
namespace {

/// Where in a line of TOML the reader is: `#` in a comment, `"` or `'` in such a string, else 0. A
/// string of several lines is taken for one of each line: no setting needs one.
class Place {
public:
    void pass(char c)
    {
        const bool closes = inside_ == c && c != '#' && !escaped_;
        if (c == '\n' || closes)
            inside_ = 0;
        else if (inside_ == 0 && (c == '#' || c == '"' || c == '\''))
            inside_ = c;
        escaped_ = inside_ == '"' && c == '\\' && !escaped_;
    }

    bool is_comment() const { return inside_ == '#'; }

private:
    char inside_ = 0;
    bool escaped_ = false;
};

bool is_foreign(char c)
{
    return static_cast<unsigned char>(c) > 0x7f;
}

}  // namespace

std::string without_foreign_comments(std::string_view toml)
{
    std::string text{toml};
    Place place;
    for (char& c : text) {
        place.pass(c);
        if (place.is_comment() && is_foreign(c))
            c = '?';
    }
    return text;
}

unsigned line_with_foreign_letter(std::string_view text)
{
    const auto found = std::ranges::find_if(text, is_foreign);
    if (found == text.end())
        return 0;
    return 1U + static_cast<unsigned>(std::count(text.begin(), found, '\n'));
}

}  // namespace clockguard

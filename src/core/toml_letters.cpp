// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/toml_letters.hpp"

namespace clockguard {
namespace {

/// Where in a line of TOML the reader is: `#` in a comment, `"` or `'` in such a string, else 0. A
/// string of several lines is taken for one of each line: no setting needs one.
class Place {
public:
    void pass(char c)
    {
        if (c == '\n')
            inside_ = 0;
        else if (inside_ == 0 && (c == '#' || c == '"' || c == '\''))
            inside_ = c;
        else if (inside_ == c && c != '#' && !escaped_)
            inside_ = 0;
        escaped_ = inside_ == '"' && c == '\\' && !escaped_;
    }

    bool is_bare() const { return inside_ == 0; }

private:
    char inside_ = 0;
    bool escaped_ = false;
};

}  // namespace

unsigned line_with_foreign_letter(std::string_view toml)
{
    Place place;
    unsigned line = 1;
    for (const char c : toml) {
        if (place.is_bare() && static_cast<unsigned char>(c) > 0x7f)
            return line;
        place.pass(c);
        line += c == '\n' ? 1U : 0U;
    }
    return 0;
}

}  // namespace clockguard

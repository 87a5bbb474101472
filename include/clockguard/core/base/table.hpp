// SPDX-License-Identifier: Apache-2.0
// Tables for people.
#pragma once

#include <string>
#include <vector>

namespace clockguard {

struct TableColumn {
    std::size_t least = 0;  // its width, where no cell is wider
    bool to_the_right = false;
};

using TableRow = std::vector<std::string>;

/// A line for each row, without its newline and whatever its cells hold: every column as wide as
/// its widest cell, two blanks between columns, none at the end. Columns that are not described are
/// as their cells want them.
std::vector<std::string> table_lines(const std::vector<TableRow>& cells,
                                     const std::vector<TableColumn>& columns = {});

/// The same lines in one text.
std::string render_table(const std::vector<TableRow>& rows,
                         const std::vector<TableColumn>& columns = {});

}  // namespace clockguard

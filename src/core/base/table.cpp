// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/table.hpp"

#include <algorithm>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

std::vector<TableRow> on_lines(std::vector<TableRow> rows)
{
    for (TableRow& row : rows)
        std::ranges::transform(row, row.begin(), on_one_line);
    return rows;
}

std::vector<TableColumn> fitted(const std::vector<TableRow>& rows, std::vector<TableColumn> columns)
{
    for (const TableRow& row : rows) {
        columns.resize(std::max(columns.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            columns[i].least = std::max(columns[i].least, row[i].size());
    }
    return columns;
}

std::string padded(const std::string& cell, const TableColumn& column)
{
    const std::string padding(column.least - cell.size(), ' ');
    return column.to_the_right ? padding + cell : cell + padding;
}

std::string line_of(const TableRow& row, const std::vector<TableColumn>& columns)
{
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
        line += (i == 0 ? "" : "  ") + padded(row[i], columns[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

}  // namespace

std::vector<std::string> table_lines(const std::vector<TableRow>& cells,
                                     const std::vector<TableColumn>& columns)
{
    const std::vector<TableRow> rows = on_lines(cells);
    const std::vector<TableColumn> widths = fitted(rows, columns);
    std::vector<std::string> lines;
    lines.reserve(rows.size());
    for (const TableRow& row : rows)
        lines.push_back(line_of(row, widths));
    return lines;
}

std::string render_table(const std::vector<TableRow>& rows, const std::vector<TableColumn>& columns)
{
    std::string text;
    for (const std::string& line : table_lines(rows, columns))
        text += line + "\n";
    return text;
}

}  // namespace clockguard

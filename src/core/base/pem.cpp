// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/pem.hpp"

namespace clockguard {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view end_mark = "-----END CERTIFICATE-----";

/// Go finds a block at the beginning of a line only (encoding/pem), so not behind a byte order
/// mark.
std::size_t find_line(std::string_view text, std::string_view mark, std::size_t from = 0)
{
    auto begin = text.find(mark, from);
    while (begin != std::string_view::npos && begin != from && text[begin - 1] != '\n')
        begin = text.find(mark, begin + 1);
    return begin;
}

}  // namespace

Result<std::vector<PemBlock>> find_certificates(std::string_view text)
{
    std::vector<PemBlock> blocks;
    for (auto begin = find_line(text, begin_mark); begin != std::string_view::npos;) {
        const auto end = text.find(end_mark, begin);
        if (end == std::string_view::npos || end > text.find(begin_mark, begin + begin_mark.size()))
            return fail("is torn: a certificate in it has no end");
        blocks.push_back({begin, end + end_mark.size() - begin});
        // Beyond the end mark: its last dashes are not the first of another mark.
        begin = find_line(text, begin_mark, end + end_mark.size());
    }
    if (text.empty())
        return fail("is empty");
    if (blocks.empty())
        return fail("holds no certificate");
    return blocks;
}

std::string replace_block(std::string_view text, const PemBlock& block, std::string_view pem)
{
    while (pem.ends_with('\n'))
        pem.remove_suffix(1);
    std::string replaced{text.substr(0, block.begin)};
    replaced += pem;
    replaced += text.substr(block.begin + block.size);
    return replaced;
}

bool is_encrypted_key(std::string_view text)
{
    return find_line(text, "-----BEGIN ENCRYPTED PRIVATE KEY-----") != std::string_view::npos ||
           find_line(text, "Proc-Type: 4,ENCRYPTED") != std::string_view::npos;
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/pem.hpp"

#include <algorithm>

#include "clockguard/core/base/base64.hpp"
#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view dashes = "-----";
constexpr std::string_view certificate_type = "CERTIFICATE";

bool is_at_line_start(std::string_view text, std::size_t at)
{
    return at == 0 || text[at - 1] == '\n';
}

/// A mark counts at the beginning of a line only, so not behind a byte order mark.
std::size_t find_mark(std::string_view text, std::string_view mark, std::size_t from = 0)
{
    auto at = text.find(mark, from);
    while (at != std::string_view::npos && !is_at_line_start(text, at))
        at = text.find(mark, at + 1);
    return at;
}

/// The last such mark before `end`; forwards, as the long lines between marks are passed at once
/// so.
std::size_t find_last_mark(std::string_view text, std::string_view mark, std::size_t from,
                           std::size_t end)
{
    std::size_t last = std::string_view::npos;
    for (auto at = find_mark(text, mark, from); at < end; at = find_mark(text, mark, at + 1))
        last = at;
    return last;
}

/// The first line, which is taken off, without its end and the blanks before that. A carriage
/// return alone ends none.
std::string_view take_trimmed_line(std::string_view& text)
{
    const std::size_t size = text.size();
    std::string_view line = take_line(text);
    const bool has_end = size - text.size() > line.size();
    if (has_end && line.ends_with('\r'))
        line.remove_suffix(1);
    const auto last = line.find_last_not_of(" \t");
    return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// The lines "Name: value" at the head of a block, which are taken off.
void take_headers(PemBlock& block, std::string_view& body)
{
    for (std::string_view rest = body; !rest.empty(); body = rest) {
        const std::string_view line = take_trimmed_line(rest);
        if (line.find(':') == std::string_view::npos)
            return;
        block.has_headers = true;
        block.is_encrypted = block.is_encrypted || (line.starts_with("Proc-Type:") &&
                                                    line.find("ENCRYPTED") != line.npos);
    }
}

/// The block between these two marks; nothing where that is none.
std::optional<PemBlock> read_block(std::string_view text, std::size_t begin, std::size_t end)
{
    std::string_view body = text.substr(begin, end - begin);
    std::string_view type = take_trimmed_line(body);
    if (!type.ends_with(dashes) || type.size() < begin_mark.size() + dashes.size())
        return std::nullopt;
    type.remove_prefix(begin_mark.size());
    std::string_view last = text.substr(end + end_mark.size());
    if (take_trimmed_line(last) != type)
        return std::nullopt;
    PemBlock block{.begin = begin, .size = end + end_mark.size() + type.size() - begin};
    block.type = type.substr(0, type.size() - dashes.size());
    block.is_encrypted = block.type == "ENCRYPTED PRIVATE KEY";
    take_headers(block, body);
    std::string data{body};
    std::erase_if(data, [](char c) { return is_blank(c); });
    auto bytes = decode_base64(std::move(data));
    if (!bytes)
        return std::nullopt;
    block.bytes = std::move(*bytes);
    return block;
}

/// From one end mark to the next: a block begins at the last mark before its end, so that one
/// without an end hides none behind it.
std::vector<PemBlock> find_blocks(std::string_view text)
{
    std::vector<PemBlock> blocks;
    std::size_t from = 0;
    for (auto end = find_mark(text, end_mark); end != std::string_view::npos;
         end = find_mark(text, end_mark, from)) {
        const auto begin = find_last_mark(text, begin_mark, from, end);
        auto block = begin == std::string_view::npos ? std::nullopt : read_block(text, begin, end);
        from = end + end_mark.size();
        if (block)
            blocks.push_back(std::move(*block));
    }
    return blocks;
}

Error no_certificate(std::string_view text)
{
    if (text.empty())
        return {.what = "is empty"};
    if (find_mark(text, "-----BEGIN CERTIFICATE-----") == std::string_view::npos)
        return {.what = "holds no certificate"};
    return {.what = find_mark(text, end_mark) == std::string_view::npos
                        ? "is cut off: a certificate in it has no end"
                        : "holds no certificate that is whole"};
}

}  // namespace

Result<std::vector<PemBlock>> find_certificates(std::string_view text)
{
    std::vector<PemBlock> blocks = find_blocks(text);
    std::erase_if(blocks, [](const PemBlock& block) { return block.type != certificate_type; });
    if (blocks.empty())
        return fail(no_certificate(text));
    return blocks;
}

std::optional<PemBlock> find_private_key(std::string_view text)
{
    for (PemBlock& block : find_blocks(text))
        if (block.type == "PRIVATE KEY" || block.type.ends_with(" PRIVATE KEY"))
            return std::move(block);
    return std::nullopt;
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
    const auto key = find_private_key(text);
    return key && key->is_encrypted;
}

}  // namespace clockguard

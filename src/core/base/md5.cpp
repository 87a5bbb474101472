// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/md5.hpp"

#include <array>
#include <bit>
#include <cmath>

namespace clockguard {
namespace {

constexpr std::array<std::array<int, 4>, 4> turns{
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

using Block = std::array<std::uint32_t, 16>;

std::uint32_t little_endian(std::span<const std::byte> octets)
{
    std::uint32_t word = 0;
    for (std::size_t place = 4; place > 0; --place)
        word = word << 8U | std::to_integer<std::uint32_t>(octets[place - 1]);
    return word;
}

/// Sixteen octets, a one and their number of bits fill a single block.
Block block_of(std::span<const std::byte, 16> text)
{
    Block block{};
    for (std::size_t word = 0; word < 4; ++word)
        block.at(word) = little_endian(text.subspan(4 * word, 4));
    block[4] = 0x80;
    block[14] = 8 * text.size();
    return block;
}

std::uint32_t sine(unsigned step)
{
    return static_cast<std::uint32_t>(std::floor(std::ldexp(std::abs(std::sin(step + 1.0)), 32)));
}

struct State {
    std::uint32_t a = 0x67452301;
    std::uint32_t b = 0xEFCDAB89;
    std::uint32_t c = 0x98BADCFE;
    std::uint32_t d = 0x10325476;
};

/// What a step mixes in: of the state, and which word of the block.
struct Mixed {
    std::uint32_t of_state = 0;
    unsigned word = 0;
};

Mixed mixed(const State& now, unsigned step)
{
    switch (step / 16) {
    case 0:
        return {(now.b & now.c) | (~now.b & now.d), step % 16};
    case 1:
        return {(now.d & now.b) | (~now.d & now.c), (5 * step + 1) % 16};
    case 2:
        return {now.b ^ now.c ^ now.d, (3 * step + 5) % 16};
    default:
        return {now.c ^ (now.b | ~now.d), 7 * step % 16};
    }
}

State next(const State& now, const Block& block, unsigned step)
{
    const auto [of_state, word] = mixed(now, step);
    const std::uint32_t sum = now.a + of_state + sine(step) + block.at(word);
    return {.a = now.d,
            .b = now.b + std::rotl(sum, turns.at(step / 16).at(step % 4)),
            .c = now.b,
            .d = now.c};
}

}  // namespace

std::uint32_t first_of_md5(std::span<const std::byte, 16> text)
{
    const Block block = block_of(text);
    State state;
    for (unsigned step = 0; step < 64; ++step)
        state = next(state, block, step);
    const std::uint32_t a = state.a + State{}.a;
    return a >> 24U | (a >> 8U & 0xFF00U) | (a << 8U & 0xFF0000U) | a << 24U;
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
// Reads the seeds, each of its truncations and each with one byte changed: what a build without
// libFuzzer can check, in a second.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fuzz/fuzz.hpp"

namespace clockguard {
namespace {

std::string bytes_of(const std::filesystem::path& file)
{
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

void replay(const std::string& seed)
{
    fuzz(seed);
    for (std::size_t length = 0; length < seed.size(); ++length)
        fuzz(std::string_view{seed}.substr(0, length));
    std::string changed = seed;
    for (std::size_t at = 0; at < seed.size(); ++at) {
        for (const char mask : {'\x01', '\x20', '\x7f'}) {
            changed[at] = static_cast<char>(seed[at] ^ mask);
            fuzz(changed);
        }
        changed[at] = seed[at];
    }
}

}  // namespace
}  // namespace clockguard

int main(int argc, char** argv)
{
    int seeds = 0;
    for (int i = 1; i < argc; ++i)
        for (const auto& entry : std::filesystem::directory_iterator{argv[i]}) {
            clockguard::replay(clockguard::bytes_of(entry.path()));
            ++seeds;
        }
    std::printf("%d seeds\n", seeds);
    return seeds > 0 ? 0 : 1;
}

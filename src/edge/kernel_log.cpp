// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/kernel_log.hpp"

#include <array>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "clockguard/edge/beneath.hpp"
#include "clockguard/edge/sys.hpp"

namespace clockguard {
namespace {

/// A ring of 1 MiB, the largest in use, holds some twenty thousand records; what is written while
/// we read must not keep us here.
constexpr int records_at_most = 100'000;

/// As large as the kernel lets a record become (PRINTK_MESSAGE_MAX, CONSOLE_EXT_LOG_MAX).
constexpr std::size_t record_size = 8192;

bool is_worth_another(std::error_code code)
{
    // EPIPE: the record was overwritten before we came to it; the next read goes on after it.
    return code == std::errc::interrupted || code == std::errc::broken_pipe;
}

bool is_the_end(std::error_code code)
{
    return code == std::errc::resource_unavailable_try_again;
}

}  // namespace

Result<std::vector<LogEntry>> read_kernel_log(const Root& root)
{
    const std::string path = root.path("/dev/kmsg");
    const auto log = open_in_root(root, "/dev/kmsg", O_RDONLY | O_NONBLOCK);
    if (!log)
        return fail(fmt::format("cannot read kernel log '{}'", path), log.error());
    return read_records(*log, path);
}

Result<std::vector<LogEntry>> read_records(const Fd& log, const std::string& path)
{
    std::vector<LogEntry> entries;
    std::array<char, record_size> buffer{};
    for (int record = 0; record < records_at_most; ++record) {
        const auto got = sys(::read(log.get(), buffer.data(), buffer.size()));
        if (!got && is_worth_another(got.error()))
            continue;
        if (!got && is_the_end(got.error()))
            break;
        if (!got)
            return fail(fmt::format("cannot read kernel log '{}'", path), got.error());
        if (*got == 0)
            break;
        auto entry = parse_kmsg({buffer.data(), static_cast<std::size_t>(*got)});
        if (entry)
            entries.push_back(std::move(*entry));
    }
    return entries;
}

}  // namespace clockguard

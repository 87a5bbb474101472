// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// Whole small file, "/etc/x" as the root's own machine calls it: no link leads out of another
/// root. "No such file or directory" is told by the error's code; what is no regular file, or is
/// longer than 4 MiB, is refused: nothing that we read is.
[[nodiscard]] Result<std::string> read_file(const Root& root, std::string_view path);

[[nodiscard]] inline Result<std::string> read_file(const std::string& path)
{
    return read_file({}, path);
}

/// Its first line without the newline; empty where it cannot be read.
std::string read_line(const Root& root, std::string_view path);

/// The names in a folder, sorted, without "." and "..".
[[nodiscard]] Result<std::vector<std::string>> list_folder(const Root& root, std::string_view path);

[[nodiscard]] inline Result<std::vector<std::string>> list_folder(const std::string& path)
{
    return list_folder({}, path);
}

/// Replaces a file so that at every instant, power cuts included, it is whole, old or new: written
/// beside, fsynced, renamed over, the folder fsynced (rename(2), fsync(2)). Missing folders are
/// made. On failure the old file stands and nothing is left beside it; what a writer that was
/// killed has left there is removed. As with reading, no link leads out of another root.
[[nodiscard]] Result<void> write_atomically(const Root& root, const std::string& path,
                                            std::string_view text, mode_t mode = 0644);

[[nodiscard]] inline Result<void> write_atomically(const std::string& path, std::string_view text,
                                                   mode_t mode = 0644)
{
    return write_atomically({}, path, text, mode);
}

/// Makes a folder, and those above it with mode 0755, whatever the umask: what we keep is for all
/// to read. Returns it open; one that is there is fine.
[[nodiscard]] Result<Fd> make_folders(const Root& root, const std::string& path,
                                      mode_t mode = 0755);

/// Makes a file if need be, and locks it as long as the descriptor lives. Busy is told by the code
/// resource_unavailable_try_again.
[[nodiscard]] Result<Fd> take_lock(const Root& root, const std::string& path);

[[nodiscard]] Result<void, std::error_code> remove_file(const Root& root, const std::string& path);

/// Removes a folder with what is in it, as far as that can be done, and nothing beyond a link.
void remove_folder(const Root& root, const std::string& path);

/// In whole seconds.
[[nodiscard]] Result<Instant> last_modified(const Root& root, std::string_view path);

/// Whether it can be reached: false too where a folder above may not be searched.
bool file_exists(const Root& root, std::string_view path);

inline bool file_exists(const std::string& path)
{
    return file_exists({}, path);
}

/// Whether it is a link that leads nowhere: who made it meant a file to be there.
bool is_broken_link(const Root& root, std::string_view path);

}  // namespace clockguard

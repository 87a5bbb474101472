// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <system_error>
#include <utility>

#include "clockguard/core/base/result.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// A file below a folder whose own path is trusted; below that folder every link is refused.
struct Beneath {
    Root root{};
    std::string trusted{};   // "/var/snap/microk8s/8511"; empty, or not above: the root itself
    std::string location{};  // of the file, with the root: "/mnt/var/snap/microk8s/8511/certs/x"
};

/// A folder that is held open: what happens to its path meanwhile, or to those of its names that
/// are links, touches nothing elsewhere. Names have no slash.
class Folder {
public:
    explicit Folder(Fd folder) : folder_{std::move(folder)} {}

    /// The folder that a file is in.
    [[nodiscard]] static Result<Folder, std::error_code> of(const Beneath& file);

    /// For reading, when it is a regular file; a link is ELOOP.
    [[nodiscard]] Result<Fd, std::error_code> open_file(const std::string& name) const;

    /// A new file of mode 0600 beside another, with a name that remove_leftovers() knows. That
    /// leaves it alone as long as it is open.
    [[nodiscard]] Result<std::pair<std::string, Fd>, std::error_code>
    make_beside(const std::string& name) const;

    [[nodiscard]] Result<void, std::error_code> rename(const std::string& from,
                                                       const std::string& to) const;
    [[nodiscard]] Result<void, std::error_code> exchange(const std::string& one,
                                                         const std::string& other) const;
    void remove(const std::string& name) const;

    /// So that new names survive a power cut.
    [[nodiscard]] Result<void, std::error_code> sync() const;

    /// Removes what writers who were killed left beside a file.
    void remove_leftovers(const std::string& name) const;

private:
    Fd folder_;
};

/// Opens a regular file for reading, through no link.
[[nodiscard]] Result<Fd, std::error_code> open_beneath(const Beneath& file);

/// The text of a file, read through no link; up to 4 MiB.
[[nodiscard]] Result<std::string, std::error_code> read_beneath(const Beneath& file);

}  // namespace clockguard

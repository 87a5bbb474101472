// SPDX-License-Identifier: Apache-2.0
#include "edge/base/libsystemd.hpp"

namespace clockguard {
namespace {

[[gnu::used, gnu::section(".note.dlopen")]] alignas(4) constexpr auto libsystemd_note = load_note(
    R"([{"soname":["libsystemd.so.0"],"priority":"recommended","feature":"systemd",)"
    R"("description":"the journal, and what systemd is asked and told"}])");

}  // namespace

Libsystemd::Libsystemd() : SharedLibrary{"libsystemd.so.0"} {}

}  // namespace clockguard

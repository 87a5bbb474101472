// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/command/base/context.hpp"

namespace clockguard {

struct MetricsOptions {
    std::string folder{};  // of the textfile; empty: metrics.textfile_dir
};

/// On standard output, or into a folder of node_exporter's textfile collector.
ExitCode run_metrics(const MetricsOptions& options, const Context& context);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace clockguard {

/// In rising order of weight, so that the worst is the maximum.
enum class Severity { Ok, Note, Warning, Failure };

/// One line of any report: subject - what is seen, against which limit - what to do.
struct Finding {
    std::string code{};  // "CG201"; empty where nothing can be looked up
    Severity severity = Severity::Ok;
    std::string subject{};
    std::string message{};
    std::string advice{};
};

/// "ok", "note", "warning", "critical": the words of the reports.
std::string to_text(Severity severity);

}  // namespace clockguard

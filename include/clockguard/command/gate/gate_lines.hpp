// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "clockguard/core/clock/trust.hpp"
#include "clockguard/core/gate/gate.hpp"
#include "clockguard/core/gate/gate_record.hpp"

namespace clockguard {

/// Takes one line and its severity.
using Say = std::function<void(Severity, const std::string&)>;

/// One look of the gate.
struct GateView {
    GateOutcome outcome = GateOutcome::Waiting;
    Verdict verdict{};
    Span waited{};
    Span clock_moved{};  // by steps since the gate began
};

/// Decides which looks are worth a line: changes of the reason, steps of the clock, and the marks
/// of 10, 30, 60 and 120 seconds. A wait of five minutes makes a handful of lines, not thousands.
class GateLines {
public:
    GateLines(GatePolicy policy, Say say);

    void begin();

    /// True when something was said: then the record is worth writing too.
    bool look(const GateView& view);

    void end(const GateView& view);

private:
    bool is_news(const Verdict& verdict) const;
    void note_step(const GateView& view);
    void warn_of_overruled_record(const Verdict& verdict);
    void note(const std::string& line);
    void warn(const std::string& line);

    GatePolicy policy_;
    Say say_;
    std::optional<Finding> last_told_{};
    Span next_mark_;
    Span reported_moved_{};
    bool reported_held_ = false;
};

/// "limit 5 min, then release"; "no limit"
std::string limit_text(Span limit, OnTimeout then);

/// "30 d 4 h back", "0.3 s forward"
std::string to_step_text(Span moved);

/// The Status line of systemctl: "waiting 13 s of 5 min: chrony: not synchronised yet ...".
std::string gate_status(const GateView& view, const GatePolicy& policy);

/// The same of a record; `held` names what waits: "MicroK8s".
std::string gate_status(const GateRecord& gate, const std::string& held);

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clockguard/command/base/context.hpp"
#include "clockguard/command/clock/trust_now.hpp"
#include "clockguard/core/clock/time_sync.hpp"
#include "clockguard/core/gate/boot_record.hpp"
#include "clockguard/core/report/diagnosis_rtc.hpp"
#include "clockguard/core/report/rtc_report.hpp"

namespace clockguard {

struct RtcShowOptions {
    bool precise = false;  // wait for the next second to begin
};

struct RtcCheckOptions {
    std::optional<Span> max_offset{};  // over the configuration's
};

enum class RtcSource { System, Host };

struct RtcSetOptions {
    RtcSource from = RtcSource::System;
    bool dry_run = false;
    bool if_off = false;  // only when off by more than the limit, and where rtc.correct allows it
    bool trust_adjtime = false;  // write its zone even where the clock seems to keep another
    Span verify_for{};           // and read it back again after this; 0: no
};

struct RtcDriftOptions {
    Span length = std::chrono::minutes{2};
    Span interval = std::chrono::seconds{5};
};

/// The host's clock as the hardware clock may be set from it.
struct HostClock {
    TimeSyncView view{};
    bool may_vouch = false;  // by trust.host
};

/// The outside world as the commands on hardware clocks need it. The program fills it with edges,
/// tests with lambdas.
struct RtcWorld {
    std::function<Result<std::vector<RtcDevice>>()> list{};
    std::function<RtcSeen(const RtcDevice&)> look{};
    std::function<RtcSeen(const RtcDevice&)> look_at_tick{};  // waits for a second to begin
    std::function<void()> have_measured = [] {};  // by chronyd, after a pause of the machine
    std::function<TrustNow()> trust{};
    std::function<HostClock()> host{};
    std::function<Result<void>(const RtcDevice&, std::chrono::sys_seconds)> set{};
    std::function<Instant()> boot_instant{};
    std::function<Uptime()> uptime{};
    std::function<void(Uptime)> wait_until{};
    std::function<void(const std::string&)> progress{};  // one line, over the one before
    std::function<BootRecords()> boots{};
};

RtcWorld live_rtc_world(const Context& context);

/// What a command says, and how it ends.
struct Answer {
    std::string out{};
    std::string err{};
    ExitCode code = ExitCode::Healthy;
};

Answer show_rtcs(const RtcWorld& world, const RtcShowOptions& options, const Context& context);
Answer check_rtcs(const RtcWorld& world, const RtcCheckOptions& options, const Context& context);
ExitCode run_rtc_show(const RtcShowOptions& options, const Context& context);
ExitCode run_rtc_check(const RtcCheckOptions& options, const Context& context);
ExitCode run_rtc_drift(const RtcDriftOptions& options, const Context& context);
ExitCode run_rtc_set(const RtcSetOptions& options, const Context& context);

}  // namespace clockguard

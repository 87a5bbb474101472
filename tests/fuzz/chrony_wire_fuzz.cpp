// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "clockguard/core/clock/chrony_wire.hpp"
#include "clockguard/core/clock/chrony_witness.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {
namespace {

constexpr std::array commands{ChronyCommand::Online,   ChronyCommand::Burst,
                              ChronyCommand::NSources, ChronyCommand::SourceData,
                              ChronyCommand::Tracking, ChronyCommand::Activity,
                              ChronyCommand::NtpData,  ChronyCommand::SelectData};

void judge_tracking(std::span<const std::byte> reply)
{
    auto said = parse_tracking(reply);
    if (!said)
        return;
    must(said->root_delay >= Span{0} && said->root_dispersion >= Span{0});
    said->taken_at = Instant{std::chrono::seconds{1789000000}};
    const Witness witness = chrony_witness({.tracking = said}, {});
    const Verdict verdict = judge({.witnesses = {witness}}, {});
    must(verdict.trust != Trust::Trusted || said->stratum <= ClockPolicy{}.max_stratum);
}

}  // namespace

// Whatever is sent from chronyd's port is refused or read, and a reply that was checked is read.
void fuzz(std::string_view input)
{
    const std::span<const std::byte> reply = std::as_bytes(std::span{input});
    judge_tracking(reply);
    for (const ChronyCommand command : commands) {
        const bool passed = bool{check_reply(reply, command, 7)};
        must(!passed || command != ChronyCommand::Tracking || parse_tracking(reply));
        must(!passed || command != ChronyCommand::NSources || parse_source_count(reply));
        must(!passed || command != ChronyCommand::SourceData || parse_source(reply));
        must(!passed || command != ChronyCommand::Activity || parse_activity(reply));
        must(!passed || command != ChronyCommand::NtpData || parse_ntp_reference(reply));
        must(!passed || command != ChronyCommand::SelectData || parse_selection(reply));
    }
}

}  // namespace clockguard

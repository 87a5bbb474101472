// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/timesyncd.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/handle.hpp"
#include "edge/base/libsystemd.hpp"

namespace clockguard {
namespace {

/// Nothing that is still to be sent is waited for.
void close_bus(sd_bus* bus)
{
    sd().bus_close(bus);
    sd().bus_unref(bus);
}

using Bus = Handle<sd_bus, close_bus>;
using Message = Handle<sd_bus_message, freed_by<&Libsystemd::bus_message_unref>>;

/// In microseconds; none is not what sd-bus takes 0 for.
std::uint64_t left_until(Uptime until)
{
    return static_cast<std::uint64_t>(std::max(until - uptime_now(), Span{1}).count());
}

Bus open_system_bus()
{
    sd_bus* opened = nullptr;
    if (!load<Libsystemd>())
        return Bus{};
    return sd().bus_open_system(&opened) < 0 ? Bus{} : Bus{opened};
}

Message new_question(sd_bus* bus)
{
    sd_bus_message* made = nullptr;
    if (sd().bus_message_new_method_call(bus, &made, "org.freedesktop.timesync1",
                                         "/org/freedesktop/timesync1",
                                         "org.freedesktop.DBus.Properties", "Get") < 0)
        return Message{};
    Message question{made};
    const bool complete =
        sd().bus_message_set_auto_start(made, 0) >= 0 &&
        sd().bus_message_append(made, "ss", "org.freedesktop.timesync1.Manager", "NTPMessage") >= 0;
    return complete ? std::move(question) : Message{};
}

/// Leap, version, mode, stratum, precision, root delay and dispersion in microseconds, and the
/// reference ID; times follow.
std::optional<ServerReference> read_reference(sd_bus_message* answer)
{
    std::uint32_t stratum = 0;
    std::uint64_t root_delay = 0;
    const void* id = nullptr;
    std::size_t length = 0;
    const bool read = sd().bus_message_enter_container(answer, 'v', "(uuuuittayttttbtt)") > 0 &&
                      sd().bus_message_enter_container(answer, 'r', "uuuuittayttttbtt") > 0 &&
                      sd().bus_message_skip(answer, "uuu") > 0 &&
                      sd().bus_message_read(answer, "u", &stratum) > 0 &&
                      sd().bus_message_skip(answer, "i") > 0 &&
                      sd().bus_message_read(answer, "t", &root_delay) > 0 &&
                      sd().bus_message_skip(answer, "t") > 0 &&
                      sd().bus_message_read_array(answer, 'y', &id, &length) > 0;
    if (!read || length != 4)
        return std::nullopt;
    ServerReference reference{.stratum = static_cast<int>(stratum & 0xFFU),
                              .root_delay = Span{static_cast<Span::rep>(root_delay)}};
    for (const std::byte octet : std::span{static_cast<const std::byte*>(id), length})
        reference.id = reference.id << 8U | std::to_integer<std::uint32_t>(octet);
    return reference;
}

int keep_answer(sd_bus_message* came, void* answer, sd_bus_error*)
{
    *static_cast<Message*>(answer) = Message{sd().bus_message_ref(came)};
    return 0;
}

/// Not by sd_bus_call(), which waits for a bus that takes a connection and says nothing as long as
/// it likes.
Message ask(sd_bus* bus, sd_bus_message* question, Uptime until)
{
    Message answer;
    if (sd().bus_call_async(bus, nullptr, question, keep_answer, &answer, left_until(until)) < 0)
        return answer;
    while (!answer && uptime_now() < until) {
        const int done = sd().bus_process(bus, nullptr);
        if (done < 0 || (done == 0 && sd().bus_wait(bus, left_until(until)) < 0))
            break;
    }
    return answer;
}

}  // namespace

std::optional<ServerReference> ask_timesyncd(Uptime until)
{
    const Bus bus = open_system_bus();
    const Message question = bus ? new_question(bus.get()) : Message{};
    const Message answer = question ? ask(bus.get(), question.get(), until) : Message{};
    if (!answer || sd().bus_message_is_method_error(answer.get(), nullptr) > 0)
        return std::nullopt;
    return read_reference(answer.get());
}

}  // namespace clockguard

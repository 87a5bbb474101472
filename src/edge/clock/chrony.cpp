// SPDX-License-Identifier: Apache-2.0
// What chronyd is asked and told: over which way, and within one deadline for all of it.
#include "clockguard/edge/clock/chrony.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <vector>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "edge/clock/chrony_connection.hpp"
#include "edge/clock/chrony_listeners.hpp"
#include "edge/clock/chrony_socket.hpp"

namespace clockguard {
namespace {

/// More are not asked: each costs a question, and all share one deadline.
constexpr int most_sources = 64;

std::vector<Endpoint> endpoints_of(const ChronyAddress& address)
{
    std::vector<Endpoint> endpoints;
    if (!address.socket.empty())
        endpoints.push_back({.socket = address.socket});
    if (address.port)
        for (const Loopback loopback : {Loopback::Ipv4, Loopback::Ipv6})
            endpoints.push_back({.udp = loopback, .port = *address.port});
    return endpoints;
}

/// An endpoint that is silent leaves half of the time to those after it.
Patience patience_for(bool is_last, Uptime until)
{
    const Uptime now = uptime_now();
    return {.first_answer = is_last ? until : now + (until - now) / 2, .until = until};
}

/// Why an endpoint's answer does not count; nothing where it does.
struct Objection {
    std::string why{};
    bool is_unused = false;  // nothing listens there
};

std::string objection_to_socket(const std::string& socket)
{
    const auto place = read_socket_place(socket);
    return place ? socket_objection(socket, *place) : "";
}

Objection objection_to(const Endpoint& endpoint, const ChronyAddress& address)
{
    if (!endpoint.udp)
        return {.why = objection_to_socket(endpoint.socket)};
    const auto listeners = list_udp_listeners(*endpoint.udp, endpoint.port);
    if (!listeners)
        return {.why = fmt::format("{}: {}", to_text(endpoint), to_text(listeners.error()))};
    return {.why = listener_objection(*listeners, *endpoint.udp, endpoint.port,
                                      owner_of_folder(address.socket)),
            .is_unused = count_listeners(*listeners, *endpoint.udp) == 0};
}

Error named(const Endpoint& endpoint, const Error& why)
{
    if (why.what.empty())
        return {.what = to_text(endpoint), .code = why.code};
    return {.what = fmt::format("{}: {}", to_text(endpoint), why.what)};
}

template <class Answer>
struct Heard {
    Result<Answer> answer;
    bool is_final = false;
    bool is_unused = false;
};

/// Who listens is looked at before the question and again after the answer, for one may come and
/// go.
template <class Answer, class Question>
Heard<Answer> ask_endpoint(const Endpoint& endpoint, const ChronyAddress& address,
                           const Patience& patience, Question question)
{
    if (const Objection before = objection_to(endpoint, address); !before.why.empty())
        return {.answer = fail(before.why), .is_unused = before.is_unused};
    auto connection = open_connection(endpoint, patience);
    if (!connection)
        return {.answer = fail(named(endpoint, {.code = connection.error()}))};
    Result<Answer> answer = question(*connection);
    if (!connection->was_answered())
        return {.answer = fail(named(endpoint, answer.error()))};
    if (const Objection after = objection_to(endpoint, address); !after.why.empty())
        return {.answer = fail(after.why)};
    if (!answer)
        answer = fail(named(endpoint, answer.error()));
    return {.answer = std::move(answer), .is_final = true};
}

/// With the code of the last one.
Error cannot_ask(std::vector<Error> reasons)
{
    Error last = std::move(reasons.back());
    reasons.pop_back();
    std::string before;
    for (const Error& reason : reasons)
        before += fmt::format("{}; ", to_text(reason));
    last.what = fmt::format("cannot ask chronyd: {}{}", before, last.what);
    return last;
}

/// Asks one endpoint after the other until one answers, whatever it says; else tells why none did.
template <class Answer, class Question>
Result<Answer> ask_first_reachable(const ChronyAddress& address, Uptime until, Question question)
{
    const std::vector<Endpoint> endpoints = endpoints_of(address);
    std::vector<Error> reasons;
    for (const Endpoint& endpoint : endpoints) {
        const Patience patience = patience_for(&endpoint == &endpoints.back(), until);
        auto heard = ask_endpoint<Answer>(endpoint, address, patience, question);
        if (heard.answer)
            return heard.answer;
        if (heard.is_final)
            return fail(cannot_ask({heard.answer.error()}));
        // That ::1 has no listener either tells nothing new.
        if (!heard.is_unused || endpoint.udp == Loopback::Ipv4)
            reasons.push_back(heard.answer.error());
    }
    if (reasons.empty())
        return fail("cannot ask chronyd: no address is known");
    return fail(cannot_ask(std::move(reasons)));
}

template <class Answer>
using Parse = Result<Answer>(std::span<const std::byte>);

/// `index` is the source that is asked about.
template <class Answer>
Result<Answer> asked(Connection& chronyd, ChronyCommand command, Parse<Answer>& parse,
                     int index = 0)
{
    const auto reply = chronyd.ask(command, static_cast<std::uint32_t>(index));
    if (!reply)
        return fail(reply.error());
    return parse(*reply);
}

Result<ChronyTracking> ask_tracking(Connection& chronyd)
{
    auto said = asked(chronyd, ChronyCommand::Tracking, parse_tracking);
    if (said)
        said->taken_at = wall_now();
    return said;
}

Result<ChronyActivity> ask_activity(Connection& chronyd)
{
    return asked(chronyd, ChronyCommand::Activity, parse_activity);
}

bool is_gone(const Error& error)
{
    return error.code == std::errc::no_such_device;
}

bool is_unresolved(const ChronySource& source)
{
    constexpr std::byte by_number{3};  // IPADDR_ID of candm.h
    return source.address[16] == std::byte{0} && source.address[17] == by_number;
}

/// Whom a server follows itself, or why a source is not used; both only by the socket. What is
/// refused stays unknown.
Result<void> ask_more(Connection& chronyd, int index, ChronySource& source)
{
    const bool may_be_followed = is_sane(source) || source.reach == 0;  // lost, but not forgotten
    if (may_be_followed && !source.is_reference_clock && !is_unresolved(source)) {
        const auto reply = chronyd.ask_about(ChronyCommand::NtpData, source.address);
        const auto follows = reply ? parse_ntp_reference(*reply) : fail(reply.error());
        if (!follows && is_gone(follows.error()))
            return fail(follows.error());
        if (follows)
            source.follows = *follows;
    } else if (!is_sane(source) && source.reach != 0) {
        source.selection =
            asked(chronyd, ChronyCommand::SelectData, parse_selection, index).value_or('\0');
    }
    return {};
}

Result<ChronySource> ask_source(Connection& chronyd, int index)
{
    auto source = asked(chronyd, ChronyCommand::SourceData, parse_source, index);
    if (!source || !chronyd.takes_commands())
        return source;
    const auto more = ask_more(chronyd, index, *source);
    if (!more)
        return fail(more.error());
    return source;
}

std::string name_of(Connection& chronyd, const ChronySource& source)
{
    const auto reply = chronyd.ask_about(ChronyCommand::SourceName, source.address);
    return reply ? parse_source_name(*reply).value_or("") : "";
}

/// chronyd keeps places for more addresses than a pool's name may have (NSR_AddSourceByName() of
/// ntp_sources.c). Where the name has resolved, those that are left are no sources.
void leave_out_empty_places(Connection& chronyd, ChronySources& sources)
{
    std::set<std::string> resolved;
    for (const ChronySource& source : sources.all)
        if (!source.is_reference_clock && !is_unresolved(source))
            resolved.insert(name_of(chronyd, source));
    resolved.erase("");  // a chronyd that does not tell names
    if (resolved.empty())
        return;
    const auto left_out = static_cast<int>(std::erase_if(sources.all, [&](const auto& source) {
        return is_unresolved(source) && resolved.contains(name_of(chronyd, source));
    }));
    sources.known -= left_out;
    sources.asked -= left_out;
    sources.unresolved -= std::min(left_out, sources.unresolved);
}

Result<ChronySources> ask_each_source(Connection& chronyd)
{
    const auto activity = ask_activity(chronyd);
    if (!activity)
        return fail(activity.error());
    const auto known = asked(chronyd, ChronyCommand::NSources, parse_source_count);
    if (!known)
        return fail(known.error());
    ChronySources sources{.known = *known,
                          .asked = std::min(*known, most_sources),
                          .unresolved = activity->unresolved,
                          .offline = activity->offline};
    for (int index = 0; index < sources.asked; ++index) {
        const auto source = ask_source(chronyd, index);
        if (!source)
            return fail(source.error());
        sources.reached += source->reach != 0 ? 1 : 0;
        sources.all.push_back(*source);
    }
    if (sources.unresolved > 0)
        leave_out_empty_places(chronyd, sources);
    return sources;
}

/// One that vanishes while they are asked moves those after it: all are asked once more. Where an
/// answer was lost, those that came are not all that chronyd would tell.
Result<std::optional<ChronySources>> ask_sources(Connection& chronyd)
{
    auto sources = ask_each_source(chronyd);
    if (!sources && is_gone(sources.error()))
        sources = ask_each_source(chronyd);
    if (chronyd.has_lost())
        return fail("chronyd has not told of its sources in time");
    if (!sources && is_gone(sources.error()))
        return fail(sources.error());
    return sources ? std::optional{std::move(*sources)} : std::nullopt;
}

Result<void> command(const ChronyAddress& address, Uptime until,
                     std::initializer_list<ChronyCommand> commands)
{
    if (const std::string why_not = objection_to_socket(address.socket); !why_not.empty())
        return fail(fmt::format("cannot command chronyd: {}", why_not));
    auto chronyd = open_connection({.socket = address.socket}, patience_for(true, until));
    if (!chronyd)
        return fail(fmt::format("cannot command chronyd over '{}'", address.socket),
                    chronyd.error());
    for (const ChronyCommand each : commands) {
        const auto reply = chronyd->ask(each);
        if (!reply)
            return fail(reply.error());
    }
    return {};
}

}  // namespace

Result<ChronyTracking> query_tracking(const ChronyAddress& address, Uptime until)
{
    return ask_first_reachable<ChronyTracking>(address, until, ask_tracking);
}

Result<std::optional<ChronySources>> query_sources(const ChronyAddress& address, Uptime until)
{
    return ask_first_reachable<std::optional<ChronySources>>(address, until, ask_sources);
}

Result<ChronyActivity> query_activity(const ChronyAddress& address, Uptime until)
{
    return ask_first_reachable<ChronyActivity>(address, until, ask_activity);
}

Result<void> nudge_chrony(const ChronyAddress& address, Uptime until)
{
    return command(address, until, {ChronyCommand::Online, ChronyCommand::Burst});
}

Result<void> burst_chrony(const ChronyAddress& address, Uptime until)
{
    return command(address, until, {ChronyCommand::Burst});
}

Result<void> put_sources_online(const ChronyAddress& address, Uptime until)
{
    return command(address, until, {ChronyCommand::Online});
}

}  // namespace clockguard

// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_replace.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "clockguard/core/certs/plan.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"
#include "clockguard/edge/certs/replace_file.hpp"

namespace clockguard {
namespace {

/// As OpenSSL writes it: hexadecimal digits and a newline. It is written before the certificate: a
/// number that is skipped does no harm, one that is used twice does.
Result<void> note_serial(const Renewal& renewal)
{
    if (renewal.serial_file.empty())
        return {};
    FileChange change{.location = renewal.serial_file,
                      .root = renewal.change.root,
                      .data = renewal.change.data,
                      .after = renewal.after.serial + "\n"};
    auto before = read_beneath(change.beneath());
    if (!before && before.error() == std::errc::no_such_file_or_directory)
        return {};
    if (!before)
        return fail(fmt::format("cannot read '{}': {}", change.location, why_not(before.error())));
    change.before = std::move(*before);
    return replace_file(change);
}

/// The dates in it are of the clock that was verified.
Result<void> write_renewal(const ReplaceOrder& order, const Renewal& renewal)
{
    if (const std::string moved = order.clock_moved(); !moved.empty())
        return fail(fmt::format("{} since it was verified", moved));
    const auto noted = note_serial(renewal);
    if (!noted)
        return fail(noted.error());
    return replace_file(renewal.change);
}

/// What one round of writing comes to.
struct Written {
    std::vector<Renewal> done{};
    std::vector<Finding> failed{};
    std::vector<std::string> contested{};  // another program has written them meanwhile
};

Finding failure(const std::string& name, const std::string& message)
{
    return {.code = "CG213", .severity = Severity::Failure, .subject = name, .message = message};
}

Written write_all(const ReplaceOrder& order, std::vector<Renewal> ready)
{
    Written round;
    for (Renewal& renewal : ready) {
        const std::string name = renewal.action.name;
        const auto written = write_renewal(order, renewal);
        if (written)
            round.done.push_back(std::move(renewal));
        else if (is_contested(written.error()))
            round.contested.push_back(name);
        else
            round.failed.push_back(
                failure(name, fmt::format("was not replaced: {}", to_text(written.error()))));
    }
    return round;
}

/// What has to be planned again.
struct Unfinished {
    std::vector<std::string> contested{};
    std::vector<std::string> left_behind{};  // were written to data that are no longer in use

    bool empty() const { return contested.empty() && left_behind.empty(); }
};

/// A file that another program wrote is selected by its state only. A file that was left behind is
/// selected by name where it was at first.
CertSelection select_again(const CertSelection& wanted, const Unfinished& left)
{
    CertSelection again{.not_yet_valid = true,
                        .expired = true,
                        .expiring = wanted.expiring,
                        .include_ca = wanted.include_ca};
    for (const std::string& name : left.left_behind)
        if (std::ranges::find(wanted.names, name) != wanted.names.end())
            again.names.push_back(name);
    return again;
}

std::vector<std::string> names_of(const Unfinished& left)
{
    std::vector<std::string> names = left.contested;
    names.insert(names.end(), left.left_behind.begin(), left.left_behind.end());
    return names;
}

struct NextRound {
    Renewals renewals{};
    std::vector<Finding> kept{};  // that need nothing any more: the other program renewed them
};

Result<NextRound> prepare_again(const ReplaceOrder& order, const Unfinished& left)
{
    const auto survey = survey_certificates(order.context.root, order.profile, order.reader);
    if (!survey)
        return fail(survey.error());
    if (!survey->installed)
        return fail(fmt::format("{} was removed meanwhile", survey->profile.title));
    const CertPlan wanted =
        plan(judge_all(survey->certificates(), order.now, to_policy(order.context.config.certs)),
             select_again(order.select, left), survey->installed->node);
    NextRound next;
    CertPlan again;
    for (const std::string& name : names_of(left)) {
        const auto needed = std::ranges::find(wanted.actions, name, &CertAction::name);
        if (needed != wanted.actions.end())
            again.actions.push_back(*needed);
        else
            next.kept.push_back({.code = "CG215",
                                 .severity = Severity::Warning,
                                 .subject = name,
                                 .message = "was changed by another program during the "
                                            "re-issue; its version was kept"});
    }
    next.renewals = prepare_renewals(again, *survey, order.now);
    return next;
}

/// What was written, by where it is.
struct Placement {
    std::vector<Renewal> in_use{};
    std::vector<std::string> left_behind{};
};

/// A snap refresh makes `current` lead to a copy of the data. A file that was written to the data
/// before is not done: the copy is in use.
Placement find_left_behind(const ReplaceOrder& order, std::vector<Renewal> done)
{
    const auto installed = read_installation(order.context.root, order.profile);
    Placement placement;
    for (Renewal& renewal : done)
        if (installed && *installed &&
            (*installed)->locate(renewal.change.path) != renewal.change.location)
            placement.left_behind.push_back(renewal.action.name);
        else
            placement.in_use.push_back(std::move(renewal));
    return placement;
}

template <class T>
void append(std::vector<T>& all, std::vector<T> more)
{
    std::ranges::move(more, std::back_inserter(all));
}

Replaced with_unfinished(Replaced all, const Unfinished& left, const std::string& why)
{
    for (const std::string& name : names_of(left))
        all.failed.push_back(failure(name, fmt::format("was not replaced: {}", why)));
    return all;
}

/// What another program has written is judged like any other certificate, and planned again.
Replaced replace_in_rounds(const ReplaceOrder& order, std::vector<Renewal> ready)
{
    constexpr int rounds = 3;
    Replaced all;
    for (int round = 1;; ++round) {
        Written written = write_all(order, std::move(ready));
        append(all.done, std::move(written.done));
        append(all.failed, std::move(written.failed));
        Placement placement = find_left_behind(order, std::move(all.done));
        all.done = std::move(placement.in_use);
        const Unfinished left{std::move(written.contested), std::move(placement.left_behind)};
        if (left.empty())
            return all;
        if (round == rounds)
            return with_unfinished(std::move(all), left, "another program keeps rewriting it");
        auto next = prepare_again(order, left);
        if (!next)
            return with_unfinished(std::move(all), left, to_text(next.error()));
        append(all.warned, std::move(next->kept));
        append(all.failed, std::move(next->renewals.failed));
        append(all.refused, std::move(next->renewals.refused));
        ready = std::move(next->renewals.ready);
    }
}

/// Other certificates may come first in the file of a CA.
bool holds(const CertFacts& file, const CertFacts& certificate)
{
    return file.sha256 == certificate.sha256 ||
           std::ranges::find(file.all, certificate.sha256) != file.all.end();
}

/// A rename that succeeded proves nothing: the files are read back.
std::vector<Finding> find_not_on_disk(const std::vector<Renewal>& done, const CertSurvey& survey)
{
    std::vector<Finding> findings;
    for (const Renewal& renewal : done) {
        const SurveyedCert* cert = survey.find(renewal.action.name);
        if (cert == nullptr || !holds(cert->certificate.facts, renewal.after))
            findings.push_back(failure(renewal.action.name,
                                       "is not what was written: another program writes it too"));
    }
    return findings;
}

}  // namespace

Result<Replaced> replace_all(const ReplaceOrder& order, std::vector<Renewal> ready)
{
    Replaced all = replace_in_rounds(order, std::move(ready));
    auto survey = survey_certificates(order.context.root, order.profile, order.reader);
    if (!survey)
        return fail(survey.error());
    append(all.failed, find_not_on_disk(all.done, *survey));
    all.survey = std::move(*survey);
    return all;
}

}  // namespace clockguard

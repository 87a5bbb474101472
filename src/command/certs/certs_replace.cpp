// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_replace.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clockguard/command/base/profile.hpp"
#include "clockguard/core/certs/plan.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"
#include "clockguard/edge/certs/replace_file.hpp"

namespace clockguard {
namespace {

/// OpenSSL's own form: hexadecimal digits and a newline. It is written first: a number that was
/// skipped does no harm, one that is given twice does.
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

/// What has to be looked at again.
struct Unfinished {
    std::vector<std::string> contested{};    // somebody else has written them meanwhile
    std::vector<std::string> left_behind{};  // were written to data that are no longer in use

    bool empty() const { return contested.empty() && left_behind.empty(); }
};

/// Returns those that somebody else has written meanwhile.
std::vector<std::string> write_all(const ReplaceOrder& order, std::vector<Renewal> ready,
                                   Refreshed& result)
{
    std::vector<std::string> contested;
    for (Renewal& renewal : ready) {
        const auto written = write_renewal(order, renewal);
        if (written)
            result.done.push_back(std::move(renewal));
        else if (is_contested(written.error()))
            contested.push_back(renewal.action.name);
        else
            result.failed.push_back(
                {.code = "CG213",
                 .severity = Severity::Failure,
                 .subject = renewal.action.name,
                 .message = fmt::format("was not replaced: {}", to_text(written.error()))});
    }
    return contested;
}

/// What was asked for by name has been renewed where another program wrote it, and has not where it
/// was left behind.
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

/// What these need now. Those that need nothing any more were renewed by the other writer.
Result<Renewals> prepare_again(const ReplaceOrder& order, const Unfinished& left, Refreshed& result)
{
    const auto survey = survey_certificates(order.context, order.reader);
    if (!survey)
        return fail(survey.error());
    if (!survey->installed)
        return fail(fmt::format("{} was removed meanwhile", survey->profile.title));
    const CertPlan wanted =
        plan(judge_all(survey->certificates(), order.now, to_policy(order.context.config.certs)),
             select_again(order.select, left), survey->installed->node);
    CertPlan again;
    for (const std::string& name : names_of(left)) {
        const auto needed = std::ranges::find(wanted.actions, name, &CertAction::name);
        if (needed != wanted.actions.end())
            again.actions.push_back(*needed);
        else
            result.warned.push_back({.code = "CG215",
                                     .severity = Severity::Warning,
                                     .subject = name,
                                     .message = "was changed by another program during the "
                                                "re-issue; its version was kept"});
    }
    return prepare_renewals(again, *survey, order.now);
}

void note_unfinished(const std::vector<std::string>& names, std::string_view why, Refreshed& result)
{
    for (const std::string& name : names)
        result.failed.push_back({.code = "CG213",
                                 .severity = Severity::Failure,
                                 .subject = name,
                                 .message = fmt::format("was not replaced: {}", why)});
}

/// A snap refresh makes `current` lead to a copy of the data. What was written to the data before
/// is not done, for the copy is what counts now.
std::vector<std::string> take_left_behind(const ReplaceOrder& order, Refreshed& result)
{
    const auto profile = load_profile(order.context.root, order.context.config.certs.profile);
    const auto installed =
        profile ? read_installation(order.context.root, *profile) : fail(profile.error());
    const auto is_elsewhere = [&](const Renewal& renewal) {
        return installed && *installed &&
               (*installed)->locate(renewal.change.path) != renewal.change.location;
    };
    std::vector<std::string> names;
    for (const Renewal& renewal : result.done)
        if (is_elsewhere(renewal))
            names.push_back(renewal.action.name);
    std::erase_if(result.done, is_elsewhere);
    return names;
}

Unfinished write(const ReplaceOrder& order, std::vector<Renewal> ready, Refreshed& result)
{
    Unfinished left;
    left.contested = write_all(order, std::move(ready), result);
    left.left_behind = take_left_behind(order, result);
    return left;
}

/// Another writer wins: its version is judged like any other.
void replace_and_look_again(const ReplaceOrder& order, std::vector<Renewal> ready,
                            Refreshed& result)
{
    constexpr int attempts = 3;
    Unfinished left = write(order, std::move(ready), result);
    for (int i = 1; i < attempts && !left.empty(); ++i) {
        auto again = prepare_again(order, left, result);
        if (!again)
            return note_unfinished(names_of(left), to_text(again.error()), result);
        result.failed.insert(result.failed.end(), again->failed.begin(), again->failed.end());
        result.refused.insert(result.refused.end(), again->refused.begin(), again->refused.end());
        left = write(order, std::move(again->ready), result);
    }
    note_unfinished(names_of(left), "another program keeps rewriting it", result);
}

/// A CA's file may have others in front.
bool holds(const CertFacts& file, const CertFacts& certificate)
{
    return file.sha256 == certificate.sha256 ||
           std::ranges::find(file.all, certificate.sha256) != file.all.end();
}

/// Exit status and renames may lie; what is read back does not.
Result<CertSurvey> verify_on_disk(const ReplaceOrder& order, Refreshed& result)
{
    auto survey = survey_certificates(order.context, order.reader);
    for (const Renewal& renewal : result.done) {
        const SurveyedCert* cert = survey ? survey->find(renewal.action.name) : nullptr;
        if (cert == nullptr || !holds(cert->certificate.facts, renewal.after))
            result.failed.push_back(
                {.code = "CG213",
                 .severity = Severity::Failure,
                 .subject = renewal.action.name,
                 .message = "is not what was written: another program writes it too"});
    }
    return survey;
}

}  // namespace

Result<CertSurvey> replace_all(const ReplaceOrder& order, std::vector<Renewal> ready,
                               Refreshed& result)
{
    replace_and_look_again(order, std::move(ready), result);
    return verify_on_disk(order, result);
}

}  // namespace clockguard

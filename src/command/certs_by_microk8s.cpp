// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs_by_microk8s.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

std::string why_not(const std::string& name, const CertSurvey& survey, const CertsWorld& world)
{
    if (!world.microk8s)
        return "the MicroK8s of another root does not run here";
    std::vector<DaemonState> daemons;
    for (const std::string& unit : restarted_with(name))
        daemons.push_back(world.daemon(unit));
    return refresh_certs_objection(survey.installed->node, daemons);
}

Renewal to_renewal(const CertAction& action, const SurveyedCert& cert)
{
    return {.action = action,
            .change = {.name = action.name,
                       .path = cert.certificate.place.path,
                       .location = cert.location,
                       .before = cert.text},
            .before = cert.certificate.facts,
            .after = {},
            .serial_file = {}};
}

/// The file as it is now. The command dates a certificate from the moment it signs, so that the
/// moment this run began with would be too early.
RefreshCertsRun run_once(Renewal& renewal, const Context& context, const CertsWorld& world)
{
    const auto finished = world.microk8s({"refresh-certs", "--cert", renewal.action.name + ".crt"});
    RefreshCertsRun run;
    if (finished) {
        run.exit_code = finished->exit_code;
        run.output = finished->output;
    } else {
        run.exit_code = fail(finished.error());
    }
    const auto survey = survey_certificates(context);
    const SurveyedCert* cert = survey ? survey->find(renewal.action.name) : nullptr;
    if (cert == nullptr)
        return run;
    renewal.after = cert->certificate.facts;
    run.is_new = cert->text != renewal.change.before;
    run.is_sound =
        is_usable(judge(cert->certificate, world.now(), to_policy(context.config.certs)));
    return run;
}

/// A change of the snap, a refresh for instance, takes minutes at the most.
RefreshCertsRun run_patiently(Renewal& renewal, const Context& context, const CertsWorld& world)
{
    constexpr Span patience = 3min;
    constexpr Span pause = 15s;
    for (Span waited{};; waited += pause) {
        RefreshCertsRun run = run_once(renewal, context, world);
        if (weigh(run) != RefreshCertsOutcome::Busy || waited >= patience)
            return run;
        world.wait(pause);
    }
}

Finding not_renewed(const std::string& name, const RefreshCertsRun& run)
{
    return {.code = "CG227",
            .severity = Severity::Failure,
            .subject = name,
            .message = fmt::format("was not renewed by 'microk8s refresh-certs --cert {}.crt': {}",
                                   name, to_text(run)),
            .advice = {}};
}

Finding not_restarted(const std::string& name, const RefreshCertsRun& run)
{
    return {.code = "CG229",
            .severity = Severity::Warning,
            .subject = name,
            .message = fmt::format("is new and good, but its daemons were not restarted: {}",
                                   to_text(run)),
            .advice = {}};
}

}  // namespace

std::vector<Renewal> take_commanded(CertPlan& plan, const CertSurvey& survey,
                                    const CertsWorld& world, std::vector<Finding>& refused)
{
    std::vector<Renewal> commanded;
    for (const CertAction& action : plan.actions) {
        if (action.deed != CertDeed::Command)
            continue;
        const std::string why = why_not(action.name, survey, world);
        const SurveyedCert* cert = survey.find(action.name);
        if (why.empty() && cert != nullptr)
            commanded.push_back(to_renewal(action, *cert));
        else
            refused.push_back({.code = "CG228",
                               .severity = Severity::Failure,
                               .subject = action.name,
                               .message = fmt::format("is left as it is: {}", why),
                               .advice = {}});
    }
    std::erase_if(plan.actions,
                  [](const CertAction& action) { return action.deed == CertDeed::Command; });
    return commanded;
}

void run_commanded(std::vector<Renewal> commanded, const Context& context, const CertsWorld& world,
                   Refreshed& result)
{
    for (Renewal& renewal : commanded) {
        const RefreshCertsRun run = run_patiently(renewal, context, world);
        const RefreshCertsOutcome outcome = weigh(run);
        if (outcome == RefreshCertsOutcome::NotRestarted)
            result.warned.push_back(not_restarted(renewal.action.name, run));
        if (outcome == RefreshCertsOutcome::Done || outcome == RefreshCertsOutcome::NotRestarted)
            result.done.push_back(std::move(renewal));
        else
            result.failed.push_back(not_renewed(renewal.action.name, run));
    }
}

}  // namespace clockguard

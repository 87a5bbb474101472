// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/certs.hpp"
#include "clockguard/command/certs_outcome.hpp"

namespace clockguard {

/// Takes out of a plan what MicroK8s' own command is to make anew. What the command may not be run
/// for now goes into `refused`, with the reason.
std::vector<Renewal> take_commanded(CertPlan& plan, const CertSurvey& survey,
                                    const CertsWorld& world, std::vector<Finding>& refused);

/// Has them made one after the other, and reads each file again: only what is new and sound there
/// counts as done.
void run_commanded(std::vector<Renewal> commanded, const Context& context, const CertsWorld& world,
                   Refreshed& result);

}  // namespace clockguard

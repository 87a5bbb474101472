// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "clockguard/core/certs/certificate.hpp"

namespace clockguard {

/// The refresh of all that are in its state; `which`: "--expired".
Advice refresh_advice(const Certificate& certificate, std::string_view which);

/// The refresh of this one alone.
Advice refresh_by_name(const CertPlace& place);

/// What is not valid yet will be, where no command makes it anew.
Advice not_yet_valid_advice(const Certificate& certificate);

/// What to do about one that has expired.
Advice expired_advice(const Certificate& certificate);

/// For one that is gone, or holds no certificate any more.
Advice replacement_advice(const Certificate& certificate);

/// For one that does not fit its key.
Advice foreign_key_advice(const Certificate& certificate);

/// For a kubeconfig that embeds another certificate or CA than the files hold.
Advice copy_advice(const Certificate& certificate);

/// For one that its users refuse for its names or its extensions.
Advice use_advice(const Certificate& certificate);

}  // namespace clockguard

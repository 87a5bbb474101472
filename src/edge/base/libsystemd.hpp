// SPDX-License-Identifier: Apache-2.0
// What is used of libsystemd: the bus and the journal.
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

#include "edge/base/shared_library.hpp"

namespace clockguard {

#define CLOCKGUARD_SD(name) CLOCKGUARD_FUNCTION(name, sd_##name)

/// Without the prefix that all have: sd_bus_new() is bus_new().
struct Libsystemd : SharedLibrary {
    Libsystemd();

    CLOCKGUARD_SD(bus_call_async);
    CLOCKGUARD_SD(bus_call_method);
    CLOCKGUARD_SD(bus_close);
    CLOCKGUARD_SD(bus_error_free);
    CLOCKGUARD_SD(bus_error_has_name);
    CLOCKGUARD_SD(bus_flush_close_unref);
    CLOCKGUARD_SD(bus_get_property_string);
    CLOCKGUARD_SD(bus_get_property_trivial);
    CLOCKGUARD_SD(bus_message_append);
    CLOCKGUARD_SD(bus_message_enter_container);
    CLOCKGUARD_SD(bus_message_is_method_error);
    CLOCKGUARD_SD(bus_message_new_method_call);
    CLOCKGUARD_SD(bus_message_read);
    CLOCKGUARD_SD(bus_message_read_array);
    CLOCKGUARD_SD(bus_message_ref);
    CLOCKGUARD_SD(bus_message_set_auto_start);
    CLOCKGUARD_SD(bus_message_skip);
    CLOCKGUARD_SD(bus_message_unref);
    CLOCKGUARD_SD(bus_new);
    CLOCKGUARD_SD(bus_open_system);
    CLOCKGUARD_SD(bus_process);
    CLOCKGUARD_SD(bus_set_address);
    CLOCKGUARD_SD(bus_start);
    CLOCKGUARD_SD(bus_unref);
    CLOCKGUARD_SD(bus_wait);
    CLOCKGUARD_SD(id128_from_string);
    CLOCKGUARD_SD(journal_add_conjunction);
    CLOCKGUARD_SD(journal_add_disjunction);
    CLOCKGUARD_SD(journal_add_match);
    CLOCKGUARD_SD(journal_close);
    CLOCKGUARD_SD(journal_flush_matches);
    CLOCKGUARD_SD(journal_get_cursor);
    CLOCKGUARD_SD(journal_get_data);
    CLOCKGUARD_SD(journal_get_monotonic_usec);
    CLOCKGUARD_SD(journal_get_realtime_usec);
    CLOCKGUARD_SD(journal_next);
    CLOCKGUARD_SD(journal_open);
    CLOCKGUARD_SD(journal_open_files);
    CLOCKGUARD_SD(journal_previous);
    CLOCKGUARD_SD(journal_seek_cursor);
    CLOCKGUARD_SD(journal_seek_head);
    CLOCKGUARD_SD(journal_seek_monotonic_usec);
    CLOCKGUARD_SD(journal_seek_tail);
    CLOCKGUARD_SD(journal_set_data_threshold);
};

#undef CLOCKGUARD_SD

/// For those who have loaded it: sd().bus_new().
inline const Libsystemd& sd()
{
    return loaded<Libsystemd>();
}

}  // namespace clockguard

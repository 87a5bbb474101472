// SPDX-License-Identifier: Apache-2.0
// A service manager on a bus of its own, which answers as a test says. It is asked over the system
// bus by whoever is not root: as root systemd's own socket would be asked, where there is one.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>
#include <thread>
#include <vector>

#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/handle.hpp"
#include "support/other_user.hpp"
#include "support/tree.hpp"

namespace clockguard {

struct FakeUnit {
    std::string active = "active";
    std::uint64_t entered_us = 0;
    std::uint64_t entered_monotonic_us = 0;
};

/// What it holds is set before it is asked, and read when it was.
class FakeSystemd {
public:
    std::map<std::string, FakeUnit> units{};
    std::string system_state = "running";
    int looks_at_a_job = 0;           // as often its object is there
    std::string trouble_with_jobs{};  // why its state cannot be asked for
    std::string refuses{};            // why it takes no job
    std::vector<std::string> jobs{};  // "RestartUnit x.service replace"

    FakeSystemd()
    {
        ::chmod(tree_.folder().c_str(), 0755);
        const std::string path = tree_.path("/bus");
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(listener_.get(), 4);
        ::chmod(path.c_str(), 0777);
        ::setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:path=" + path).c_str(), 1);
        thread_ = std::thread{[this] { serve(); }};
        not_root_.emplace();
    }
    FakeSystemd(const FakeSystemd&) = delete;
    FakeSystemd& operator=(const FakeSystemd&) = delete;
    ~FakeSystemd()
    {
        ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
        ::eventfd_write(end_.get(), 1);
        thread_.join();
    }

private:
    using Bus = Handle<sd_bus, sd_bus_flush_close_unref>;
    using Path = Handle<char, ::free>;

    void serve()
    {
        while (is_called(listener_.get()))
            answer(Fd{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)});
    }

    bool is_called(int descriptor) const
    {
        std::array<pollfd, 2> waited{{{end_.get(), POLLIN, 0}, {descriptor, POLLIN, 0}}};
        ::poll(waited.data(), waited.size(), -1);
        return waited[0].revents == 0;
    }

    void answer(Fd caller)
    {
        sd_bus* made = nullptr;
        sd_bus_new(&made);
        const Bus bus{made};
        const int descriptor = ::dup(caller.get());  // which the bus closes
        sd_bus_set_fd(made, descriptor, descriptor);
        sd_bus_set_server(made, 1, sd_id128_t{{1}});
        sd_bus_add_filter(made, nullptr, take, this);
        if (sd_bus_start(made) < 0)
            return;
        int done = 0;
        while ((done = sd_bus_process(made, nullptr)) > 0 || (done == 0 && is_called(descriptor))) {
        }
    }

    static int take(sd_bus_message* call, void* self, sd_bus_error* /*error*/)
    {
        static_cast<FakeSystemd*>(self)->reply(call);
        return 1;
    }

    int reply(sd_bus_message* call)
    {
        const std::string member = sd_bus_message_get_member(call);
        if (member == "Hello")
            return sd_bus_reply_method_return(call, "s", ":1.1");
        if (member == "LoadUnit")
            return load_unit(call);
        if (member == "Get")
            return get(call);
        if (member == "RestartUnit" || member == "TryRestartUnit")
            return queue(call, member);
        return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_UNKNOWN_METHOD, "no %s",
                                          member.c_str());
    }

    int load_unit(sd_bus_message* call)
    {
        const char* name = nullptr;
        sd_bus_message_read(call, "s", &name);
        if (units.find(name) == units.end())
            return sd_bus_reply_method_errorf(call, "org.freedesktop.systemd1.NoSuchUnit",
                                              "Unit %s not found.", name);
        char* path = nullptr;
        sd_bus_path_encode("/org/freedesktop/systemd1/unit", name, &path);
        const Path owned{path};
        return sd_bus_reply_method_return(call, "o", path);
    }

    int queue(sd_bus_message* call, const std::string& member)
    {
        const char* name = nullptr;
        const char* mode = nullptr;
        sd_bus_message_read(call, "ss", &name, &mode);
        jobs.push_back(member + " " + name + " " + mode);
        if (!refuses.empty())
            return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_ACCESS_DENIED, "%s",
                                              refuses.c_str());
        return sd_bus_reply_method_return(call, "o", "/org/freedesktop/systemd1/job/7");
    }

    int get(sd_bus_message* call)
    {
        const char* interface = nullptr;
        const char* property = nullptr;
        sd_bus_message_read(call, "ss", &interface, &property);
        const std::string path = sd_bus_message_get_path(call);
        if (path == "/org/freedesktop/systemd1/job/7")
            return job_state(call);
        if (path == "/org/freedesktop/systemd1")
            return sd_bus_reply_method_return(call, "v", "s", system_state.c_str());
        char* name = nullptr;
        sd_bus_path_decode(path.c_str(), "/org/freedesktop/systemd1/unit", &name);
        const Path owned{name};
        const FakeUnit& unit = units[name];
        if (std::string{property} == "ActiveState")
            return sd_bus_reply_method_return(call, "v", "s", unit.active.c_str());
        return sd_bus_reply_method_return(call, "v", "t",
                                          std::string{property} == "ActiveEnterTimestamp"
                                              ? unit.entered_us
                                              : unit.entered_monotonic_us);
    }

    int job_state(sd_bus_message* call)
    {
        if (!trouble_with_jobs.empty())
            return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_ACCESS_DENIED, "%s",
                                              trouble_with_jobs.c_str());
        if (looks_at_a_job-- <= 0)
            return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_UNKNOWN_OBJECT, "no such job");
        return sd_bus_reply_method_return(call, "v", "s", "running");
    }

    Tree tree_{};
    Fd end_{::eventfd(0, EFD_CLOEXEC)};
    Fd listener_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    std::thread thread_{};
    std::optional<AsAnotherUser> not_root_{};
};

}  // namespace clockguard

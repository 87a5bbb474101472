# SPDX-License-Identifier: Apache-2.0
"""The scenarios. Each takes the tools, raises a Failure or returns what it measured, as text."""

import hashlib
import re
import socket
import time

from checks import (expect, expect_ended, expect_equal, expect_never_trustworthy,
                    expect_prompt_release, expect_right, expect_said)
from daemons import fill_queue, wait_until
from impostor import Impostor
from lab import Lab, STEPPING
from network import (LATE_ADDRESS, add_address, add_default_route, bring_up_link, bring_up_loopback,
                     swallow)
from tracking import Client, REFID_LOCAL

MONTH_S = 30 * 86400
SCENARIOS = {}
OWN_NETWORK = set()  # scenarios that change the network, and so need one of their own


def scenario(function):
    SCENARIOS[function.__name__.replace("_", "-")] = function
    return function


def own_network(function):
    OWN_NETWORK.add(function.__name__.replace("_", "-"))
    return function


def since(start_ns, at_ns):
    return (at_ns - start_ns) / 1e9


# --- the experiment itself: without clockguard, it must show what is known of chronyd ------------

@scenario
def sim_self_step(tools):
    with Lab(tools, MONTH_S) as lab:
        lab.start_server()
        chronyd = lab.start_chronyd()
        wait_until(lambda: lab.watch.first(lambda answer: answer.is_synchronised),
                   "chronyd synchronised")
        at_ns, answer = lab.watch.first(lambda answer: answer.is_synchronised)
        steps = lab.clock.steps()
        expect_equal(len(steps), 1, "the number of steps")
        expect(abs(steps[0].step_s + MONTH_S) < 0.01, f"the step is {steps[0].step_s} s")
        expect(answer.bound_s < 1 or answer.skew_ppm > 1e5, f"bound {answer.bound_s} s after a step")
        expect_right(lab, at_ns, 0.01)
        synchronised_s = since(chronyd.started_ns, at_ns)
        expect(3.5 < synchronised_s, f"chronyd synchronised after {synchronised_s:.3f} s, before its burst's end")
        # The kernel's own flag says so one update later: the reason why nobody should wait for it.
        cleared = wait_until(
            lambda: [e for e in lab.clock.events() if e.at_ns > at_ns and not e.status & 0x40],
            "the kernel synchronised")[0]
        return (f"stepped and synchronised {synchronised_s:.3f} s after chronyd's start, the kernel's "
                f"flag cleared {since(steps[0].at_ns, cleared.at_ns):.3f} s after the step")


@scenario
def sim_self_slew(tools):
    """Asked every second, as slew_into_the_limit is."""
    with Lab(tools, 0.3, server_options="minpoll 0 maxpoll 1") as lab:
        lab.start_server()
        lab.start_chronyd()
        started_ns, _ = wait_until(
            lambda: lab.watch.first(lambda answer: answer.is_synchronised), "chronyd synchronised")
        arrived_ns, _ = wait_until(
            lambda: lab.watch.first(lambda answer: answer.is_trustworthy(0.1)), "slewed to 0.1 s")
        expect_equal(lab.clock.steps(), [], "the list of steps")
        expect_right(lab, arrived_ns, 0.1)
        slewed_s = since(started_ns, arrived_ns)
        # By the clock's own log: when we came to look is the machine's affair.
        fastest = max(abs(event.rate) for event in lab.clock.events() if event.is_change)
        expect(0.08 < fastest < 0.087, f"slewed at a rate of {fastest:.4f}, not at chronyd's 0.08333")
        return f"0.2 s were slewed in {slewed_s:.3f} s"


# --- chronyd sets the clock right ----------------------------------------------------------------

def released(tools, wrong_by_s, *directives, max_error_s=1.0, server_options="", **settings):
    with Lab(tools, wrong_by_s, server_options=server_options) as lab:
        lab.start_server()
        gate = lab.start_gate(gate_timeout="60s", trust_max_error=f"{int(max_error_s * 1000)}ms",
                              **settings)
        gate.wait_for_status()
        lab.start_chronyd(*directives)
        late_s = expect_prompt_release(lab, gate, max_error_s)
        expect_said(gate, "chrony")
        return f"released {late_s * 1000:.1f} ms after chronyd's first trustworthy answer"


@scenario
def step_back(tools):
    return released(tools, MONTH_S)


@scenario
def step_forward(tools):
    return released(tools, -MONTH_S)


@scenario
def no_rtcsync(tools):
    return released(tools, MONTH_S, "makestep 1 3")


@scenario
def slew_within_the_limit(tools):
    return released(tools, 0.3)


@scenario
def slew_into_the_limit(tools):
    """Asked every second: one measurement that a busy machine spoiled is soon outvoted."""
    return released(tools, 0.3, max_error_s=0.1, server_options="minpoll 0 maxpoll 1")


@scenario
def chronyd_long_synchronised(tools):
    """The gate asks a chronyd that was right all along: no wait at all."""
    with Lab(tools, MONTH_S) as lab:
        lab.start_server()
        lab.start_chronyd()
        wait_until(lambda: lab.watch.first(lambda answer: answer.is_trustworthy(1)), "trustworthy")
        gate = lab.start_gate(gate_timeout="60s")
        expect_ended(gate, "synchronized")
        expect_right(lab, gate.opened_ns)
        return f"released {since(gate.process.started_ns, gate.opened_ns) * 1000:.1f} ms after its start"


# --- chronyd looks well and is not ---------------------------------------------------------------

@scenario
def no_makestep(tools):
    """`chronyc waitsync` is content here, with a month left to slew."""
    with Lab(tools, MONTH_S) as lab:
        lab.start_server()
        lab.start_chronyd("rtcsync")
        wait_until(lambda: lab.watch.first(lambda answer: answer.is_synchronised), "synchronised")
        gate = lab.start_gate(gate_timeout="2s")
        expect_ended(gate, "timeout_released")
        expect_never_trustworthy(lab)
        expect(since(gate.process.started_ns, gate.opened_ns) >= 2, "the gate opened early")
        expect_said(gate, "30 d ahead")
        return "30 days left to slew were not trusted"


@scenario
def local_stratum(tools):
    """chronyd without any server, told to call itself right: leap normal, error bound 0."""
    with Lab(tools, MONTH_S) as lab:
        lab.start_chronyd(*STEPPING, "local stratum 10")
        wait_until(lambda: lab.watch.first(lambda answer: answer.refid == REFID_LOCAL), "local")
        gate = lab.start_gate(gate_timeout="2s")
        expect_ended(gate, "timeout_released")
        expect_never_trustworthy(lab)
        expect_said(gate, "local")
        return "a clock that refers to itself was not trusted"


@scenario
def orphan(tools):
    """chronyd follows a server that follows nobody: all looks normal, but for the stratum."""
    with Lab(tools, MONTH_S) as lab:
        lab.start_server(stratum=10)
        lab.start_chronyd()
        wait_until(lambda: lab.watch.first(lambda answer: answer.stratum == 11), "stratum 11")
        gate = lab.start_gate(gate_timeout="2s")
        expect_ended(gate, "timeout_released")
        expect_said(gate, "stratum 11 is above the limit 9")
        return "stratum 11 was not trusted"


@scenario
def clock_set_behind_chronyds_back(tools):
    """A machine resumed from a checkpoint: the clock jumps while chronyd calls itself right."""
    with Lab(tools, MONTH_S) as lab:
        lab.start_server()
        lab.start_chronyd()
        wait_until(lambda: lab.watch.first(lambda answer: answer.is_trustworthy(1)), "trustworthy")
        lab.watch.stop()  # asking is what makes chronyd look at its clock; the gate shall be the first
        lab.set_clock(MONTH_S)
        gate = lab.start_gate(gate_timeout="4s")
        expect_equal(gate.wait(), 0, "the gate's exit code")
        if gate.outcome() == "synchronized":
            expect_right(lab, gate.opened_ns)
            return "chronyd noticed, and set the clock again in time"
        expect_equal(gate.outcome(), "timeout_released", "the outcome in the state file")
        return "a clock set by somebody else was not trusted"


@scenario
def killed_after_sync(tools):
    """The kernel goes on calling itself synchronised for hours after chronyd's death."""
    with Lab(tools, MONTH_S) as lab:
        lab.start_server()
        chronyd = lab.start_chronyd()
        wait_until(lambda: lab.clock.events()[-1:] and not lab.clock.events()[-1].status & 0x40
                   and lab.clock.steps(), "the kernel synchronised")
        chronyd.kill()
        gate = lab.start_gate(gate_timeout="2s")
        expect_ended(gate, "timeout_released")
        expect_equal(lab.clock.events()[-1].status & 0x40, 0, "the kernel's STA_UNSYNC")
        expect_said(gate, "chrony")
        return "the word of a dead chronyd was not taken"


@scenario
def trust_2_2_chronyd_that_sets_no_clock(tools):
    """chronyd -x with makestep: its TRACKING is perfect, and the clock a month ahead."""
    with Lab(tools, MONTH_S) as lab:
        lab.start_server()
        lab.start_chronyd("makestep 1 -1", options=["-x"])
        wait_until(lambda: lab.watch.first(lambda answer: answer.is_trustworthy(1)), "the untrue word")
        gate = lab.start_gate(gate_timeout="3s")
        expect_ended(gate, "timeout_released")
        expect_said(gate, "no step by as much was seen since")
        return "a clock that was found wrong and not set was not trusted"


@scenario
def trust_2_3_one_early_liar(tools):
    """One server of four is a month ahead, as the clock is, and answers at once; the others seconds later."""
    with Lab(tools, MONTH_S) as lab:
        lab.start_server(ahead=MONTH_S)
        for _ in range(3):
            lab.add_server(answers_at_once=False, silent_for=7)
        gate = lab.start_gate(gate_timeout="90s")
        lab.start_chronyd("rtcsync", "makestep 1 -1")
        wait_until(lambda: lab.watch.first(lambda answer: answer.is_trustworthy(1)), "the liar's word")
        expect_equal(gate.wait(100), 0, "the gate's exit code")
        expect_said(gate, "waiting for a second one")
        expect_equal(gate.outcome(), "synchronized", "the outcome in the state file")
        expect_right(lab, gate.opened_ns)
        return "the gate waited for the others, and opened when the clock was right"


@scenario
def trust_2_4_host_clock_of_another_name(tools):
    """A clock of the host is the host's word under whatever refid; one that policy names is a clock of its own."""
    with Lab(tools, MONTH_S) as lab:
        feed = lab.directory / "host.sock"
        lab.start_chronyd(f"refclock SOCK {feed} refid HOST poll 0 filter 1", *STEPPING)
        lab.start_host_clock(feed)
        wait_until(lambda: lab.watch.first(lambda answer: answer.is_trustworthy(1)), "the host's word")
        gate = lab.start_gate(gate_timeout="2s")
        expect_ended(gate, "timeout_released")
        expect_said(gate, "only a reference clock says so (HOST), perhaps the host's")
        named = lab.start_gate(gate_timeout="10s", trust_refclocks="HOST")
        expect_ended(named, "synchronized")
        return "the host's clock alone was not trusted, and one that policy names was"


def refuse_follower_of_nobody(lab, stratum, refid):
    """The only server is a month ahead and follows no source: its untrue word is heard, and not trusted."""
    lab.start_server(ahead=MONTH_S, stratum=stratum, refid=refid)
    lab.start_chronyd()
    wait_until(lambda: lab.watch.first(lambda answer: answer.is_trustworthy(1)), "its untrue word")
    gate = lab.start_gate(gate_timeout="2s")
    expect_ended(gate, "timeout_released")
    expect_said(gate, f"only a server that follows no source says so ({refid}); trust.local decides")


@scenario
def trust_2_6_follower_of_nobody(tools):
    """The only server follows its own clock: heard, and trusted where policy says so."""
    with Lab(tools, MONTH_S) as lab:
        refuse_follower_of_nobody(lab, stratum=8, refid="127.127.1.1")
        expect_ended(lab.start_gate(gate_timeout="10s", trust_local="always", trust_max_error="3s"),
                     "synchronized")
        return "a server that follows no source was not trusted, until policy said so"


@scenario
def trust_2_6_guest_of_the_same_host(tools):
    """The only server is a Windows guest, which follows the Hyper-V host that is a month ahead."""
    with Lab(tools, MONTH_S) as lab:
        refuse_follower_of_nobody(lab, stratum=1, refid="VMTP")
        return "a server that has its time from the host was not trusted"


@scenario
def trust_2_6_follower_over_ipv6(tools):
    """A server that follows nobody is reached over IPv6; the other one names it by a digest of its address, and
    so confirms nothing."""
    address = "::1"
    digest = hashlib.md5(socket.inet_pton(socket.AF_INET6, address)).digest()
    with Lab(tools, MONTH_S, server_address=address) as lab:
        lab.start_server(ahead=MONTH_S, stratum=4, refid="LOCL")
        lab.add_server(ahead=MONTH_S, stratum=5, refid=socket.inet_ntoa(digest[:4]))
        lab.start_chronyd()
        wait_until(lambda: lab.watch.first(lambda answer: answer.is_trustworthy(1)), "their untrue word")
        gate = lab.start_gate(gate_timeout="2s")
        expect_ended(gate, "timeout_released")
        expect_said(gate, "only a server that follows no source says so")
        return "a server and its follower, both a month ahead, were not trusted"


@scenario
def trust_2_8_clock_set_by_seconds(tools):
    """The clock is set by less than what chronyd notices by itself, between two polls: the kernel's error
    bound tells, and a new measurement is asked for."""
    with Lab(tools, MONTH_S, server_options="minpoll 0 maxpoll 0 maxsamples 16") as lab:
        server = lab.start_server()
        lab.start_chronyd()
        wait_until(lambda: lab.watch.first(lambda answer: answer.is_trustworthy(1) and answer.skew_ppm < 2000),
                   "a steady clock", 60)
        server.pause()
        last = wait_until(lambda: lab.watch.answers and lab.watch.answers[-1][1].updated_s, "an update")
        wait_until(lambda: time.time() - lab.watch.answers[-1][1].updated_s > 6, "six seconds without one", 60)
        lab.watch.stop()
        lab.set_clock(5)
        gate = lab.start_gate(gate_timeout="2s")
        expect_ended(gate, "timeout_released")
        expect_said(gate, "the clock was set by another program after chronyd's last update")
        server.kill()
        return f"a clock set behind chronyd's back was not trusted, {time.time() - last:.0f} s after the first update"


@scenario
def trust_3_2_host_clock_beside_a_server(tools):
    """What hyperv-notes/chrony.md recommends: the host's clock is selected, and a server agrees with it."""
    with Lab(tools, 0.0, server_options="minpoll 0 maxpoll 1") as lab:
        feed = lab.directory / "host.sock"
        lab.start_server()
        lab.start_chronyd(f"refclock SOCK {feed} refid PHC0 poll 0 filter 1 prefer", *STEPPING)
        lab.start_host_clock(feed)
        wait_until(lambda: lab.watch.first(lambda answer: answer.family == 0 and answer.is_trustworthy(1)),
                   "the host's clock selected")
        expect_ended(lab.start_gate(gate_timeout="30s"), "synchronized")
        return "a server that agrees opened the gate, with the host's clock selected"


@scenario
def trust_2_9_recheck_after_a_pause(tools):
    """The machine was paused: its hardware clock went on, and chronyd's next poll is a quarter of an hour away.
    What writes has it measure before it believes it."""
    with Lab(tools, MONTH_S, server_options="minpoll 10") as lab:
        rtc = lab.root / "sys/class/rtc/rtc0/since_epoch"
        rtc.parent.mkdir(parents=True)
        rtc.write_text(f"{int(time.time())}\n")
        lab.start_server()
        gate = lab.start_gate(gate_timeout="60s")
        lab.start_chronyd()
        expect_ended(gate, "synchronized")
        quiet_ns = wait_until(lambda: lab.watch.answers[-1][1].updated_s < time.time() - 5
                              and time.monotonic_ns(), "the end of chronyd's burst", 60)
        rtc.write_text(f"{int(time.time()) + 864000}\n")
        told = gate.run("rtc", "set", "--from", "system").stdout
        expect("cannot set hardware clock" in told, f"it was not believed after it had measured: {told}")
        quiet_ns = wait_until(lambda: lab.watch.answers[-1][1].updated_s < time.time() - 5
                              and time.monotonic_ns(), "the end of chronyd's burst", 60)
        gate.run("recheck")
        expect(lab.watch.updates_between(quiet_ns, time.monotonic_ns()) > 0,
               "recheck believed what chronyd had measured before the pause")
        return "chronyd measured anew, and then was believed"


@scenario
def trust_3_2_receiver_beside_the_host_clock(tools):
    """The host's clock is selected, and a receiver agrees with it."""
    with Lab(tools, 0.0) as lab:
        clocks = {"PHC0": "prefer", "GPS": ""}
        lab.start_chronyd(*(f"refclock SOCK {lab.directory}/{name} refid {name} poll 0 filter 1 {options}"
                            for name, options in clocks.items()), *STEPPING)
        for name in clocks:
            lab.start_host_clock(lab.directory / name)
        wait_until(lambda: lab.watch.first(lambda answer: answer.family == 0 and answer.is_trustworthy(1)),
                   "the host's clock selected")
        expect_ended(lab.start_gate(gate_timeout="30s"), "synchronized")
        return "a receiver that agrees opened the gate, with the host's clock selected"


@scenario
def trust_3_4_domain_controller(tools):
    """A Windows server: right, with seconds of root dispersion. What the gate says would accept it, does."""
    with Lab(tools, MONTH_S, server_options="minpoll 0 maxpoll 1") as lab:
        lab.start_server(root_dispersion=2)
        lab.start_chronyd()
        expect_ended(lab.start_gate(gate_timeout="25s", trust_max_error="3s"), "synchronized")
    with Lab(tools, MONTH_S, server_options="minpoll 0 maxpoll 1") as lab:
        lab.start_server(root_dispersion=8)
        lab.start_chronyd(*STEPPING, "maxdistance 16")
        wait_until(lambda: lab.watch.first(lambda answer: answer.is_synchronised), "synchronised")
        gate = lab.start_gate(gate_timeout="2s", trust_max_error="3s")
        expect_ended(gate, "timeout_released")
        advised = re.search(r'root dispersion of .* is above trust.max_error.*max_error = "(\d+s)"',
                            gate.process.text())
        expect(advised, f"the gate did not name the setting that helps:\n{gate.process.text()}")
        expect_ended(lab.start_gate(gate_timeout="10s", trust_max_error=advised[1]), "synchronized")
        return f"2 s of root dispersion are trusted, 8 s by max_error = {advised[1]}"


# --- chronyd comes and goes ----------------------------------------------------------------------

@scenario
def killed_while_waiting(tools):
    """Killed before its first answer of worth, and started again: the gate sees both."""
    with Lab(tools, MONTH_S) as lab:
        lab.start_server()
        gate = lab.start_gate(gate_timeout="60s")
        first = lab.start_chronyd()
        wait_until(lambda: lab.watch.answers, "chronyd's first answer")
        first.kill()
        killed_ns = time.monotonic_ns()
        wait_until(lambda: lab.watch.last_silence_ns > killed_ns, "chronyd's silence")
        expect(gate.is_holding, "the gate opened when chronyd was killed")
        lab.start_chronyd()
        return f"released {expect_prompt_release(lab, gate) * 1000:.1f} ms after the second chronyd's word"


@scenario
def chronyd_absent(tools):
    with Lab(tools, MONTH_S) as lab:
        gate = lab.start_gate(gate_timeout="2s")
        expect_ended(gate, "timeout_released")
        expect_said(gate, "chrony")
        waited_s = since(gate.process.started_ns, gate.opened_ns)
        expect(2 <= waited_s, f"the gate with a limit of 2 s ended after {waited_s:.3f} s")
        return f"ended after {waited_s:.3f} s, limit 2 s"


@scenario
@own_network
def network_late(tools):
    """The network comes when chronyd's first burst is spent and its next poll a quarter of an hour away,
    long after the gate's limit: the gate sees the new route, and has chronyd ask at once."""
    with Lab(tools, MONTH_S, server_address=LATE_ADDRESS, server_options="minpoll 10") as lab:
        bring_up_loopback()
        swallow(LATE_ADDRESS)
        gate = lab.start_gate(gate_timeout="120s")
        chronyd = lab.start_chronyd()
        wait_until(lambda: lab.watch.first(lambda answer: True), "chronyd's first answer")
        # iburst: a request every 2 s, then one in 2^10 s.
        wait_until(lambda: since(chronyd.started_ns, time.monotonic_ns()) > 20, "the burst's end")
        lab.start_server(answers_at_once=False)
        up_ns = time.monotonic_ns()
        add_address(LATE_ADDRESS)
        add_default_route()
        gate.wait(90)
        late_s = expect_prompt_release(lab, gate)
        took_s = since(up_ns, gate.opened_ns)
        return f"released {took_s:.1f} s after the network came, {late_s * 1000:.1f} ms after chronyd's word"


@scenario
@own_network
def nudge_without_route(tools):
    """The link comes up first and the route seconds later, as with DHCP (trust-attacks 1.1): chronyd
    is hurried when the route is there, and keeps its source online after the gate has gone."""
    with Lab(tools, MONTH_S, server_address=LATE_ADDRESS) as lab:
        bring_up_loopback()
        gate = lab.start_gate(gate_timeout="60s")
        gate.wait_for_status()
        lab.start_chronyd()
        wait_until(lambda: lab.watch.first(lambda answer: True), "chronyd's first answer")
        bring_up_link()
        link_ns = time.monotonic_ns()
        wait_until(lambda: since(link_ns, time.monotonic_ns()) > 3, "the route")
        add_address(LATE_ADDRESS)
        add_default_route()
        lab.start_server(answers_at_once=False)
        gate.wait(50)
        expect_prompt_release(lab, gate)
        chronyd = Client(str(lab.command_socket))
        offline = chronyd.count_offline()
        chronyd.close()
        expect_equal(offline, 0, "the number of chronyd's sources that are offline after the gate")
        return f"released {since(link_ns, gate.opened_ns):.1f} s after the link came, no source offline"


# --- how chronyd is reached ----------------------------------------------------------------------

@scenario
def cmdport_0(tools):
    """No UDP: everything goes over the Unix socket below the root."""
    with Lab(tools, MONTH_S) as lab:
        lab.start_server()
        lab.start_watch(str(lab.command_socket))
        gate = lab.start_gate(ask_udp=False, gate_timeout="60s")
        gate.wait_for_status()
        lab.start_chronyd(command_port=0)
        return f"released {expect_prompt_release(lab, gate) * 1000:.1f} ms after chronyd's word"


@scenario
def unreachable(tools):
    """chronyd is right, but there is no way to ask it."""
    with Lab(tools, MONTH_S) as lab:
        lab.start_server()
        chronyd = lab.start_chronyd(command_port=0, command_socket="/")
        wait_until(lambda: "was stepped" in chronyd.text(), "chronyd's step")
        gate = lab.start_gate(gate_timeout="3s")
        expect_ended(gate, "synchronized")
        expect_right(lab, gate.opened_ns)
        expect_said(gate, "cannot ask chronyd", "VERIFIED by kernel")
        return "the kernel was believed, for a chronyd is running"


@scenario
def impostor_on_udp(tools):
    """chronyd is not synchronised, and another process on its UDP port says that it is
    (trust-attacks 2.1): the socket's answer is final, and without a socket UDP has two listeners,
    on 127.0.0.1 and on ::1, where chronyd listens by itself."""
    with Lab(tools, MONTH_S) as lab:
        lab.start_chronyd()
        wait_until(lambda: lab.watch.first(lambda answer: True), "chronyd's first answer")
        port = lab.command_port
        with Impostor("127.0.0.1", port, MONTH_S), Impostor("::1", port, MONTH_S):
            wait_until(lambda: lab.watch.first(lambda answer: answer.is_trustworthy(1)),
                       "the impostor's word")
            expect_not_opened_by_chrony(lab.start_gate(gate_timeout="2s"), "not synchronised yet")
            lab.command_socket.unlink()
            expect_not_opened_by_chrony(lab.start_gate(gate_timeout="2s"),
                                        "has 2 listeners, so its answers are not used")
        return "the impostor was not believed, with chronyd's socket and without"


def expect_not_opened_by_chrony(gate, *words):
    expect_ended(gate, "timeout_released")
    expect_said(gate, *words)


@scenario
def hung_chronyd(tools):
    """chronyd is stopped and its queue full (trust-attacks 4.1): a gate ends by its limit, and one
    that holds ends when it is told to."""
    with Lab(tools, MONTH_S) as lab:
        chronyd = lab.start_chronyd()
        wait_until(lambda: lab.watch.first(lambda answer: True), "chronyd's first answer")
        chronyd.pause()
        fill_queue(lab.command_socket)
        gate = lab.start_gate(gate_timeout="2s")
        expect_ended(gate, "timeout_released")
        expect_said(gate, "not answering")
        holding = lab.start_gate(gate_timeout="1s", gate_on_timeout="hold")
        holding.wait_for_outcome("timeout_held")
        holding.process.terminate()
        expect_ended(holding, "timeout_held", 75)
        chronyd.resume()
        return "ended by its limit, and when it was told to"


# --- hold ----------------------------------------------------------------------------------------

@scenario
def hold_then_released_by_hand(tools):
    with Lab(tools, MONTH_S) as lab:
        gate = lab.start_gate(gate_timeout="1s", gate_on_timeout="hold")
        gate.wait_for_outcome("timeout_held")
        expect(gate.is_holding, "the gate opened at the limit although it should hold")
        expect_equal(gate.release(), 0, "the exit code of gate --release")
        expect_ended(gate, "overridden")
        return "held at the limit, opened by gate --release"


@scenario
def hold_then_synchronised(tools):
    with Lab(tools, MONTH_S) as lab:
        lab.start_server()
        gate = lab.start_gate(gate_timeout="1s", gate_on_timeout="hold")
        gate.wait_for_outcome("timeout_held")
        lab.start_chronyd()
        return f"held at the limit, opened {expect_prompt_release(lab, gate) * 1000:.1f} ms after chronyd's word"


@scenario
def hold_then_stopped(tools):
    with Lab(tools, MONTH_S) as lab:
        gate = lab.start_gate(gate_timeout="1s", gate_on_timeout="hold")
        gate.wait_for_outcome("timeout_held")
        gate.process.terminate()
        expect_ended(gate, "timeout_held", 75)
        return "stopped while holding: exit 75"

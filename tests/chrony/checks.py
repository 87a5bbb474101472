# SPDX-License-Identifier: Apache-2.0
"""What must be true of a gate that opened, or did not."""

from daemons import Failure, wait_until

# The simulated clock and chronyd's idea of it differ by its own measuring error.
MEASURING_S = 0.010


def expect(true, what):
    if not true:
        raise Failure(what)


def expect_equal(seen, wanted, what):
    expect(seen == wanted, f"{what} is {seen!r}, not {wanted!r}")


def expect_said(gate, *words):
    text = gate.process.text()
    for word in words:
        expect(word in text, f"the gate did not print '{word}' but:\n{text}")


def expect_ended(gate, outcome, exit_code=0):
    expect_equal(gate.wait(), exit_code, "the gate's exit code")
    expect_equal(gate.outcome(), outcome, "the outcome in the state file")


def expect_never_trustworthy(lab, max_error_s=1.0):
    expect(lab.watch.first(lambda answer: answer.is_trustworthy(max_error_s)) is None,
           "chronyd gave a trustworthy answer, so this scenario shows nothing")


def expect_right(lab, at_ns, max_error_s=1.0):
    error_s = lab.clock.error_s(at_ns)
    expect(abs(error_s) <= max_error_s + MEASURING_S,
           f"the gate opened while the clock was wrong by {error_s:.3f} s (limit {max_error_s} s)")


def expect_prompt_release(lab, gate, max_error_s=1.0):
    """Opened at chronyd's first trustworthy answer, and not before the clock was right: before chronyd has
    measured twice more, however slow the machine. Returns how long after that answer, in seconds, which
    bench/wait is there to judge."""
    expect_ended(gate, "synchronized")
    expect_right(lab, gate.opened_ns, max_error_s)
    # The gate may have asked a moment before our own watch did.
    first = wait_until(lambda: lab.watch.first(lambda answer: answer.is_trustworthy(max_error_s)),
                       "a trustworthy answer of chronyd, for the gate opened")
    late_s = (gate.opened_ns - first[0]) / 1e9
    updates = lab.watch.updates_between(first[0], gate.opened_ns)
    expect(updates < 2, f"the gate opened {late_s:.3f} s and {updates} measurements after chronyd's first "
                        f"trustworthy answer")
    return late_s

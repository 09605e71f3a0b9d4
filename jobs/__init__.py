"""What runs without a request, for as long as the server runs: scenario, roll-calls, escalation,
backups, e-mail, the end of imports that were left, and that of names that were kept.
"""

from contextlib import AbstractAsyncContextManager

from jobs import (
    backups,
    distribution,
    escalation,
    imports,
    personal_data,
    roll_calls,
    runner,
    scenario,
)

JOBS = (
    scenario.JOB,
    roll_calls.JOB,
    escalation.JOB,
    backups.JOB,
    distribution.JOB,
    imports.JOB,
    imports.READ,
    personal_data.JOB,
)


def running() -> AbstractAsyncContextManager[None]:
    """Runs all jobs for as long as the context lasts."""
    return runner.running(JOBS)

"""The CPU time of a process, as the system counts it: in hundredths of a second."""

import asyncio
import time

import psutil


def seconds(process: psutil.Process) -> float:
    """User and system time since the process began."""
    times = process.cpu_times()
    return times.user + times.system


async def cpu_share(process: psutil.Process, span: float) -> float:
    """The CPU time of a process in percent of one core, over some seconds."""
    before, began = seconds(process), time.monotonic()
    await asyncio.sleep(span)
    return (seconds(process) - before) / (time.monotonic() - began) * 100

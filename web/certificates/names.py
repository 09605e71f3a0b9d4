"""The names and addresses by which this machine is reached."""

import os
import socket

EVERYWHERE = ("0.0.0.0", "::")
# Of the networks that a hall, an office, or a hotspot of this very machine has.
TARGETS = ("192.168.255.255", "10.255.255.255", "172.31.255.255", "192.168.137.255", "10.42.0.255")


def host() -> str:
    """Where the server listens: `HOST`, else on all addresses of the machine."""
    return os.environ.get("HOST") or EVERYWHERE[0]


def addresses() -> list[str]:
    """The names under which the server is reached, for people to type: the own machine's first.

    Where it listens everywhere: from this machine and from the local networks.
    """
    if host() not in EVERYWHERE:
        return [host()]
    found = [address for target in TARGETS if (address := _address_towards(target))]
    return list(dict.fromkeys(["localhost", *found]))


def _address_towards(target: str) -> str:
    """This machine's own address in the network of a target; empty where there is no way."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            # Sends nothing; only asks the system which address it would use.
            trial.connect((target, 9))
            return str(trial.getsockname()[0])
        except OSError:
            return ""


def names() -> tuple[str, ...]:
    """What the certificate is for: these addresses, the machine's name, and the machine itself."""
    machine = socket.gethostname().lower()
    local = [machine, f"{machine.partition('.')[0]}.local"] if machine.isascii() and machine else []
    return tuple(dict.fromkeys([*addresses(), "localhost", *local, "127.0.0.1", "::1"]))

"""The waiting of an M/M/c queue in closed form: what a simulation is checked against."""

from __future__ import annotations


def erlang_c(servers: int, offered: float) -> float:
    """Return the share of arrivals that wait at all, in an M/M/c queue.

    offered: arrival rate ÷ service rate of one server, below `servers`; else the queue has no end
    and ValueError is raised.  Source: A. K. Erlang (1917); Erlang's C formula by the recursion of
    his B formula, B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)).
    """
    if servers < 1 or not 0 <= offered < servers:
        raise ValueError("at least one server, and less work offered than the servers can do")
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return servers * blocked / (servers - offered * (1 - blocked))


def mean_wait(arrival_rate: float, service_rate: float, servers: int) -> float:
    """Return the mean time before service begins, those who don't wait included.

    W = C(c, a) / (c μ - λ), in the unit of the rates.
    """
    return erlang_c(servers, arrival_rate / service_rate) / (servers * service_rate - arrival_rate)

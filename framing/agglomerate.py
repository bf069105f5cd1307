"""Average-linkage clustering over a sparse list of similarities, in a fixed order of merges."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Edge = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Rules:
    """When two clusters are one."""

    threshold: float
    """Least mean similarity between the members of two clusters that join."""
    cohesion: float = 0.0
    """Two clusters of several members join only if the mean similarity between them is at least this share of the mean
    similarity within the looser one: two well-knit groups that resemble each other less are look-alikes."""


class _Clusters:
    """Sums of similarities between and within clusters, by cluster number; a merged cluster gets a new number."""

    def __init__(self, sizes: Sequence[int], edges: Iterable[Edge], within: Sequence[float]) -> None:
        self.sizes = dict(enumerate(sizes))
        self.inner = dict(enumerate(within))
        self.near: dict[int, dict[int, float]] = {number: {} for number in self.sizes}
        for a, b, total in edges:
            self.near[a][b] = self.near[b][a] = total
        self.members = {number: [number] for number in self.sizes}

    def mean(self, a: int, b: int) -> float:
        return self.near[a][b] / (self.sizes[a] * self.sizes[b])

    def knit(self, a: int) -> float:
        """Mean similarity between two members; 0 for one alone, which sets no standard."""
        pairs = self.sizes[a] * (self.sizes[a] - 1) / 2
        return self.inner[a] / pairs if pairs else 0.0

    def merge(self, a: int, b: int, new: int) -> None:
        between = self.near[a].pop(b)
        del self.near[b][a]
        kept, other = sorted((self.near.pop(a), self.near.pop(b)), key=len, reverse=True)
        for neighbour, total in other.items():
            kept[neighbour] = kept.get(neighbour, 0.0) + total
        for neighbour, total in kept.items():
            theirs = self.near[neighbour]
            theirs.pop(a, None)
            theirs.pop(b, None)
            theirs[new] = total
        self.near[new] = kept
        self.inner[new] = self.inner.pop(a) + self.inner.pop(b) + between
        self.sizes[new] = self.sizes.pop(a) + self.sizes.pop(b)
        self.members[new] = self.members.pop(a) + self.members.pop(b)


def agglomerate(
    sizes: Sequence[int], edges: Iterable[Edge], rules: Rules, within: Sequence[float], fixed: Sequence[bool]
) -> list[list[int]]:
    """Groups of node numbers. The nearest two clusters join first; equal ones in the order of the nodes.

    A node may stand for `sizes[i]` articles whose similarities sum to `within[i]`; `edges` are (a, b, sum of the
    similarities between the two), each pair once; a pair not listed counts 0. Two `fixed` nodes never share a group.
    """
    state = _Clusters(sizes, edges, within)
    bound = dict(enumerate(fixed))
    first = {number: number for number in state.sizes}
    heap: list[tuple[float, int, int, int, int]] = []

    def offer(a: int, b: int) -> None:
        if bound[a] and bound[b]:
            return
        n, m, mean = state.sizes[a], state.sizes[b], state.mean(a, b)
        if mean < rules.threshold:
            return
        if n > 1 and m > 1 and mean < rules.cohesion * min(state.knit(a), state.knit(b)):
            return
        low, high = sorted((first[a], first[b]))
        heapq.heappush(heap, (-mean, low, high, a, b))

    for a, neighbours in state.near.items():
        for b in neighbours:
            if a < b:
                offer(a, b)
    new = len(state.sizes)
    while heap:
        _, low, _, a, b = heapq.heappop(heap)
        if a not in state.sizes or b not in state.sizes:
            continue
        state.merge(a, b, new)
        bound[new], first[new] = bound[a] or bound[b], low
        for neighbour in state.near[new]:
            offer(new, neighbour)
        new += 1
    return [sorted(members) for members in state.members.values()]

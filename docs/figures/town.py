"""The small town of docs/hierarchy.md and its hierarchy, computed the way the library does (lib/road/order.c,
separator.c, hierarchy.c, customize.c), in the plainest terms. Nothing but the standard library."""

import heapq
import math

PLACES = {  # name: (east, north)
    "a": (9, 51), "b": (25, 54), "c": (41, 45), "d": (5, 32), "e": (22, 35), "f": (38, 29), "g": (11, 11),
    "h": (26, 15), "i": (41, 15), "j": (59, 46), "k": (75, 53), "l": (91, 51), "m": (62, 30), "n": (77, 34),
    "o": (93, 30), "p": (60, 14), "q": (76, 12), "r": (91, 14), "s": (15, 23), "t": (99, 41), "u": (101, 6),
}
ROADS = (  # minutes; open both ways
    "ab3 bc4 ad4 be4 cf3 de3 ef3 dg4 eh4 fi3 gh3 hi3 gs2 se3 cj4 ip3 jk3 kl3 jm3 kn4 lt3 to2 mn3 no4 mp4 nq5 or3 "
    "pq3 qr3 ru2"
).split()
NAMES = sorted(PLACES)


# ---- the order ----


def fold_up(graph, order):
    """Takes out nodes of at most two neighbours, round by round, no two neighbours in one round."""
    while True:
        chosen = []
        for node in sorted(graph):
            if len(graph[node]) <= 2 and not any(other in chosen for other in graph[node]):
                chosen.append(node)
        if not chosen:
            return
        for node in chosen:
            around = graph.pop(node)
            for one in around:
                graph[one] = (graph[one] | around) - {node, one}
        order += chosen


def smallest_cut(graph, sources, sinks):
    """The smallest cut nearest to the sources, and their side of it."""
    ends = set()
    flow = set()  # pairs of half nodes that carry a path: (node, 0) is the node entered, (node, 1) the node left

    def steps_from(half):
        node, is_left = half
        if is_left:
            yield from ((other, 0) for other in graph[node])
            if ((node, 0), half) in flow:
                yield (node, 0)
        else:
            if (half, (node, 1)) not in flow:
                yield (node, 1)
            yield from ((other, 1) for other in graph[node] if ((other, 1), half) in flow)

    def search():
        came = {(node, 0): None for node in sources}
        queue = list(came)
        for half in queue:
            if half[1] and half[0] in sinks and half[0] not in ends:
                return came, half
            for step in steps_from(half):
                if step not in came:
                    came[step] = half
                    queue.append(step)
        return came, None

    while True:
        came, last = search()
        if last is None:
            break
        ends.add(last[0])
        while came[last] is not None:
            before = came[last]
            if (last, before) in flow:
                flow.remove((last, before))
            else:
                flow.add((before, last))
            last = before
    forward = {node for node in graph if (node, 0) in came}
    cut = {node for node in forward if (node, 1) not in came}
    return cut, forward - cut


def cuts_of(graph, direction):
    ranked = sorted(graph, key=lambda node: (PLACES[node][0] * direction[0] + PLACES[node][1] * direction[1], node))
    quarter = max(len(graph) // 4, 1)
    low, high = set(ranked[:quarter]), set(ranked[-quarter:])
    for sources, sinks in ((low, high), (high, low)):
        yield smallest_cut(graph, sources, sinks)


def components(graph, left_out):
    found, seen = [], set(left_out)
    for start in sorted(graph):
        if start in seen:
            continue
        part = [start]
        seen.add(start)
        for node in part:
            for other in sorted(graph[node]):
                if other not in seen:
                    seen.add(other)
                    part.append(other)
        found.append(sorted(part))
    return found


def dissect(graph, order, cuts, level):
    """Orders a connected part; cuts[node] becomes the level of the cut it belongs to."""
    if len(graph) < 3:
        order += sorted(graph)
        return
    best, best_cost = None, math.inf
    for direction in ((1, 0), (0, 1), (1, 1), (1, -1)):
        for cut, side in cuts_of(graph, direction):
            smaller = min(len(side), len(graph) - len(side) - len(cut))
            cost = len(cut) / math.sqrt(smaller + 1)
            if cost < best_cost:
                best, best_cost = cut, cost
    for part in components(graph, best):
        dissect({node: graph[node] & set(part) for node in part}, order, cuts, level + 1)
    order += sorted(best)
    cuts.update(dict.fromkeys(best, level))


def find_order():
    graph = {name: set() for name in NAMES}
    for road in ROADS:
        graph[road[0]].add(road[1])
        graph[road[1]].add(road[0])
    order, cuts = [], {}
    fold_up(graph, order)
    folded = set(order)
    dissect(graph, order, cuts, 0)
    return order, folded, cuts


# ---- elimination, numbering, customization ----


class Hierarchy:
    def __init__(self):
        order, self.folded, self.cuts = find_order()
        place = {name: at for at, name in enumerate(order)}
        above = {name: set() for name in order}
        for road in ROADS:
            low, high = sorted(road[:2], key=place.get)
            above[low].add(high)
        for name in order:
            for high in above[name]:
                above[high] |= {other for other in above[name] if place[other] > place[high]}
        parent = {name: min(above[name], key=place.get, default=None) for name in order}
        children = {name: [low for low in order if parent[low] == name] for name in order}

        def visit(name, numbers):
            for child in children[name]:
                visit(child, numbers)
            numbers[name] = len(numbers)
            return numbers

        self.number = {}
        for root in (name for name in order if parent[name] is None):
            visit(root, self.number)
        self.name = {number: name for name, number in self.number.items()}
        self.count = len(order)
        self.up = {self.number[name]: sorted(self.number[high] for high in above[name]) for name in order}
        self.parent = {v: self.up[v][0] if self.up[v] else None for v in range(self.count)}
        self.place = {v: PLACES[self.name[v]] for v in range(self.count)}
        self.roads = {tuple(sorted(self.number[name] for name in road[:2])): int(road[2:]) for road in ROADS}

    def customize(self, closed=()):
        """Minutes of every chord, (lower, upper) → minutes; math.inf where there is no way."""
        times = {(v, high): math.inf for v in range(self.count) for high in self.up[v]}
        times.update({road: minutes for road, minutes in self.roads.items() if road not in closed})
        for low in range(self.count):
            for at, one in enumerate(self.up[low]):
                for other in self.up[low][at + 1 :]:
                    over = times[low, one] + times[low, other]
                    times[one, other] = min(times[one, other], over)
        return times

    def ancestors(self, node):
        while node is not None:
            yield node
            node = self.parent[node]

    def climb(self, times, start):
        """Label of every ancestor: minutes over ways that stay below it."""
        labels = {start: 0}
        for node in self.ancestors(start):
            if node not in labels:
                continue
            for high in self.up[node]:
                labels[high] = min(labels.get(high, math.inf), labels[node] + times[node, high])
        return labels

    def dijkstra(self, start, closed=()):
        around = {v: [] for v in range(self.count)}
        for (a, b), minutes in self.roads.items():
            if (a, b) not in closed:
                around[a].append((b, minutes))
                around[b].append((a, minutes))
        best, heap = {}, [(0, start)]
        while heap:
            time, node = heapq.heappop(heap)
            if node not in best:
                best[node] = time
                for other, minutes in around[node]:
                    heapq.heappush(heap, (time + minutes, other))
        return best

    def subtree(self, root):
        return [v for v in range(self.count) if root in self.ancestors(v)]

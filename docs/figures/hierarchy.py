#!/usr/bin/env python3
"""The pictures and the worked numbers of docs/hierarchy.md, computed from the small town of town.py.

    hierarchy.py            writes the pictures beside this file
    hierarchy.py --numbers  prints the worked numbers
    hierarchy.py --check    says what is not as this script makes it (pictures) or has it (numbers on the page)
    hierarchy.py --dimacs   prints the town as a DIMACS graph: what `muster distances` says of it must be the same
    hierarchy.py --coords   prints its coordinates: with them the program finds the page's order and chords
"""

import math
import pathlib
import sys

from town import NAMES, PLACES, ROADS, Hierarchy

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent / "hierarchy.md"
LEVELS = ["#b2182b", "#ef8a62", "#fddb7a", "#a6cee3"]  # the first cut, the second ones, the third ones, what is deeper
INK, GREY, SOURCE, TARGET = "#222222", "#9a9a9a", "#1f5fa8", "#1b7837"
SOURCE_NAME, TARGET_NAME, INCIDENT_NAME = "a", "u", "h"
RESPONDERS = {"A": "f", "B": "s", "C": "b", "D": "j", "E": "p", "F": "m", "G": "n"}
BUSY, KEPT, WANTED = "A", 3, 2


# ---- drawing ----


class Picture:
    def __init__(self, width, height, title):
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="Helvetica, Arial, sans-serif" font-size="13">',
            f"<title>{title}</title>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        ]

    def line(self, a, b, color=INK, width=1.5, dash=""):
        dash = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<path d="M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}" stroke="{color}" stroke-width="{width}"{dash}/>'
        )

    def curve(self, a, b, bulge, color, width):
        x, y = (a[0] + b[0]) / 2 + bulge, (a[1] + b[1]) / 2
        self.parts.append(
            f'<path d="M{a[0]:.1f} {a[1]:.1f}Q{x:.1f} {y:.1f} {b[0]:.1f} {b[1]:.1f}" fill="none" stroke="{color}" '
            f'stroke-width="{width}"/>'
        )

    def text(self, at, text, color=INK, anchor="middle", size=13, bold=False):
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" fill="{color}" text-anchor="{anchor}" font-size="{size}"{weight}>'
            f"{text}</text>"
        )

    def box(self, at, width, height, fill, stroke=GREY, dash=""):
        dash = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<rect x="{at[0]:.1f}" y="{at[1]:.1f}" width="{width}" height="{height}" rx="4" fill="{fill}" '
            f'stroke="{stroke}"{dash}/>'
        )

    def circle(self, at, radius, fill, stroke=INK, width=1.2, dash=""):
        dash = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius}" fill="{fill}" stroke="{stroke}" '
            f'stroke-width="{width}"{dash}/>'
        )

    def label(self, at, text, color=GREY, size=11):
        """Text on a white ground, readable across a line."""
        width = 0.58 * size * len(text) + 4
        self.parts.append(
            f'<rect x="{at[0] - width / 2:.1f}" y="{at[1] - 8:.1f}" width="{width:.1f}" height="15" fill="#ffffff"/>'
        )
        self.text((at[0], at[1] + 4), text, color, size=size)

    def finish(self):
        return "\n".join([*self.parts, "</svg>"]) + "\n"


def node_color(h, node):
    name = h.name[node]
    return "#ffffff" if name in h.folded else LEVELS[min(h.cuts.get(name, 3), 3)]


def draw_node(picture, h, node, at, radius=13, stroke=INK, width=1.2):
    dark = h.cuts.get(h.name[node]) == 0
    picture.circle(at, radius, node_color(h, node), stroke, width, "3 2" if h.name[node] in h.folded else "")
    picture.text((at[0], at[1] + 4.5), str(node), "#ffffff" if dark else INK, size=13)


def town_map(h):
    picture = Picture(800, 510, "A small town: nodes in the order of elimination, coloured by the cut they belong to")
    at = {v: (30 + 7 * h.place[v][0], 410 - 7 * h.place[v][1]) for v in h.place}
    river = "M392 -30C370 90 400 150 388 220S372 330 392 460"
    picture.parts.append(f'<path d="{river}" fill="none" stroke="#cfe3f2" stroke-width="44"/>')
    picture.parts.append('<rect y="422" width="800" height="90" fill="#ffffff"/>')
    picture.text((388, 225), "river", "#5b8db5", size=12)
    for (a, b), minutes in sorted(h.roads.items()):
        picture.line(at[a], at[b], "#666666", 2)
        picture.label(((at[a][0] + at[b][0]) / 2, (at[a][1] + at[b][1]) / 2), str(minutes), "#444444")
    for v in sorted(at):
        draw_node(picture, h, v, at[v])
    rows = [
        [(LEVELS[0], "first cut: between the banks"), (LEVELS[1], "second cuts"), (LEVELS[2], "third cuts")],
        [(LEVELS[3], "deeper cuts, and what is left"), ("#ffffff", "folded up before: at most two neighbours")],
    ]
    for row, entries in enumerate(rows):
        for x, (color, text) in zip((40, 280, 410), entries, strict=False):
            picture.circle((x, 454 + 30 * row), 8, color, dash="3 2" if color == "#ffffff" else "")
            picture.text((x + 15, 458.5 + 30 * row), text, anchor="start")
    picture.text((770, 488), "numbers on roads: minutes", "#444444", "end", 12)
    return picture.finish()


def tree_places(h, left, top, step_x, step_y):
    depth = {v: len(list(h.ancestors(v))) - 1 for v in range(h.count)}
    children = {v: [low for low in range(h.count) if h.parent[low] == v] for v in range(h.count)}
    x, leaves = {}, 0
    for v in range(h.count):
        if not children[v]:
            x[v] = left + step_x * leaves
            leaves += 1
        else:
            x[v] = sum(x[low] for low in children[v]) / len(children[v])
    return {v: (x[v], top + step_y * depth[v]) for v in range(h.count)}


def query_tree(h, times):
    picture = Picture(800, 640, "The town's elimination tree and the two climbs of a question")
    source, target = h.number[SOURCE_NAME], h.number[TARGET_NAME]
    at = tree_places(h, 110, 46, 92, 60)
    for v in range(h.count):
        if h.parent[v] is not None:
            picture.line(at[v], at[h.parent[v]], "#bbbbbb", 2)
    for start, color, side in ((source, SOURCE, -1), (target, TARGET, 1)):
        labels = h.climb(times, start)
        for v in h.ancestors(start):
            if v not in labels or h.parent[v] is None:
                continue
            for high in h.up[v]:
                if high == h.parent[v]:
                    picture.line(at[v], at[high], color, 3)
                else:
                    far = abs(at[high][1] - at[v][1])
                    picture.curve(at[v], at[high], side * (12 + 0.32 * far), color, 1.1)
        for v in h.ancestors(start):
            is_common = v in h.ancestors(source) and v in h.ancestors(target)
            if v in labels:
                picture.label((at[v][0] + (side if is_common else -side) * 26, at[v][1]), str(labels[v]), color, 13)
    for v in range(h.count):
        on_way = v in h.ancestors(source) or v in h.ancestors(target)
        draw_node(picture, h, v, at[v], stroke=INK if on_way else GREY, width=2 if on_way else 1)
    picture.text((at[source][0], at[source][1] + 34), "from here", SOURCE, bold=True)
    picture.text((at[target][0], at[target][1] + 30), "to here", TARGET, bold=True)
    up, down = h.climb(times, source), h.climb(times, target)
    meetings = [v for v in h.ancestors(source) if v in up and v in down]
    best = min(up[v] + down[v] for v in meetings)
    picture.text((560, 40), "the climbs meet at the common ancestors:", anchor="start", size=12)
    for row, v in enumerate(reversed(meetings)):
        total = up[v] + down[v]
        text = f"at {v}: {up[v]} + {down[v]} = {total}"
        picture.text((560, 60 + 19 * row), text, anchor="start", bold=total == best)
    return picture.finish()


# ---- who is near ----


def lists_above(h, times, place):
    """(node, minutes to it, everybody of its subtree by (minutes, name)) for each ancestor of the place."""
    labels = h.climb(times, place)
    rows = []
    for v in h.ancestors(place):
        if v not in labels:
            continue
        people = []
        for responder, name in RESPONDERS.items():
            climbed = h.climb(times, h.number[name])
            if v in climbed:
                people.append((climbed[v], responder))
        rows.append((v, labels[v], sorted(people)))
    return rows


def nearest(rows):
    """Minutes of the available, ascending: the answer is the first WANTED."""
    best = {}
    for _, minutes, people in rows:
        for time, responder in people:
            if responder != BUSY:
                best[responder] = min(best.get(responder, math.inf), minutes + time)
    return sorted((time, responder) for responder, time in best.items())


def lists_picture(h, times):
    place = h.number[INCIDENT_NAME]
    rows = lists_above(h, times, place)
    answer = nearest(rows)[:WANTED]
    picture = Picture(800, 84 + 62 * len(rows), "Lists of near responders at the ancestors of an incident's node")
    height = 84 + 62 * len(rows)
    columns = (70, 175, 260)
    for x, text in zip(columns, ("node", "from the incident", "its list: who, minutes to the node"), strict=True):
        picture.text((x, 28), text, "#555555", "start" if x == columns[-1] else "middle", 12)
    best = {}
    for row, (v, minutes, people) in enumerate(rows):
        y = height - 62 - 62 * row
        if row + 1 < len(rows):
            picture.line((columns[0], y), (columns[0], y - 62), SOURCE, 3)
        draw_node(picture, h, v, (columns[0], y), 15)
        picture.text((columns[1], y + 5), f"{minutes} min", SOURCE, bold=True)
        x = columns[2]
        far = [best[who] for who in sorted(best, key=best.get)][WANTED - 1 : WANTED]
        if far and minutes > far[0]:
            picture.text((x, y + 5), f"not looked into: the {WANTED} found so far are within {far[0]} min", GREY, "start")
            continue
        if not people:
            picture.text((x, y + 5), "nobody stands below", GREY, "start", 12)
        available = 0
        for time, responder in people:
            if available == KEPT:
                picture.line((x + 2, y - 18), (x + 2, y + 18), "#b2182b", 2, "4 3")
                picture.text((x + 12, y + 5), "horizon: cut here", "#b2182b", "start", 12)
                break
            hit = (minutes + time, responder) in answer
            busy = responder == BUSY
            available += not busy
            if not busy:
                best[responder] = min(best.get(responder, math.inf), minutes + time)
            picture.box((x, y - 16), 88, 32, "#d9f0d3" if hit else "#ffffff", TARGET if hit else GREY, "3 2" * busy)
            text = f"{responder} {time}" + (" busy" if busy else "")
            picture.text((x + 44, y + 5), text, GREY if busy else INK, bold=hit)
            x += 96
    picture.text((columns[0], height - 22), "incident", SOURCE, bold=True)
    text = ", then ".join(f"{responder} in {time} min" for time, responder in answer)
    picture.text((columns[2], height - 18), f"the {WANTED} nearest available: {text}", TARGET, "start", 13, True)
    return picture.finish()


# ---- the worked numbers ----


def worked_chord(h, times, low, high):
    lines, least = [], math.inf
    if (low, high) in h.roads:
        lines.append(f"  the road itself         {times_text(h.roads[low, high])}")
        least = h.roads[low, high]
    for below in range(low):
        if low in h.up[below] and high in h.up[below]:
            a, b = times[below, low], times[below, high]
            lines.append(f"  over {below:<2}   {a:>2} + {b:<2}      = {times_text(a + b)}")
            least = min(least, a + b)
    assert least == times[low, high]
    return [f"chord {low}–{high}: {times_text(least)}", *lines]


def times_text(minutes):
    return "none" if minutes == math.inf else str(minutes)


def numbers(h):
    """Blocks of text that stand on the page word for word."""
    times = h.customize()
    n = h.number
    chords = [("b", "d"), ("e", "c"), ("d", "c")]
    customized = [line for a, b in chords for line in worked_chord(h, times, *sorted((n[a], n[b])))]
    road = tuple(sorted((n["f"], n["c"])))
    closed = h.customize({road})
    assert h.customize() == times
    changed = [chord for chord in sorted(times) if times[chord] != closed[chord]]
    update = [f"road {road[0]}–{road[1]} closed: {len(changed)} of {len(times)} chords change"]
    update += [f"  {f'{a}–{b}':<6} {times[a, b]:>3} → {times_text(closed[a, b])}" for a, b in changed]
    rows = lists_above(h, times, n[INCIDENT_NAME])
    asked = [f"{who} {time}" for time, who in nearest(rows)]
    return ["\n".join(customized), "\n".join(update), "nearest first: " + ", ".join(asked)]


def check_against_dijkstra(h):
    for closed in ((), {tuple(sorted((h.number["f"], h.number["c"])))}):
        times = h.customize(closed)
        for source in range(h.count):
            plain, up = h.dijkstra(source, closed), h.climb(times, source)
            for target in range(h.count):
                down = h.climb(times, target)
                assert plain[target] == min(up[v] + down[v] for v in up if v in down)
    place = h.dijkstra(h.number[INCIDENT_NAME])
    plain = sorted((place[h.number[name]], responder) for responder, name in RESPONDERS.items() if responder != BUSY)
    assert plain == nearest(lists_above(h, h.customize(), h.number[INCIDENT_NAME]))


def dimacs():
    lines = [f"p sp {len(NAMES)} {2 * len(ROADS)}"]
    for road in ROADS:
        a, b = NAMES.index(road[0]) + 1, NAMES.index(road[1]) + 1
        lines += [f"a {a} {b} {road[2:]}", f"a {b} {a} {road[2:]}"]
    return "\n".join(lines)


def coordinates():
    lines = [f"p aux sp co {len(NAMES)}"]
    lines += [f"v {at + 1} {1000 * PLACES[name][0]} {1000 * PLACES[name][1]}" for at, name in enumerate(NAMES)]
    return "\n".join(lines)


def main():
    h = Hierarchy()
    check_against_dijkstra(h)
    times = h.customize()
    pictures = {"town.svg": town_map(h), "climbs.svg": query_tree(h, times), "lists.svg": lists_picture(h, times)}
    if "--dimacs" in sys.argv:
        print(dimacs())
    elif "--coords" in sys.argv:
        print(coordinates())
    elif "--numbers" in sys.argv:
        print("\n\n".join(numbers(h)))
    elif "--check" in sys.argv:
        page = PAGE.read_text(encoding="utf-8")
        faults = [name for name, text in pictures.items() if (HERE / name).read_text(encoding="utf-8") != text]
        faults += [block for block in numbers(h) if block not in page]
        sys.exit("\n\n".join(["not as computed:", *faults]) if faults else 0)
    else:
        for name, text in pictures.items():
            (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

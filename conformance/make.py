#!/usr/bin/env python3
"""Makes the conformance cases anew: `python3 conformance/make.py build/muster [FOLDER]`.

FOLDER, a copy of this one, takes the result in place of it. A case whose name is that of a timeline in tests/scenarios gets its set-up and events from there; of the others these are
written by hand. What must be decided is what the program decides, so look at the difference before keeping it.
Timelines with roads have no case: a program of the protocol takes its roads from a county, as the cases county_… do.
"""

import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SCENARIOS = HERE.parent / "tests" / "scenarios"
OF_VOLUNTEER = {"enrol", "retire", "position", "duty", "travel_by"}
OF_BOTH = {"delivered", "accept", "decline", "arrive", "release"}


def milliseconds(text):
    """ "90", "1:30", "1:00:00", "01:30.250" """
    total = 0.0
    for part in text.split(":"):
        total = total * 60 + float(part)
    return int(total * 1000 + 0.5)


def needs(text):
    pairs = (item.split(":") for item in text.split(","))
    return [{"skill": None if skill == "anybody" else skill, "count": int(count)} for skill, count in pairs]


def subject_fields(kind, words):
    """Whom and what the event is about: the words before the first of its keywords."""
    if kind in OF_VOLUNTEER:
        return {"volunteer": words[0]}
    if kind in OF_BOTH:
        return {"volunteer": words[1], **({} if words[0] == "-" else {"incident": words[0]})}
    if kind == "hand_over":
        return {"volunteer": words[1], "to": words[3], **({} if words[0] == "-" else {"incident": words[0]})}
    if kind in ("item", "settle"):
        return {"item": words[0]}
    if kind in ("close_roads", "open_roads"):
        return {"closure": words[0]}
    if kind == "mode":
        return {"hazard": words[0], "level": int(words[1])}
    return {} if kind == "tick" else {"incident": words[0]}


def own_fields(kind, words):
    def after(keyword):
        return words[words.index(keyword) + 1] if keyword in words else None

    fields = {"place": after("at"), "kind": after("kind")}
    if kind == "enrol" and after("with"):
        fields["skills"] = after("with").split(",")
    if after("priority"):
        fields["priority"] = int(after("priority"))
    if after("needs"):
        fields["needs"] = needs(after("needs"))
    if kind == "duty":
        fields["on"] = words[1] == "on"
    if kind == "duplicate":
        fields["original"] = after("of")
    if kind == "rate":
        fields["rating"] = int(words[1])
    if kind == "alarm":
        fields["level"] = int(words[1])
    if kind == "travel_by":
        fields["modes"] = ["car"]
    if kind == "settle" and len(words) > 1:
        fields["outcome"] = words[1]
    if kind == "item":
        fields |= {"list": words[1], "owner": after("owner"), "due_at_ms": milliseconds(after("due")), "incident": after("of")}
    if kind == "close_roads":
        fields["ways"] = [int(way) for way in after("ways").split(",")] if after("ways") else None
    return {name: value for name, value in fields.items() if value is not None}


def read_event(words):
    kind = words[1]
    return {"type": kind, "at_ms": milliseconds(words[0]), **subject_fields(kind, words[2:]), **own_fields(kind, words[2:])}


def read_timeline(path):
    """The files of a case by name, or None if the timeline has roads."""
    places, rows, policy, wartime, plans, events = [], [], [], {}, {}, []
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if not words or words[0].startswith("#") or words[0] in (">", "?"):
            continue
        if words[0] == "crossing":
            return None
        if words[0] == "places":
            places = words[1:]
        elif words[0] == "policy":
            policy.append(" ".join(words[1:]))
        elif words[0] == "wartime":
            end = 5 if words[3] == "plan" else 3
            wartime.setdefault(f"[{' '.join(words[:end])}]", []).append(" ".join(words[end:]))
        elif words[0] == "plan":
            plans.setdefault(words[1], []).append(" ".join(words[2:]))
        elif len(rows) < len(places):
            cells = ["" if word == "-" else f"{milliseconds(word) / 1000:.10g}" for word in words[1:]]
            rows.append(",".join([words[0], *cells]))
        else:
            events.append(read_event(words))
    files = {"matrix.csv": [",".join(["", *places]), *rows], "events.jsonl": [one_line(event) for event in events]}
    if policy or wartime:
        files["policy.ini"] = ["[policy]", *policy, *(line for group in wartime.items() for line in ("", group[0], *group[1]))]
    if plans:
        groups = [[f"[plan {kind}]", *keys, ""] for kind, keys in plans.items()]
        files["plans.ini"] = [line for group in groups for line in group][:-1]
    options = {"matrix": "matrix.csv", "policy": "policy.ini", "plans": "plans.ini"}
    files["arguments"] = [word for option, name in options.items() if name in files for word in (f"--{option}", name)]
    return {name: "\n".join(lines) + "\n" for name, lines in files.items()}


def one_line(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def decide(program, case):
    arguments = (case / "arguments").read_text(encoding="utf-8").split()
    with open(case / "events.jsonl", "rb") as events:
        result = subprocess.run([program, "drive", *arguments], cwd=case, stdin=events, capture_output=True, check=True)
    return result.stdout


def write_set_ups(cases):
    for path in sorted(SCENARIOS.glob("*.timeline")):
        files = read_timeline(path)
        if files:
            (cases / path.stem).mkdir(exist_ok=True)
            for name, text in files.items():
                (cases / path.stem / name).write_text(text, encoding="utf-8")


def build_networks(program, county):
    for mode in ("foot", "ebike"):
        subprocess.run([program, "network", "build", "--county", "county.gpkg", "--mode", mode, "-o", f"{mode}.mnet"],
                       cwd=county, capture_output=True, check=True)


def main(program, folder=HERE):
    program, folder = pathlib.Path(program).resolve(), pathlib.Path(folder)
    write_set_ups(folder / "cases")
    build_networks(program, folder / "county")
    for case in sorted(path for path in (folder / "cases").iterdir() if path.is_dir()):
        (case / "decisions.jsonl").write_bytes(decide(program, case))


if __name__ == "__main__":
    main(*sys.argv[1:])

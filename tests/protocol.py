"""The protocol's JSON Schema, as the tests use it: validators, a strict reader of lines, random events made from it."""

import copy
import json
import pathlib

import jsonschema
import referencing

from conftest import ROOT

FOLDER = ROOT / "docs" / "schema"
SCHEMAS = {name: json.loads((FOLDER / f"{name}-1.schema.json").read_text(encoding="utf-8")) for name in ("event", "decision", "journal")}
REGISTRY = referencing.Registry().with_resources(
    (schema["$id"], referencing.jsonschema.DRAFT202012.create_resource(schema)) for schema in SCHEMAS.values())
MOST_BYTES = 65536


class Lines:
    """What validates lines as the schema does, but looks at the branch of the line's own type or kind only."""

    def __init__(self, name):
        self.whole = jsonschema.Draft202012Validator(SCHEMAS[name], registry=REGISTRY)
        self.branches = {self.word(shape): self.whole.evolve(schema={"$ref": f"{SCHEMAS[name]['$id']}{reference}"})
                         for reference, shape in branches_of(name)}

    @staticmethod
    def word(shape):
        properties = shape["properties"]
        return properties.get("kind" if "sequence" in properties else "type", {}).get("const")

    def choose(self, line):
        word = line.get("kind" if "sequence" in line else "type") if isinstance(line, dict) else None
        return self.branches.get(word if isinstance(word, str) else None, self.whole)

    def is_valid(self, line):
        return self.choose(line).is_valid(line)

    def validate(self, line):
        self.choose(line).validate(line)


def branches_of(name):
    return [(branch["$ref"], SCHEMAS[name]["$defs"][branch["$ref"].rsplit("/", 1)[1]]) for branch in SCHEMAS[name]["oneOf"]]


def types_of(name):
    """The types that the schema knows, in its order."""
    return [shape["properties"]["type"]["const"] for _, shape in branches_of(name)]


def is_plain(value):
    """Without the zero character and without half a surrogate pair, in texts and names."""
    if isinstance(value, str):
        return "\0" not in value and not any(0xD800 <= ord(character) < 0xE000 for character in value)
    if isinstance(value, dict):
        return all(is_plain(name) and is_plain(item) for name, item in value.items())
    return all(map(is_plain, value)) if isinstance(value, list) else True


def read_line(line):
    """The value of a line; ValueError for what is JSON to Python's reader and to no strict one, and for longer lines."""

    def refuse(constant):
        raise ValueError(constant)

    def take(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name given twice")
        return dict(pairs)

    value = json.loads(line, parse_constant=refuse, object_pairs_hook=take)
    if not is_plain(value) or len(line.encode()) > MOST_BYTES:
        raise ValueError("not plain")
    return value


# ---- random events ----

TEXTS = ["a", "wang", "first_aid", "7", "急救", "naïve \"quoted\"\n", "x" * 64, "\x7f", "node:1", "flood"]


def find(reference):
    return SCHEMAS["event"]["$defs"][reference.rsplit("/", 1)[1]]


def make_number(random, schema):
    least, most = schema["minimum"], schema["maximum"]
    if schema["type"] == "number":
        return random.choice([least, most, 0, random.uniform(least, most)])
    return random.choice([least, most, random.randint(least, most), random.randint(least, min(most, least + 9))])


def make_text(random, schema):
    fitting = [text for text in TEXTS if schema.get("minLength", 0) <= len(text.encode()) <= schema.get("maxLength", 256)]
    return random.choice([*fitting, "y" * schema.get("maxLength", 300)])


def make_object(random, schema):
    wanted = set(schema.get("required", []))
    if "$ref" in schema:  # one of several ways to say where
        ways = [branch["required"][0] for branch in find(schema["$ref"])["oneOf"]]
        wanted.add(random.choice(ways))
        ways = set(ways) - wanted
    else:
        ways = set()
    names = [name for name in schema["properties"] if name in wanted or (name not in ways and random.random() < 0.5)]
    random.shuffle(names)
    return {name: make(random, schema["properties"][name]) for name in names}


def make_list(random, schema):
    first = [make(random, item) for item in schema.get("prefixItems", [])]
    if not schema["items"]:
        return first
    least, most = schema.get("minItems", 0), schema.get("maxItems", 9)
    count = random.choice([least, least, min(most, least + 1), min(most, least + 3)])
    return first + [make(random, schema["items"]) for _ in range(count)]


def make(random, schema):
    """A value that the schema allows."""
    if "properties" in schema:
        return make_object(random, schema)
    if "$ref" in schema:
        return make(random, find(schema["$ref"]))
    for branches in ("oneOf", "anyOf"):
        if branches in schema:
            return make(random, random.choice(schema[branches]))
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return random.choice(schema["enum"])
    makers = {"string": make_text, "array": make_list, "integer": make_number, "number": make_number}
    if schema["type"] in makers:
        return makers[schema["type"]](random, schema)
    return None if schema["type"] == "null" else random.random() < 0.5


STRANGE = [None, True, "", "x", "z" * 257, -1, 0, 1, 10, 1001, 0.5, 2**53, 2**63 - 1, -2**63, [], [[]], [1, 2], [181, 0], {}, {"x": 1},
           ["foot"], ["boat"], [{}], [{"count": 0}], [{"count": 501}], [{"skill": 1}], ["w" * 65]]


def spots(value):
    """Each list or object in the value, with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    for key in keys:
        yield value, key
        yield from spots(value[key])


def spoil(random, event):
    """The event with one thing changed; often it is none any more."""
    event = copy.deepcopy(event)
    holder, key = random.choice(list(spots(event)))
    way = random.randrange(5)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, dict):
        holder[random.choice(["extra", "incident", "place", "node", "ways", "needs", "to"])] = random.choice(STRANGE)
    elif way == 2 and isinstance(holder[key], int):
        holder[key] += random.choice([-1, 1])
    elif way == 3 and isinstance(holder[key], list):
        holder[key] = holder[key] * random.choice([2, 70, 1100])
    else:
        holder[key] = copy.deepcopy(random.choice(STRANGE))
    return event


def edges_of_list(random, schema):
    item = schema["items"] or schema["prefixItems"][0]
    least, most = schema.get("minItems", 0), schema.get("maxItems", 1)
    for count in {least - 1, least, most, most + 1} - {-1}:
        yield [make(random, item) for _ in range(count)]
    rest = make(random, schema)[1:]
    for edge in edges(random, item):
        yield [edge, *rest]


def edges_of_object(random, schema):
    for name, inner in schema["properties"].items():
        whole = make_object(random, schema)
        yield {kept: value for kept, value in whole.items() if kept != name}
        for edge in edges(random, inner):
            yield {**make_object(random, schema), name: edge}
    yield {**make_object(random, schema), "extra": 1}


def edges(random, schema):
    """Values at the limits that the schema sets, and just beyond them."""
    if "properties" in schema:
        yield from edges_of_object(random, schema)
    elif "$ref" in schema:
        yield from edges(random, find(schema["$ref"]))
    elif "oneOf" in schema or "anyOf" in schema:
        for branch in schema.get("oneOf") or schema["anyOf"]:
            yield from edges(random, branch)
    elif schema.get("type") == "array":
        yield from edges_of_list(random, schema)
    elif schema.get("type") == "string":
        least, most = schema.get("minLength", 0), schema.get("maxLength", 300)
        yield from ("x" * length for length in {least - 1, least, most, most + 1} - {-1})
    elif schema.get("type") in ("integer", "number"):
        yield from (schema["minimum"] - 1, schema["minimum"], schema["maximum"], schema["maximum"] + 1)
    else:
        yield from (make(random, schema), None, "?", 7)


def make_life(random, count):
    """Random events on a table of the places A and B, 2 s apart, as lines: few ids, so that they are about the same matters."""
    lines = []
    for number in range(count):
        event = make(random, SCHEMAS["event"]["$defs"][f"event_{random.choice(types_of('event'))}"])
        ways = {"position", "grid", "node", "place"} & event.keys()
        kept = {name: value for name, value in event.items() if name not in ways}
        ids = {name: random.randint(1, 6) for name in ("volunteer", "incident", "original", "to", "item", "closure") if name in event}
        placed = {"place": random.choice("AB")} if ways else {}
        lines.append(json.dumps({**kept, **ids, **placed, "at_ms": 2000 * number}, ensure_ascii=False) + "\n")
    return lines

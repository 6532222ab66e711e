"""Rosters: who is on duty at each post on which shift, with rest between, evenly shared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from muster._c import roster as _c
from muster._county import County
from muster._coverage import WEEKDAYS
from muster._needs import Needs, needs_of
from muster._progress import Progress, following

if TYPE_CHECKING:
    import pandas

_NOBODY = 0xFFFFFFFF
_DAY_MIN = 1440


class Roster(NamedTuple):
    """Who is on duty when."""

    posts: pandas.DataFrame
    """A row a post: ``id``, ``name``, ``people`` who share it, ``places`` to take, ``filled`` and ``filled_bound`` (no roster
    fills more), ``unevenness`` (Σ over people of minutes² + unsocial minutes²) and ``unevenness_bound``, ``optimal`` (proven)."""
    places: pandas.DataFrame
    """A row a place: ``post``, ``week`` (from 1), ``weekday``, ``start``, ``end`` (HH:MM), ``skills``, ``volunteer`` (missing:
    nobody)."""
    people: pandas.DataFrame
    """A row a person of a post: ``post``, ``volunteer``, ``shifts``, ``minutes`` and ``unsocial_minutes`` on duty."""

    def __repr__(self) -> str:
        return f"<Roster: {int(self.posts['filled'].sum()):,} of {int(self.posts['places'].sum()):,} places of " \
               f"{len(self.posts)} posts taken>"


def roster(county: County, posts: Iterable[int] | None = None, *, shifts: Sequence[tuple[str, str]] = (("06:00", "14:00"), ("14:00", "22:00")),
           needs: Needs = 3, weeks: int = 4, pool: int = 60, rest_h: float = 11.0, most_a_week: int = 2,
           work_hours: tuple[int, int] = (8, 18), seed: int = 0, steps: int | None = None, progress: Progress = None) -> Roster:
    """Fills the shifts of each post with approved volunteers of the communities it serves.

    As many places as can be are taken; nobody has too little rest or too many shifts in a week; hours and unsocial hours
    (22 to 6 and weekends) are shared as evenly as can be. The roster begins anew after its last week.

    Parameters
    ----------
    county : County
        Whose posts and people.
    posts : iterable of int, optional
        Ids; all posts without.
    shifts : sequence of (str, str)
        Start and end of each shift of every day, ``"HH:MM"``; an end at or before the start is on the next day.
    needs : int or mapping
        On each shift so many people; or by skill, ``{"first_aid": 1, None: 2}``.
    weeks : int
        1 to 26.
    pool : int
        People who share a post's shifts, at most.
    rest_h : float
        Hours between two shifts of one person, at least.
    most_a_week : int
        Shifts of one person.
    work_hours : (int, int)
        Monday to Friday in [start, end) who is registered at work is not free; ``(0, 0)``: everybody is.
    seed, steps : int, optional
        Of the search: its seed, and how often a part is given anew.
    progress : bool or callable, optional
        As in `coverage`.
    """
    import pandas

    pairs, skills = needs_of(county, needs, _c.NEEDS_MOST)
    if not 1 <= len(shifts) <= _c.SHIFTS_MOST:
        raise ValueError(f"expected 1 to {_c.SHIFTS_MOST} shifts, found {len(shifts)}")
    minutes = [(_minute(start, _DAY_MIN - 1), _minute(end, _DAY_MIN)) for start, end in shifts]
    chosen = _places_of(county, posts)
    options = {"pool": pool, "week_count": weeks, "work_start_hour": work_hours[0], "work_end_hour": work_hours[1],
               "rest_min": round(rest_h * 60), "most_a_week": most_a_week, "seed": seed, "steps": steps}
    with following(progress, "roster") as tell:
        found = _c.roster(county._handle, chosen, minutes, pairs, options, tell)
    names, ids, volunteers = county.table("posts").set_index("id")["name"], county.post_ids, county.volunteer_ids
    turns = [name for name, (count, _) in zip(skills, pairs) for _ in range(count)]
    post_rows: list[dict[str, Any]] = []
    place_tables, people_tables = [], []
    for place, (filled, filled_bound, unevenness, unevenness_bound, is_optimal, persons, starts, ends, unsocial, members) in zip(chosen, found):
        post = int(ids[place])
        post_rows.append({"id": post, "name": names[post], "people": len(members), "places": len(persons), "filled": filled,
                          "filled_bound": filled_bound, "unevenness": unevenness, "unevenness_bound": unevenness_bound,
                          "optimal": is_optimal})
        taken = persons != _NOBODY
        takers = pandas.array(np.zeros(len(persons), np.int64), dtype="Int64")
        takers[taken] = volunteers[members[persons[taken]]]
        takers[~taken] = pandas.NA
        days = starts // _DAY_MIN
        shift_of = [place // len(turns) % len(shifts) for place in range(len(persons))]
        place_tables.append(pandas.DataFrame({
            "post": post, "week": days // 7 + 1, "weekday": [WEEKDAYS[day % 7] for day in days],
            "start": [shifts[shift][0] for shift in shift_of], "end": [shifts[shift][1] for shift in shift_of],
            "skills": [turns[i % len(turns)] for i in range(len(persons))], "volunteer": takers}))
        who = persons[taken]
        people_tables.append(pandas.DataFrame({
            "post": post, "volunteer": volunteers[members], "shifts": np.bincount(who, minlength=len(members)),
            "minutes": np.bincount(who, (ends - starts)[taken], len(members)).astype(np.int64),
            "unsocial_minutes": np.bincount(who, unsocial[taken], len(members)).astype(np.int64)}))
    return Roster(pandas.DataFrame(post_rows), pandas.concat(place_tables, ignore_index=True),
                  pandas.concat(people_tables, ignore_index=True))


def _minute(clock: str, most: int) -> int:
    found = re.fullmatch(r"(\d\d):([0-5]\d)", clock)
    minute = int(found[1]) * 60 + int(found[2]) if found else _DAY_MIN + 1
    if minute > most:
        raise ValueError(f'expected times of day such as "22:00", found {clock!r}')
    return minute


def _places_of(county: County, posts: Iterable[int] | None) -> list[int]:
    known = {int(post): place for place, post in enumerate(county.post_ids)}
    if posts is None:
        return list(known.values())
    listed = [int(post) for post in posts]
    for post in listed:
        if post not in known:
            raise ValueError(f"expected ids of posts of the county, found {post}")
    if not listed:
        raise ValueError("expected posts, found none")
    return [known[post] for post in listed]

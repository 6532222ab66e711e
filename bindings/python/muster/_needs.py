"""Who is needed: numbers of people by skills of the county."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias, Union

if TYPE_CHECKING:
    from muster._county import County

Needs: TypeAlias = Union[int, Mapping[Union[str, None], int]]
"""So many people of any kind; or by skill, several with semicolons between (all of them), None: anybody."""


def skill_bits(county: County, skills: str | Iterable[str]) -> int:
    known, bits = county._handle.skills(), 0
    for skill in [skills] if isinstance(skills, str) else skills:
        if skill not in known:
            raise ValueError(f"expected skills of the county ({', '.join(known)}), found {skill!r}")
        bits |= 1 << known.index(skill)
    return bits


def needs_of(county: County, needs: Needs, most_needs: int) -> tuple[list[tuple[int, int]], list[str]]:
    """(count, bits) of each need, and what its skills are called: "" for anybody."""
    wanted: Mapping[str | None, int] = {None: needs} if isinstance(needs, int) else needs
    if not 1 <= len(wanted) <= most_needs:
        raise ValueError(f"expected 1 to {most_needs} needs, found {len(wanted)}")
    pairs = []
    for skills, count in wanted.items():
        if count < 1:
            raise ValueError(f"need {skills!r}: expected 1 person or more, found {count}")
        pairs.append((count, 0 if skills is None else skill_bits(county, skills.split(";"))))
    return pairs, ["" if skills is None else skills for skills in wanted]

"""Muster: who to alert so that help stands at the door in time.

Networks answer questions about travel times; counties hold areas, people, posts and roads; engines decide, simulations
try decisions out, and planning finds where help should stand. Durations are ms (``…_ms``) unless a name says minutes,
lengths metres (``…_m``), positions degrees in WGS 84 (``lon``, ``lat``).
"""

from muster._alert import AlertChoice, AlertLedger, AlertModel, Chances, Fairness, Leave, Waves, choose_alerts, field_probability
from muster._assignment import Assigned, Assignment, Cost, PolicyBound, Totals, Why, assign, policy_bound
from muster._c.base import version as _version
from muster._county import TABLES, Check, County, Defect
from muster._coverage import WEEKDAYS, Coverage, circles, coverage
from muster._decisions import Decisions
from muster._engine import Engine, Policy, VolunteerRecord
from muster._errors import MusterError, PlaceError
from muster._fleet import Fleet
from muster._journal import Journal, Record, Summary
from muster._network import MODES, SNAP_LIMIT_M, UNREACHABLE_MS, Nearest, Network, Route, minutes
from muster._places import Places, PlacesLike
from muster._planning import PROBLEMS, Located, locate, read_pmed, write_mps
from muster._roster import Roster, roster
from muster._simulation import SCENARIOS, SimulationResult, describe_scenario, simulate
from muster._staffing import Staffing, staffing
from muster._sweep import Cell, Sweep, sweep

__version__ = _version()

__all__ = [
    "MODES", "PROBLEMS", "SCENARIOS", "SNAP_LIMIT_M", "TABLES", "UNREACHABLE_MS", "WEEKDAYS",
    "AlertChoice", "AlertLedger", "AlertModel", "Assigned", "Assignment", "Cell", "Chances", "Check", "Cost", "County", "Coverage", "Decisions",
    "Defect", "Engine", "Fairness", "Fleet", "Journal", "Leave", "Located", "MusterError", "Nearest", "Network", "PlaceError", "Places",
    "PlacesLike", "Policy", "PolicyBound", "Record", "Roster", "Route", "SimulationResult", "Staffing", "Summary", "Sweep", "Totals",
    "VolunteerRecord", "Waves", "Why", "assign", "choose_alerts", "circles", "coverage", "describe_scenario", "field_probability", "locate",
    "minutes", "policy_bound", "read_pmed", "roster", "simulate", "staffing", "sweep", "write_mps",
]

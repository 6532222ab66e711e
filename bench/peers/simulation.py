"""Ordinary days (S14) as a SimPy model beside `muster simulate --scenario ordinary`: processor time of a simulated day, and the ratio.

The model has the sizes of the reference county (33,370 volunteers, 299 grids, 80 incidents a day), the stand-by of each volunteer by the
hour, alerts to the nearest on stand-by, and the chances and times of answers, turnout, travel and work of docs/simulation.md. It is the
lighter one: travel times stand in a table between grids, two people are needed each time, nobody has skills or a work place, and neither
duplicates, contact cards, promises nor reasons are modelled. A volunteer wakes only when their stand-by changes.
"""

import json
import math
import os
import random
import statistics
import subprocess
import sys
import time

import simpy

VOLUNTEERS, GRIDS, INCIDENTS_A_DAY = 33370, 299, 80
WIDTH_M, HEIGHT_M, DETOUR = 40000, 34000, 1.4
NEEDED, ALERTS_EACH, EXPIRES_S, WITHIN_S = 2, 7, 60, 3600
ACCEPTANCE, NIGHT, NO_ANSWER, LOST = 0.36, 0.7, 0.5, 0.01
ANSWER_MEAN_S, ANSWER_SD_S = 45, 21.5
TURNOUT_S, TURNOUT_NIGHT_S, TURNOUT_SIGMA, TRAVEL_SIGMA = 105, 142, 0.5, 0.2
SERVICE_MEAN_S = 12 * 60
SPEEDS_M_S = (1.4, 5.0, 11.0)
AVAILABILITY = (0.12, 0.1, 0.1, 0.1, 0.1, 0.12, 0.16, 0.2, 0.2, 0.2, 0.2, 0.22, 0.24, 0.22, 0.2, 0.2, 0.2, 0.22, 0.28, 0.3, 0.3, 0.28, 0.22, 0.16)
HOUR_S, DAY_S = 3600, 86400
DAY_BEGINS_HOUR = 4
YEAR_DAYS = 365


class County:
    def __init__(self, env, chance):
        self.env, self.chance = env, chance
        places = [(chance.uniform(0, WIDTH_M), chance.uniform(0, HEIGHT_M)) for _ in range(GRIDS)]
        self.metres = [[DETOUR * math.hypot(ax - bx, ay - by) + 300 for bx, by in places] for ax, ay in places]
        self.by_distance = [sorted(range(GRIDS), key=row.__getitem__) for row in self.metres]
        self.on_standby = [{} for _ in range(GRIDS)]  # by grid: volunteer → speed
        self.grid_of = [chance.randrange(GRIDS) for _ in range(VOLUNTEERS)]
        self.speed_of = [chance.choice(SPEEDS_M_S) for _ in range(VOLUNTEERS)]
        self.busy = set()
        self.reached_s = []
        for volunteer in range(VOLUNTEERS):
            env.process(self.stand_by(volunteer))
        env.process(self.arrivals())

    def is_night(self):
        return not 6 <= self.env.now % DAY_S / HOUR_S < 22

    def stand_by(self, volunteer):
        """On while the availability of the hour is above a level drawn each day."""
        env, offset_s, level = self.env, self.chance.uniform(0, HOUR_S), self.chance.random()
        there, on = self.on_standby[self.grid_of[volunteer]], False
        hour = 0
        while True:
            if hour % 24 == DAY_BEGINS_HOUR:
                level = self.chance.random()
            if (level < AVAILABILITY[hour % 24]) != on:
                yield env.timeout(max(0, hour * HOUR_S + offset_s - env.now))
                on = not on
                if on:
                    there[volunteer] = self.speed_of[volunteer]
                else:
                    there.pop(volunteer, None)
            hour += 1
            if hour % 24 == DAY_BEGINS_HOUR:  # the next level is drawn then, not before
                yield env.timeout(max(0, hour * HOUR_S - env.now))

    def arrivals(self):
        while True:
            yield self.env.timeout(self.chance.expovariate(INCIDENTS_A_DAY / DAY_S))
            self.env.process(self.incident(self.chance.randrange(GRIDS)))

    def nearest(self, grid, count, asked):
        """(seconds, volunteer) of the nearest free ones; slower modes from nearer grids compete with faster from farther ones."""
        best, fastest = [], max(SPEEDS_M_S)
        for other in self.by_distance[grid]:
            metres = self.metres[grid][other]
            if metres / fastest > WITHIN_S or (len(best) >= count and metres / fastest > best[count - 1][0]):
                break
            for volunteer, speed in self.on_standby[other].items():
                if volunteer not in self.busy and volunteer not in asked and metres / speed <= WITHIN_S:
                    best.append((metres / speed, volunteer))
            best.sort()
            del best[count:]
        return best

    def answer(self, volunteer, answers):
        """Puts (volunteer, yes) when the answer comes; nothing if there is none."""
        shape = (ANSWER_MEAN_S / ANSWER_SD_S) ** 2
        after_s = self.chance.gammavariate(shape, ANSWER_MEAN_S / shape)
        accepts = self.chance.random() < ACCEPTANCE * (NIGHT if self.is_night() else 1)
        if self.chance.random() < LOST or (not accepts and self.chance.random() < NO_ANSWER) or after_s > EXPIRES_S:
            yield self.env.timeout(EXPIRES_S)
            accepts = False
        else:
            yield self.env.timeout(after_s)
        yield answers.put((volunteer, accepts))

    def incident(self, grid):
        env, reported_s = self.env, self.env.now
        answers, asked, travel_s, open_alerts, accepted = simpy.Store(env), set(), {}, 0, 0
        while accepted < NEEDED:
            want = (NEEDED - accepted) * ALERTS_EACH - open_alerts
            for seconds, volunteer in self.nearest(grid, want, asked) if want > 0 else ():
                asked.add(volunteer)
                self.busy.add(volunteer)
                travel_s[volunteer] = seconds
                open_alerts += 1
                env.process(self.answer(volunteer, answers))
            if open_alerts == 0:
                break
            volunteer, accepts = yield answers.get()
            open_alerts -= 1
            if accepts:
                accepted += 1
                env.process(self.trip(volunteer, travel_s[volunteer], reported_s))
            else:
                self.busy.discard(volunteer)
        for _ in range(open_alerts):  # withdrawn; who was asked is free when their answer or its end comes
            volunteer, _ = yield answers.get()
            self.busy.discard(volunteer)

    def trip(self, volunteer, seconds, reported_s):
        turnout_s = TURNOUT_NIGHT_S if self.is_night() else TURNOUT_S
        yield self.env.timeout(turnout_s * self.chance.lognormvariate(0, TURNOUT_SIGMA) + seconds * self.chance.lognormvariate(0, TRAVEL_SIGMA))
        self.reached_s.append(self.env.now - reported_s)
        yield self.env.timeout(self.chance.expovariate(1 / SERVICE_MEAN_S) + seconds)
        self.busy.discard(volunteer)


def simulate(days, seed):
    """Processor seconds, and how many people came in how many seconds, in the mean."""
    started = time.process_time()
    env = simpy.Environment()
    county = County(env, random.Random(seed))
    env.run(until=days * DAY_S)
    return time.process_time() - started, len(county.reached_s), statistics.fmean(county.reached_s)


def run_muster(program, county, days, seed):
    before = os.times()
    command = [program, "simulate", county, "--scenario", "ordinary", "--days", str(days), "--runs", "1", "--threads", "1", "--seed", str(seed), "--json"]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {result.stderr.strip()}")
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def compare(build, rounds, days):
    """Both in turn; of Muster the whole program over a year, files and networks included, of SimPy so many days, each like the one before."""
    folder = build / "bench" / "peers"
    folder.mkdir(parents=True, exist_ok=True)
    county = folder / "ordinary.gpkg"
    if not county.exists():
        subprocess.run([build / "muster", "county", "reference", "--seed", "1310", "-o", county], check=True, stdout=subprocess.DEVNULL)
    ours, theirs, people = [], [], []
    for seed in range(1, rounds + 1):
        ours.append(run_muster(build / "muster", county, YEAR_DAYS, seed) / YEAR_DAYS)
        seconds, arrived, mean_s = simulate(days, seed)
        theirs.append(seconds / days)
        people.append((arrived / days, mean_s))
    muster_s, simpy_s = statistics.median(ours), statistics.median(theirs)
    arrived, mean_s = statistics.fmean(p[0] for p in people), statistics.fmean(p[1] for p in people)
    print(f"\n### Ordinary days (S14), medians of {rounds} runs\n")
    print("| | days simulated | processor time of a day | of a year | ratio |\n| --- | ---: | ---: | ---: | ---: |")
    print(f"| Muster | {YEAR_DAYS} | {muster_s * 1000:.1f} ms | {muster_s * YEAR_DAYS:.1f} s | |")
    print(f"| SimPy {simpy.__version__} | {days} | {simpy_s * 1000:.1f} ms | {simpy_s * YEAR_DAYS:.1f} s | {simpy_s / muster_s:.2f} |")
    print(f"\nSimPy's model: {arrived:.0f} people reach an incident each day, {mean_s:.0f} s after the report in the mean.")
    path = build / "bench" / "peers-simulation.json"
    entry = {"name": f"S14/ordinary_day/days:{YEAR_DAYS}", "run_type": "aggregate", "aggregate_name": "median", "iterations": rounds, "real_time": muster_s, "cpu_time": muster_s, "time_unit": "s", "peer": "SimPy", "peer_cpu_time": simpy_s, "ratio": muster_s / simpy_s}
    path.write_text(json.dumps({"benchmarks": [entry]}, indent=1) + "\n", encoding="utf-8")
    print(f"\n{path}")

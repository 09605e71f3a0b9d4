"""Writes roster.csv and arrivals.csv from the hand-written files beside it.

    python generate.py

Both are invented: the source gives the numbers (1,121 = 93 + 1,028 from 460 communes, wards and
townships), not who comes when. A delegate is an office and a unit, never a person's name. The same
input always gives the same output.
"""

import csv
import random
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
SEED = 20230721

# --- Badges ---------------------------------------------------------------------------------------

# One letter for each remainder of 11. No vowels and none of D F J R S W X Z: the Vietnamese Telex
# keyboard takes those for accents and tones, and a badge typed with Telex on ("0412S") would arrive
# as something else.
CHECK_LETTERS = "BCGHKLMNPQT"
# Modulo the prime 11, non-zero weights catch every single wrong digit, and weights that differ from
# their neighbours catch every swap of two adjacent digits.
CHECK_WEIGHTS = (5, 4, 3, 2)


def badge(serial):
    """Four digits and their check letter: 1 -> 0001G."""
    digits = f"{serial:04d}"
    total = sum(weight * int(digit) for weight, digit in zip(CHECK_WEIGHTS, digits))
    return digits + CHECK_LETTERS[total % 11]


# --- Roster ---------------------------------------------------------------------------------------

ROSTER_COLUMNS = ("badge", "delegation", "level", "title_vi", "title_en", "unit_code", "forum")

# The split of the 93 is not in the source: four offices for each of the 21 districts, and a fifth
# for the nine districts with the most communes (21 x 4 + 9 = 93).
FIFTH_OFFICES = 9
# 1,028 = 460 x 2 + 108: every unit sends two, and 108 units send the chair of the People's Council
# as well.
COUNCIL_CHAIRS = 108
# With the district delegates these make 374, 374 and 373; all others go to forum 3.
SECRETARIES_IN_FORUM_1 = 344
CHAIRS_IN_FORUM_2 = 353

COMMITTEE_OF_TYPE = {"Huyện": "Huyện ủy", "Thành phố": "Thành ủy", "Thị xã": "Thị ủy"}
UNIT_TYPE_EN = {"Xã": "commune", "Phường": "ward", "Thị trấn": "township"}


def rows_of(name):
    """All rows of a CSV file in this folder, as dictionaries of text."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(name, columns, rows):
    """Replaces a CSV file in this folder."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def spread(chosen, total):
    """True for `chosen` of `total` places, as evenly as they go: spread(2, 4) -> False, True,
    False, True.
    """
    return [(place + 1) * chosen // total > place * chosen // total for place in range(total)]


def district_delegates(delegation, with_deputy):
    """The four or five offices of one district, with the forum that suits each."""
    kind, name, name_en = delegation["type_vi"], delegation["name_vi"], delegation["name_en"]
    committee, place = f"{COMMITTEE_OF_TYPE[kind]} {name}", f"{kind.lower()} {name}"
    yield f"Bí thư {committee}", f"Party Secretary, {name_en}", "dien_dan_1"
    if with_deputy:
        yield (
            f"Phó Bí thư Thường trực {committee}",
            f"Standing Deputy Party Secretary, {name_en}",
            "dien_dan_1",
        )
    yield f"Chủ tịch UBND {place}", f"Chair of the People's Committee, {name_en}", "dien_dan_2"
    yield f"Trưởng Ban Dân vận {committee}", f"Head of Mass Mobilisation, {name_en}", "dien_dan_3"
    yield (
        f"Chủ tịch Ủy ban MTTQ {place}",
        f"Chair of the Fatherland Front Committee, {name_en}",
        "dien_dan_3",
    )


def commune_delegates(unit, forums, with_council):
    """The two or three offices of one commune, ward or township; `forums` are the secretary's
    and the chair's.
    """
    place = f"{unit['commune_type'].lower()} {unit['commune_name']}"
    place_en = f"{unit['commune_name']} {UNIT_TYPE_EN[unit['commune_type']]}"
    yield f"Bí thư Đảng ủy {place}", f"Party Secretary, {place_en}", forums[0]
    yield f"Chủ tịch UBND {place}", f"Chair of the People's Committee, {place_en}", forums[1]
    if with_council:
        yield f"Chủ tịch HĐND {place}", f"Chair of the People's Council, {place_en}", "dien_dan_3"


def plan_of_units(units):
    """Per unit code: the forums of its secretary and of its chair, and whether its council's
    chair comes.
    """
    total = len(units)
    columns = zip(
        *(
            spread(count, total)
            for count in (SECRETARIES_IN_FORUM_1, CHAIRS_IN_FORUM_2, COUNCIL_CHAIRS)
        )
    )
    return {
        unit["commune_code"]: (
            ("dien_dan_1" if first else "dien_dan_3", "dien_dan_2" if second else "dien_dan_3"),
            council,
        )
        for unit, (first, second, council) in zip(units, columns)
    }


def roster_rows(delegations, units):
    """The 1,121 delegates, grouped by delegation: its district offices first, then its units."""
    units_of, plan = defaultdict(list), plan_of_units(units)
    for unit in units:
        units_of[unit["district_code"]].append(unit)
    largest = sorted(units_of, key=lambda code: -len(units_of[code]))[:FIFTH_OFFICES]
    rows = []

    def add(code, level, unit_code, offices):
        for title_vi, title_en, forum in offices:
            values = (badge(len(rows) + 1), code, level, title_vi, title_en, unit_code, forum)
            rows.append(dict(zip(ROSTER_COLUMNS, values)))

    for delegation in delegations:
        code = delegation["code"]
        add(code, "district", "", district_delegates(delegation, code in largest))
        for unit in units_of[code]:
            forums, council = plan[unit["commune_code"]]
            add(code, "commune", unit["commune_code"], commune_delegates(unit, forums, council))
    return rows


# --- Arrivals -------------------------------------------------------------------------------------

ARRIVAL_COLUMNS = ("when", "by", "item", "badge", "kind", "text")
MINUTE, HOUR, DAY = 60, 3600, 86400


class Wave(NamedTuple):
    """When the coaches come, in minutes from the item's planned start, and what becomes of those
    who do not.
    """

    first: int
    busiest: int
    last: int
    excused: int
    substitutes: int
    missing: int


CEREMONY = Wave(first=-45, busiest=-25, last=-6, excused=2, substitutes=2, missing=1)
FORUMS = Wave(
    first=-50, busiest=-22, last=-4, excused=17, substitutes=22, missing=9
)  # the three together
MAIN_SESSION = Wave(first=-78, busiest=-38, last=-5, excused=25, substitutes=30, missing=15)

SEATS_OF_A_COACH = 45
# Vinh's delegates live in town and come one by one; of the others, one in sixteen drives himself.
IN_TOWN = "412"
OWN_WAY = 1 / 16
# Minutes from the planned start at which the late coaches stop at the door: Kỳ Sơn, Tương Dương,
# Quế Phong. scenario.csv tells the same story; change both.
LATE_COACHES = {
    "le_dang_hoa": {"417": (1,)},
    "dien_dan_1": {"417": (6,), "415": (2,)},
    "dien_dan_2": {"417": (7,), "415": (2,)},
    "dien_dan_3": {"417": (6,), "415": (3,)},
    "phien_chinh": {"417": (-7, 6), "418": (-10,), "415": (-4,)},
}
# Desk 3 has no network from 06:47 to 07:04 on D+1; who comes to it then is sent to desk 4.
OUTAGE_ITEM, OUTAGE_DESK, OUTAGE_MINUTES, OUTAGE_REFUGE = (
    "phien_chinh",
    "ban_3",
    (-43, -26),
    "ban_4",
)

REASONS = (  # never a health matter: that would be sensitive personal data
    "Đi công tác ngoài tỉnh theo lịch đã báo cáo",
    "Dự lớp cao cấp lý luận chính trị",
    "Trực chỉ huy phòng, chống cháy rừng",
    "Việc gia đình, đã báo cáo cấp ủy cấp trên",
    "Nghỉ phép đã đăng ký từ trước",
    "Làm việc với đoàn kiểm tra tại địa phương",
)


def seconds(moment):
    """Seconds from midnight of the first day: "D+1 07:30" -> 113400."""
    day, hour, minute = map(int, re.fullmatch(r"D([+-]\d+) (\d\d):(\d\d)", moment).groups())
    return day * DAY + hour * HOUR + minute * MINUTE


def moment(total):
    """The other way round, with seconds: 113405 -> "D+1 07:30:05"."""
    day, rest = divmod(round(total), DAY)
    return f"D{day:+d} {rest // HOUR:02d}:{rest % HOUR // MINUTE:02d}:{rest % MINUTE:02d}"


def expected_at(item, roster):
    """The delegates an item of the programme waits for."""
    if item["expects"] == "district":
        return [row for row in roster if row["level"] == "district"]
    if item["expects"] == "forum":
        return [row for row in roster if row["forum"] == item["key"]]
    return roster


def absences(delegates, wave, dice):
    """Draws the badges of those excused, those who send a substitute, and those who never come, in
    that order.

    A deputy is never drawn: their substitute has no title of their own.
    """
    badges = [row["badge"] for row in delegates if not row["title_vi"].startswith("Phó")]
    drawn = dice.sample(badges, wave.excused + wave.substitutes + wave.missing)
    return drawn[: wave.excused], drawn[wave.excused : -wave.missing], drawn[-wave.missing :]


def excuses(badges, *, early, dice):
    """When each absence was reported and why: the first `early` in the week before, the others
    at the last minute.
    """
    for place, badge_code in enumerate(badges):
        if place < early:
            reported_at = dice.randint(-7, -1) * DAY + dice.randint(8 * HOUR, 17 * HOUR)
        else:
            reported_at = dice.choice((18 * HOUR, DAY + 5 * HOUR)) + dice.randint(0, HOUR)
        yield badge_code, reported_at, dice.choice(REASONS)


def desk_of_delegation(delegates, desks):
    """Deals the delegations to the desks, the largest first, each to the desk with the fewest
    delegates so far.
    """
    sizes, load, desk_of = defaultdict(int), dict.fromkeys(desks, 0), {}
    for row in delegates:
        sizes[row["delegation"]] += 1
    for code in sorted(sizes, key=lambda code: (-sizes[code], code)):
        desk_of[code] = min(desks, key=load.get)
        load[desk_of[code]] += sizes[code]
    return desk_of


def coach_minutes(item_key, wave, code, coaches, dice):
    """The minutes, from the planned start, at which the coaches of one delegation stop at the
    door.
    """
    late = LATE_COACHES[item_key].get(code)
    if late:
        return late
    first = dice.triangular(wave.first, wave.last, wave.busiest)
    return [first + dice.uniform(2, 6) * place for place in range(coaches)]


def at_the_door(item_key, wave, delegates, dice):
    """Each delegate with the minute, from the planned start, at which he stands before a desk."""
    parties = defaultdict(list)
    for row in delegates:
        parties[row["delegation"]].append(row)
    for code, party in parties.items():
        coaches = coach_minutes(item_key, wave, code, -(-len(party) // SEATS_OF_A_COACH), dice)
        for place, row in enumerate(party):
            if code == IN_TOWN or dice.random() < OWN_WAY:
                yield row, dice.triangular(wave.first, 22, wave.busiest)
            else:
                yield row, coaches[place * len(coaches) // len(party)] + dice.uniform(0.5, 4)


def open_desk(item_key, desk, minute):
    """The desk itself, or its neighbour while it has no network."""
    from_minute, to_minute = OUTAGE_MINUTES
    out = item_key == OUTAGE_ITEM and desk == OUTAGE_DESK and from_minute <= minute < to_minute
    return OUTAGE_REFUGE if out else desk


def scans(item, wave, delegates, desks, dice):
    """Each delegate with the desk and the second of his scan; a desk takes one at a time, four
    to nine seconds each.
    """
    start, desk_of, free = (
        seconds(item["start"]),
        desk_of_delegation(delegates, desks),
        defaultdict(int),
    )
    queue = sorted(
        at_the_door(item["key"], wave, delegates, dice),
        key=lambda pair: (pair[1], pair[0]["badge"]),
    )
    for row, minute in queue:
        desk = open_desk(item["key"], desk_of[row["delegation"]], minute)
        free[desk] = max(free[desk], start + minute * MINUTE) + dice.uniform(4, 9)
        yield row, desk, free[desk]


def arrival(when, by, item_key, badge_code, kind, text=""):
    """One row of arrivals.csv, still with its moment in seconds."""
    return dict(zip(ARRIVAL_COLUMNS, (when, by, item_key, badge_code, kind, text)))


def arrivals_at(item, wave, delegates, desks, absent):
    """Everything recorded for one item; `absent` is (excuses, badges with a substitute, badges
    that never come).
    """
    excused, substituted, missing = absent
    waited_for = {row["badge"] for row in delegates}
    for badge_code, reported_at, reason in excused:
        if badge_code in waited_for:
            yield arrival(reported_at, "command", item["key"], badge_code, "excused", reason)
    away = set(missing).union(badge_code for badge_code, _, _ in excused)
    coming = [row for row in delegates if row["badge"] not in away]
    for row, desk, when in scans(item, wave, coming, desks, random.Random(f"{SEED} {item['key']}")):
        if row["badge"] in substituted:
            yield arrival(
                when,
                f"desk.{desk}",
                item["key"],
                row["badge"],
                "substitute",
                f"Phó {row['title_vi']}",
            )
        else:
            yield arrival(when, f"desk.{desk}", item["key"], row["badge"], "present")


def absences_by_audience(roster):
    """The absences of each audience; who misses a forum misses the main session too, for the
    same reason.
    """
    dice = random.Random(f"{SEED} absences")
    district = [row for row in roster if row["level"] == "district"]
    commune = [row for row in roster if row["level"] == "commune"]
    excused, substituted, missing = absences(district, CEREMONY, dice)
    ceremony = (list(excuses(excused, early=CEREMONY.excused, dice=dice)), substituted, missing)
    excused, substituted, missing = absences(commune, MAIN_SESSION, dice)
    excused = list(excuses(excused, early=FORUMS.excused, dice=dice))
    forums = (
        excused[: FORUMS.excused],
        substituted[: FORUMS.substitutes],
        missing[: FORUMS.missing],
    )
    return {
        "district": (CEREMONY, ceremony),
        "forum": (FORUMS, forums),
        "all": (MAIN_SESSION, (excused, substituted, missing)),
    }


def arrival_rows(programme, desks, roster):
    """All the arrivals of all the items that expect delegates, in order of time."""
    audiences, rows = absences_by_audience(roster), []
    for item in programme:
        if item["expects"] in audiences:
            wave, absent = audiences[item["expects"]]
            its_desks = [desk["key"] for desk in desks if item["key"] in desk["items"].split(";")]
            rows += arrivals_at(item, wave, expected_at(item, roster), its_desks, absent)
    rows.sort(key=lambda row: (round(row["when"]), row["item"], row["badge"]))
    return [row | {"when": moment(row["when"])} for row in rows]


def main():
    """Rewrites roster.csv and arrivals.csv."""
    roster = roster_rows(rows_of("delegations.csv"), rows_of("units.csv"))
    write_rows("roster.csv", ROSTER_COLUMNS, roster)
    write_rows(
        "arrivals.csv",
        ARRIVAL_COLUMNS,
        arrival_rows(rows_of("programme.csv"), rows_of("desks.csv"), roster),
    )


if __name__ == "__main__":
    main()

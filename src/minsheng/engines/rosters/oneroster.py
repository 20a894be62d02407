"""OneRoster 1.2 CSV: a register from its zip of files, and the zip of a register.

Read: manifest, orgs, academicSessions, courses, classes, users, roles, enrollments, whole (bulk). What OneRoster has no
column for stands in columns `metadata.*`, as it provides for. A citizen number is `identifier`; guardians are users whom
a pupil names in `agentSourcedIds`. Source: 1EdTech OneRoster CSV Binding 1.2.1.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from minsheng.engines.rosters.columns import TABLE
from minsheng.engines.rosters.problems import Place, Problem
from minsheng.engines.rosters.reading import Line, Reading, cells_of, read_lines
from minsheng.engines.rosters.roster import GuardianRow, Roster, UserRow
from minsheng.lib.names import split_name
from minsheng.lib.texts import Text

MOST_BYTES = 60_000_000
"""Of all files together, unpacked: about 200,000 pupils."""
_COMMON = ("sourcedId", "status", "dateLastModified")
FILES: Mapping[str, tuple[str, ...]] = {
    "orgs": (*_COMMON, "name", "type", "identifier", "parentSourcedId", "metadata.kind", "metadata.stage", "metadata.area", "metadata.nameEn"),
    "academicSessions": (*_COMMON, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "courses": (*_COMMON, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes", "metadata.subject"),
    "classes": (*_COMMON, "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods"),
    "users": (*_COMMON, "enabledUser", "username", "userIds", "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password", "userMasterIdentifier", "resourceSourcedIds", "preferredGivenName", "preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId", "pronouns", "metadata.agentRelations"),
    "roles": (*_COMMON, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId"),
    "enrollments": (*_COMMON, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate", "metadata.seat"),
}  # fmt: skip
_ABSENT = (
    "categories", "classResources", "courseResources", "demographics", "lineItemLearningObjectiveIds",
    "lineItems", "lineItemScoreScales", "resources", "resultLearningObjectiveIds", "results",
    "resultScoreScales", "scoreScales", "userProfiles", "userResources",
)  # fmt: skip
_ORG_TYPES = {"district": "district", "group": "local", "school": "school", "campus": "department"}
_ROLES = {
    "student": "student", "teacher": "teacher", "administrator": "administrator",
    "siteAdministrator": "administrator", "principal": "administrator",
}  # fmt: skip
_GUARDIANS = frozenset({"guardian", "parent", "relative"})
_KINDERGARTEN = frozenset({"KG", "PK", "TK", "PR", "IT"})

Raw = tuple[int, Mapping[str, str]]
"""One line of a file: its number, its cells by OneRoster's names."""


def read_zip(content: bytes, *, on: date) -> Reading:
    """Return the register that a zip of OneRoster files holds, with all that is wrong with it.

    Places that ended before the day `on` say nothing. A zip that can't be read is one problem.
    """
    problems: list[Problem] = []
    files = _unpacked(content, problems)
    _check_manifest(files, problems)
    raw = {name: _rows(name, files[name], problems) for name in FILES if name in files}
    live, ended = _live(raw, on)
    lines = {
        "orgs": [_line("orgs", one, _org(one[1])) for one in live["orgs"]],
        "sessions": [
            _line("academicSessions", one, _session(one[1])) for one in live["academicSessions"]
        ],
        "courses": [_line("courses", one, _course(one[1])) for one in live["courses"]],
        "classes": [_line("classes", one, _class(one[1])) for one in live["classes"]],
        "enrollments": list(_enrollments(live)),
    }
    users, guardians, others = _users(live, problems)
    return read_lines(
        {**lines, "users": users, "guardians": guardians},
        problems=problems,
        left_out=ended + others,
    )


def _unpacked(content: bytes, problems: list[Problem]) -> dict[str, str]:
    """Return the text of each file that OneRoster names, wherever in the zip it lies."""
    found: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_BYTES:
                problems.append(_whole("zip", Text("解开以后太大", "it is too large unpacked"), Text("分学校交", "hand it in school by school")))  # fmt: skip
                return {}
            for one in packed.infolist():
                stem, _, ending = one.filename.rpartition("/")[2].rpartition(".")
                if ending.lower() == "csv" and (stem in FILES or stem == "manifest"):
                    found[stem] = _text(packed.read(one))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        problems.append(_whole("zip", Text("打不开", "it can't be opened"), Text("交 OneRoster 的 zip，不要加密码", "hand in OneRoster's zip, without a password")))  # fmt: skip
    return found


def _text(content: bytes) -> str:
    """Return the text of a file; spreadsheets in China still write GB 18030."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _check_manifest(files: Mapping[str, str], problems: list[Problem]) -> None:
    if "manifest" not in files:
        if not problems:
            problems.append(_whole("manifest.csv", Text("没有这个文件", "the file is missing"), Text("把 manifest.csv 一起放进 zip", "put manifest.csv into the zip")))  # fmt: skip
        return
    said = {row[0].strip(): row[1].strip() for row in csv.reader(io.StringIO(files["manifest"])) if len(row) > 1}  # fmt: skip
    if said.get("oneroster.version", "") not in ("1.2", "1.1"):
        problems.append(_whole("manifest.csv", Text("不是 OneRoster 1.2", "it isn't OneRoster 1.2"), Text("oneroster.version 写 1.2", "write oneroster.version 1.2")))  # fmt: skip
    for name in FILES:
        how = said.get(f"file.{name}", "absent")
        if how == "delta":
            problems.append(_whole("manifest.csv", Text(f"{name} 只有变化的部分（delta）", f"{name} holds changes only (delta)"), Text("导出全部（bulk）再交", "export all of it (bulk)")))  # fmt: skip
        elif how == "bulk" and name not in files:
            problems.append(_whole(f"{name}.csv", Text("说有，zip 里没有", "it is declared and not in the zip"), Text("放进去，或者写 absent", "put it in, or declare it absent")))  # fmt: skip


def _rows(name: str, text: str, problems: list[Problem]) -> list[Raw]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        head = [cell.strip() for cell in next(reader, [])]
        missing = [one for one in ("sourcedId",) if one not in head]
        if missing:
            problems.append(_whole(f"{name}.csv", Text("第一行没有 sourcedId", "the first line has no sourcedId"), Text("第一行写列名", "write the column names into the first line")))  # fmt: skip
            return []
        made: list[Raw] = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                pairs = zip(head, cells, strict=False)
                made.append((reader.line_num, {key: cell.strip() for key, cell in pairs}))
    except csv.Error:
        problems.append(_whole(f"{name}.csv", Text("不是 CSV", "it isn't CSV"), Text("另存为 CSV 再交", "save it as CSV")))  # fmt: skip
        return []
    return made


def _live(raw: Mapping[str, Sequence[Raw]], on: date) -> tuple[dict[str, list[Raw]], int]:
    """Return the rows that stand, and how many don't: to be deleted, or over by the day `on`."""
    live: dict[str, list[Raw]] = {name: [] for name in FILES}
    ended = 0
    for name, rows in raw.items():
        for one in rows:
            cells = one[1]
            over = name in ("enrollments", "roles") and "" < cells.get("endDate", "") < on.isoformat()  # fmt: skip
            if over or cells.get("status", "").lower() == "tobedeleted":
                ended += 1
            else:
                live[name].append(one)
    return live, ended


def _line(name: str, raw: Raw, cells: Mapping[str, str]) -> Line:
    return Line(Place(f"{name}.csv", raw[0]), cells)


def _org(cells: Mapping[str, str]) -> dict[str, str]:
    kinds = {kind: ours for ours, kind in _ORG_TYPES.items()}
    kind = cells.get("type", "")
    return {
        "sourced_id": cells.get("sourcedId", ""),
        "name": cells.get("name", ""),
        "kind": cells.get("metadata.kind") or kinds.get(kind, kind),
        "stage": cells.get("metadata.stage", ""),
        "parent": cells.get("parentSourcedId", ""),
        "area": cells.get("metadata.area", ""),
        "name_en": cells.get("metadata.nameEn", ""),
    }


def _session(cells: Mapping[str, str]) -> dict[str, str]:
    return {
        "sourced_id": cells.get("sourcedId", ""),
        "title": cells.get("title", ""),
        "kind": cells.get("type", ""),
        "starts": cells.get("startDate", ""),
        "ends": cells.get("endDate", ""),
        "parent": cells.get("parentSourcedId", ""),
    }


def _course(cells: Mapping[str, str]) -> dict[str, str]:
    return {
        "sourced_id": cells.get("sourcedId", ""),
        "title": cells.get("title", ""),
        "grade": _grade(cells),
        "org": cells.get("orgSourcedId", ""),
        "subject": cells.get("metadata.subject", ""),
    }


def _class(cells: Mapping[str, str]) -> dict[str, str]:
    return {
        "sourced_id": cells.get("sourcedId", ""),
        "title": cells.get("title", ""),
        "grade": _grade(cells),
        "school": cells.get("schoolSourcedId", ""),
        "session": _first(cells.get("termSourcedIds", "")),
        "kind": cells.get("classType", ""),
        "course": cells.get("courseSourcedId", ""),
    }


def _grade(cells: Mapping[str, str]) -> str:
    grade = _first(cells.get("grades", ""))
    return "0" if grade in _KINDERGARTEN else grade


def _first(written: str) -> str:
    return written.split(",")[0].strip()


def _enrollments(live: Mapping[str, Sequence[Raw]]) -> Iterator[Line]:
    """Yield who is in which class; without a first day it is that of the class's session."""
    starts = {cells.get("sourcedId", ""): cells.get("startDate", "") for _, cells in live["academicSessions"]}  # fmt: skip
    begins = {
        cells.get("sourcedId", ""): starts.get(_first(cells.get("termSourcedIds", "")), "")
        for _, cells in live["classes"]
    }
    for raw in live["enrollments"]:
        cells = raw[1]
        role = cells.get("role", "")
        yield _line(
            "enrollments",
            raw,
            {
                "sourced_id": cells.get("sourcedId", ""),
                "school_class": cells.get("classSourcedId", ""),
                "user": cells.get("userSourcedId", ""),
                "role": role,
                "since": cells.get("beginDate", "") or begins.get(cells.get("classSourcedId", ""), ""),
                "is_primary": cells.get("primary", ""),
                "seat": cells.get("metadata.seat", ""),
            },
        )  # fmt: skip


def _users(
    live: Mapping[str, Sequence[Raw]], problems: list[Problem]
) -> tuple[list[Line], list[Line], int]:
    """Return the lines of users and of guardians, and how many users are neither."""
    roles = defaultdict(list)
    for _, cells in sorted(live["roles"], key=lambda one: one[1].get("roleType") != "primary"):
        roles[cells.get("userSourcedId", "")].append(cells)
    people = {cells.get("sourcedId", ""): cells for _, cells in live["users"]}
    users: list[Line] = []
    guardians: list[Line] = []
    others = 0
    for raw in live["users"]:
        cells = raw[1]
        key = cells.get("sourcedId", "")
        # Version 1.1 has role and school in users.csv itself.
        held = roles.get(key) or [{"role": cells.get("role", ""), "orgSourcedId": _first(cells.get("orgSourcedIds", ""))}]  # fmt: skip
        at_school = [one for one in held if one.get("role") in _ROLES]
        if not at_school:
            is_guardian = any(one.get("role") in _GUARDIANS for one in held)
            others += not is_guardian
            continue
        others += len(at_school) - 1
        role = _ROLES[at_school[0]["role"]]
        is_pupil = role == "student"
        users.append(
            _line(
                "users",
                raw,
                {
                    "sourced_id": key,
                    "role": role,
                    "org": at_school[0].get("orgSourcedId") or cells.get("primaryOrgSourcedId", ""),
                    "name": _joined(cells) if is_pupil else "",
                    "number": cells.get("identifier", "") if is_pupil else "",
                    "username": "" if is_pupil else cells.get("username", ""),
                },
            )
        )
        if is_pupil:
            guardians += _agents(raw, people, problems)
    return users, guardians, others


def _agents(
    raw: Raw, people: Mapping[str, Mapping[str, str]], problems: list[Problem]
) -> Iterator[Line]:
    named = [one.strip() for one in raw[1].get("agentSourcedIds", "").split(",") if one.strip()]
    ties = raw[1].get("metadata.agentRelations", "").split(",")
    for at, key in enumerate(named):
        agent = people.get(key)
        if agent is None:
            problems.append(
                Problem(
                    place=Place("users.csv", raw[0]),
                    column="agentSourcedIds",
                    what=Text(f"没有“{key}”这个人", f"there is no user “{key}”"),
                    mend=Text("把监护人也写进 users.csv", "write the guardian into users.csv too"),
                )
            )
            continue
        tie = ties[at].strip() if at < len(ties) else ""
        yield _line(
            "users",
            raw,
            {
                "pupil": raw[1].get("sourcedId", ""),
                "name": _joined(agent),
                "number": agent.get("identifier", ""),
                "relation": tie or "other",
            },
        )


def _joined(cells: Mapping[str, str]) -> str:
    """Return the whole name: family first where it is Chinese, given first where it is Latin."""
    given, family = cells.get("givenName", ""), cells.get("familyName", "")
    is_latin = given.isascii() and family.isascii() and given and family
    return f"{given} {family}" if is_latin else f"{family}{given}"


# ── writing ─────────────────────────────────────────────────────────────────────────────────────


def write_zip(roster: Roster) -> bytes:
    """Return the zip of a register. It reads back as the same register, and is the same byte for byte."""
    out = io.BytesIO()
    files: dict[str, list[Mapping[str, str]]] = {
        "orgs": [_org_out(row) for row in _plain("orgs", roster)],
        "academicSessions": [_session_out(row) for row in _plain("sessions", roster)],
        "courses": [_course_out(row) for row in _plain("courses", roster)],
        "classes": [_class_out(row) for row in _plain("classes", roster)],
        **_users_out(roster),
        "enrollments": _enrollments_out(roster),
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in (("manifest", _manifest()), *((n, _csv(n, rows)) for n, rows in files.items())):  # fmt: skip
            packed.writestr(zipfile.ZipInfo(f"{name}.csv", (2026, 1, 1, 0, 0, 0)), text.encode())
    return out.getvalue()


def _plain(table: str, roster: Roster) -> Iterator[dict[str, str]]:
    for row in roster.tables()[table]:
        yield {column.field: text for column, text in cells_of(TABLE[table], row)}


def _manifest() -> str:
    rows = [
        ("propertyName", "value"),
        ("manifest.version", "1.0"),
        ("oneroster.version", "1.2"),
        *((f"file.{name}", "bulk") for name in FILES),
        *((f"file.{name}", "absent") for name in _ABSENT),
        ("source.systemName", "Minsheng"),
        ("source.systemCode", "minsheng"),
    ]
    return _lines(rows)


def _csv(name: str, rows: Iterable[Mapping[str, str]]) -> str:
    head = FILES[name]
    return _lines([head, *([row.get(column, "") for column in head] for row in rows)])


def _lines(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _org_out(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "sourcedId": row["sourced_id"],
        "name": row["name"],
        "type": _ORG_TYPES[row["kind"]],
        "parentSourcedId": row["parent"],
        "metadata.kind": row["kind"],
        "metadata.stage": row["stage"],
        "metadata.area": row["area"],
        "metadata.nameEn": row["name_en"],
    }


def _session_out(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "sourcedId": row["sourced_id"],
        "title": row["title"],
        "type": row["kind"],
        "startDate": row["starts"],
        "endDate": row["ends"],
        "parentSourcedId": row["parent"],
        "schoolYear": row["ends"][:4],
    }


def _course_out(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "sourcedId": row["sourced_id"],
        "title": row["title"],
        "grades": row["grade"].zfill(2),
        "orgSourcedId": row["org"],
        "metadata.subject": row["subject"],
    }


def _class_out(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "sourcedId": row["sourced_id"],
        "title": row["title"],
        "grades": row["grade"].zfill(2),
        "courseSourcedId": row["course"],
        "classType": row["kind"],
        "schoolSourcedId": row["school"],
        "termSourcedIds": row["session"],
    }


def _enrollments_out(roster: Roster) -> list[Mapping[str, str]]:
    schools = {row.sourced_id: row.school for row in roster.classes}
    return [
        {
            "sourcedId": row["sourced_id"],
            "classSourcedId": row["school_class"],
            "schoolSourcedId": schools.get(row["school_class"], ""),
            "userSourcedId": row["user"],
            "role": row["role"],
            "primary": row["is_primary"],
            "beginDate": row["since"],
            "metadata.seat": row["seat"],
        }
        for row in _plain("enrollments", roster)
    ]


def _users_out(roster: Roster) -> dict[str, list[Mapping[str, str]]]:
    """Return users and roles. A guardian gets a key for this file alone: no number stands in a key."""
    keys: dict[str, str] = {}
    agents: dict[str, list[GuardianRow]] = defaultdict(list)
    orgs = {row.sourced_id: row.org for row in roster.users}
    first: dict[str, GuardianRow] = {}
    for tie in roster.guardians:
        keys.setdefault(tie.number, f"guardian-{len(keys) + 1}")
        first.setdefault(tie.number, tie)
        agents[tie.pupil].append(tie)
    users = [_user_out(row, agents[row.sourced_id], keys) for row in roster.users]
    users += [
        {
            "sourcedId": keys[number],
            "enabledUser": "false",
            "username": keys[number],
            **_named(tie.name),
            "identifier": number,
        }
        for number, tie in first.items()
    ]
    roles = [_role(row.sourced_id, row.role, row.org) for row in roster.users]
    roles += [_role(keys[number], "guardian", orgs.get(tie.pupil, "")) for number, tie in first.items()]  # fmt: skip
    return {"users": users, "roles": roles}


def _user_out(
    row: UserRow, agents: Sequence[GuardianRow], keys: Mapping[str, str]
) -> Mapping[str, str]:
    named = _named(row.name) if row.role == "student" else {"givenName": row.username}
    return {
        "sourcedId": row.sourced_id,
        "enabledUser": "true",
        "username": row.username or row.sourced_id,
        **named,
        "identifier": row.number,
        "agentSourcedIds": ",".join(keys[one.number] for one in agents),
        "metadata.agentRelations": ",".join(one.relation for one in agents),
        "primaryOrgSourcedId": row.org,
    }


def _role(user: str, role: str, org: str) -> Mapping[str, str]:
    return {
        "sourcedId": f"{user}:{role}",
        "userSourcedId": user,
        "roleType": "primary",
        "role": role,
        "orgSourcedId": org,
    }


def _named(name: str) -> dict[str, str]:
    """Return family and given name, such that they read back as the whole name."""
    family, given = split_name(name)
    parts = {"familyName": family, "givenName": given}
    return parts if _joined(parts) == name else {"familyName": "", "givenName": name}


def _whole(file: str, what: Text, mend: Text) -> Problem:
    return Problem(place=Place(file, 1), column="", what=what, mend=mend)

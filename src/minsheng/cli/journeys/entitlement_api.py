"""The same story over the API alone: programs with tokens do what the pages of `entitlement.py` do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx
from django.utils import timezone

from minsheng.cli.demo.cast import PASSWORD
from minsheng.cli.journeys.entitlement import (
    ANSWERS,
    APPROVES,
    CARD,
    CASHIER,
    DECIDES,
    HEAD,
    LEADER,
    MOST_QUESTIONS,
    PAYS,
    POLICY,
    POT_YUAN,
    STRANGER,
    EntitlementStory,
)
from minsheng.engines.payments import Answered, Statement, read_pain001, write_pain002

RUNS, BATCHES, POTS = "/screening/runs", "/desk/payouts/batches", "/desk/payouts/pots"
SECONDS = 60.0
TRUTHS = {"yes": True, "no": False}


@dataclass
class EntitlementByApi(EntitlementStory):
    """One walk through the story by API. Every act that is sent twice carries a key."""

    tokens: dict[str, str] = field(default_factory=dict)

    # ── the story ───────────────────────────────────────────────────────────────────────────────
    def listed(self) -> None:
        """Before anything is asked the subsidy isn't decided, one answer short."""
        rows = self.got(CASHIER, "/me/policies")["rows"]
        said = {row["policy"]: row["eligible"] for row in rows}
        self.claim("the subsidy waits for an answer", said.get(POLICY) == "unknown")
        self.say("秦素问接口自己能享受什么 / a program asks what may be hers")

    def asked(self) -> None:
        """She answers what is asked until nothing is left to ask."""
        while self.told.asked < MOST_QUESTIONS:
            fact = self.got(CASHIER, "/me/policies/question")["fact"]
            if not fact:
                break
            self.claim(f"she knows the answer to {fact}", fact in ANSWERS)
            answer = ANSWERS.get(fact, "no")
            body = {"value": TRUTHS.get(answer, answer)}
            sent = self.sent(CASHIER, f"/me/policies/answers/{fact}", body)
            self.claim(f"{fact} is answered", sent.status_code == 200)
            self.told.asked += 1
            self.say(f"问了 {fact} / asked")
        found = self.got(CASHIER, f"/me/policies/{POLICY}")
        self.claim(
            "she qualifies for 600 yuan a month",
            (found.get("eligible"), found.get("amount_fen")) == ("yes", 60_000),
        )

    def found(self) -> None:
        """An officer searches the registers, the leader approves, and she is told."""
        choices = self.got(DECIDES, "/screening/choices")
        bases = {
            one["key"]: one["bases"][-1]["key"]
            for one in choices.get("datasets", ())
            if POLICY in one["read_by"]
        }
        body = {"policies": [POLICY], "purpose": "tell", "bases": bases}
        run = self.sent(DECIDES, RUNS, body).json().get("id", 0)
        done = self.hands.until(
            lambda: self.got(DECIDES, f"{RUNS}/{run}").get("run", {}).get("state") == "ready"
        )
        self.claim("the search ends and waits for another person", done)
        own = self.sent(DECIDES, f"{RUNS}/{run}/decision", {"approve": True})
        self.claim("who began a search doesn't approve it", own.status_code == 403)
        self.sent(LEADER, f"{RUNS}/{run}/decision", {"approve": True})
        self.told.found = self.hands.until(
            lambda: "有政策可能适合您" in self.answer(CASHIER, "GET", "/notices").text
        )
        self.claim("she is told that something may be for her", self.told.found)
        rows = self.got(CASHIER, "/me/findings").get("rows", ())
        self.claim("what was found is hers to read", POLICY in {one["policy"] for one in rows})
        self.say("登记库里找到了她，通知了 / found in the registers, and told")

    def applied(self) -> str:
        """Applied for once; the same key gets the same answer."""
        wrong = self.sent(CASHIER, "/me/grants", {"policy": POLICY, "account": CARD[:-1] + "1"})
        self.claim("a wrong card is refused", wrong.status_code == 422)
        body = {"policy": POLICY, "account": CARD}
        first, second = (
            self.sent(CASHIER, "/me/grants", body, key="claim-1").json() for _ in range(2)
        )
        self.claim("the same key is the same claim", first == second)
        self.say("秦素申请了 / applied")
        return str(first.get("grant", 0))

    def approved(self, grant: str) -> None:
        """Two of the treasury give a pot, one officer decides with the sheet, another approves."""
        pot = self.sent(PAYS, POTS, {"policy": POLICY, "amount_fen": int(POT_YUAN) * 100}).json()
        acts = f"/desk/grants/{grant}/acts"
        sheet = self.got(DECIDES, f"/desk/grants/{grant}").get("sheet") or {}
        self.claim("the sheet says 600 yuan", sheet.get("amount_fen") == 60_000)
        self.sent(DECIDES, acts, {"act": "decide"})
        early = self.sent(APPROVES, acts, {"act": "approve"})
        self.claim(
            "without a pot nothing is approved",
            (early.status_code, early.json().get("code")) == (409, "payouts.pot_short"),
        )
        own = self.sent(PAYS, f"{POTS}/{pot.get('id', 0)}/acts", {"act": "give"})
        self.claim("who proposed a pot doesn't give it", own.status_code == 403)
        self.sent(HEAD, f"{POTS}/{pot.get('id', 0)}/acts", {"act": "give"})
        done = self.sent(APPROVES, acts, {"act": "approve"})
        self.claim("it is approved", done.json().get("state") == "running")
        self.say("初审、定额度、复核 / decided, pot given, approved")

    def paid(self) -> None:
        """A batch goes out as pain.001; the bank answers with pain.002, and the same answer again."""
        made = [self.sent(PAYS, BATCHES, {"policy": POLICY}, key="batch-1") for _ in range(2)]
        number = str(made[0].json().get("number", ""))
        self.claim("the batch is made once", made[0].json() == made[1].json())
        at = f"{BATCHES}/{number}"
        batch = read_pain001(self.answer(PAYS, "GET", f"{at}/file").content)
        self.claim("the file pays her account", [one.account for one in batch.orders] == [CARD])
        lines = tuple(
            Answered(key=one.key, outcome="paid", amount_fen=one.amount_fen) for one in batch.orders
        )
        said = Statement(batch=batch.number, lines=lines, count=len(lines), sum_fen=batch.sum_fen)
        content = write_pain002(said, made_at=timezone.now())
        for _ in range(2):
            self.answer(PAYS, "PUT", f"{at}/answer", content=content)
        page = self.got(PAYS, at)
        self.claim("the bank's answer is booked once", len(page.get("answers", ())) == 1)
        self.claim("all of it is paid", page.get("open_fen") == 0)
        self.say(f"批次 {number} 付了 / paid")

    def read(self, grant: str) -> None:
        """She reads what came, and how each month was worked out."""
        mine = self.got(CASHIER, f"/me/grants/{grant}")
        self.told.paid_fen = mine.get("paid_fen", 0)
        self.told.months = len(mine.get("paid_months", ()))
        for month in mine.get("paid_months", ()):
            sheet = self.got(CASHIER, f"/me/grant-months/{month['id']}")
            self.claim("a month's sheet is readable", sheet.get("amount_fen") == 60_000)

    def taken_back(self, grant: str) -> None:
        """An officer asks it back for a reason that isn't so, and is told what is so."""
        months = [one["id"] for one in self.got(DECIDES, f"/desk/grants/{grant}").get("months", ())]
        body = {"ground": "employed", "months": months, "words": "听说上班了"}
        refused = self.sent(DECIDES, f"/desk/grants/{grant}/recoveries", body)
        told = refused.json()
        self.told.clawback_refused = (refused.status_code, told.get("code")) == (
            422,
            "grants.wrong_ground",
        )
        self.claim("a recovery on a wrong ground is refused", self.told.clawback_refused)
        asked = self.got(CASHIER, f"/me/grants/{grant}").get("asked_back")
        self.claim("nothing is asked back of her", asked == [])
        self.say("收回的理由对不上，被拒绝 / a recovery on a wrong ground is refused")

    def strangers(self, grant: str) -> None:
        """李强 and nobody see nothing of it."""
        paths = (f"/me/grants/{grant}", f"/desk/grants/{grant}", "/desk/payouts", BATCHES)
        refused = [self.answer(STRANGER, "GET", path).status_code in (403, 404) for path in paths]
        self.claim("李强 finds nothing", all(refused))
        nobody = [self.answer("", "GET", path).status_code == 401 for path in paths]
        self.claim("without a token there is nothing", all(nobody))

    # ── hands ───────────────────────────────────────────────────────────────────────────────────
    def got(self, who: str, path: str) -> dict[str, Any]:
        """Return what is read at an address."""
        return dict(self.answer(who, "GET", path).json())

    def sent(self, who: str, path: str, body: dict[str, Any], *, key: str = "") -> httpx.Response:
        """Send an act as JSON, with a key where it may be sent twice."""
        return self.answer(who, "POST", path, body=body, key=key)

    def answer(
        self,
        who: str,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        key: str = "",
        content: bytes = b"",
    ) -> httpx.Response:
        """Return the answer to one call of somebody of the cast; "" has no token."""
        headers = {"Idempotency-Key": key} if key else {}
        if who:
            headers["Authorization"] = f"Bearer {self._token(who)}"
        files = {"file": ("answer.xml", content, "application/xml")} if content else None
        return httpx.request(
            method, self._url(path), json=body, headers=headers, files=files, timeout=SECONDS
        )

    def _token(self, who: str) -> str:
        if who not in self.tokens:
            body = {"username": who, "password": PASSWORD}
            answer = httpx.post(self._url("/sessions"), json=body, timeout=SECONDS)
            self.tokens[who] = str(answer.json()["token"])
        return self.tokens[who]

    def _url(self, path: str) -> str:
        return f"{self.stack.base_url}/api/v1{path}"

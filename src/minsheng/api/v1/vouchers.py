"""Vouchers: a firm's own, the desk of who issues and who pays, the year's pool, listed providers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.mistakes import named_as_sent
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.vouchers import access, actions, reads

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.apps.vouchers.models import Provider, Voucher
    from minsheng.apps.vouchers.reads import VoucherLine

router = Router()
VoucherId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
FirmCode = Annotated[str, Query("", max_length=18)]
KindName = Annotated[str, Path(max_length=60, pattern=r"^[a-z][a-z0-9\-]*$")]
Number = Annotated[str, Field(max_length=24)]
HERE = {
    "amount": "amount_fen",
    "contract_yuan": "contract_fen",
    "contract": "words",
    "proof": "words",
}
"""How the fields of a form are called here."""


class VoucherRow(Shape):
    """A voucher. Money in fen; `may`: the acts that are open to me now."""

    id: int
    firm: str
    scheme: str
    use: str
    state: str
    said: Words
    amount_fen: int
    contract_fen: int | None
    provider: str
    until: date | None
    words: str
    contract: str
    proof: str
    why: str
    may: list[str]


class VoucherList(Shape):
    """Vouchers."""

    rows: list[VoucherRow]


class VoucherAsked(Shape):
    """A voucher to ask for; `firm` is a credit code, empty for my only one."""

    scheme: str = Field(max_length=60)
    use: str = Field(max_length=60)
    amount_fen: int = Field(ge=1, le=10**12)
    words: str = Field(min_length=1, max_length=300)
    firm: str = Field("", max_length=18)


class FirmVoucherAct(Shape):
    """What a firm does: reserve it for a contract, prove that it was used, give it up."""

    act: Literal["reserve", "prove", "give_up"]
    provider: str = Field("", max_length=18)
    contract_fen: int = Field(0, ge=0, le=10**12)
    words: str = Field("", max_length=300)


class DeskVoucherAct(Shape):
    """What an office does; refusing and sending back say why."""

    act: Literal["issue", "refuse", "redeem", "send_back"]
    why: str = Field("", max_length=300)


class VoucherReceipt(Shape):
    """How a voucher stands now."""

    id: int
    state: str
    amount_fen: int


class VoucherPool(Shape):
    """The money of a year in fen; `uses`: what vouchers are for. `may`: my duties (for officers)."""

    scheme: str
    title: Words
    year: int
    is_open: bool
    total_fen: int
    free_fen: int
    held_fen: int
    paid_fen: int
    uses: dict[str, Words]
    may: list[str]


class VoucherProvider(Shape):
    """Somebody from whom services may be bought with a voucher."""

    id: int
    credit_code: str
    name: str
    uses: list[str]
    listed_on: date


class VoucherChoices(Shape):
    """What my firm can ask for: the pools of this year, whom to sign with, whether it said who owns it."""

    pools: list[VoucherPool]
    providers: list[VoucherProvider]
    has_ownership: bool


class VoucherPools(Shape):
    """The pools of this year."""

    rows: list[VoucherPool]


class VoucherProviders(Shape):
    """The providers on the list, by name."""

    rows: list[VoucherProvider]


class OwnershipSaid(Shape):
    """Who leads and owns my firm: identity numbers or credit codes; kept encrypted, never shown."""

    head: Number = Field(examples=["11010119850914003X"])
    owners: list[Number] = Field(default_factory=list, max_length=100)
    firm: str = Field("", max_length=18)


class OwnershipKept(Shape):
    """That it was kept."""

    has_ownership: bool


class ProviderListed(Shape):
    """A provider to list; who leads and owns it is kept encrypted, to find ties with firms."""

    scheme: str = Field(max_length=60, examples=["innovation"])
    credit_code: Number
    name: str = Field(max_length=200)
    uses: list[Annotated[str, Field(max_length=60)]] = Field(max_length=20)
    head: Number
    owners: list[Number] = Field(default_factory=list, max_length=100)


class ProviderAct(Shape):
    """What becomes of a listed provider, and why: no new contract for now, or again, or off the list."""

    scheme: str = Field(max_length=60, examples=["innovation"])
    act: Literal["suspend", "resume", "end"]
    why: str = Field(min_length=1, max_length=300)


class ProviderReceipt(Shape):
    """A provider; `ended_on` null while it is on the list, `suspended_on` while it may be chosen."""

    id: int
    credit_code: str
    suspended_on: date | None
    ended_on: date | None


class PoolOpened(Shape):
    """A pool that was opened, now or before, and with how much."""

    scheme: str
    year: int
    amount_fen: int


@router.get("/firm/vouchers", response=VoucherList)
def list_firm_vouchers(request: HttpRequest, firm: FirmCode) -> VoucherList:
    """Return the vouchers of my firm, newest first."""
    rows = reads.own_vouchers(resident(request), code=firm)
    return VoucherList(rows=[_voucher(one) for one in rows])


@router.post("/firm/vouchers", response=VoucherReceipt)
def ask_voucher(
    request: HttpRequest, payload: VoucherAsked, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Ask for a voucher; its money is set aside at once."""
    account = resident(request)

    def act() -> VoucherReceipt:
        with named_as_sent(**HERE):
            row = actions.ask(
                payload.scheme,
                code=payload.firm,
                use=payload.use,
                amount_fen=payload.amount_fen,
                words=payload.words,
                by=account,
            )
        return _receipt(row)

    return answer_once(request, idempotency_key, act)


@router.post("/firm/vouchers/{voucher_id}/acts", response=VoucherReceipt)
def act_on_firm_voucher(
    request: HttpRequest,
    voucher_id: VoucherId,
    payload: FirmVoucherAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Reserve a voucher for a contract, hand in the proof, or give it up."""
    account = resident(request)

    def act() -> VoucherReceipt:
        with named_as_sent(**HERE):
            match payload.act:
                case "reserve":
                    row = actions.reserve_for(
                        voucher_id,
                        provider=payload.provider,
                        contract_fen=payload.contract_fen,
                        contract=payload.words,
                        by=account,
                    )
                case "prove":
                    row = actions.prove(voucher_id, payload.words, by=account)
                case "give_up":
                    row = actions.give_up(voucher_id, by=account)
        return _receipt(row)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/vouchers", response=VoucherList)
def list_desk_vouchers(request: HttpRequest) -> VoucherList:
    """Return the vouchers that wait for me."""
    return VoucherList(rows=[_voucher(one) for one in reads.desk(officer(request))])


@router.post("/desk/vouchers/{voucher_id}/acts", response=VoucherReceipt)
def act_on_voucher(
    request: HttpRequest,
    voucher_id: VoucherId,
    payload: DeskVoucherAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Issue or refuse a voucher; pay it, as another person, or send its proof back."""
    account = officer(request)

    def act() -> VoucherReceipt:
        with named_as_sent():
            match payload.act:
                case "issue":
                    row = actions.issue(voucher_id, by=account)
                case "refuse":
                    row = actions.refuse(voucher_id, payload.why, by=account)
                case "redeem":
                    row = actions.redeem(voucher_id, by=account)
                case "send_back":
                    row = actions.send_back(voucher_id, payload.why, by=account)
        return _receipt(row)

    return answer_once(request, idempotency_key, act)


@router.get("/firm/vouchers/{voucher_id}", response=VoucherRow)
def read_firm_voucher(request: HttpRequest, voucher_id: VoucherId) -> VoucherRow:
    """Return one voucher of my firm with what I can do."""
    return _voucher(reads.own_voucher(voucher_id, account=resident(request)))


@router.get("/firm/voucher-choices", response=VoucherChoices)
def read_voucher_choices(request: HttpRequest, firm: FirmCode) -> VoucherChoices:
    """Return the pools of this year, the listed providers, and whether my firm said who owns it."""
    has_ownership = reads.has_ownership(resident(request), code=firm)
    return VoucherChoices(
        pools=[_pool(one, frozenset()) for one in reads.pools(timezone.localdate())],
        providers=[_provider(one) for one in reads.providers()],
        has_ownership=has_ownership,
    )


@router.post("/firm/ownership", response=OwnershipKept)
def declare_firm_ownership(
    request: HttpRequest, payload: OwnershipSaid, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Say who leads and owns my firm, before its first contract with a voucher."""
    account = resident(request)

    def act() -> OwnershipKept:
        owners = "\n".join(payload.owners)
        actions.declare_ownership(payload.firm, payload.head, owners, by=account)
        return OwnershipKept(has_ownership=True)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/voucher-pools", response=VoucherPools)
def list_voucher_pools(request: HttpRequest) -> VoucherPools:
    """Return how the money of this year stands, with my duties."""
    account = _server(request)
    return VoucherPools(
        rows=[
            _pool(one, reads.desk_duties(account, one.scheme.voucher))
            for one in reads.pools(timezone.localdate())
        ]
    )


@router.post("/desk/voucher-pools/{kind_name}/open", response=PoolOpened)
def open_voucher_pool(
    request: HttpRequest, kind_name: KindName, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Give this year its money, as whoever pays; once."""
    refuse_body(request)
    account = officer(request)

    def act() -> PoolOpened:
        year = timezone.localdate().year
        fen = actions.open_pool(kind_name, year, by=account)
        return PoolOpened(scheme=kind_name, year=year, amount_fen=fen)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/voucher-providers", response=VoucherProviders)
def list_voucher_providers(request: HttpRequest) -> VoucherProviders:
    """Return the providers on the list."""
    _server(request)
    return VoucherProviders(rows=[_provider(one) for one in reads.providers()])


@router.post("/desk/voucher-providers", response=ProviderReceipt)
def list_voucher_provider(
    request: HttpRequest, payload: ProviderListed, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Put a provider on the list, as whoever issues; one that is there gets the new words."""
    account = officer(request)

    def act() -> ProviderReceipt:
        wanted = actions.NewProvider(
            credit_code=payload.credit_code,
            name=payload.name,
            uses=payload.uses,
            head=payload.head,
            owners="\n".join(payload.owners),
        )
        return _listed(actions.list_provider(payload.scheme, wanted, by=account))

    return answer_once(request, idempotency_key, act)


@router.post("/desk/voucher-providers/{provider_id}/acts", response=ProviderReceipt)
def act_on_voucher_provider(
    request: HttpRequest,
    provider_id: VoucherId,
    payload: ProviderAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Suspend a provider, let it be chosen again, or take it off; contracts that were reserved go on."""
    account = officer(request)
    change = {
        "suspend": actions.suspend_provider,
        "resume": actions.resume_provider,
        "end": actions.end_provider,
    }[payload.act]

    def act() -> ProviderReceipt:
        with named_as_sent(**{"provider-why": "why"}):
            return _listed(change(payload.scheme, provider_id, payload.why, by=account))

    return answer_once(request, idempotency_key, act)


def _server(request: HttpRequest) -> Account:
    account = officer(request)
    if not reads.may_serve(account):
        raise access.not_yours()
    return account


def _pool(one: reads.Pool, may: frozenset[str]) -> VoucherPool:
    return VoucherPool(
        scheme=one.scheme.voucher,
        title=words(one.scheme.title),
        year=one.year,
        is_open=one.is_open,
        total_fen=one.total_fen,
        free_fen=one.free_fen,
        held_fen=one.held_fen,
        paid_fen=one.paid_fen,
        uses={key: words(use) for key, use in one.scheme.uses.items()},
        may=sorted(may),
    )


def _provider(one: Provider) -> VoucherProvider:
    return VoucherProvider(
        id=one.pk,
        credit_code=one.credit_code,
        name=one.name,
        uses=list(one.uses),
        listed_on=one.listed_on,
    )


def _listed(row: Provider) -> ProviderReceipt:
    return ProviderReceipt(
        id=row.pk,
        credit_code=row.credit_code,
        suspended_on=row.suspended_on,
        ended_on=row.ended_on,
    )


def _voucher(one: VoucherLine) -> VoucherRow:
    return VoucherRow(
        id=one.id,
        firm=one.firm,
        scheme=one.scheme.voucher,
        use=one.use_key,
        state=one.state,
        said=words(one.said),
        amount_fen=one.amount_fen,
        contract_fen=one.contract_fen,
        provider=one.provider,
        until=one.until,
        words=one.words,
        contract=one.contract,
        proof=one.proof,
        why=one.why,
        may=sorted(one.may),
    )


def _receipt(row: Voucher) -> VoucherReceipt:
    return VoucherReceipt(id=row.pk, state=row.state, amount_fen=row.amount_fen)

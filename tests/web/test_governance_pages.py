"""Deadlocks, rulings and new leaders, as somebody at the pages meets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType
from django.test import Client

import trivet.agreements.governance
from tests.agreements.leaders import Leaders, join, sit
from tests.web.every_route import routes
from tests.web.governed import Governed, calendar, governed
from tests.web.signed_in import as_
from tests.web.test_language import A_WORD, LITERAL, Bracketed, Read, english_in, without_tags
from tests.web.test_language import OWN as OWN_WORDS
from tests.web.test_role_walk import ROLES, comes_in, is_shut, someone
from trivet.agreements.audit.queries import chain_breaks, differences
from trivet.agreements.documents.actions.propose import amend
from trivet.agreements.governance.actions.state_case import state_case
from trivet.agreements.governance.models import Affirmation, Case, Contest, Escalation, Ruling
from trivet.agreements.governance.rules.side import Side
from trivet.agreements.people.models import Person, Seat, Tenure
from trivet.agreements.people.rules.right import Thing, Verb

TEMPLATES = sorted(
    (Path(trivet.agreements.governance.__file__).parent / "templates").rglob("*.html")
)
SEES, DECIDES = (Verb.SEE, Thing.DEFINITIONS), (Verb.DECIDE, Thing.DEFINITIONS)
PROPOSES = (Verb.PROPOSE, Thing.DEFINITIONS)


@pytest.fixture(autouse=True)
def _calendar() -> Iterator[None]:
    with calendar():
        yield


@pytest.fixture
def here(people: Leaders) -> Governed:
    return governed(people)


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer
    return answer.content.decode()


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]  # type: ignore[index]


ASKED = {
    "question": "Which handoff keeps more customers?",
    "side": "proposed",
    "says": "Ours.\nIt <script>alert(1)</script> does.",
    "business_days": "5",
    "accounts_win_rate": "12",
    "money_net_revenue_retention": "250000",
}


class TestPuttingIt:
    def test_a_rejected_change_is_put_with_what_is_at_stake(
        self, people: Leaders, here: Governed
    ) -> None:
        address = f"/proposals/{here.rejected.pk}/escalation"
        assert "The change was rejected" in read(as_(people.cmo), address)
        answer = as_(people.cmo).post(address, ASKED)
        made = Escalation.objects.get(document=here.rejected.document)
        assert answer["Location"] == f"/escalations/{made.pk}"
        assert [(each.metric, each.accounts, each.minor) for each in made.at_stake] == [
            ("win_rate", 12, None),
            ("net_revenue_retention", None, 250_000_00),
        ]
        page = read(as_(people.cmo), f"/escalations/{made.pk}")
        assert "$250,000" in page
        assert "12 accounts" in page
        assert "5 working days left" in page
        assert "<script>alert" not in page
        assert "A lead is answered within 4 days." in page
        assert "A lead is answered within 7 days." in page

    @pytest.mark.parametrize(
        ("without", "says"),
        [
            (("accounts_win_rate", "money_net_revenue_retention"), "at stake"),
            (("question",), "required"),
            (("says",), "required"),
        ],
    )
    def test_what_is_missing_is_said_and_nothing_is_put(
        self, people: Leaders, here: Governed, without: tuple[str, ...], says: str
    ) -> None:
        told = {name: value for name, value in ASKED.items() if name not in without}
        answer = as_(people.cmo).post(f"/proposals/{here.rejected.pk}/escalation", told)
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert Escalation.objects.count() == 1

    def test_what_may_still_be_agreed_on_has_no_form(self, people: Leaders, here: Governed) -> None:
        page = read(as_(people.cmo), f"/proposals/{here.open.pk}/escalation")
        assert "not deadlocked" in page
        assert "<textarea" not in page

    def test_once_put_its_address_leads_to_the_question(
        self, people: Leaders, here: Governed
    ) -> None:
        answer = as_(people.cmo).get(f"/proposals/{here.question.proposal_id}/escalation")
        assert answer["Location"] == f"/escalations/{here.question.pk}"

    def test_revenue_operations_may_not_put_what_they_did_not_propose(
        self, people: Leaders, here: Governed
    ) -> None:
        answer = as_(people.admin).post(f"/proposals/{here.rejected.pk}/escalation", ASKED)
        assert answer.status_code == 422
        assert "neither signs" in answer.content.decode()

    def test_two_open_changes_can_stand_against_each_other(
        self, people: Leaders, here: Governed
    ) -> None:
        told = {**ASKED, "other": here.open.pk, "side": "other"}
        answer = as_(people.vp_cs).post(f"/proposals/{here.rejected.pk}/escalation", told)
        page = read(as_(people.vp_cs), answer["Location"])
        assert "The other change proposed" in page
        assert "A lead is answered within 6 days." in page


class TestSayingSomething:
    def test_either_side_adds_its_words(self, people: Leaders, here: Governed) -> None:
        address = f"/escalations/{here.question.pk}"
        answer = as_(here.new).post(
            f"{address}/cases", {"side": "standing", "says": "Speed <b>wins</b>."}
        )
        assert answer["Location"] == f"{address}#cases"
        assert "Speed &lt;b&gt;wins&lt;/b&gt;." in read(as_(people.ceo), address)

    def test_nothing_said_is_refused(self, people: Leaders, here: Governed) -> None:
        address = f"/escalations/{here.question.pk}/cases"
        for told in ({"side": "standing", "says": " "}, {"side": "mine", "says": "x"}, {}):
            assert as_(people.cmo).post(address, told).status_code == 422
        assert Case.objects.count() == 1

    def test_who_takes_no_part_has_no_form(self, people: Leaders, here: Governed) -> None:
        address = f"/escalations/{here.question.pk}"
        assert "Say something for a side" in read(as_(people.vp_cs), address)
        for person in (people.ceo, people.admin):
            assert "Say something for a side" not in read(as_(person), address)


class TestRuling:
    def form(self, client: Client, here: Governed, **told: str) -> dict[str, str]:
        page = read(client, f"/escalations/{here.question.pk}/ruling")
        return {
            "shown_hash": hidden(page, "shown_hash"),
            "key": hidden(page, "key"),
            "verdict": "proposed",
            "reason": "Fit before speed.",
            "business_days": "5",
            **told,
        }

    def test_the_ceo_rules_and_the_pages_say_by_whom_and_why(
        self, people: Leaders, here: Governed
    ) -> None:
        ceo, address = as_(people.ceo), f"/escalations/{here.question.pk}"
        assert "Rule on it" in read(ceo, address)
        told = self.form(ceo, here)
        assert ceo.post(f"{address}/ruling", told)["Location"] == address
        assert ceo.post(f"{address}/ruling", told)["Location"] == address
        assert Ruling.objects.count() == 1
        page = read(as_(people.cmo), address)
        assert "Fit before speed." in page
        assert "The proposed change takes effect" in page
        assert "Rule on it" not in read(ceo, address)
        assert here.document.in_force().number == 2  # type: ignore[union-attr]
        assert chain_breaks() == []
        assert differences() == []

    def test_what_changed_under_the_ceos_eyes_is_shown_and_the_words_are_kept(
        self, people: Leaders, here: Governed
    ) -> None:
        ceo, address = as_(people.ceo), f"/escalations/{here.question.pk}/ruling"
        told = self.form(ceo, here)
        from datetime import UTC, datetime

        state_case(
            escalation=here.question, side=Side.STANDING, says="Wait for the numbers.",
            by=people.vp_cs, now=datetime.now(UTC),
        )  # fmt: skip
        answer = ceo.post(address, told)
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "Nothing was decided" in page
        assert "Wait for the numbers." in page
        assert "Fit before speed." in page
        assert not Ruling.objects.exists()
        again = {**told, "shown_hash": hidden(page, "shown_hash"), "key": hidden(page, "key")}
        assert ceo.post(address, again).status_code == 302

    def test_an_amended_change_is_not_ruled_on_unread(
        self, people: Leaders, here: Governed
    ) -> None:
        from datetime import UTC, datetime

        made = as_(people.vp_cs).post(
            f"/proposals/{here.rejected.pk}/escalation", {**ASKED, "other": here.open.pk}
        )
        ceo, address = as_(people.ceo), f"{made['Location']}/ruling"
        page = read(ceo, address)
        amend(
            proposal=here.open, body={"days": 5}, shown_hash=here.open.version.sha256,
            by=people.cmo, now=datetime.now(UTC),
        )  # fmt: skip
        told = {
            "shown_hash": hidden(page, "shown_hash"), "key": hidden(page, "key"),
            "verdict": "other", "reason": "x", "business_days": "5",
        }  # fmt: skip
        assert ceo.post(address, told).status_code == 409

    def test_without_a_reason_nothing_is_decided(self, people: Leaders, here: Governed) -> None:
        ceo = as_(people.ceo)
        told = self.form(ceo, here, reason="")
        assert ceo.post(f"/escalations/{here.question.pk}/ruling", told).status_code == 422
        assert not Ruling.objects.exists()

    def test_a_question_sent_back_is_there_for_both_sides(
        self, people: Leaders, here: Governed
    ) -> None:
        ceo, address = as_(people.ceo), f"/escalations/{here.question.pk}"
        told = self.form(ceo, here, verdict="sent_back", reason="And the small accounts?")
        assert ceo.post(f"{address}/ruling", told).status_code == 302
        page = read(as_(people.cmo), address)
        assert "And the small accounts?" in page
        assert "Say something for a side" in page

    def test_ruling_needs_a_sign_in_of_the_last_five_minutes(
        self, people: Leaders, here: Governed
    ) -> None:
        ceo = as_(people.ceo, minutes_ago=6)
        answer = ceo.get(f"/escalations/{here.question.pk}/ruling")
        assert answer["Location"].startswith("/sign-in/again")

    def test_a_vacant_ceos_seat_says_so_and_who_fills_it(
        self, people: Leaders, here: Governed
    ) -> None:
        tenure = Tenure.objects.get(person=people.ceo)
        as_(people.admin).post(f"/people/tenures/{tenure.pk}/end")
        page = read(as_(people.cmo), f"/escalations/{here.question.pk}")
        assert "so nobody can rule" in page
        assert "Somebody in the seat of revenue operations fills it" in page
        assert "vacant for 0 days" in read(as_(people.cmo), "/escalations")


class TestTheNewLeader:
    def test_the_briefing_and_an_answer_for_each_document(
        self, people: Leaders, here: Governed
    ) -> None:
        new, address = as_(here.new), f"/onboardings/{here.onboarding.pk}"
        page = read(new, address)
        assert "Nora Falk, new as Chief revenue officer" in page
        assert "the start" in page
        assert "Rune Castell" in page
        assert page.count("and stand by it") == 2
        version = here.document.in_force()
        assert version
        told = {"version": version.pk, "shown_hash": version.sha256, "key": "k1"}
        assert new.post(f"{address}/affirmations", told)["Location"] == address
        assert new.post(f"{address}/affirmations", told)["Location"] == address
        assert Affirmation.objects.count() == 1
        other = here.rejected.document.in_force()
        assert other
        told = {"version": other.pk, "shown_hash": other.sha256, "key": "k2", "why": ""}
        assert new.post(f"{address}/contests", told).status_code == 422
        told["why"] = "Too slow."
        assert new.post(f"{address}/contests", told)["Location"] == address
        page = read(new, address)
        assert "Too slow." in page
        assert "Propose what you want instead" in page
        assert f"/documents/promise/{other.document.key}/proposals" in page
        assert "2 of 2" in page
        assert Contest.objects.get().is_open
        assert differences() == []

    def test_others_read_the_briefing_without_forms_and_answer_nothing(
        self, people: Leaders, here: Governed
    ) -> None:
        address = f"/onboardings/{here.onboarding.pk}"
        page = read(as_(people.cmo), address)
        assert "<textarea" not in page
        version = here.document.in_force()
        assert version
        told = {"version": version.pk, "shown_hash": version.sha256, "key": "k1", "why": "x"}
        for person in (people.cmo, people.ceo, people.admin):
            for what in ("affirmations", "contests"):
                assert as_(person).post(f"{address}/{what}", told).status_code == 422
        assert not Affirmation.objects.exists()

    def test_another_version_than_was_shown_is_a_conflict(
        self, people: Leaders, here: Governed
    ) -> None:
        version = here.document.in_force()
        assert version
        told = {"version": version.pk, "shown_hash": "0" * 64, "key": "k1", "why": "x"}
        for what in ("affirmations", "contests"):
            answer = as_(here.new).post(f"/onboardings/{here.onboarding.pk}/{what}", told)
            assert answer.status_code == 409
            assert "Nothing was answered" in answer.content.decode()

    def test_standing_by_it_needs_a_sign_in_of_the_last_five_minutes(self, here: Governed) -> None:
        new = as_(here.new, minutes_ago=6)
        answer = new.post(f"/onboardings/{here.onboarding.pk}/affirmations", {})
        assert answer["Location"].startswith("/sign-in/again")

    def test_a_form_made_up_by_hand_is_not_found(self, here: Governed) -> None:
        new, address = as_(here.new), f"/onboardings/{here.onboarding.pk}"
        for told in ({}, {"version": "x", "shown_hash": "", "key": ""}):
            for what in ("affirmations", "contests"):
                assert new.post(f"{address}/{what}", told).status_code == 404
        told = {"version": "99999", "shown_hash": "0" * 64, "key": "k"}
        assert new.post(f"{address}/affirmations", told).status_code == 404

    def test_the_list_has_progress_and_vacancies(self, people: Leaders, here: Governed) -> None:
        tenure = Tenure.objects.get(person=people.vp_cs)
        as_(people.admin).post(f"/people/tenures/{tenure.pk}/end")
        page = read(as_(people.cmo), "/onboardings")
        assert "Nora Falk" in page
        assert "0 of 2" in page
        assert "Vacant seats" in page


# Who comes in


def addresses(here: Governed) -> dict[str, tuple[str, str, object]]:
    question, onboarding = here.question.pk, here.onboarding.pk
    return {
        "escalate": ("GET", f"/proposals/{here.rejected.pk}/escalation", PROPOSES),
        "escalations": ("GET", "/escalations", SEES),
        "escalation": ("GET", f"/escalations/{question}", SEES),
        "state-case": ("POST", f"/escalations/{question}/cases", PROPOSES),
        "ruling": ("GET", f"/escalations/{question}/ruling", DECIDES),
        "onboardings": ("GET", "/onboardings", SEES),
        "onboarding": ("GET", f"/onboardings/{onboarding}", SEES),
        "affirm": ("POST", f"/onboardings/{onboarding}/affirmations", SEES),
        "contest": ("POST", f"/onboardings/{onboarding}/contests", SEES),
    }


def test_every_route_of_the_chapter_is_walked(here: Governed) -> None:
    mine = "trivet.agreements.governance"
    named = {str(r.name) for r in routes() if r.callback.__module__.startswith(mine)}
    assert named == addresses(here).keys()


@pytest.mark.parametrize("role", ROLES)
def test_who_comes_in_is_who_has_the_right(people: Leaders, here: Governed, role: str) -> None:
    people.cro = here.new
    client = someone(people, role)
    wrong = []
    for name, (method, address, right) in addresses(here).items():
        answer = client.get(address) if method == "GET" else client.post(address)
        if comes_in(role, right) == is_shut(answer):  # type: ignore[arg-type]
            wrong.append(f"{name} {address}: {answer.status_code} for {role}")
        assert answer.status_code < 500
    assert wrong == []


def test_every_form_needs_the_token_of_its_page(people: Leaders, here: Governed) -> None:
    for name, (_, address, _) in addresses(here).items():
        if name in ("state-case", "affirm", "contest", "ruling", "escalate"):
            strict = Client(enforce_csrf_checks=True)
            strict.cookies = as_(people.ceo if name == "ruling" else people.cmo).cookies
            answer = strict.post(address, {})
            assert answer.status_code == 403, name
            assert "Form refused" in answer.content.decode(), name


def test_who_asks_for_one_that_is_not_there_is_told_so(people: Leaders, here: Governed) -> None:
    for address in ("/escalations/999", "/onboardings/999", "/proposals/999/escalation"):
        read(as_(people.cmo), address, 404)


def test_before_anybody_is_there_the_lists_are_empty(db: None) -> None:
    for address in ("/escalations", "/onboardings"):
        assert "Vacant seats" not in read(Client(), address)


# Words


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_words_outside_of_a_tag_that_translates_them(path: Path) -> None:
    text = "".join(without_tags(path.read_text()))
    bare = [found for found in Read(text).found if A_WORD.search(found)]
    assert [each for each in bare if each.strip(", ") != "UTC"] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_tag_is_given_a_sentence_that_nobody_can_translate(path: Path) -> None:
    given = [
        literal
        for token in Lexer(path.read_text()).tokenize()
        if token.token_type in (TokenType.BLOCK, TokenType.VAR)
        for literal in LITERAL.findall(token.contents)
    ]
    assert given == []


DATA = (
    "Answer Follow Up Handoff up lead is answered within days the start slower too slow"
    " Which follow-up wins more of the pipeline Slow answers to right leads beat fast ones all"
    " Price v1 v2 New York America accounts kept"
)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["cmo", "ceo", "new"])
def test_in_another_language_these_pages_show_no_english(
    people: Leaders, here: Governed, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    from django.utils.translation import trans_real

    person = here.new if who == "new" else getattr(people, who)
    client = as_(person)
    names = {
        word for name in Person.objects.values_list("name", flat=True) for word in name.split()
    }
    titles = {word for seat in Seat.objects.all() for word in A_WORD.findall(seat.title)}
    data = set(A_WORD.findall(DATA)) | {*map(str.lower, names)}
    monkeypatch.setattr("tests.web.test_language.OWN", {*OWN_WORDS, *names, *titles, *data})
    monkeypatch.setitem(trans_real._translations, "en", Bracketed())
    for _, address, _ in addresses(here).values():
        answer = client.get(address)
        if answer.status_code == 200:
            page = re.sub(r"[0-9a-f]{64}", "", answer.content.decode())
            assert "⟦" in page
            assert not english_in(page), address


@pytest.mark.slow
@pytest.mark.parametrize("who", ["cmo", "ceo"])
def test_no_page_has_inline_script_or_style(people: Leaders, here: Governed, who: str) -> None:
    client = as_(getattr(people, who))
    for _, address, _ in addresses(here).values():
        page = client.get(address).content.decode()
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert "<style" not in page
        assert not re.search(r"\sstyle=", page)
        assert not re.search(r"\son[a-z]+=", page)


def test_a_viewer_reads_but_has_nothing_to_press(people: Leaders, here: Governed) -> None:
    viewer = join("Ilya Brandt")
    sit(viewer, "viewer", people.admin)
    page = read(as_(viewer), f"/escalations/{here.question.pk}")
    assert "<textarea" not in page
    assert "Rule on it" not in page

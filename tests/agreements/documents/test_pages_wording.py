"""The forms: every choice says what it means, what cannot be is said where it stands."""

from __future__ import annotations

import pytest

from tests.agreements.documents.signers import Begun, filled, hidden_of, read
from tests.agreements.leaders import Leaders
from tests.web.signed_in import as_
from trivet.agreements.documents.kinds.customer_lifecycle import CUSTOMER_LIFECYCLE
from trivet.agreements.documents.kinds.lead_management import LEAD_MANAGEMENT
from trivet.agreements.documents.kinds.metric_definition import METRIC_DEFINITION
from trivet.agreements.documents.models import Document, Proposal
from trivet.agreements.documents.rules.kind import kind_named
from trivet.numbers.shared_metrics.in_force import SUBJECTS

LEADS = "/documents/new/lead_management"


def wording_of(key: str) -> str:
    return f"/documents/metric_definition/{key}/proposals"


@pytest.mark.parametrize("key", SUBJECTS)
def test_every_choice_is_offered_with_its_consequence_and_who_does_so(
    begun: Begun, key: str
) -> None:
    page = read(as_(begun.people.admin), wording_of(key)).lower()
    for option in SUBJECTS[key].options:
        assert option.title.lower().replace("'", "&#x27;") in page
        for choice in option.choices:
            assert choice.says.lower().replace("'", "&#x27;") in page
            assert choice.who.lower().replace("'", "&#x27;") in page


@pytest.mark.parametrize("key", SUBJECTS)
def test_a_form_sent_as_it_stands_changes_not_one_byte(begun: Begun, key: str) -> None:
    client = as_(begun.people.admin)
    before = begun.proposal(key).version
    address = f"/proposals/{begun.proposal(key).pk}/versions"
    answer = client.post(address, filled(read(client, address)))
    assert answer.status_code == 303, answer.content.decode()
    assert begun.proposal(key).version == before


def sent(begun: Begun, key: str, **fields: object) -> tuple[int, str]:
    client = as_(begun.people.admin)
    form = filled(read(client, wording_of(key))) | {"why": "x"} | fields  # type: ignore[arg-type]
    answer = client.post(wording_of(key), form)
    return answer.status_code, answer.content.decode()


def body_of(key: str) -> dict[str, object]:
    return Proposal.objects.filter(document__key=key).latest("pk").version.body


def test_numbers_lists_orders_maps_and_targets_become_what_is_signed(begun: Begun) -> None:
    assert sent(begun, "win_rate", **{"option-lost_reasons_out": ["merged", "test"]})[0] == 303
    assert body_of("win_rate")["options"]["lost_reasons_out"] == ["test", "merged"]  # type: ignore[index]
    chain = {
        "option-source_rule-first_touch_lookback": "0",
        "option-source_rule-lead_source": "2",
        "option-source_rule-primary_campaign": "1",
        "option-lookback_days": "45",
    }
    assert sent(begun, "sourcing", **chain)[0] == 303
    options = body_of("sourcing")["options"]
    assert options["source_rule"] == ["primary_campaign", "lead_source"]  # type: ignore[index]
    assert options["lookback_days"] == 45  # type: ignore[index]
    hours = {
        "option-target_hours": "2.50",
        "option-targets-name": ["demo request", "", "webinar"],
        "option-targets-hours": ["0.5", "", "24"],
        "target_low": "85",
        "target_high": "",
        "min_n": "25",
    }
    assert sent(begun, "follow_up_sla", **hours)[0] == 303
    body = body_of("follow_up_sla")
    assert body["options"]["target_hours"] == "2.5"  # type: ignore[index]
    assert body["options"]["targets"] == {"demo request": "0.5", "webinar": "24"}  # type: ignore[index]
    assert body["target"] == {"kind": "band", "low": "0.85", "high": None, "direction": "up"}
    assert body["min_n"] == 25
    assert METRIC_DEFINITION.problems(body) == []


@pytest.mark.parametrize(
    ("key", "fields", "says"),
    [
        ("win_rate", {"why": " "}, "This field is required."),
        ("win_rate", {"option-basis": "luck"}, "option basis cannot be"),
        ("win_rate", {"min_n": "0"}, "whole number from 1"),
        ("win_rate", {"target_low": "many"}, "This is a number"),
        ("win_rate", {"target_low": "50", "target_high": "40"}, "is above its high end"),
        ("sourcing", {"option-lookback_days": "0"}, "whole number from 1"),
        ("sourcing", {"option-lookback_days": "-"}, "cannot be"),
        (
            "sourcing",
            {"option-source_rule-lead_source": "1"},
            "Two choices of source_rule have the same place",
        ),
        ("follow_up_sla", {"option-target_hours": "0"}, "number of hours greater than 0"),
        (
            "follow_up_sla",
            {"option-targets-name": ["a", "a"], "option-targets-hours": ["1", "2"]},
            "two have the same",
        ),
        ("pipeline_base", {"option-amount_as_of": "current"}, "would rewrite closed periods"),
        ("follow_up_sla", {"option-touched_only": "true"}, "hides those that nobody called"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_proposed(
    begun: Begun, key: str, fields: dict[str, object], says: str
) -> None:
    before = Proposal.objects.count()
    status, page = sent(begun, key, **fields)
    assert status == 422
    assert says in page
    assert Proposal.objects.count() == before
    # What was typed stays in the form.
    for name, value in fields.items():
        if isinstance(value, str) and value.strip() and value not in ("luck", "-"):
            assert filled(page)[name] == [value]


def test_a_refusal_stands_at_the_option_it_is_about(begun: Begun) -> None:
    _, page = sent(begun, "pipeline_base", **{"option-amount_as_of": "current"})
    option = page.partition('id="option-amount_as_of"')[2].partition("</fieldset>")[0]
    assert "would rewrite closed periods" in option


def test_while_it_is_typed_it_says_what_it_would_say(begun: Begun) -> None:
    begun.agree("win_rate")
    client = as_(begun.people.admin)
    form = filled(read(client, wording_of("win_rate")))
    address = "/documents/metric_definition/win_rate/lint"
    same = client.post(address, form).content.decode()
    assert "word for word" in same
    other = client.post(address, form | {"option-basis": "amount"}).content.decode()
    assert "<ins>Opportunities count by what they are worth.</ins>" in other
    assert "<html" not in other
    wrong = client.post(address, form | {"min_n": "x"}).content.decode()
    assert "It cannot be proposed like this" in wrong


def test_without_a_script_a_button_checks_it_and_keeps_what_was_typed(begun: Begun) -> None:
    before = Proposal.objects.count()
    status, page = sent(begun, "win_rate", check="1", why="", **{"option-basis": "amount"})
    assert status == 200
    assert "Opportunities count by what they are worth." in page.partition('id="lint"')[2]
    assert filled(page)["option-basis"] == ["amount"]
    assert Proposal.objects.count() == before


# Processes


def rows(form: dict[str, list[str]], part: str) -> int:
    return int(form[f"{part}-rows"][0])


@pytest.mark.parametrize("kind", [LEAD_MANAGEMENT, CUSTOMER_LIFECYCLE], ids=lambda k: k.id)
def test_a_process_begins_with_a_draft_that_may_be_signed(people: Leaders, kind: object) -> None:
    client, address = as_(people.admin), f"/documents/new/{kind.id}"  # type: ignore[attr-defined]
    form = filled(read(client, address)) | {"why": "One process for all three."}
    answer = client.post(address, form)
    assert answer.status_code == 303, answer.content.decode()
    document = Document.objects.get()
    assert document.key == "company"
    assert document.owner.key == kind.owner  # type: ignore[attr-defined]
    again = client.post(address, form)
    assert again.status_code == 422
    assert Document.objects.count() == 1
    listed = read(client, "/documents").partition(f'id="kind-{kind.id}"')[2]  # type: ignore[attr-defined]
    assert listed
    assert "Begin one" not in listed.partition("<section")[0]
    proposal = Proposal.objects.get()
    for name in ("cmo", "cro", "vp_cs"):
        signer = as_(getattr(people, name))
        page = read(signer, f"/proposals/{proposal.pk}/signature")
        assert (
            signer.post(f"/proposals/{proposal.pk}/signature", hidden_of(page)).status_code == 303
        )
    assert document.in_force() == proposal.version


def test_rows_are_added_raised_and_taken_away_without_a_script(people: Leaders) -> None:
    client = as_(people.admin)
    form = filled(read(client, LEADS)) | {"why": "kept"}
    first = form["stages-0-name"]
    count = rows(form, "stages")
    more = client.post(LEADS, form | {"add": "stages"})
    assert more.status_code == 200
    form = filled(more.content.decode())
    assert rows(form, "stages") == count + 1
    assert form["why"] == ["kept"]
    form |= {f"stages-{count}-name": ["Recycled"]}
    raised = filled(client.post(LEADS, form | {"raise": f"stages:{count + 1}"}).content.decode())
    assert raised[f"stages-{count - 1}-name"] == ["Recycled"]
    assert raised["stages-0-name"] == first
    fewer = filled(client.post(LEADS, raised | {"drop": "stages:1"}).content.decode())
    assert rows(fewer, "stages") == count
    assert first not in [fewer[f"stages-{at}-name"] for at in range(count)]
    assert not Document.objects.exists()
    for odd in ("stages:99", "stages:0", "stages:x", "luck:1", "stages"):
        same = filled(client.post(LEADS, form | {"drop": odd}).content.decode())
        assert rows(same, "stages") == count + 1


def test_pressing_enter_in_a_row_checks_and_takes_nothing_away(people: Leaders) -> None:
    page = read(as_(people.admin), LEADS)
    first = page.partition('class="wording"')[2].partition("<button")[2].partition(">")[0]
    assert 'name="check"' in first


def test_a_handoff_goes_between_stages_that_are_there(people: Leaders) -> None:
    client = as_(people.admin)
    form = filled(read(client, LEADS)) | {"why": "x"}
    gone = filled(client.post(LEADS, form | {"drop": "stages:2"}).content.decode())
    answer = client.post(LEADS, gone | {"why": "x"})
    assert answer.status_code == 422
    circle = client.post(LEADS, form | {"handoffs-0-to": form["handoffs-0-from"]})
    assert circle.status_code == 422
    assert "to itself" in circle.content.decode()
    assert not Document.objects.exists()


def test_promised_hours_that_are_not_the_measured_ones_are_said_before_signing(
    begun: Begun,
) -> None:
    client = as_(begun.people.admin)
    form = filled(read(client, LEADS)) | {"why": "x"}
    assert "Change one of the two" not in client.post(LEADS, form | {"check": "1"}).content.decode()
    form |= {"follow_up-0-within_hours": ["6"]}
    says = "is promised within 6 business hours here, and measured by 4 business hours"
    assert says in client.post(LEADS, form | {"check": "1"}).content.decode()
    assert client.post(LEADS, form).status_code == 303
    proposal = Proposal.objects.latest("pk")
    assert says in read(as_(begun.people.cro), f"/proposals/{proposal.pk}")
    assert says in read(as_(begun.people.cro), f"/proposals/{proposal.pk}/signature")
    # Once the definition in force promises the same, nothing is said any more.
    assert sent(begun, "follow_up_sla", **{"option-target_hours": "6"})[0] == 303
    begun.agree("follow_up_sla")
    assert says not in read(as_(begun.people.cro), f"/proposals/{proposal.pk}")


def test_health_bands_leave_no_customer_without_one(people: Leaders) -> None:
    client, address = as_(people.admin), "/documents/new/customer_lifecycle"
    form = filled(read(client, address)) | {"why": "x", "health-2-from_score": "10"}
    answer = client.post(address, form)
    assert answer.status_code == 422
    assert "below 10 is in no band" in answer.content.decode()


def test_a_row_keeps_its_id_so_that_a_new_name_is_one_change(begun: Begun) -> None:
    client = as_(begun.people.admin)
    client.post(LEADS, filled(read(client, LEADS)) | {"why": "x"})
    begun.agree("company")
    address = "/documents/lead_management/company/proposals"
    form = filled(read(client, address)) | {"why": "y", "stages-0-name": "Inquiry"}
    moved = filled(client.post(address, form | {"raise": "stages:3"}).content.decode())
    assert client.post(address, moved).status_code == 303
    page = read(client, f"/proposals/{Proposal.objects.latest('pk').pk}")
    assert "1 clause<" in page
    assert "Inquiry" in page


def test_two_playbooks_stand_beside_each_other_and_have_their_own_names(people: Leaders) -> None:
    client, address = as_(people.cmo), "/documents/new/playbook"
    form = filled(read(client, address)) | {
        "title": "Competitor displaced", "why": "x", "play-0-trigger": "A rival is named.",
        "play-0-exit": "Won or lost.", "steps-0-name": "Call", "steps-0-does": "Call the sponsor.",
        "steps-0-within_days": "2",
    }  # fmt: skip
    assert client.post(address, form).status_code == 303
    twice = client.post(address, form)
    assert twice.status_code == 422
    assert client.post(address, form | {"title": "Renewal at risk"}).status_code == 303
    keys = Document.objects.values_list("key", flat=True)
    assert sorted(keys) == ["competitor-displaced", "renewal-at-risk"]
    without = client.post(address, form | {"title": "X", "steps-0-does": ""})
    assert without.status_code == 422
    assert "What is done is missing" in without.content.decode()
    assert kind_named("playbook").problems(Proposal.objects.latest("pk").version.body) == []


@pytest.mark.parametrize("kind", ["metric_definition", "luck"])
def test_what_is_not_invented_here_is_said(people: Leaders, kind: str) -> None:
    answer = as_(people.admin).get(f"/documents/new/{kind}")
    assert answer.status_code in (404, 422)

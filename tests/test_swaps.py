"""Names swapped for others of their kind, and the spans that move along."""

from __future__ import annotations

import random

from framing.rewrite import rewrite
from framing.swaps import KINDS, person_names, reference_names, swap_names

POOL = [("Lena", "Varga")]


def test_rewrite_moves_spans_and_widens_those_it_touches() -> None:
    text, move = rewrite("one two three", [(0, 3, "eleven"), (8, 13, "x")])
    assert text == "eleven two x"
    assert move(4, 7) == (7, 10)
    assert move(9, 11) == (11, 12)
    assert text[slice(*move(0, 3))] == "eleven"


def test_a_country_gets_one_other_name_in_all_its_forms() -> None:
    text = "Armenia said Armenian troops left Yerevan, and Armenians cheered. Georgia watched."
    swapped = swap_names(text, random.Random(3), ("country",))
    assert swapped is not None
    name, demonym, capital, people = (
        swapped.text[slice(*swapped.move(text.index(w), text.index(w) + len(w)))]
        for w in ("Armenia ", "Armenian ", "Yerevan", "Armenians")
    )
    assert "Armenia" not in swapped.text and "Yerevan" not in swapped.text
    assert people == demonym.strip() + "s" and capital != name.strip()


def test_an_abbreviation_becomes_an_adjective_before_a_noun_and_a_name_before_a_verb() -> None:
    swapped = swap_names("The U.S. said U.S. troops would stay.", random.Random(1), ("country",))
    assert swapped is not None
    first, _, second, *_ = swapped.text.split()
    assert second.startswith(first[:3]) and second != first and "U.S." not in swapped.text


def test_a_person_keeps_one_new_name_full_or_short_and_the_target_is_found_again() -> None:
    text = "President Maria Holt said Mr. Holt's critics were wrong, and Holt left."
    swapped = swap_names(text, random.Random(0), ("person",), POOL)
    assert swapped is not None
    assert swapped.text == "President Lena Varga said Mr. Varga's critics were wrong, and Varga left."
    start = text.rindex("Holt")
    assert swapped.text[slice(*swapped.move(start, start + 4))] == "Varga"


def test_an_outlet_is_replaced_by_another() -> None:
    swapped = swap_names("The minister told Al Jazeera that talks go on.", random.Random(0), ("outlet",))
    assert swapped is not None and "Al Jazeera" not in swapped.text and swapped.text.endswith(" that talks go on.")


def test_a_sentence_without_names_is_left_alone_and_a_seed_repeats_itself() -> None:
    assert swap_names("Prices rose again last month.", random.Random(0), KINDS, POOL) is None
    text = "Russia and Ukraine traded blame."
    assert swap_names(text, random.Random(5)) is not None
    assert swap_names(text, random.Random(5)).text == swap_names(text, random.Random(5)).text  # type: ignore[union-attr]


def test_the_pool_holds_persons_named_in_full_twice() -> None:
    texts = ["Maria Holt spoke.", "Critics of Maria Holt left.", "Then Peter Lund came."]
    assert person_names(texts) == [("Maria", "Holt")]


def test_sentences_that_differ_in_names_alone_become_one_under_reference_names() -> None:
    texts = (
        "President Maria Holt said Armenian troops left Yerevan, and Holt blamed Georgia.",
        "President Peter Lund said Iranian troops left Tehran, and Lund blamed Kenya.",
    )
    renamed = [reference_names(text) for text in texts]
    assert renamed[0] is not None and renamed[1] is not None
    assert renamed[0].text == renamed[1].text
    start = texts[0].rindex("Holt")
    surname = renamed[0].text[slice(*renamed[0].move(start, start + 4))]
    assert surname in renamed[0].text.split(" said ")[0]
    assert reference_names("Prices rose again last month.") is None

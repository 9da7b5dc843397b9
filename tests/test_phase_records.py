"""What a consultant wants to see after a phase, on the phase records of the archetypes."""

from test_archetypes import markup, text


def test_a_record_tells_why_its_sessions_were_not_held_and_what_was_noted(archetypes):
    said = text(archetypes, "opdigtelse/sparring.internal")
    assert "Den nye direktion takkede nej." in said
    assert "Vores egen vurdering" in said
    assert "2 af 5" in said
    assert "resten mistede deres grupper" not in said, "that is another phase's"
    assert "Faldt sammen med budgettet" in text(archetypes, "eksempelkommune/sparring.internal")


def test_a_record_tells_what_internal_facilitators_do_themselves(archetypes):
    said = text(archetypes, "eksempelkommune/workshops.internal")
    table = said.partition("Hvem der ledte møderne")[2]
    beside = table.index("En intern facilitator med konsulenten til stede")
    assert beside < table.index("En intern facilitator alene")


def test_a_record_and_its_finding_count_who_led_in_that_phase_alone(archetypes):
    said = text(archetypes, "eksempelkommune/workshops.internal")
    assert "Kundens egne folk ledte 3 af 5 møder." in said
    assert "Kundens egne folk ledte 3 af 5 møder i workshopfasen." in said
    report = text(archetypes, "eksempelkommune/case_report.client")
    assert "Kundens egne folk ledte 3 af 12 møder." in report, "all that was held"


def test_who_came_is_hatched_where_it_is_not_known(archetypes):
    assert "<pattern" in markup(archetypes, "eksempelkommune/workshops.internal")


def test_a_cancelled_session_says_once_that_who_came_is_not_known(archetypes):
    for name in ("sparring", "tool_design", "workshops"):
        assert "Ikke oplyst af Ikke oplyst" not in text(
            archetypes, f"eksempelkommune/{name}.internal"
        )

"""The tables that the ledger keeps for readers: what a row is, and what each column means.

The meanings stand in Danish, because the people who open an export read them there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple


class Column(NamedTuple):
    """A column: its name, what SQLite stores, and what it means."""

    name: str
    kind: Literal["TEXT", "INTEGER", "REAL"]
    meaning: str


@dataclass(frozen=True)
class Table:
    """A table: what a row is, and its columns."""

    meaning: str
    columns: tuple[Column, ...]


def _text(name: str, meaning: str) -> Column:
    return Column(name, "TEXT", meaning)


def _whole(name: str, meaning: str) -> Column:
    return Column(name, "INTEGER", meaning)


def _real(name: str, meaning: str) -> Column:
    return Column(name, "REAL", meaning)


_OF = _text("engagement", "Engagementets navn, som parameterfilen hedder")
_NOT_ZERO = "tom, når det ikke er oplyst; tom er ikke nul"
_FOR = _text("audience", "Hvem det må vises til: public, client eller internal")

TABLES: Mapping[str, Table] = {
    "engagements": Table(
        "Ét engagement",
        (
            _OF,
            _text("client", "Kunden"),
            _text("client_type", "Kundens art, fx municipality"),
            _text("municipality", "Kommunekode, fire cifre"),
            _text("region", "Region, hvor den er skrevet i parameterfilen"),
            _text("title", "Titel"),
            _whole("start_year", "Første år"),
            _whole("end_year", "Sidste år; tom, når det ikke er oplyst"),
            _text("status", "planned, active, paused, completed eller cancelled"),
            _whole("fictional", "1, når engagementet er opdigtet og aldrig tæller med"),
            _text("themes", "Temaer med mellemrum imellem"),
            _whole("hours", f"Konsulenttimer; {_NOT_ZERO}"),
            _text("naming", "Om kunden må nævnes: named, anonymised eller none"),
        ),
    ),
    "activities": Table(
        "Én aktivitet i et engagement",
        (
            _OF,
            _text("activity", "Aktivitetens id"),
            _text("phase", "Fase: seminars, sparring, workshops eller tool_design"),
            _text("formats", "Formater med mellemrum imellem"),
            _text("text", "Aktiviteten med ord"),
            _text("groups", "Grupper, den er for, som kunden kalder dem"),
            _text("group_kinds", "De samme grupper under fælles navne på tværs af kunder"),
            _text("level", "Niveau, fx klynger eller hele kommunen"),
            _whole("planned", f"Planlagte møder; {_NOT_ZERO}"),
            _whole("held", f"Afholdte møder; {_NOT_ZERO}"),
            _text("deviations", "Hvad der gik anderledes end planlagt"),
            _whole("rating", "Vores egen vurdering, 1 til 5"),
            _text("note", "Bemærkning"),
        ),
    ),
    "sessions": Table(
        "Ét møde",
        (
            _OF,
            _text("activity", "Aktivitetens id"),
            _text("session", "Mødets id"),
            _text("status", "planned, held, moved, cancelled eller unknown"),
            _text("date", "Dato, så præcist som den kendes"),
            _text("audience_group", "Gruppen, mødet var for"),
            _text("group_kind", "Gruppens fælles navn på tværs af kunder"),
            _whole("invited", f"Inviterede; {_NOT_ZERO}"),
            _whole("attended", f"Fremmødte; {_NOT_ZERO}. Fremmøder er ikke personer"),
            _real("hours", "Timer"),
            _whole("ownership", "Hvem ledte: 0 konsulenten … 4 interne oplærer andre"),
            _text("deviation", "Hvad der gik anderledes end planlagt"),
        ),
    ),
    "indicators": Table(
        "Én måling af én ting. Læg aldrig tal fra flere engagementer sammen",
        (
            _OF,
            _text("indicator", "Indikatorens navn"),
            _text("subject", "Hvad der er talt: gruppe, aktivitet, værktøj, sektor, spørgsmål"),
            _whole("n", f"Antal; {_NOT_ZERO}"),
            _whole("total", "Af hvor mange; tom, når det ikke er oplyst"),
            _whole("low", "Mindste antal, når det ikke kendes præcist"),
            _whole("high", "Største antal, når det ikke kendes præcist"),
            _text("state", "known, unknown (ikke oplyst) eller withheld (for få til at vises)"),
            _real("share", "n ÷ total, 0 til 1; kun når total er mindst 10"),
            _real("interval_low", "Intervallets nedre ende: en andel, for recommendation point"),
            _real("interval_high", "Intervallets øvre ende"),
            _real("p_value", "Fortegnstestens p-værdi: kun for ændringer med mindst 10 par"),
            _text("method", "count, wilson (95 %), non_response, sign_test eller net"),
            _text("date", "Hvornår det senest er målt"),
            _text("source", "Hvor tallet er fra"),
            _text("item", "Spørgsmålets id"),
            _whole("item_version", "Spørgsmålets version"),
            _text("timing", "Runde: before, after, followup, eller fra–til"),
        ),
    ),
    "tools": Table(
        "Ét værktøj i et engagement",
        (
            _OF,
            _text("tool", "Værktøjets id, det samme hos alle kunder"),
            _text("name", "Navn"),
            _text("version", "Version"),
            _text("kind", "Slags"),
            _text("purpose", "Formål"),
            _whole("units", f"Enheder, hvor brugen er registreret; {_NOT_ZERO}"),
            _whole("used", "Enheder, der bruger det (niveau III eller højere)"),
            _whole("embedded", "Enheder, hvor det er rutine (niveau IVA eller højere)"),
            _whole("later_units", "Enheder set mindst et halvt år efter sidste møde"),
            _whole("later_used", "Enheder, der da stadig brugte det"),
            _text("changes", "Hvad der er ændret"),
            _text("next", "Hvad næste version skal kunne"),
        ),
    ),
    "claims": Table(
        "Ét udsagn om effekt, eller én observeret ændring",
        (
            _OF,
            _text("claim", "Udsagnets id"),
            _text("kind", "claim (et udsagn) eller outcome (en observeret ændring)"),
            _text("type", "Udsagnets eller ændringens slags"),
            _text("text", "Ordlyd"),
            _text("said_by", "Hvem der siger det"),
            _whole("evidence_level", "0 påstand … 5 standardiseret"),
            _text("date", "Hvornår"),
            _text("source", "Kilde"),
            _text("contribution", "Vores bidrag"),
            _text("alternatives", "Andre forklaringer"),
            _FOR,
        ),
    ),
    "lessons": Table(
        "Ét læringspunkt, som ét engagement fortæller den",
        (
            _OF,
            _text(
                "lesson",
                "Id; det samme læringspunkt har samme id i alle engagementer",
            ),
            _text("type", "sustain, improve, start, stop, condition eller pitfall"),
            _text("statement", "Læringspunktet"),
            _text("claimed_maturity", "Modenhed, som parameterfilen angiver"),
            _text("maturity", "Modenhed, som grundlaget bærer: fiktive engagementer tæller ikke"),
            _text("support", "Engagementer, den hviler på"),
            _text("phase", "Den slags arbejde, den blev noteret i"),
            _text("themes", "Temaer med mellemrum imellem"),
            _text("condition", "Hvornår den gælder"),
            _text("counter_evidence", "Hvad der taler imod"),
            _FOR,
        ),
    ),
    "insights": Table(
        "Ét fund, som en fasejournal har offentliggjort",
        (
            _OF,
            _whole("position", "Rækkefølge i engagementet"),
            _text("key", "Fundets navn"),
            _text("phase", "Fase"),
            _text("kind", "delivery, indicator, finding eller lesson"),
            _text("statement", "Fundet"),
            _whole("n", f"Antal, fundet hviler på; {_NOT_ZERO}"),
            _whole("total", "Af hvor mange"),
            _whole("evidence_level", "0 påstand … 5 standardiseret"),
            _text("source", "Kilde"),
            _FOR,
            _whole("added", "1, når en konsulent selv har tilføjet det"),
            _text("notebook", "Notebooken, det kommer fra"),
            _text("cell", "Cellen, det kommer fra"),
        ),
    ),
}

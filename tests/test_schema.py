"""The JSON Schema that editors use."""

import json
from pathlib import Path

import jsonschema
import pytest

from casebook.schema import LANGUAGES, engagement_schema, field_words, parts
from casebook.yaml_marks import load

PARAMS = Path(__file__).parents[1] / "params"
SCHEMA = json.loads((PARAMS / "engagement.schema.json").read_text(encoding="utf-8"))


def test_the_schema_beside_the_parameter_files_is_that_of_the_model():
    made = json.loads(json.dumps(engagement_schema("da")))
    assert made == SCHEMA, "run: casebook schema > params/engagement.schema.json"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_and_every_field_is_explained_in_both_languages(language):
    schema = engagement_schema(language)
    known, there = field_words(language), parts(schema)
    fields = {f"{part}.{field}" for part, names in there.items() for field in names}
    assert {
        f for f in fields if f not in known and f"*.{f.partition('.')[2]}" not in known
    } == set()
    assert set(there) - set(known) == set()
    assert {word for word in known if not word.startswith("*")} - fields - set(there) == set()
    assert all(len(words.title) > 1 or words.title == "n" for words in known.values())
    assert all(words.description.endswith(".") for words in known.values())


def test_the_schema_is_the_same_in_every_run():
    names = engagement_schema("da")["$defs"]
    assert not [name for name in names if "casebook" in name], "a name that pydantic had to number"


def test_an_editor_shows_a_field_in_the_language_asked_for():
    danish, english = (engagement_schema(language)["$defs"] for language in LANGUAGES)
    assert danish["Client"]["properties"]["municipality"]["title"] == "Kommunekode"
    assert english["Client"]["properties"]["municipality"]["title"] == "Municipality code"
    assert danish["Lesson"]["properties"]["audience"]["title"] == "Læserkreds"


@pytest.mark.parametrize("path", sorted(PARAMS.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_editor_finds_nothing_wrong_with_a_shipped_engagement(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=engagement.schema.json")
    jsonschema.validate(load(text).data, SCHEMA)


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [((), "klient", {}), (("engagement",), "titel", "x"), (("client",), "municipality", 746)],
)
def test_an_editor_marks_what_casebook_would_refuse(where, key, value):
    data = load((PARAMS / "skanderborg.yaml").read_text(encoding="utf-8")).data
    part = data
    for step in where:
        part = part[step]
    part[key] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, SCHEMA)

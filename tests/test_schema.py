"""The JSON Schema that editors use."""

import json
from pathlib import Path

import jsonschema
import pytest

from casebook.model import Engagement
from casebook.yaml_marks import load

PARAMS = Path(__file__).parents[1] / "params"
SCHEMA = json.loads((PARAMS / "engagement.schema.json").read_text(encoding="utf-8"))


def test_the_schema_beside_the_parameter_files_is_that_of_the_model():
    made = json.loads(json.dumps(Engagement.model_json_schema(by_alias=True)))
    assert made == SCHEMA, "run: casebook schema > params/engagement.schema.json"


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

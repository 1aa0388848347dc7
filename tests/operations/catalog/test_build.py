"""The compiler: it gives the committed catalog, understands what it reads, and stops at what it doesn't."""

import io
import sys
from pathlib import Path

import msgspec
import pytest

from operations.catalog.build import COMMITTED, BuildError, build, compile_catalog, main
from operations.catalog.build.assemble import assemble
from operations.catalog.build.compare import compare, disappeared
from operations.catalog.build.meanings import Meanings
from operations.catalog.build.source import Source
from operations.catalog.build.supplement import supplement
from operations.catalog.build.words import OperationWords, SharedWords, WordsFile
from operations.catalog.build.write import dump
from operations.catalog.load import MARK, Catalog, load, parse
from operations.spec import Operation, Parameter, Response, Shape
from tests.operations.catalog.small_package import PARAMS, SERVICE, small_package

NO_WORDS = WordsFile(resources=(), operations=(), shared=())


@pytest.fixture(scope="module")
def installed() -> Source:
    """The real package: reading it takes seconds, and a source remembers what it read."""
    return Source.installed()


@pytest.fixture(scope="module")
def compiled(installed: Source) -> Catalog:
    return compile_catalog(installed)


def small(source: Source, words: WordsFile = NO_WORDS) -> Catalog:
    return assemble(source, words, ())


def test_the_committed_catalog_is_what_the_locked_source_gives(compiled: Catalog) -> None:
    """Byte for byte: whoever changes one changes the other."""
    assert COMMITTED.read_text(encoding="utf-8") == dump(compiled)


def test_the_package_is_never_imported(compiled: Catalog) -> None:
    """It is read as text; its code has no business here."""
    assert compiled.operations
    assert not [name for name in sys.modules if name == "stripe" or name.startswith("stripe.")]


def test_the_file_reads_back_as_what_was_written(compiled: Catalog) -> None:
    """And says that it is generated."""
    text = dump(compiled)
    assert parse(text.encode()) == compiled == load()
    assert MARK in text.splitlines()[1]


def test_the_file_is_small_and_made_of_lines() -> None:
    """One shape or operation to a line, so that a change can be reviewed; under a megabyte and a half."""
    text = COMMITTED.read_text(encoding="utf-8")
    assert len(text.encode()) < 1_500_000
    assert sum('"name":"refunds create"' in line for line in text.splitlines()) == 1


def test_a_catalog_of_another_layout_is_refused() -> None:
    """An old program says so instead of misreading a new file."""
    content = COMMITTED.read_bytes().replace(b'"format": 1', b'"format": 2', 1)
    with pytest.raises(ValueError, match="layout 2"):
        parse(content)


def test_a_catalog_with_an_unknown_kind_is_refused() -> None:
    """Nothing in the file is taken on trust."""
    content = COMMITTED.read_bytes().replace(b'{"kind":"boolean"}', b'{"kind":"bool"}', 1)
    with pytest.raises(msgspec.ValidationError):
        parse(content)


def test_a_small_package_is_understood(tmp_path: Path) -> None:
    """Methods, paths, required and clearable parameters, open enums, maps, arrays of objects, functional bases."""
    catalog = small(small_package(tmp_path))
    create, retrieve = catalog.operations
    assert (create.name, create.key, catalog.api_version) == ("widgets create", "POST /v1/widgets", "2030-01-01.test")
    assert (retrieve.name, retrieve.key) == ("widgets retrieve", "GET /v1/widgets/{widget}")
    assert [each.refers for each in retrieve.path_parameters] == ["widget"]
    assert Response(kind="object", objects=("widget",)) == create.response
    part = (
        Parameter(name="from", shape=Shape(kind="string")),
        Parameter(name="quantity", shape=Shape(kind="decimal", meaning="quantity"), required=True),
    )
    assert (
        Parameter(name="name", shape=Shape(kind="string"), required=True),
        Parameter(name="amount", shape=Shape(kind="integer", clearable=True, meaning="money_minor")),
        Parameter(name="color", shape=Shape(kind="enum", values=("red", "blue"), open=True)),
        Parameter(name="parts", shape=Shape(kind="array", items=Shape(kind="object", fields=part))),
        Parameter(name="metadata", shape=Shape(kind="map", items=Shape(kind="string"))),
    ) == create.parameters


@pytest.mark.parametrize(
    ("annotation", "complaint"),
    [
        ("complex", "no class or import called complex"),
        ("Any", "no class or import called Any"),
        ("Tuple[str, str]", "annotation not understood"),
        ("Dict[int, str]", "annotation not understood"),
        ("Literal[1, 2]", "a literal that is not a string"),
        ("Literal['', 'a']", "annotation not understood"),
        ("Literal['a']|Literal['b']", "annotation not understood"),
        ("UntypedStripeObject[str]", "annotation not understood"),
        ("str|str", "annotation not understood"),
        ("1 + 1", "annotation not understood"),
        ("a b", "annotation is not an expression"),
    ],
)
def test_an_annotation_that_is_not_understood_stops_the_build(tmp_path: Path, annotation: str, complaint: str) -> None:
    """Rather than letting wrong input through for ever after."""
    source = small_package(tmp_path, params=PARAMS.replace("name: str", f'name: "{annotation}"'))
    with pytest.raises(BuildError, match=complaint):
        small(source)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("(RequestOptions)", "(SomethingElse)", "base class SomethingElse is not understood"),
        ("quantity: Decimal", "quantity: Decimal = 3", "holds something that is not a field"),
        ("quantity: Decimal", "def size(self): ...", "holds something that is not a field"),
        ("quantity: Decimal", "volume: int", r"what does the integer parts\.volume mean"),
        ("quantity: Decimal", "volume: float", r"what does the number parts\.volume mean"),
        ("quantity: Decimal", 'parts: "WidgetCreateParamsPart"', "holds itself"),
        ('{"from": NotRequired["str"]}', '{"from": NotRequired["str"]}, total=False', "is not understood"),
    ],
)
def test_a_parameter_class_that_is_not_understood_stops_the_build(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    """Numbers above all: each name is decided by a person."""
    source = small_package(tmp_path, params=PARAMS.replace(old, new))
    with pytest.raises(BuildError, match=complaint):
        small(source)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"post", "/v1/widgets"', '"put", "/v1/widgets"', "sends _request PUT"),
        ('"post", "/v1/widgets"', '"post", PATH', "neither a string nor a format"),
        ('"post", "/v1/widgets"', '"post", "/v1/{kind}/widgets"', "is filled with"),
        ('base_address="api"', 'base_address="connect"', "to 'connect'"),
        ("params=params,", "params=other(params),", "passed in a way that is not understood"),
        ("params=params,", 'params=_coerce_v2_params(params, {"a": "int64_string"}),', "wire format"),
        ('-> "Widget"', '-> "Gadget"', "no class or import called Gadget"),
        ('-> "Widget"', '-> "Tuple[Widget]"', "an answer that is not understood"),
        ("self._request(", "self._requests(", "which is not understood"),
        ("self._request(", "self.other(", "sends 0 requests"),
    ],
)
def test_a_request_that_is_not_understood_stops_the_build(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """A method, a path, a host, a wire format or an answer that is new is for a person to look at."""
    source = small_package(tmp_path, service=SERVICE.replace(old, new))
    with pytest.raises(BuildError, match=complaint):
        small(source)


def test_two_operations_of_one_name_stop_the_build(tmp_path: Path) -> None:
    """A person decides who keeps it."""
    again = SERVICE.replace('"post", "/v1/widgets"', '"post", "/v1/gadgets"').replace("create(", "retrieve(", 1)
    with pytest.raises(BuildError, match=r"mean two operations, decide in words.json: widgets retrieve"):
        small(small_package(tmp_path, service=again))


def test_words_for_an_operation_that_is_gone_stop_the_build(tmp_path: Path) -> None:
    """Hand-written rows don't outlive what they are about."""
    row = OperationWords(operation="GET /v1/gone", name="gone list", also=(), why="it was here")
    with pytest.raises(BuildError, match="GET /v1/gone"):
        small(small_package(tmp_path), WordsFile(resources=(), operations=(row,), shared=()))


def test_hand_written_words_win_and_the_rule_stays_an_alias(tmp_path: Path) -> None:
    """And words may be shared with an operation that takes other ids."""
    row = OperationWords(operation="POST /v1/widgets", name="widgets make", also=("widget it",), why="a test")
    shared = SharedWords(words="widgets make", operation="GET /v1/widgets/{w}", why="a test")
    catalog = small(small_package(tmp_path), WordsFile(resources=(), operations=(row,), shared=(shared,)))
    make = catalog.operations[0]
    assert (make.name, make.aliases) == ("widgets make", ("widget it", "widgets create"))
    assert catalog.shared == {"widgets make": "widgets retrieve"}


def test_a_supplementary_operation_that_the_package_has_by_now_stops_the_build(tmp_path: Path) -> None:
    """One description of each operation, and the package's is the better one."""
    extra = Operation(name="x", method="POST", path="/v1/widgets", response=Response(kind="object"))
    with pytest.raises(BuildError, match=r"take out of supplement.json: POST /v1/widgets"):
        assemble(small_package(tmp_path), NO_WORDS, (extra,))


def test_a_successor_that_is_gone_stops_the_build(tmp_path: Path) -> None:
    """A hint must lead somewhere."""
    extra = Operation(
        name="x", method="GET", path="/v1/x", response=Response(kind="object"), successor="GET /v1/nowhere"
    )
    with pytest.raises(BuildError, match="its successor GET /v1/nowhere"):
        assemble(small_package(tmp_path), NO_WORDS, (extra,))


def test_the_supplement_has_the_operations_the_package_lacks() -> None:
    """78 of them."""
    assert len(supplement()) == 78


def test_every_reviewed_number_is_in_use(compiled: Catalog) -> None:
    """The review lists no names that Stripe doesn't have; a stale row would decide a future name unseen."""
    used: set[str] = set()

    def visit(shape: Shape, name: str) -> None:
        if shape.kind in {"integer", "number", "decimal"} or shape.meaning == "datetime":
            used.add(name)
        for field in shape.fields:
            used.add(field.name)
            visit(field.shape, field.name)
        for inner in (*shape.variants, *([shape.items] if shape.items else [])):
            visit(inner, name)

    for operation in compiled.operations:
        for parameter in operation.parameters:
            used.add(parameter.name)
            visit(parameter.shape, parameter.name)
    assert set() == Meanings.reviewed((), ()).names() - used


def test_a_build_writes_tells_and_then_has_nothing_to_do(tmp_path: Path, installed: Source) -> None:
    """The second run changes nothing, and a check agrees."""
    committed, out = tmp_path / "catalog.json", io.StringIO()
    assert build(committed=committed, out=out, source=installed) == 0
    assert build(committed=committed, out=out, source=installed, check=True) == 0
    assert COMMITTED.read_bytes() == committed.read_bytes()
    assert "726 operations of API version" in out.getvalue()
    assert "up to date" in out.getvalue()


def test_a_check_tells_the_differences_and_writes_nothing(tmp_path: Path, installed: Source, compiled: Catalog) -> None:
    """CI fails on a stale catalog and says what is stale."""
    committed, out = tmp_path / "catalog.json", io.StringIO()
    first, *rest = compiled.operations
    stale = dump(with_operations(compiled, [msgspec.structs.replace(first, parameters=()), *rest[:-1]]))
    committed.write_text(stale, encoding="utf-8")
    assert build(committed=committed, out=out, source=installed, check=True) == 1
    assert stale == committed.read_text(encoding="utf-8")
    assert f"+ operation {rest[-1].key} ({rest[-1].name})" in out.getvalue()
    assert f"+ {first.key}: parameter {first.parameters[0].name} (" in out.getvalue()


def test_a_build_refuses_to_lose_an_operation_unless_told(tmp_path: Path, installed: Source, compiled: Catalog) -> None:
    """An operation that people use doesn't go quietly."""
    committed, out = tmp_path / "catalog.json", io.StringIO()
    extra = Operation(name="zz gone", method="GET", path="/v1/zz", response=Response(kind="object"))
    stale = dump(with_operations(compiled, [*compiled.operations, extra]))
    committed.write_text(stale, encoding="utf-8")
    assert build(committed=committed, out=out, source=installed) == 1
    assert stale == committed.read_text(encoding="utf-8")
    assert "- operation GET /v1/zz (zz gone)" in out.getvalue()
    assert "1 operations disappeared" in out.getvalue()
    assert build(committed=committed, out=out, source=installed, allow_removals=True) == 0
    assert COMMITTED.read_bytes() == committed.read_bytes()


def test_a_build_that_stops_says_why_and_fails(tmp_path: Path) -> None:
    """In one line, with no traceback."""
    out = io.StringIO()
    source = small_package(tmp_path, params=PARAMS.replace("name: str", "name: Mystery"))
    assert build(committed=tmp_path / "catalog.json", out=out, source=source) == 1
    assert out.getvalue().startswith("catalog build stopped: stripe.params._widget_create_params:")
    assert not (tmp_path / "catalog.json").exists()


def test_every_kind_of_change_is_told() -> None:
    """Operations, their members, parameters at any depth, and the tables."""
    amount = Parameter(name="amount", shape=Shape(kind="integer", meaning="count"))
    old = Operation(
        name="a list",
        method="GET",
        path="/v1/a",
        response=Response(kind="list"),
        parameters=(Parameter(name="x", shape=Shape(kind="object", fields=(amount,))),),
    )
    money = Parameter(name="amount", shape=Shape(kind="integer", meaning="money_minor"), required=True)
    color = Parameter(name="color", shape=Shape(kind="enum", values=("red",), open=True, clearable=True))
    new = msgspec.structs.replace(
        old, deprecated=True, parameters=(Parameter(name="x", shape=Shape(kind="object", fields=(money, color))),)
    )
    before = Catalog("1", "stripe 1", "", (old,), {"a": ("b",)}, {})
    after = Catalog("2", "stripe 2", "", (new,), {"a": ("b", "c")}, {})
    assert compare(before, after) == [
        "~ API version 1 → 2",
        "~ source stripe 1 → stripe 2",
        "~ GET /v1/a: deprecated False → True",
        "+ GET /v1/a: parameter x[color] (enum open red clearable)",
        "~ GET /v1/a: parameter x[amount] (integer meaning count → required integer meaning money_minor)",
        "~ expandable fields of a: ('b',) → ('b', 'c')",
    ]
    assert [] == compare(after, after) == disappeared(after, after)


def test_the_command_line_checks(
    installed: Source, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``python -m operations.catalog.build --check``."""
    monkeypatch.setattr(Source, "installed", lambda: installed)
    assert main(["--check"]) == 0
    assert "up to date" in capsys.readouterr().out


def with_operations(catalog: Catalog, operations: list[Operation]) -> Catalog:
    """The catalog with other operations."""
    return Catalog(
        catalog.api_version,
        catalog.source,
        catalog.source_hash,
        tuple(operations),
        catalog.expandable,
        catalog.shared,
    )

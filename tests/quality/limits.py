"""The limits of the house as functions: source in, findings out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

FUNCTION_LINES = 60
BUILD_LINES = 25
CLASS_LINES = 400
FILE_LINES = 600
POSITIONAL = 5

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

READS_THE_CLOCK = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.localtime",
    "func.now",
    "func.current_timestamp",
    "func.current_date",
    "QDateTime.currentDateTime",
    "QDateTime.currentDateTimeUtc",
    "QDate.currentDate",
    "QTime.currentTime",
}
SQL_CLOCKS = ("current_timestamp", "date('now'", "datetime('now'", "julianday('now'")
SLEEPS = ("time.sleep", "sleep", "QTest.qSleep", "QTest.qWait", "qtbot.wait")
NOT_IN_THE_WINDOW = {
    "QTableWidget": "a table is a model over rows",
    "QListWidget": "a list is a model over rows",
    "QTreeWidget": "a tree is a model over rows",
    "QThread": "work runs in a lane",
    "processEvents": "work runs in a lane",
}


@dataclass(frozen=True)
class Finding:
    """One place that breaks a limit."""

    line: int
    what: str


def length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def long_functions(source: str) -> list[Finding]:
    return [
        Finding(node.lineno, f"{node.name} has {length(node)} lines; the limit is {limit}")
        for node in functions(ast.parse(source))
        if length(node) > (limit := BUILD_LINES if node.name.startswith("_build_") else FUNCTION_LINES)
    ]


def long_classes(source: str) -> list[Finding]:
    return [
        Finding(node.lineno, f"class {node.name} has {length(node)} lines; the limit is {CLASS_LINES}")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and length(node) > CLASS_LINES
    ]


def long_file(source: str) -> list[Finding]:
    lines = source.count("\n")
    return [Finding(1, f"the file has {lines} lines; the limit is {FILE_LINES}")] if lines > FILE_LINES else []


def positional(node: Function) -> int:
    names = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def many_parameters(source: str) -> list[Finding]:
    return [
        Finding(node.lineno, f"{node.name} takes {positional(node)} positional parameters; the limit is {POSITIONAL}")
        for node in functions(ast.parse(source))
        if positional(node) > POSITIONAL and not is_stub(node)
    ]


def broad_excepts(source: str) -> list[Finding]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(one is None or ast.unparse(one) in ("Exception", "BaseException") for one in caught):
                found.append(Finding(node.lineno, "catches every exception"))
    return found


def dotted_tail(node: ast.expr) -> str:
    """Return the last two names of `a.b.c`, as "b.c"."""
    return ".".join(ast.unparse(node).split(".")[-2:])


def clock_readings(source: str) -> list[Finding]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and dotted_tail(node.func) in READS_THE_CLOCK:
            found.append(Finding(node.lineno, f"{dotted_tail(node.func)}() reads the computer's clock"))
        elif isinstance(node, ast.Constant) and any(clock in str(node.value).lower() for clock in SQL_CLOCKS):
            found.append(Finding(node.lineno, "the database's clock is read"))
    return found


def floats(source: str) -> list[Finding]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id == "float":
            found.append(Finding(node.lineno, "names float"))
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(Finding(node.lineno, f"writes the float {node.value}"))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            found.append(Finding(node.lineno, "divides into a float; use // or split_evenly"))
    return found


def called_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, alias.name) for alias in node.names)


def window_smells(source: str) -> list[Finding]:
    return [
        Finding(line, f"{name}: {NOT_IN_THE_WINDOW[name]}")
        for line, name in called_names(ast.parse(source))
        if name in NOT_IN_THE_WINDOW
    ]


def qt_imports(source: str) -> list[Finding]:
    return [
        Finding(node.lineno, "imports Qt")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom) and "PySide6" in ast.unparse(node)
    ]


def is_stub(node: Function) -> bool:
    """Tell whether the function only says what somebody else's looks like."""
    return ast.unparse(node.body[-1]) == "..."


def test_smells(source: str) -> list[Finding]:
    """Return sleeps and mocks: a test waits for a signal, and the shipped virtual device is the fake."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and dotted_tail(node.func) in (
            "time.sleep",
            "sleep",
            "QTest.qSleep",
            "qtbot.wait",
        ):
            found.append(Finding(node.lineno, f"{dotted_tail(node.func)}() waits for time"))
        elif isinstance(node, ast.ImportFrom | ast.Import) and "mock" in ast.unparse(node):
            found.append(Finding(node.lineno, "imports mocks"))
    return found


test_smells.__test__ = False

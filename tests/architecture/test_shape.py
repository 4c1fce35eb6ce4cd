"""How the code is cut. Source: the style page, "Shape"."""

import ast

import pytest

MODULE_LINES = 400
FUNCTION_LINES = 40
"""30 lines of code; the rest is room for a docstring."""
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base"}


def is_shipped(path):
    return "src" in path.parts


def functions_of(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_module_is_longer_than_400_lines(python_files):
    too_long = {
        str(path): lines
        for path, text in python_files.items()
        if (lines := len(text.splitlines())) > MODULE_LINES
    }

    assert too_long == {}


def test_no_function_is_longer_than_40_lines_with_its_docstring(python_files):
    too_long = [
        f"{path}:{function.lineno} {function.name}"
        for path, text in python_files.items()
        if is_shipped(path)
        for function in functions_of(text)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES
    ]

    assert too_long == []


def test_no_module_has_a_name_that_says_nothing(python_files):
    named = {part for path in python_files for part in (*path.parts[:-1], path.stem)}

    assert named & FORBIDDEN_NAMES == set()


def test_no_folder_of_tests_is_a_package(project_files):
    packages = [
        str(path) for path in project_files if path.name == "__init__.py" and "tests" in path.parts
    ]

    assert packages == []


def test_annotations_are_never_postponed(python_files):
    # Frameworks read them at run time.
    postponed = [
        str(path)
        for path, text in python_files.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]

    assert postponed == []


def test_only_command_lines_print(python_files):
    printing = [
        f"{path}:{node.lineno}"
        for path, text in python_files.items()
        if is_shipped(path) and not is_command_line(path)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]

    assert printing == []


def is_command_line(path):
    return path.stem == "cli" or path.stem.startswith("cli_") or "jamila_replay" in path.parts


@pytest.mark.parametrize("name", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later_in_a_comment(python_files, name):
    left = [
        f"{path}:{number}"
        for path, text in python_files.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if f"# {name}" in line
    ]

    assert left == []

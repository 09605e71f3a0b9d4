"""The modules of the product as their syntax, parsed once for all tests that read the source."""

import ast
from functools import cache
from pathlib import Path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(module: ast.AST) -> tuple[ast.AST, ...]:
    """The module, or a part of it, with everything in it: walked once, however many look through
    it.
    """
    return tuple(ast.walk(module))

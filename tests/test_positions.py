"""Lines of values in TOML files."""

import tomllib
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.positions import error_line, locate


def lines(text):
    return locate(dedent(text).lstrip("\n"))


def test_plain_keys_and_tables():
    found = lines(
        """
        # a comment
        title = "x"

        [run]      # another
        years = 2
        [run.more]
        deep = 1
        """
    )
    assert found[("title",)] == 2
    assert found[("run",)] == 4
    assert found[("run", "years")] == 5
    assert found[("run", "more", "deep")] == 7


def test_dotted_keys_mark_the_tables_on_the_way():
    found = lines(
        """
        [arrangements.central]
        teams.area.wte = 20
        """
    )
    assert found[("arrangements",)] == 1
    assert found[("arrangements", "central", "teams")] == 2
    assert found[("arrangements", "central", "teams", "area", "wte")] == 2


def test_quoted_keys_keep_their_dots_brackets_and_escapes():
    found = lines(
        r"""
        "a.b" = 1
        'c]=d' = 2
        ["x \"y\"".z]
        "caf\u00e9" = 3
        """
    )
    assert found[("a.b",)] == 1
    assert found[("c]=d",)] == 2
    assert found[('x "y"', "z", "café")] == 4


def test_arrays_over_several_lines():
    found = lines(
        """
        stages = [  # ] not the end
          { name = "a, ]", by = { officer = 1 } },
          # nothing here
          { name = "b",
            hours = [1, [2,
              3]] },
        ]
        after = 1
        """
    )
    assert found[("stages", 0, "by", "officer")] == 2
    assert found[("stages", 1, "name")] == 4
    assert found[("stages", 1, "hours", 1, 0)] == 5
    assert found[("stages", 1, "hours", 1, 1)] == 6
    assert ("stages", 2) not in found
    assert found[("after",)] == 8


def test_strings_over_several_lines_hide_what_looks_like_keys():
    found = lines(
        '''
        first = """
        [not.a.table]
        no = "key" \\"""
        """"
        second = \'\'\'
        x = 1\'\'\'
        third = 3
        '''
    )
    assert found[("second",)] == 5
    assert found[("third",)] == 7
    assert set(found) == {(), ("first",), ("second",), ("third",)}


def test_arrays_of_tables_count_and_nest():
    found = lines(
        """
        [[row]]
        a = 1
        [row.inner]
        b = 2
        [[row.deep]]
        c = 3
        [[row.deep]]
        c = 4
        [[row]]
        a = 5
        [[row.deep]]
        c = 6
        """
    )
    assert found[("row",)] == 1
    assert found[("row", 0, "inner", "b")] == 4
    assert found[("row", 0, "deep", 1, "c")] == 8
    assert found[("row", 1, "a")] == 10
    assert found[("row", 1, "deep", 0, "c")] == 12


def test_windows_line_ends_and_dates():
    found = locate("start = 2013-04-01 07:30:00\r\n\r\n[t]\r\nx = -inf\r\n")
    assert found[("start",)] == 1
    assert found[("t", "x")] == 4


def test_empty_file():
    assert locate("") == {(): 1}
    assert locate("# only a comment") == {(): 1}


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = = 2\n", 2), ("a = 1\n\nb = [1,\n", 3), ('a = "\n', 1), ("a = 1\na = 2\n", 2)],
)
def test_syntax_errors_have_a_line_and_no_position_left_in_the_message(text, line):
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    message, found = error_line(caught.value, text)
    assert found == line
    assert "line" not in message


class Writer:
    """Writes data as TOML in a given style and notes the line of every value."""

    def __init__(self, choices):
        self.choices = choices
        self.text = ""
        self.lines = {(): 1}

    def line(self):
        return self.text.count("\n") + 1

    def gap(self):
        """Inside an array: perhaps a new line and a comment."""
        self.text += self.choices(["", "\n  ", " # [=]\n", " "])

    def value(self, path, value):
        self.lines[path] = self.line()
        if isinstance(value, dict):
            self.inline(path, value)
        elif isinstance(value, list):
            self.array(path, value)
        elif isinstance(value, str):
            self.text += self.choices([f'"{value}"', f"'{value}'", f'"""\n{value}"""'])
        else:
            self.text += str(value)

    def inline(self, path, value):
        self.text += "{ "
        for number, (key, inner) in enumerate(value.items()):
            self.text += ", " * bool(number) + self.key(key) + " = "
            self.value((*path, key), inner)
        self.text += " }"

    def array(self, path, value):
        self.text += "["
        for number, inner in enumerate(value):
            self.gap()
            self.value((*path, number), inner)
            self.gap()
            self.text += ","
        self.gap()
        self.text += "]"

    def key(self, key):
        return f'"{key}"' if not key.isalnum() else self.choices([key, f'"{key}"', f"'{key}'"])

    def document(self, data, path=()):
        tables = {k: v for k, v in data.items() if isinstance(v, dict) and self.choices([0, 1])}
        for key, inner in data.items():
            if key not in tables:
                self.text += self.choices(["", "\n", "# x = [1\n"]) + self.key(key) + " = "
                self.value((*path, key), inner)
                self.text += "\n"
        for key, inner in tables.items():
            self.lines[(*path, key)] = self.line()
            self.text += f"[{'.'.join(self.key(k) for k in (*path, key))}]\n"
            self.document(inner, (*path, key))


keys = st.text("abcxyz019_.=#[] ", min_size=1, max_size=4)
leaves = st.integers(-9, 9) | st.text("ab ]},#=[", max_size=4) | st.booleans().map(int)
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


@given(data=st.dictionaries(keys, trees, max_size=4), draw=st.data())
def test_every_value_is_found_where_it_was_written(data, draw):
    writer = Writer(lambda options: draw.draw(st.sampled_from(options)))
    writer.document(data)
    assert tomllib.loads(writer.text) == data
    assert locate(writer.text) == writer.lines

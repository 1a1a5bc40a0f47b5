"""Velocity templates, as far as requests to services and answers of theirs use them.

Text, references with calls (`$input.path('$.a')`, `"$!context.requestId"`), `#set`, `#if`, `#elseif`, `#else` and
`#foreach`.
What is not there is null: as a reference its own source, as a quiet one nothing.
"""

import base64
import json
import re
import urllib.parse

DIRECTIVE = re.compile(r"#\{?(set|if|elseif|else|end|foreach)\b\}?")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
STEP = re.compile(r"\['([^']*)'\]|\[(\d+)\]|\.?([^.\[\]]+)")
ESCAPES = {
    '"': '\\"',
    "'": "\\'",
    "\\": "\\\\",
    "/": "\\/",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}


class NoJson(Exception):
    """A body is read as JSON that is none."""


def found(document, path):
    """What a JSON path without filters finds."""
    for quoted, index, name in STEP.findall(path.removeprefix("$")):
        try:
            document = document[int(index)] if index else document[quoted or name]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def escaped(text):
    """As JavaScript's text, which JSON's is but for single quotes."""
    plain = (ESCAPES.get(one, one) for one in text)
    return "".join(one if one.isascii() and (len(one) > 1 or one >= " ") else json.dumps(one)[1:-1] for one in plain)


def text_of(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


class Headers(dict):
    """Headers are found however they are written."""

    def get(self, name, default=None):
        return next((value for key, value in self.items() if key.lower() == name.lower()), default)


class Input:
    """`$input`: a body, and the parameters of the request."""

    def __init__(self, body, parameters):
        self.body, self.parameters = body, parameters

    def document(self):
        try:
            return json.loads(self.body) if self.body.strip() else {}
        except ValueError:
            raise NoJson from None

    def path(self, path):
        return found(self.document(), path)

    def json(self, path):
        value = found(self.document(), path)
        return "" if value is None else json.dumps(value, separators=(",", ":"))

    def params(self, name=None):
        if name is None:
            return self.parameters
        places = (self.parameters[place].get(name) for place in ("path", "querystring", "header"))
        return next((value for value in places if value is not None), "")


class Util:
    """`$util`"""

    escapeJavaScript = staticmethod(lambda value: None if value is None else escaped(text_of(value)))
    urlEncode = staticmethod(lambda value: None if value is None else urllib.parse.quote_plus(text_of(value), safe="*"))
    urlDecode = staticmethod(lambda value: urllib.parse.unquote_plus(value))
    base64Encode = staticmethod(lambda value: base64.b64encode(text_of(value).encode()).decode())
    base64Decode = staticmethod(lambda value: base64.b64decode(value).decode())
    parseJson = staticmethod(json.loads)


def method(value, name, arguments):
    """Calls one of Java's methods on a value."""
    if isinstance(value, (Input, Util)):
        return getattr(value, name)(*arguments) if hasattr(value, name) else None
    if isinstance(value, dict):
        of = {"get": value.get, "keySet": lambda: list(value), "containsKey": value.__contains__, "size": value.__len__}
        return of[name](*arguments) if name in of else None
    if isinstance(value, list):
        return len(value) if name == "size" else value[arguments[0]] if name == "get" else None
    text = text_of(value)
    of = {
        "replaceAll": lambda pattern, new: re.sub(pattern, new.replace("\\", "\\\\"), text),
        "toString": lambda: text,
        "equals": lambda other: text == other,
        "contains": lambda other: other in text,
        "startsWith": text.startswith,
        "length": text.__len__,
        "isEmpty": lambda: not text,
    }
    return of[name](*arguments) if name in of else None


class Template:
    """One rendering of a template; `#set` changes what is known."""

    def __init__(self, text, known):
        self.text, self.known, self.out = text, known, []

    def render(self):
        self.block(0, True)
        return "".join(self.out)

    def block(self, at, live):
        """Renders up to the directive that ends a block; gives where that begins."""
        while at < len(self.text):
            directive = DIRECTIVE.match(self.text, at)
            if directive and directive[1] in ("else", "elseif", "end"):
                return at
            if directive:
                at = getattr(self, "on_" + directive[1])(directive.end(), live)
            elif self.text.startswith("##", at):
                end = self.text.find("\n", at)
                at = len(self.text) if end < 0 else end + 1
            else:
                at = self.piece(at, live)
        return at

    def piece(self, at, live):
        end, shown = at + 1, self.text[at]
        reference = self.reference(at) if shown == "$" else None
        if reference:
            value, end, quiet = reference
            shown = text_of(value) if value is not None else "" if quiet else self.text[at:end]
        if live:
            self.out.append(shown)
        return end

    def on_set(self, at, live):
        names, at = self.names(self.text.index("$", at) + 1)
        value, at = self.expression(self.text.index("=", at) + 1)
        if live and value is not None:
            place = self.known
            for name in names[:-1]:
                place = place.setdefault(name, {})
            place[names[-1]] = value
        return self.text.index(")", at) + 1

    def names(self, at):
        names, at = [], at + (self.text[at] == "{")
        while name := NAME.match(self.text, at):
            names.append(name[0])
            at = name.end() + (self.text[name.end()] == ".")
        return names, at

    def on_if(self, at, live):
        done = False
        while True:
            value, at = self.condition(at)
            chosen = live and not done and value not in (None, False)
            done = done or chosen
            at = self.block(at, chosen)
            directive = DIRECTIVE.match(self.text, at)
            at = directive.end()
            if directive[1] == "else":
                at = self.block(at, live and not done)
                return DIRECTIVE.match(self.text, at).end()
            if directive[1] == "end":
                return at

    def on_foreach(self, at, live):
        names, at = self.names(self.text.index("$", at) + 1)
        values, at = self.expression(self.text.index(" in ", at) + 4)
        start = self.text.index(")", at) + 1
        end = self.block(start, False)
        values = list(values or []) if live else []
        for index, value in enumerate(values):
            self.known[names[0]] = value
            self.known["foreach"] = {"index": index, "hasNext": index + 1 < len(values)}
            self.block(start, True)
        return DIRECTIVE.match(self.text, end).end()

    def condition(self, at):
        value, at = self.expression(self.text.index("(", at) + 1)
        return value, self.text.index(")", at) + 1

    def blank(self, at):
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        return at

    def expression(self, at):
        value, at = self.comparison(at)
        while True:
            at = self.blank(at)
            word = self.text[at : at + 2]
            if word not in ("&&", "||"):
                return value, at
            other, at = self.comparison(at + 2)
            true, other = value not in (None, False), other not in (None, False)
            value = (true and other) if word == "&&" else (true or other)

    def comparison(self, at):
        value, at = self.operand(at)
        at = self.blank(at)
        word = self.text[at : at + 2]
        if word not in ("==", "!="):
            return value, at
        other, at = self.operand(at + 2)
        return (value == other) == (word == "=="), at

    def operand(self, at):
        at = self.blank(at)
        first = self.text[at]
        if first == "!":
            value, at = self.operand(at + 1)
            return value in (None, False), at
        if first == "(":
            value, at = self.expression(at + 1)
            return value, self.text.index(")", at) + 1
        if first == "$":
            value, end, _quiet = self.reference(at) or (None, at + 1, False)
            return value, end
        if first in "'\"":
            end = self.text.index(first, at + 1)
            inner = self.text[at + 1 : end]
            return (inner if first == "'" else Template(inner, self.known).render()), end + 1
        number = NUMBER.match(self.text, at)
        if number:
            return json.loads(number[0]), number.end()
        word = NAME.match(self.text, at)
        return word[0] == "true", word.end()

    def reference(self, at):
        """A reference's value, its end, and whether it is quiet; nothing where there is none."""
        at += 1
        quiet = self.text.startswith("!", at)
        at += quiet
        braced = self.text.startswith("{", at)
        name = NAME.match(self.text, at + braced)
        if not name:
            return None
        value, at = self.known.get(name[0]), name.end()
        while True:
            step = NAME.match(self.text, at + 1) if self.text.startswith(".", at) else None
            if step and self.text.startswith("(", step.end()):
                arguments, at = self.arguments(step.end() + 1)
                value = None if value is None else method(value, step[0], arguments)
            elif step:
                value, at = self.member(value, step[0]), step.end()
            elif self.text.startswith("[", at):
                key, end = self.operand(at + 1)
                value, at = self.member(value, key), self.text.index("]", end) + 1
            else:
                return value, at + braced, quiet

    def arguments(self, at):
        arguments = []
        while True:
            at = self.blank(at)
            if self.text[at] == ")":
                return arguments, at + 1
            value, at = self.expression(at)
            arguments.append(value)
            at = self.blank(at)
            at += self.text[at] == ","

    @staticmethod
    def member(value, name):
        if isinstance(value, Input):
            return value.body if name == "body" else None
        return value.get(name) if isinstance(value, dict) else None

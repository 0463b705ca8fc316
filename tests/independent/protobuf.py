"""As much protobuf as the protocol needs: integers, bytes, nested messages; presence is never lost in reading."""

import struct


def encode(fields, mix=None):
    """Writes `{number: value}` in the order given. A list repeats its field, None leaves it out, a dict nests.

    With a random generator as `mix` the same message is written in another legal way: the fields in any order (the
    items of a list keep theirs), with unknown fields between them."""
    out = []
    for number, value in fields.items():
        for item in value if isinstance(value, list) else [value]:
            if item is None:
                continue
            if isinstance(item, int):
                out.append((number, _varint(number << 3) + _varint(item & 0xFFFFFFFFFFFFFFFF)))
                continue
            if isinstance(item, dict):
                item = encode(item, mix)
            elif isinstance(item, str):
                item = item.encode()
            out.append((number, _varint(number << 3 | 2) + _varint(len(item)) + item))
    if mix:
        out = _mixed(out, mix)
    return b"".join(data for _, data in out)


def _mixed(fields, mix):
    order = [number for number, _ in fields]
    mix.shuffle(order)
    left = {number: [field for field in fields if field[0] == number] for number in order}
    out = []
    for number in order:
        out += [_unknown(mix) for _ in range(mix.randrange(2))]
        out.append(left[number].pop(0))
    return out + [_unknown(mix)]


def _unknown(mix):
    """A field that no page knows, of any wire type."""
    number = 50_000 + mix.randrange(1000)
    kind, data = mix.choice([(0, b"\x96\x01"), (1, bytes(range(8))), (2, b"\x03abc"), (5, bytes(range(4)))])
    return number, _varint(number << 3 | kind) + data


def _varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


class ProtobufError(Exception):
    """Not protobuf, or a field of another wire type than the specification gives it."""


class Message:
    """A message as it came: `has` tells what was on the wire. Paths are dotted numbers, `7.2`."""

    def __init__(self, data=b""):
        self.data = bytes(data)
        self.fields = {}
        at = 0
        while at < len(self.data):
            key, at = self._read_varint(at)
            kind = key & 7
            if kind == 0:
                value, at = self._read_varint(at)
            elif kind == 2:
                size, at = self._read_varint(at)
                value, at = self._cut(at, size)
            elif kind in (1, 5):
                value, at = self._cut(at, 8 if kind == 1 else 4)
                value = struct.unpack("<Q" if kind == 1 else "<I", value)[0]
            else:
                raise ProtobufError(f"wire type {kind}")
            if key >> 3 == 0:
                raise ProtobufError("field 0")
            self.fields.setdefault(key >> 3, []).append((kind, value))

    def _read_varint(self, at):
        value = shift = 0
        while True:
            if at >= len(self.data) or shift > 63:
                raise ProtobufError("a varint does not end")
            byte = self.data[at]
            value |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                return value, at

    def _cut(self, at, size):
        if at + size > len(self.data):
            raise ProtobufError("a field runs over the end")
        return self.data[at : at + size], at + size

    def _find(self, path):
        """Every occurrence of the last field of a path, below the first occurrence of each one before it."""
        first, _, rest = str(path).partition(".")
        found = self.fields.get(int(first), [])
        if not rest:
            return found
        if not found:
            return []
        return self._nested(found[0], path)._find(rest)

    @staticmethod
    def _nested(field, path):
        kind, value = field
        if kind != 2:
            raise ProtobufError(f"field {path}: wire type {kind} where a message belongs")
        return Message(value)

    def has(self, path):
        return bool(self._find(path))

    def number(self, path, default=0):
        found = self._find(path)
        if not found:
            return default
        if found[0][0] == 2:
            raise ProtobufError(f"field {path}: bytes where a number belongs")
        return found[0][1]

    def raw(self, path, default=b""):
        found = self._find(path)
        if not found:
            return default
        if found[0][0] != 2:
            raise ProtobufError(f"field {path}: a number where bytes belong")
        return found[0][1]

    def text(self, path, default=""):
        return self.raw(path, default.encode()).decode()

    def message(self, path):
        return Message(self.raw(path))

    def messages(self, path):
        return [self._nested(field, path) for field in self._find(path)]

    def numbers(self, path):
        return [value for _, value in self._find(path)]

    def __repr__(self):
        return f"Message({self.data.hex()})"

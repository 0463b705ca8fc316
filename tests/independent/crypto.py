"""What protocol/01 §2 needs: QQ TEA, elliptic curves, AES-GCM. Plain Python, for small messages."""

import hashlib
import os
import struct


class CryptoError(Exception):
    """The bytes do not decipher: a wrong key, or not what they claim to be."""


# -- QQ TEA (protocol/01 §2.1) -----------------------------------------------------------------------------------------

_DELTA = 0x9E3779B9
_U32 = 0xFFFFFFFF


def tea_encrypt_block(block, key):
    x, y = struct.unpack(">2I", block)
    k0, k1, k2, k3 = struct.unpack(">4I", key)
    total = 0
    for _ in range(16):
        total = (total + _DELTA) & _U32
        x = (x + ((((y << 4) & _U32) + k0 & _U32) ^ (y + total & _U32) ^ ((y >> 5) + k1 & _U32))) & _U32
        y = (y + ((((x << 4) & _U32) + k2 & _U32) ^ (x + total & _U32) ^ ((x >> 5) + k3 & _U32))) & _U32
    return struct.pack(">2I", x, y)


def tea_decrypt_block(block, key):
    x, y = struct.unpack(">2I", block)
    k0, k1, k2, k3 = struct.unpack(">4I", key)
    total = 16 * _DELTA & _U32
    for _ in range(16):
        y = (y - ((((x << 4) & _U32) + k2 & _U32) ^ (x + total & _U32) ^ ((x >> 5) + k3 & _U32))) & _U32
        x = (x - ((((y << 4) & _U32) + k0 & _U32) ^ (y + total & _U32) ^ ((y >> 5) + k1 & _U32))) & _U32
        total = (total - _DELTA) & _U32
    return struct.pack(">2I", x, y)


def _xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def tea_encrypt(data, key, random=os.urandom):
    fill = 10 - (len(data) + 1) % 8
    plain = bytes([0xF8 | (fill - 3)]) + random(fill - 1) + data + bytes(7)
    before, cipher, out = bytes(8), bytes(8), []
    for at in range(0, len(plain), 8):
        mixed = _xor(plain[at : at + 8], cipher)
        cipher = _xor(tea_encrypt_block(mixed, key), before)
        before = mixed
        out.append(cipher)
    return b"".join(out)


def tea_decrypt(data, key):
    if len(data) < 16 or len(data) % 8:
        raise CryptoError(f"TEA: {len(data)} bytes")
    result, before, out = bytes(8), bytes(8), []
    for at in range(0, len(data), 8):
        block = data[at : at + 8]
        result = tea_decrypt_block(_xor(block, result), key)
        out.append(_xor(result, before))
        before = block
    plain = b"".join(out)
    fill = (plain[0] & 7) + 3
    if plain[-7:] != bytes(7) or fill > len(plain) - 7:
        raise CryptoError("TEA: wrong key")
    return plain[fill:-7]


# -- Elliptic curves (protocol/01 §2.2 and §2.3) -----------------------------------------------------------------------


class Curve:
    """y^2 = x^3 + ax + b over a prime p with p mod 4 = 3."""

    def __init__(self, size, p, a, b, generator, order):
        self.size, self.p, self.a, self.b, self.generator, self.order = size, p, a, b, generator, order

    def add(self, left, right):
        if left is None or right is None:
            return left or right
        (x1, y1), (x2, y2) = left, right
        if x1 == x2:
            if (y1 + y2) % self.p == 0:
                return None
            slope = (3 * x1 * x1 + self.a) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x = (slope * slope - x1 - x2) % self.p
        return x, (slope * (x1 - x) - y1) % self.p

    def multiply(self, scalar, point):
        total = None
        while scalar:
            if scalar & 1:
                total = self.add(total, point)
            point = self.add(point, point)
            scalar >>= 1
        return total

    def private(self):
        return int.from_bytes(os.urandom(self.size + 8), "big") % (self.order - 1) + 1

    def public(self, private, compressed):
        x, y = self.multiply(private, self.generator)
        if compressed:
            return bytes([2 + y % 2]) + x.to_bytes(self.size, "big")
        return b"\x04" + x.to_bytes(self.size, "big") + y.to_bytes(self.size, "big")

    def point(self, key):
        x = int.from_bytes(key[1 : 1 + self.size], "big")
        if key[0] == 4 and len(key) == 1 + 2 * self.size:
            y = int.from_bytes(key[1 + self.size :], "big")
        elif key[0] in (2, 3) and len(key) == 1 + self.size:
            y = pow(x**3 + self.a * x + self.b, (self.p + 1) // 4, self.p)
            y = y if y % 2 == key[0] % 2 else self.p - y
        else:
            raise CryptoError("not a public key")
        if (y * y - x**3 - self.a * x - self.b) % self.p:
            raise CryptoError("not a point of the curve")
        return x, y

    def shared_x(self, private, public):
        x, _ = self.multiply(private, self.point(public))
        return x.to_bytes(self.size, "big")


SECP192K1 = Curve(
    24,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFEE37,
    0,
    3,
    (0xDB4FF10EC057E9AE26B07D0280B7F4341DA5D1B1EAE06C7D, 0x9B2F2F6D9C5628A7844163D015BE86344082AA88D95E2F9D),
    0xFFFFFFFFFFFFFFFFFFFFFFFE26F2FC170F69466A74DEFD8D,
)
P256 = Curve(
    32,
    0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    -3,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
)


def md5(data):
    return hashlib.md5(data).digest()


# -- AES-GCM (protocol/01 §2.4) ----------------------------------------------------------------------------------------


def _double(value):
    return (value << 1) ^ (0x11B if value & 0x80 else 0)


def _s_box():
    box, p, q = [0x63] * 256, 1, 1
    while True:
        p ^= _double(p)
        p &= 0xFF
        for shift in (1, 2, 4):
            q ^= q << shift
            q &= 0xFF
        if q & 0x80:
            q ^= 0x09
        rotated = 0
        for turn in range(5):
            rotated ^= (q << turn | q >> (8 - turn)) & 0xFF
        box[p] = rotated ^ 0x63
        if p == 1:
            return box


_S = _s_box()


def _round_keys(key):
    count = len(key) // 4
    words = [list(key[at : at + 4]) for at in range(0, len(key), 4)]
    constant = 1
    while len(words) < 4 * (count + 7):
        word = list(words[-1])
        if len(words) % count == 0:
            word = [_S[byte] for byte in word[1:] + word[:1]]
            word[0] ^= constant
            constant = _double(constant)
        elif count > 6 and len(words) % count == 4:
            word = [_S[byte] for byte in word]
        words.append([a ^ b for a, b in zip(word, words[-count])])
    return [sum(words[at : at + 4], []) for at in range(0, len(words), 4)]


def _aes_block(keys, block):
    state = [a ^ b for a, b in zip(block, keys[0])]
    for number, key in enumerate(keys[1:], 1):
        state = [_S[state[(at + 4 * (at % 4)) % 16]] for at in range(16)]
        if number < len(keys) - 1:
            mixed = []
            for at in range(0, 16, 4):
                column = state[at : at + 4]
                every = column[0] ^ column[1] ^ column[2] ^ column[3]
                mixed += [column[i] ^ every ^ _double(column[i] ^ column[(i + 1) % 4]) & 0xFF for i in range(4)]
            state = mixed
        state = [a ^ b for a, b in zip(state, key)]
    return bytes(state)


def _ghash(key, data):
    total = 0
    for at in range(0, len(data), 16):
        factor = total ^ int.from_bytes(data[at : at + 16].ljust(16, b"\0"), "big")
        total, shifted = 0, key
        for bit in range(127, -1, -1):
            if factor >> bit & 1:
                total ^= shifted
            shifted = shifted >> 1 ^ (0xE1 << 120 if shifted & 1 else 0)
    return total.to_bytes(16, "big")


def _gcm(key, iv, data, deciphering):
    keys = _round_keys(key)
    stream = b"".join(_aes_block(keys, iv + struct.pack(">I", 2 + number)) for number in range((len(data) + 15) // 16))
    out = _xor(data, stream)
    cipher = data if deciphering else out
    padded = cipher + bytes(-len(cipher) % 16) + struct.pack(">QQ", 0, 8 * len(cipher))
    hashed = _ghash(int.from_bytes(_aes_block(keys, bytes(16)), "big"), padded)
    return out, _xor(hashed, _aes_block(keys, iv + b"\0\0\0\1"))


def aes_gcm_seal(key, plain, iv=None):
    iv = iv or os.urandom(12)
    cipher, tag = _gcm(key, iv, plain, False)
    return iv + cipher + tag


def aes_gcm_open(key, sealed):
    if len(sealed) < 28:
        raise CryptoError("AES-GCM: too short")
    plain, tag = _gcm(key, sealed[:12], sealed[12:-16], True)
    if tag != sealed[-16:]:
        raise CryptoError("AES-GCM: wrong tag")
    return plain

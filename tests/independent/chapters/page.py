"""The client itself, held against the specification's own examples."""

import json
from pathlib import Path

import crypto
import logging_in
import packets
from ntqq import Client
from packets import Session
from steps import (
    step,
)

# A copy of the specification's own examples.
VECTORS = Path(__file__).resolve().parents[3] / "crates/wire/tests/vectors/wire.json"


@step("the client writes and reads the specification's examples")
def vectors(story):
    vectors = json.loads(VECTORS.read_text())
    inputs, frames = vectors["inputs"], vectors["frames"]
    octets = bytes.fromhex
    for vector in vectors["tea"]:
        sealed = crypto.tea_encrypt(octets(vector["plain"]), octets(vector["key"]), lambda size: b"\xdc" * size)
        story.same(sealed.hex(), vector["cipher"], f"TEA {vector['name']}")
        story.same(
            crypto.tea_decrypt(sealed, octets(vector["key"])).hex(), vector["plain"], f"TEA {vector['name']} back"
        )
    for curve, vector in ((crypto.SECP192K1, vectors["secp192k1"]), (crypto.P256, vectors["p256"])):
        server = octets(vector.get("server_pub") or vector["server_pub_compressed"])
        story.same(curve.shared_x(int(vector["client_priv"], 16), server).hex(), vector["shared_x"], "shared x")
    sealed = octets(vectors["aes_gcm"]["out_iv_cipher_tag"])
    story.same(crypto.aes_gcm_open(octets(vectors["aes_gcm"]["key"]), sealed), b"hello world", "AES-GCM")

    profile = packets.Profile(device=inputs["device_name"], os_version="5.15.0")
    guid = octets(inputs["guid"])
    session = Session(
        guid,
        inputs["uin"],
        inputs["uid"],
        octets(inputs["d2"]),
        octets(inputs["d2_key"]),
        octets(inputs["tgt"]),
        octets(inputs["encrypted_a1"]),
    )
    now, trace = inputs["timestamp"], inputs["trace_parent"]
    fetch = logging_in.code2d(profile, now, 0x31, logging_in.fetch_body(profile, guid))
    story.same(fetch.hex(), frames["qr_fetch_request"]["code2d"], "QR fetch")
    poll = logging_in.code2d(profile, now, 0x12, logging_in.poll_body(profile, octets(inputs["qr_sig"])))
    story.same(poll.hex(), frames["qr_poll_request"]["code2d"], "QR poll")
    confirmed = logging_in.Confirmed(
        inputs["uin"], session.a1, octets(inputs["no_pic_sig"]), octets(inputs["tgtgt_key"])
    )
    story.same(logging_in.device_tlvs(profile, guid).hex(), frames["login_request"]["tlv_144_plain"], "TLV 0x144")
    client = Client(None, vectors_keys(vectors), session, story.fail, profile)
    share_key = octets(vectors["secp192k1"]["share_key_md5_x"])
    public = octets(vectors["secp192k1"]["client_pub_compressed"])
    envelope = logging_in.wtlogin_envelope(profile, logging_in.TRANS_EMP, 0, public, share_key, fetch).hex()
    vector = frames["qr_fetch_request"]["wtlogin"]
    story.same((envelope[:150], len(envelope)), (vector[:150], len(vector)), "the wtlogin envelope")
    sso = packets.full_sso(
        profile, session, 8830, "OidbSvcTrpcTcp.0x102a_1", octets(frames["oidb_request"]["payload"]), trace
    )
    story.same(sso.hex(), frames["oidb_request"]["sso_plain"], "the SSO frame")
    story.same(client.info_sync_request(0x12345678).hex(), vectors["online"]["info_sync_request"], "SsoInfoSync")
    story.same(client.register_request().hex(), vectors["online"]["register_request"], "Register")
    exchange = logging_in.exchange_request(
        octets(vectors["p256"]["server_pub"]),
        int(vectors["p256"]["client_priv"], 16),
        inputs["uin"],
        guid,
        now,
        octets(vectors["aes_gcm"]["iv"]),
    )
    story.same(exchange.hex(), vectors["key_exchange"]["request"], "SsoKeyExchange")

    def opened(name, command, frame="frame"):
        answer = packets.read_packet(octets(frames[name][frame])[4:], session.d2_key)
        story.same(answer.faults, [], name)
        return logging_in.open_wtlogin(answer.body, command, share_key) if command else answer

    code = logging_in.read_fetch(opened("qr_fetch_response", logging_in.TRANS_EMP), profile.app_id)
    story.same(code.url, inputs["qr_url"], "the address in the QR answer")
    for name, state in (("waiting", 48), ("scanned", 53), ("expired", 17), ("cancelled", 54), ("confirmed", 0)):
        polled, found = logging_in.read_poll(opened(f"qr_poll_response_{name}", logging_in.TRANS_EMP), profile.app_id)
        story.same(polled, state, f"poll {name}")
    story.same(found, confirmed, "the confirmed poll")
    answer = opened("login_response_ok", logging_in.LOGIN)
    story.same(
        logging_in.read_login(answer, inputs["uin"], guid, confirmed.tgtgt_key).d2, session.d2, "the log-in's D2"
    )
    story.same(opened("oidb_response_zlib", None).compression, 1, "a compressed answer")
    story.same(opened("sso_error_minus_10001", None, "frame_flag2").code, -10001, "an expired session")
    story.same(opened("kick_push", None).sequence, -7, "a kick")


def vectors_keys(vectors):
    return {"secp192k1": vectors["secp192k1"]["server_pub_uncompressed"], "p256": vectors["p256"]["server_pub"]}

//! Known answers of protocol/01 §1, §7, §8.1, §8.2.

use bytes::{Bytes, BytesMut};
use nekonap_wire::{
    command::{Command, Header, ReplyError},
    commands::session::{Alive, InfoSync, SsoHeartBeat},
    crypto::{ZERO_KEY, tea},
    frame::{
        Encryption, FrameError, Protocol, Request, Reserved, Response, Seal, Signature,
        decode_request, decode_response, encode_request, encode_response, limits, split,
    },
    oidb,
    proto::session::{HeartBeatRequest, InfoSyncRequest, KickNt},
};

use crate::inputs::{PADDING, array, at, bytes, d2_key, device, profile, text, tickets, uid, uin};

/// The frame of a vector, split from the stream as a connection does it.
fn received(name: &str) -> Bytes {
    let mut stream = BytesMut::from(&bytes(&format!("/frames/{name}"))[..]);
    let frame = split(&mut stream, limits::LARGEST_FRAME)
        .expect("a sound length")
        .expect("a whole frame");
    assert!(stream.is_empty(), "{name}");
    frame
}

fn traced() -> Reserved {
    Reserved {
        trace: Some(text("/inputs/trace_parent").into()),
        uid: Some(uid()),
        signature: None,
    }
}

/// A request in the session of the vectors.
fn request(header: Header, sequence: i32, command: &str, payload: Bytes) -> Request {
    let session = header == Header::Session;
    let full = header != Header::Plain;
    Request {
        sequence,
        command: command.into(),
        uin: Some(uin()),
        protocol: header.into(),
        encryption: Encryption::of(header, &tickets().d2),
        sub_app_id: if full { profile().sub_app_id } else { 0 },
        tgt: if session { tickets().tgt } else { Bytes::new() },
        guid: full.then(|| device().guid),
        version: if full {
            profile().version
        } else {
            String::new()
        },
        reserved: Reserved {
            uid: (header != Header::LogIn).then(uid),
            ..traced()
        },
        payload,
    }
}

/// Checks decoding and encoding: the frame of the vector decodes to `expected`, and `expected` encodes to that frame,
/// byte for byte once the random padding is replaced by the vector's.
fn check(name: &str, expected: &Request) {
    let frame = received(&format!("{name}/frame"));
    let decoded = decode_request(&frame, |d2| (d2 == tickets().d2).then(d2_key));
    assert_eq!(decoded.as_ref(), Ok(expected), "{name}");

    let mut ours = encode_request(expected, Some(&d2_key())).expect("it fits");
    let theirs = bytes(&format!("/frames/{name}/frame"));
    let key = match &expected.encryption {
        Encryption::Plain => return assert_eq!(ours, theirs, "{name}"),
        Encryption::Zero => ZERO_KEY,
        Encryption::D2(_) => d2_key(),
    };
    let clear = 4 + 4 + 1 + ticket_length(expected) + 1 + 4 + uin_length(expected);
    let plain = tea::decrypt(&key, &ours.split_off(clear)).expect("it decrypts");
    if at("/frames")
        .get(name)
        .and_then(|v| v.get("sso_plain"))
        .is_some()
    {
        assert_eq!(plain, bytes(&format!("/frames/{name}/sso_plain")), "{name}");
    }
    let ours = [&ours[..], &tea::encrypt_padded(&key, &plain, PADDING)].concat();
    assert_eq!(ours, theirs, "{name}");
}

fn ticket_length(request: &Request) -> usize {
    match &request.encryption {
        Encryption::D2(ticket) => 4 + ticket.len(),
        _ => 4,
    }
}

fn uin_length(request: &Request) -> usize {
    request.uin.map_or(1, |uin| uin.to_string().len())
}

#[test]
fn unencrypted_heartbeats_match_the_vectors() {
    let alive = |sequence, uin, reserved| Request {
        uin,
        reserved,
        ..request(
            Header::Plain,
            sequence,
            Alive::NAME,
            Alive::encode_request(&()).into(),
        )
    };
    check("heartbeat_alive_anon", &alive(1, None, Reserved::default()));
    check("heartbeat_alive_traced", &alive(2, Some(uin()), traced()));
    assert_eq!(
        traced().encode(),
        bytes("/frames/heartbeat_alive_traced/reserve")
    );
}

#[test]
fn oidb_request_matches_the_vector() {
    let payload = oidb::encode_request((0x102a, 1), false, Vec::new());
    assert_eq!(payload, bytes("/frames/oidb_request/payload"));
    let asked = request(
        Header::Session,
        8830,
        "OidbSvcTrpcTcp.0x102a_1",
        payload.into(),
    );
    check("oidb_request", &asked);

    let signed = Request {
        sequence: 8831,
        reserved: Reserved {
            signature: Some(Signature {
                sign: bytes("/frames/oidb_request_signed/sign"),
                token: text("/frames/oidb_request_signed/token").into(),
                extra: bytes("/frames/oidb_request_signed/extra"),
            }),
            ..traced()
        },
        ..asked
    };
    check("oidb_request_signed", &signed);
    assert_eq!(
        signed.reserved.encode(),
        bytes("/frames/oidb_request_signed/reserve")
    );
}

#[test]
fn guid_in_raw_bytes_is_read() {
    let asked = request(Header::LogIn, 1, "x", Bytes::new());
    let mut plain = tea::decrypt(
        &ZERO_KEY,
        &encode_request(&asked, None).expect("it fits")[28..],
    )
    .expect("it decrypts")
    .to_vec();
    let digits = device().guid.to_string();
    let at = plain
        .windows(digits.len())
        .position(|window| window == digits.as_bytes())
        .expect("the GUID");
    plain.splice(
        at - 4..at + 32,
        [&[0, 0, 0, 20], &device().guid.0[..]].concat(),
    );
    plain[3] -= 16;
    let frame = [
        &b"\0\0\0\x0c\x02\0\0\0\x04\0\0\0\0\x0e1234567890"[..],
        &tea::encrypt(&ZERO_KEY, &plain),
    ]
    .concat();
    assert_eq!(decode_request(&frame.into(), |_| None), Ok(asked));
}

#[test]
fn requests_with_either_key_match_the_vectors() {
    check(
        "info_sync_request",
        &request(
            Header::Session,
            104,
            InfoSync::NAME,
            InfoSync::encode_request(&InfoSyncRequest::new(&profile(), &device(), 0x1234_5678))
                .into(),
        ),
    );
    check(
        "sso_heartbeat_request",
        &request(
            Header::Session,
            106,
            SsoHeartBeat::NAME,
            SsoHeartBeat::encode_request(&HeartBeatRequest::new()).into(),
        ),
    );
    check(
        "key_exchange_request",
        &request(
            Header::LogIn,
            105,
            "trpc.login.ecdh.EcdhService.SsoKeyExchange",
            bytes("/key_exchange/request"),
        ),
    );
    for (name, sequence, command) in [
        ("qr_fetch_request", 100, "wtlogin.trans_emp"),
        ("qr_poll_request", 101, "wtlogin.trans_emp"),
        ("login_request", 103, "wtlogin.login"),
    ] {
        let anonymous = command == "wtlogin.trans_emp";
        check(
            name,
            &Request {
                uin: (!anonymous).then(uin),
                ..request(
                    Header::LogIn,
                    sequence,
                    command,
                    bytes(&format!("/frames/{name}/wtlogin")),
                )
            },
        );
    }
}

/// Checks decoding and encoding of an answer. The random trace and padding of the encoded frame are replaced by the
/// vector's.
fn check_response(name: &str, place: &str, seal: Seal<'_>, expected: &Response) {
    let key = match seal {
        Seal::Plain => None,
        Seal::Zero => Some(ZERO_KEY),
        Seal::D2(key) => Some(*key),
    };
    let frame = received(&format!("{name}/{place}"));
    let decoded = decode_response(&frame, Some(&d2_key()));
    assert_eq!(decoded.as_ref(), Ok(expected), "{name}");

    let mut ours = encode_response(expected, seal, false).expect("it fits");
    let theirs = bytes(&format!("/frames/{name}/{place}"));
    let uin = expected.uin.map_or(1, |uin| uin.to_string().len());
    let rest = ours.split_off(4 + 4 + 1 + 1 + 4 + uin);
    let mut plain = match &key {
        Some(key) => tea::decrypt(key, &rest).expect("it decrypts").to_vec(),
        None => rest.to_vec(),
    };
    let trace = text("/inputs/trace_parent");
    let at = plain
        .windows(2)
        .rposition(|window| window == [0x7a, 0x37])
        .expect("a trace")
        + 2;
    plain[at..at + trace.len()].copy_from_slice(trace.as_bytes());
    let rest = match &key {
        Some(key) => tea::encrypt_padded(key, &plain, PADDING),
        None => plain,
    };
    assert_eq!([&ours[..], &rest].concat(), theirs, "{name}");
}

fn answer(sequence: i32, command: &str, body: Bytes) -> Response {
    Response {
        sequence,
        code: 0,
        extra: String::new(),
        command: command.into(),
        uin: Some(uin()),
        protocol: Protocol::Full,
        body,
    }
}

#[test]
fn session_answers_match_the_vectors() {
    let key = d2_key();
    let seal = Seal::D2(&key);
    let oidb = |sequence, body| answer(sequence, "OidbSvcTrpcTcp.0x102a_1", body);
    check_response(
        "oidb_response",
        "frame",
        seal,
        &oidb(8830, bytes("/frames/oidb_response/payload")),
    );
    check_response(
        "oidb_response_error",
        "frame",
        seal,
        &oidb(8833, bytes("/frames/oidb_response_error/payload")),
    );
    check_response(
        "info_sync_response",
        "frame",
        seal,
        &answer(104, InfoSync::NAME, bytes("/online/info_sync_response")),
    );
    check_response(
        "sso_heartbeat_response",
        "frame",
        seal,
        &answer(
            106,
            SsoHeartBeat::NAME,
            bytes("/online/sso_heartbeat_response"),
        ),
    );
    let kick = answer(
        -7,
        nekonap_wire::commands::session::KICK_NT,
        bytes("/online/kick_push"),
    );
    check_response("kick_push", "frame", seal, &kick);
    let kick: KickNt = nekonap_wire::bounded::decode(&kick.body).expect("a kick");
    assert_eq!(kick.uin(), uin().get());
    assert_eq!(kick.title(), "Offline");
    assert_eq!(kick.tips(), "Your account signed in elsewhere");
    assert_eq!(kick.kind(), 1001);
}

#[test]
fn compressed_answer_matches_the_vector() {
    let expected = answer(
        8832,
        "OidbSvcTrpcTcp.0x102a_1",
        bytes("/frames/oidb_response_zlib/payload"),
    );
    let frame = received("oidb_response_zlib/frame");
    assert_eq!(
        decode_response(&frame, Some(&d2_key())),
        Ok(expected.clone())
    );
    // Compressors differ, so the compressed bytes are compared after decoding.
    let ours = encode_response(&expected, Seal::D2(&d2_key()), true).expect("it fits");
    assert!(ours.len() < expected.body.len() + 100);
    assert_eq!(
        decode_response(&ours.slice(4..), Some(&d2_key())),
        Ok(expected)
    );
}

#[test]
fn oidb_answers_match_the_vectors() {
    let number = (0x102a, 1);
    let body = hex::decode("10131a11636c69656e746b65792d6578616d706c652080a305").expect("hex");
    let good = bytes("/frames/oidb_response/payload");
    assert_eq!(oidb::encode_reply(number, body.clone()), good);
    assert_eq!(oidb::decode_reply(&good), Ok(body.into()));
    let bad = bytes("/frames/oidb_response_error/payload");
    let refusal = nekonap_wire::command::Refusal::new(11, "no permission");
    assert_eq!(oidb::encode_refusal(number, &refusal), bad);
    assert_eq!(oidb::decode_reply(&bad), Err(ReplyError::Refused(refusal)));
}

#[test]
fn answers_outside_a_session_match_the_vectors() {
    check_response(
        "sso_error_minus_10001",
        "frame_flag2",
        Seal::Zero,
        &Response {
            code: -10001,
            extra: "login session expired".into(),
            ..answer(8834, "OidbSvcTrpcTcp.0x102a_1", Bytes::new())
        },
    );
    check_response(
        "heartbeat_alive_response",
        "frame",
        Seal::Plain,
        &Response {
            uin: None,
            protocol: Protocol::Simple,
            ..answer(1, Alive::NAME, Bytes::new())
        },
    );
    check_response(
        "key_exchange_response",
        "frame",
        Seal::Zero,
        &answer(
            105,
            "trpc.login.ecdh.EcdhService.SsoKeyExchange",
            bytes("/key_exchange/response"),
        ),
    );
    for (name, sequence, command) in [
        ("qr_fetch_response", 100, "wtlogin.trans_emp"),
        ("qr_poll_response_waiting", 101, "wtlogin.trans_emp"),
        ("qr_poll_response_scanned", 101, "wtlogin.trans_emp"),
        ("qr_poll_response_expired", 101, "wtlogin.trans_emp"),
        ("qr_poll_response_cancelled", 101, "wtlogin.trans_emp"),
        ("qr_poll_response_confirmed", 102, "wtlogin.trans_emp"),
        ("login_response_ok", 103, "wtlogin.login"),
        ("login_response_error", 103, "wtlogin.login"),
    ] {
        check_response(
            name,
            "frame",
            Seal::Zero,
            &Response {
                uin: (command == "wtlogin.login").then(uin),
                ..answer(sequence, command, bytes(&format!("/frames/{name}/wtlogin")))
            },
        );
    }
}

#[test]
fn invalid_frames_fail_with_the_matching_error() {
    let frame = received("oidb_request/frame");
    assert_eq!(
        decode_request(&frame, |_| None),
        Err(FrameError::UnknownTicket)
    );
    assert_eq!(
        decode_request(&frame, |_| Some([9; 16])),
        Err(FrameError::Cipher)
    );
    let answer = received("oidb_response/frame");
    assert_eq!(
        decode_response(&answer, None),
        Err(FrameError::UnknownTicket)
    );
    assert_eq!(
        decode_response(&answer, Some(&array("/tea/0/key"))),
        Err(FrameError::Cipher)
    );
    let mut other = answer.to_vec();
    other[4] = 7;
    assert_eq!(
        decode_response(&other.clone().into(), None),
        Err(FrameError::Flag(7))
    );
    other[3] = 9;
    assert_eq!(
        decode_response(&other.into(), None),
        Err(FrameError::Protocol(9))
    );
}

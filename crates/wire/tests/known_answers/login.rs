//! Known answers of protocol/01 §3, §8.3, §8.4.

use bytes::Bytes;
use nekonap_wire::{
    bounded,
    command::DecodeError,
    crypto::tea,
    login::{
        LoginError, Refused, easy,
        envelope::{Exchange, Kind, Opened},
        exchange, password, qr, wtlogin,
    },
    tlv::{Reader, Tlvs},
};
use prost::Message;

use crate::inputs::{
    IV, PADDING, TIME, array, at, bytes, client_key, client_p256, device, profile, server_key,
    server_p256, text, tickets, uid, uin,
};

fn client() -> Exchange {
    Exchange::with(client_key(), &server_key().public(), [0; 16]).expect("a key")
}

/// Checks a request on both sides: the client seals `body` to the vector's bytes, and the server opens them.
fn check_request(name: &str, kind: Kind, body: &[u8], field: &str) -> Opened {
    assert_eq!(body, bytes(&format!("/frames/{name}/{field}")), "{name}");
    let known = (kind == Kind::LogIn).then(uin);
    let sealed = client()
        .seal_padded(kind, known, profile().build, body, PADDING)
        .expect("it fits");
    assert_eq!(sealed, bytes(&format!("/frames/{name}/wtlogin")), "{name}");
    let opened = Opened::read(&sealed, &server_key(), &server_p256()).expect("an envelope");
    assert_eq!(opened.kind, kind);
    assert_eq!(opened.uin, known);
    assert_eq!(opened.key, array("/secp192k1/share_key_md5_x"));
    assert_eq!(opened.body, body);
    opened
}

/// Checks the answer to an opened request on both sides.
fn check_answer(name: &str, asked: &Opened, body: &[u8], field: &str) {
    assert_eq!(body, bytes(&format!("/frames/{name}/{field}")), "{name}");
    let sealed = asked.answer_padded(body, PADDING).expect("it fits");
    assert_eq!(sealed, bytes(&format!("/frames/{name}/wtlogin")), "{name}");
    assert_eq!(client().open(&sealed).expect("it opens"), body, "{name}");
}

fn confirmed() -> qr::Confirmed {
    qr::Confirmed {
        uin: uin(),
        a1: tickets().a1,
        no_picture: bytes("/inputs/no_pic_sig"),
        tgtgt: array("/inputs/tgtgt_key"),
    }
}

#[test]
fn qr_fetch_matches_the_vectors() {
    let body = qr::encode_fetch(&profile(), &device(), None, TIME).expect("it fits");
    let asked = check_request("qr_fetch_request", Kind::TransEmp, &body, "code2d");
    assert_eq!(
        qr::QrRequest::decode(&asked.body),
        Ok(qr::QrRequest::Fetch {
            guid: device().guid,
            device_name: device().name,
            unusual_device_sig: None,
        })
    );

    let answer = bytes("/frames/qr_fetch_response/code2d");
    let code = qr::decode_code(&answer).expect("a code");
    assert_eq!(code.signature, bytes("/inputs/qr_sig"));
    assert_eq!(code.url, text("/inputs/qr_url"));
    assert_eq!(code.key, text("/inputs/qr_string"));
    assert_eq!(code.expires, 120);
    assert_eq!(&code.picture[..8], b"\x89PNG\r\n\x1a\n");
    let ours = qr::encode_code(profile().app_id, &code).expect("it fits");
    check_answer("qr_fetch_response", &asked, &ours, "code2d");
}

#[test]
fn tlvs_of_a_qr_fetch_match_the_vectors() {
    let body = qr::encode_fetch(&profile(), &device(), Some(b"sig"), TIME).expect("it fits");
    let Ok(qr::QrRequest::Fetch {
        unusual_device_sig, ..
    }) = qr::QrRequest::decode(&body)
    else {
        panic!("a fetch");
    };
    assert_eq!(unusual_device_sig, Some(Bytes::from_static(b"sig")));
    let mut reader = Reader::new(&body[61 + 17..]);
    let list = Tlvs::read(&mut reader).expect("a list");
    assert_eq!(list.tags().next(), Some(0x11), "first of all");
    for tag in ["16", "1b", "1d", "33", "35", "66", "d1"] {
        let number = u16::from_str_radix(tag, 16).expect("hex");
        assert_eq!(
            list.get(number).expect(tag),
            bytes(&format!("/tlv_qr/{tag}")),
            "{tag}"
        );
    }
    let answer = bytes("/frames/qr_fetch_response/code2d");
    let list = Tlvs::read(&mut Reader::new(&answer[55 + 26..])).expect("a list");
    assert_eq!(list.get(0x1c).expect("0x1c"), bytes("/tlv_qr/resp_1c"));
    assert_eq!(list.get(0xd1).expect("0xd1"), bytes("/tlv_qr/resp_d1"));
}

#[test]
fn qr_poll_matches_the_vectors() {
    let signature = bytes("/inputs/qr_sig");
    let body = qr::encode_poll(&profile(), &signature, TIME).expect("it fits");
    let asked = check_request("qr_poll_request", Kind::TransEmp, &body, "code2d");
    assert_eq!(
        qr::QrRequest::decode(&asked.body),
        Ok(qr::QrRequest::Poll { signature })
    );

    for (name, state) in [
        ("waiting", qr::State::Waiting),
        ("scanned", qr::State::Scanned),
        ("expired", qr::State::Expired),
        ("cancelled", qr::State::Cancelled),
        ("confirmed", qr::State::Confirmed(confirmed())),
    ] {
        let name = format!("qr_poll_response_{name}");
        let ours = qr::encode_state(profile().app_id, &state).expect("it fits");
        check_answer(&name, &asked, &ours, "code2d");
        assert_eq!(qr::decode_state(&ours), Ok(state), "{name}");
    }
}

#[test]
fn log_in_with_a_confirmed_code_matches_the_vectors() {
    let body =
        wtlogin::encode_padded(&profile(), &device(), &confirmed(), PADDING).expect("it fits");
    let asked = check_request("login_request", Kind::LogIn, &body, "body");
    let log_in = wtlogin::LogIn::decode(&asked.body).expect("a log-in");
    assert_eq!(log_in.a1, confirmed().a1);
    assert_eq!(log_in.guid, device().guid);
    assert_eq!(log_in.uin, Some(uin()));
    let facts = log_in.open_device(&confirmed().tgtgt).expect("a device");
    assert_eq!((&facts.name[..], &facts.os[..]), ("Linux-PC", "Linux"));
    assert!(matches!(
        log_in.open_device(&[1; 16]),
        Err(DecodeError::Cipher(_))
    ));

    let logged_in = wtlogin::LoggedIn {
        tickets: tickets(),
        uid: uid(),
        face: 0,
        age: 20,
        gender: 1,
        nickname: "Example".into(),
    };
    let ours =
        wtlogin::encode_success_padded(&logged_in, &confirmed().tgtgt, PADDING).expect("it fits");
    check_answer("login_response_ok", &asked, &ours, "body");
    assert_eq!(
        wtlogin::decode_answer(&ours, &confirmed().tgtgt).expect("tickets"),
        logged_in
    );

    let ours =
        wtlogin::encode_refusal(237, "Login failed", "Environment at risk").expect("it fits");
    check_answer("login_response_error", &asked, &ours, "body");
    assert_eq!(
        wtlogin::decode_answer(&ours, &confirmed().tgtgt),
        Err(LoginError::Refused(Refused {
            code: 237,
            title: "Login failed".into(),
            text: "Environment at risk".into(),
            ..Refused::default()
        }))
    );
}

#[test]
fn tlvs_of_a_log_in_match_the_vectors() {
    let body =
        wtlogin::encode_padded(&profile(), &device(), &confirmed(), PADDING).expect("it fits");
    let list = Tlvs::read(&mut Reader::new(&body[2..])).expect("a list");
    let sealed = list.get(0x144).expect("0x144");
    let plain = tea::decrypt(&confirmed().tgtgt, sealed).expect("it decrypts");
    assert_eq!(plain, bytes("/frames/login_request/tlv_144_plain"));
    let inner = Tlvs::read(&mut Reader::new(&plain)).expect("a list");
    let given = at("/tlv").as_object().expect("a table");
    assert_eq!(list.tags().count() + inner.tags().count(), given.len());
    for tag in given.keys() {
        let number = u16::from_str_radix(tag, 16).expect("hex");
        let value = list.get(number).or(inner.get(number)).expect(tag);
        assert_eq!(value, bytes(&format!("/tlv/{tag}")), "{tag}");
    }

    let answer = bytes("/frames/login_response_ok/body");
    let list = Tlvs::read(&mut Reader::new(&answer[3..])).expect("a list");
    let plain = tea::decrypt(&confirmed().tgtgt, list.get(0x119).expect("0x119"));
    let plain = plain.expect("it decrypts");
    assert_eq!(plain, bytes("/frames/login_response_ok/tlv_119_plain"));
    let list = Tlvs::read(&mut Reader::new(&plain)).expect("a list");
    assert_eq!(list.get(0x11a).expect("0x11a"), bytes("/tlv_resp/11a"));
    assert_eq!(list.get(0x543).expect("0x543"), bytes("/tlv_resp/543"));
    let error = wtlogin::encode_refusal(0x25, "Login failed", "Please scan again");
    assert!(error.expect("it fits").ends_with(&bytes("/tlv_resp/146")));
}

#[test]
fn second_form_of_the_envelope_is_opened() {
    let envelope = bytes("/wtlogin_form2/wtlogin");
    let opened = Opened::read(&envelope, &server_key(), &server_p256()).expect("an envelope");
    assert_eq!(opened.key, array("/wtlogin_form2/share_key"));
    assert_eq!(opened.body, bytes("/wtlogin_form2/code2d"));
}

fn session() -> exchange::Session {
    exchange::Session {
        key: bytes("/key_exchange/session_key"),
        ticket: bytes("/key_exchange/session_ticket"),
        lifetime: 86400,
    }
}

#[test]
fn key_exchange_matches_the_vectors() {
    let (client, server) = (client_p256(), server_p256());
    let request = exchange::ask_with(
        &client,
        &server.public(),
        uin(),
        device().guid,
        TIME,
        [IV, IV],
    )
    .expect("a key");
    assert_eq!(request.encode_to_vec(), bytes("/key_exchange/request"));
    let asked = exchange::open(&server, &request).expect("a sound request");
    assert_eq!(
        (asked.uin, asked.guid, asked.time),
        (uin(), device().guid, TIME.into())
    );

    let ephemeral = nekonap_wire::crypto::p256::Private::from_bytes(&array(
        "/key_exchange/server_ephemeral_priv",
    ))
    .expect("a key");
    let reply = exchange::answer_with(&ephemeral, &asked, &session(), IV).expect("a key");
    assert_eq!(reply.encode_to_vec(), bytes("/key_exchange/response"));
    assert_eq!(exchange::finish(&client, &reply), Ok(session()));

    for damaged in [
        nekonap_wire::proto::login::KeyExchangeRequest {
            timestamp: Some((TIME + 1).into()),
            ..request.clone()
        },
        nekonap_wire::proto::login::KeyExchangeRequest {
            public_key: Some(server.public().to_vec().into()),
            ..request
        },
    ] {
        assert_eq!(
            exchange::open(&server, &damaged),
            Err(DecodeError::Invalid("the proof of a key exchange"))
        );
    }
}

#[test]
fn easy_log_in_matches_the_vectors() {
    let session = session();
    let request = easy::ask_with(
        &session,
        &profile(),
        &device(),
        uin(),
        &tickets().a1,
        None,
        IV,
    )
    .expect("a key");
    assert_eq!(request.encode_to_vec(), bytes("/easy_login/request"));
    let asked = easy::open(&session, &request).expect("a request");
    assert_eq!((asked.uin, &asked.a1), (Some(uin()), &tickets().a1));

    let reply = easy::answer_with(&session, &asked, Ok(&tickets()), IV).expect("a key");
    assert_eq!(reply.encode_to_vec(), bytes("/easy_login/response"));
    assert_eq!(easy::finish(&session, &reply), Ok(tickets()));

    let expired = Refused {
        code: easy::TOKEN_EXPIRED,
        title: "Expired".into(),
        text: "Please sign in again".into(),
        ..Refused::default()
    };
    let unusual = Refused {
        code: easy::UNUSUAL_DEVICE,
        title: "Verify".into(),
        text: "Confirm on your phone".into(),
        cookie: Some("cookie-example".into()),
        unusual_device_sig: Some(Bytes::from_static(b"UNUSUAL-SIG-EXAMPLE")),
    };
    for (name, refused) in [
        ("response_kicked_140022015", expired),
        ("response_unusual_140022011", unusual),
    ] {
        let reply = easy::answer_with(&session, &asked, Err(&refused), IV).expect("a key");
        let theirs = bytes(&format!("/easy_login/{name}/response"));
        assert_eq!(reply.encode_to_vec(), theirs, "{name}");
        let theirs = bounded::decode(&theirs).expect("an envelope");
        assert_eq!(
            easy::finish(&session, &theirs),
            Err(LoginError::Refused(refused)),
            "{name}"
        );
    }
}

#[test]
fn a1_of_a_password_matches_the_vector() {
    let input = password::A1Input {
        uin: uin(),
        guid: device().guid,
        app_id: profile().app_id,
        time: TIME,
        random: u32::from_be_bytes(array("/password_a1/random")),
        tgtgt: array("/password_a1/tgtgt"),
    };
    let password = text("/password_a1/password").as_bytes();
    let a1 = password::client_a1_padded(password, &input, PADDING).expect("it fits");
    assert_eq!(a1, bytes("/password_a1/cipher"));
    let plain = tea::decrypt(&array("/password_a1/key"), &a1).expect("it decrypts");
    assert_eq!(plain, bytes("/password_a1/plain"));
}

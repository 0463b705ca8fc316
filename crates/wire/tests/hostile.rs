//! Untrusted bytes: no decoder panics, and encoded values decode to the same values.

use bytes::{Bytes, BytesMut};
use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    bounded,
    command::{Command, Header},
    commands::session::{Alive, InfoSync, Register, SsoHeartBeat, UnRegister},
    crypto::{ZERO_KEY, p256, secp192k1, tea},
    frame::{
        Encryption, Protocol, Request, Reserved, Response, Seal, Signature, decode_request,
        decode_response, encode_request, encode_response, limits, split,
    },
    login::{
        Device, Guid, Profile, Tickets, easy,
        envelope::{Exchange, Kind, Opened},
        exchange, qr, wtlogin,
    },
    oidb,
    proto::login::{KeyExchangeReply, KeyExchangeRequest, NtEnvelope},
    tlv::{Reader, Tlvs},
};
use proptest::{collection::vec, option, prelude::*};

const KEY: [u8; 16] = [7; 16];

fn uins() -> impl Strategy<Value = Option<Uin>> {
    option::of((1_u64..1 << 53).prop_map(|number| Uin::new(number).expect("a uin")))
}

/// Uins that fit into the 32 bits of wtlogin.
fn short_uins() -> impl Strategy<Value = Uin> {
    (1_u64..1 << 32).prop_map(|number| Uin::new(number).expect("a uin"))
}

fn uids() -> impl Strategy<Value = Uid> {
    "[A-Za-z0-9_-]{1,24}".prop_map(|text| Uid::new(&text).expect("a uid"))
}

fn blobs() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..64).prop_map(Bytes::from)
}

fn guids() -> impl Strategy<Value = Guid> {
    any::<[u8; 16]>().prop_map(Guid)
}

fn reserved() -> impl Strategy<Value = Reserved> {
    let signature = (blobs(), blobs(), blobs());
    (
        option::of(".{0,60}"),
        option::of(uids()),
        option::of(signature),
    )
        .prop_map(|(trace, uid, signature)| Reserved {
            trace,
            uid,
            signature: signature.map(|(sign, token, extra)| Signature { sign, token, extra }),
        })
}

fn requests() -> impl Strategy<Value = Request> {
    let header = prop_oneof![
        Just(Header::Session),
        Just(Header::LogIn),
        Just(Header::Plain)
    ];
    let head = (any::<u32>(), blobs(), option::of(guids()), ".{0,20}");
    (
        header,
        any::<i32>(),
        ".{0,40}",
        uins(),
        head,
        reserved(),
        blobs(),
    )
        .prop_map(
            |(
                header,
                sequence,
                command,
                uin,
                (sub_app_id, tgt, guid, version),
                reserved,
                payload,
            )| {
                let simple = header == Header::Plain;
                Request {
                    sequence,
                    command,
                    uin,
                    protocol: header.into(),
                    encryption: Encryption::of(header, &Bytes::from_static(b"ticket")),
                    sub_app_id: if simple { 0 } else { sub_app_id },
                    tgt: if simple { Bytes::new() } else { tgt },
                    guid: if simple { None } else { guid },
                    version: if simple { String::new() } else { version },
                    reserved,
                    payload,
                }
            },
        )
}

fn responses() -> impl Strategy<Value = Response> {
    let texts = (".{0,40}", ".{0,40}");
    (
        any::<i32>(),
        any::<i32>(),
        texts,
        uins(),
        any::<bool>(),
        blobs(),
    )
        .prop_map(
            |(sequence, code, (extra, command), uin, simple, body)| Response {
                sequence,
                code,
                extra,
                command,
                uin,
                protocol: if simple {
                    Protocol::Simple
                } else {
                    Protocol::Full
                },
                body,
            },
        )
}

fn devices() -> impl Strategy<Value = Device> {
    (guids(), ".{0,30}").prop_map(|(guid, name)| Device {
        guid,
        name,
        os_version: String::new(),
    })
}

fn tickets() -> impl Strategy<Value = Tickets> {
    (blobs(), blobs(), any::<[u8; 16]>(), blobs()).prop_map(|(tgt, d2, d2_key, a1)| Tickets {
        tgt,
        d2,
        d2_key,
        a1,
    })
}

fn confirmed() -> impl Strategy<Value = qr::Confirmed> {
    (short_uins(), blobs(), blobs(), any::<[u8; 16]>()).prop_map(|(uin, a1, no_picture, tgtgt)| {
        qr::Confirmed {
            uin,
            a1,
            no_picture,
            tgtgt,
        }
    })
}

/// Runs every decoder on the same bytes.
fn decode_everything(bytes: &Bytes) {
    let _ = decode_request(bytes, |_| Some(KEY));
    let _ = decode_response(bytes, Some(&KEY));
    let _ = split(&mut BytesMut::from(&bytes[..]), 64);
    let _ = Reserved::decode(bytes);
    let _ = oidb::decode_request(bytes);
    let _ = oidb::decode_reply(bytes);
    let _ = Tlvs::read(&mut Reader::new(bytes));
    let _ = qr::QrRequest::decode(bytes);
    let _ = qr::decode_code(bytes);
    let _ = qr::decode_state(bytes);
    let _ = wtlogin::decode_answer(bytes, &KEY);
    if let Ok(log_in) = wtlogin::LogIn::decode(bytes) {
        let _ = log_in.open_device(&KEY);
    }
    let _ = InfoSync::decode_request(bytes);
    let _ = InfoSync::decode_reply(bytes);
    let _ = Register::decode_request(bytes);
    let _ = SsoHeartBeat::decode_reply(bytes);
    let _ = UnRegister::decode_request(bytes);
    let _ = Alive::decode_request(bytes);
    let _ = bounded::decode::<KeyExchangeRequest>(bytes);
    let _ = bounded::decode::<KeyExchangeReply>(bytes);
    let _ = bounded::decode::<NtEnvelope>(bytes);
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..300)) {
        decode_everything(&bytes.into());
    }

    /// Encrypted and framed correctly, so that the inner layers are reached.
    #[test]
    fn random_bytes_inside_a_valid_frame_never_panic(bytes in vec(any::<u8>(), 0..300), flag in 0_u8..3) {
        let sealed = match flag {
            1 => tea::encrypt(&KEY, &bytes),
            2 => tea::encrypt(&ZERO_KEY, &bytes),
            _ => bytes,
        };
        let head = [0, 0, 0, 12, flag];
        let request = [&head[..], &[0, 0, 0, 4, 0, 0, 0, 0, 5, b'0'], &sealed].concat();
        let _ = decode_request(&request.into(), |_| Some(KEY));
        let response = [&head[..], &[0, 0, 0, 0, 5, b'0'], &sealed].concat();
        let _ = decode_response(&response.into(), Some(&KEY));
    }

    #[test]
    fn damaged_request_never_panics(request in requests(), at: prop::sample::Index, bit in 0_u32..8) {
        let mut frame = encode_request(&request, Some(&KEY)).expect("it fits").to_vec();
        let at = at.index(frame.len());
        frame[at] ^= 1 << bit;
        decode_everything(&Bytes::from(frame).slice(4..));
    }

    #[test]
    fn damaged_unencrypted_answer_never_panics(response in responses(), at: prop::sample::Index, bit in 0_u32..8) {
        let mut frame = encode_response(&response, Seal::Plain, true).expect("it fits").to_vec();
        let at = at.index(frame.len());
        frame[at] ^= 1 << bit;
        decode_everything(&Bytes::from(frame).slice(4..));
    }

    #[test]
    fn requests_round_trip(request in requests()) {
        let frame = encode_request(&request, Some(&KEY)).expect("it fits");
        prop_assert_eq!(frame.len(), usize::try_from(u32::from_be_bytes([frame[0], frame[1], frame[2], frame[3]])).expect("small"));
        let read = decode_request(&frame.slice(4..), |ticket| (ticket == b"ticket").then_some(KEY));
        prop_assert_eq!(read, Ok(request));
    }

    #[test]
    fn answers_round_trip(response in responses(), flag in 0_u8..3, compress: bool) {
        let seal = match flag {
            0 => Seal::Plain,
            1 => Seal::D2(&KEY),
            _ => Seal::Zero,
        };
        let frame = encode_response(&response, seal, compress).expect("it fits");
        let mut stream = BytesMut::from(&frame[..]);
        let frame = split(&mut stream, limits::LARGEST_FRAME).expect("sound").expect("whole");
        prop_assert_eq!(decode_response(&frame, Some(&KEY)), Ok(response));
    }

    #[test]
    fn qr_requests_round_trip(device in devices(), signature in blobs(), time: u32, unusual in option::of(blobs())) {
        let profile = Profile::default();
        let fetch = qr::encode_fetch(&profile, &device, unusual.as_deref(), time).expect("it fits");
        prop_assert_eq!(qr::QrRequest::decode(&fetch), Ok(qr::QrRequest::Fetch {
            guid: device.guid,
            device_name: device.name,
            unusual_device_sig: unusual,
        }));
        let poll = qr::encode_poll(&profile, &signature, time).expect("it fits");
        prop_assert_eq!(qr::QrRequest::decode(&poll), Ok(qr::QrRequest::Poll { signature }));
    }

    #[test]
    fn qr_answers_round_trip(signature in blobs(), key in "[a-z]{0,40}", picture in blobs(), expires: u32, confirmed in confirmed()) {
        let code = qr::Code { signature, url: format!("https://x/?k={key}"), key, picture, expires };
        let answer = qr::encode_code(1, &code).expect("it fits");
        prop_assert_eq!(qr::decode_code(&answer), Ok(code));
        let state = qr::State::Confirmed(confirmed);
        let answer = qr::encode_state(1, &state).expect("it fits");
        prop_assert_eq!(qr::decode_state(&answer), Ok(state));
    }

    #[test]
    fn log_ins_round_trip(device in devices(), confirmed in confirmed(), tickets in tickets(), uid in uids(), nickname in ".{0,30}") {
        let body = wtlogin::encode(&Profile::default(), &device, &confirmed).expect("it fits");
        let read = wtlogin::LogIn::decode(&body).expect("a log-in");
        prop_assert_eq!((&read.a1, read.guid, read.uin), (&confirmed.a1, device.guid, Some(confirmed.uin)));
        prop_assert_eq!(read.open_device(&confirmed.tgtgt).expect("a device").name, device.name);
        let logged_in = wtlogin::LoggedIn { tickets, uid, face: 1, age: 2, gender: 3, nickname };
        let answer = wtlogin::encode_success(&logged_in, &confirmed.tgtgt).expect("it fits");
        prop_assert_eq!(wtlogin::decode_answer(&answer, &confirmed.tgtgt), Ok(logged_in));
    }

    #[test]
    fn easy_log_ins_round_trip(device in devices(), uin in short_uins(), a1 in blobs(), tickets in tickets(), key: [u8; 32], cookie in option::of("[a-z]{1,9}")) {
        let session = exchange::Session { key: key.to_vec().into(), ticket: Bytes::new(), lifetime: 1 };
        let request = easy::ask(&session, &Profile::default(), &device, uin, &a1, cookie.as_deref()).expect("a key");
        let asked = easy::open(&session, &request).expect("a request");
        prop_assert_eq!((asked.uin, &asked.a1), (Some(uin), &a1));
        let reply = easy::answer(&session, &asked, Ok(&tickets)).expect("a key");
        prop_assert_eq!(easy::finish(&session, &reply), Ok(tickets));
    }
}

proptest! {
    // Each case uses two curves; 256 cases would take seconds.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn envelopes_and_exchanges_round_trip(body in blobs(), uin in short_uins(), guid in guids(), time: u32, junk in vec(any::<u8>(), 0..200)) {
        let (secp192k1, p256) = (secp192k1::Private::random(), p256::Private::random());
        let client = Exchange::new(&secp192k1.public()).expect("a key");
        let sealed = client.seal(Kind::LogIn, Some(uin), 46494, &body).expect("it fits");
        let opened = Opened::read(&sealed, &secp192k1, &p256).expect("an envelope");
        prop_assert_eq!((opened.uin, &opened.body), (Some(uin), &body));
        let answer = opened.answer(&body).expect("it fits");
        prop_assert_eq!(client.open(&answer), Ok(body));
        for payload in [junk.clone(), [&[2, 0, 0], &junk[..], &[3]].concat()] {
            let _ = Opened::read(&payload, &secp192k1, &p256);
            let _ = client.open(&payload);
        }

        let private = p256::Private::random();
        let request = exchange::ask(&private, &p256.public(), uin, guid, time).expect("a key");
        let asked = exchange::open(&p256, &request).expect("a request");
        prop_assert_eq!((asked.uin, asked.guid, asked.time), (uin, guid, time.into()));
        let session = exchange::Session { key: vec![1; 32].into(), ticket: junk.into(), lifetime: time };
        let reply = exchange::answer(&asked, &session).expect("a key");
        prop_assert_eq!(exchange::finish(&private, &reply), Ok(session));
    }
}

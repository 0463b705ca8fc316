//! Well-formed but hostile frames: wrong keys, deeply nested payloads, wrong lengths (protocol/01 §1).

use crate::story::{STEP_TIMEOUT, Story};
use nekonap_wire::frame::{Encryption, Protocol, Request, Reserved, encode_request};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Deeply nested messages, which overflow the stack of a parser without a recursion limit.
fn nested(depth: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..depth {
        let mut outer = vec![0x0a];
        let mut length = bytes.len();
        while length >= 0x80 {
            outer.push(u8::try_from(length & 0x7f).expect("seven bits") | 0x80);
            length >>= 7;
        }
        outer.push(u8::try_from(length).expect("seven bits"));
        outer.extend(bytes);
        bytes = outer;
    }
    bytes
}

fn request(command: &str, encryption: Encryption, payload: Vec<u8>) -> Request {
    Request {
        sequence: 7,
        command: command.to_owned(),
        uin: None,
        protocol: Protocol::Full,
        encryption,
        sub_app_id: 1,
        tgt: Vec::new().into(),
        guid: None,
        version: "0".to_owned(),
        reserved: Reserved::default(),
        payload: payload.into(),
    }
}

#[tokio::test]
async fn hostile_frames_before_log_in_do_not_affect_the_bot() {
    let story = Story::new().await;
    let ticket = Encryption::D2(b"a ticket that was not issued".to_vec().into());
    let bomb = nested(10_000);
    let mut repeated = Vec::new();
    // 20,000 empty fields: small on the wire, large in memory.
    for _ in 0..20_000 {
        repeated.extend([0x0a, 0x00]);
    }
    let zero = || Encryption::Zero;
    let frames = [
        ("MessageSvc.PbSendMsg", ticket, bomb.clone(), Some([7; 16])),
        (
            "trpc.login.ecdh.EcdhService.SsoKeyExchange",
            zero(),
            bomb.clone(),
            None,
        ),
        (
            "trpc.login.ecdh.EcdhService.SsoKeyExchange",
            zero(),
            repeated,
            None,
        ),
        (
            "trpc.login.ecdh.EcdhService.SsoNTLoginEasyLogin",
            zero(),
            vec![0xff; 1_000],
            None,
        ),
        ("wtlogin.trans_emp", zero(), vec![0x02; 40_000], None),
        ("MessageSvc.PbSendMsg", zero(), bomb, None),
        ("no.such.command", Encryption::Plain, Vec::new(), None),
    ];
    for (command, encryption, payload, key) in frames {
        let frame =
            encode_request(&request(command, encryption, payload), key.as_ref()).expect("a frame");
        let mut stream = TcpStream::connect(story.ready().wire)
            .await
            .expect("connected");
        stream.write_all(&frame).await.expect("written");
        stream.shutdown().await.expect("closed");
        let mut rest = Vec::new();
        // The server may refuse, close or reset the connection, but it must end it.
        let _ = tokio::time::timeout(STEP_TIMEOUT, stream.read_to_end(&mut rest))
            .await
            .expect("the server ends the connection");
    }
    story.bot().says(20001, "still here").await;
}

#[tokio::test]
async fn frame_over_the_size_limit_closes_the_connection() {
    let story = Story::new().await;
    for length in [64 * 1024 + 1_u32, 0x04ff_ffff] {
        let mut stream = TcpStream::connect(story.ready().wire)
            .await
            .expect("connected");
        stream
            .write_all(&length.to_be_bytes())
            .await
            .expect("written");
        let mut rest = Vec::new();
        // The test does not close its side, so the server must end the connection.
        let _ = tokio::time::timeout(STEP_TIMEOUT, stream.read_to_end(&mut rest))
            .await
            .expect("the server closes");
    }
    story.bot().says(20001, "still here").await;
}

#[tokio::test]
async fn incomplete_frame_times_out() {
    let story = Story::new().await;
    let mut half = TcpStream::connect(story.ready().wire)
        .await
        .expect("connected");
    half.write_all(&[0, 0, 1, 0, 0, 0]).await.expect("written");
    story
        .bot()
        .says(20001, "the server does not wait for it")
        .await;
    // The time limit for the first frame is 10 s (api/sandbox §7).
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(STEP_TIMEOUT, half.read_to_end(&mut rest))
        .await
        .expect("the server ends the connection");
}

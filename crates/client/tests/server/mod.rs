//! A tiny server that does what a test tells it, step by step: the other side of the wire, made of `wire`'s
//! server-side functions.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use bytes::{Bytes, BytesMut};
use nekonap_client::{Address, Client, Config, Event, Events, ServerKeys, Timings};
use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    command::{Command, Refusal, RefusalForm},
    commands::{
        login::{EasyLogin, SsoKeyExchange, TransEmp, WtLogin},
        session::{Alive, InfoSync, KICK_NT, REGISTER_SUCCESS, UNREGISTER_SUCCESS, UnRegister},
    },
    crypto::{Key, p256, secp192k1},
    frame::{self, Encryption, Protocol, Request, Response, Seal, limits::LARGEST_FRAME},
    login::{
        Refused, Tickets, easy, envelope, exchange,
        qr::{self, Asked, Code, Confirmed, State},
        wtlogin::{self, LogIn, LoggedIn},
    },
    proto::session::{InfoSyncReply, KickNt, UnRegisterReply, info_sync_reply},
};
use prost::Message as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// How long anything may take before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(10);

pub const BOT: u64 = 10001;

pub fn uin(number: u64) -> Uin {
    Uin::new(number).expect("a uin")
}

/// The uid that this server gives a number.
pub fn uid(number: u64) -> Uid {
    Uid::new(&format!("u_{number}")).expect("a uid")
}

/// A server that accepts one connection after the other.
pub struct Server {
    listener: TcpListener,
    secp192k1: secp192k1::Private,
    p256: p256::Private,
    /// The key of every ticket it gave.
    keys: Mutex<HashMap<Vec<u8>, Key>>,
}

impl Server {
    pub async fn start() -> Self {
        Self {
            listener: TcpListener::bind("127.0.0.1:0").await.expect("a port"),
            secp192k1: secp192k1::Private::random(),
            p256: p256::Private::random(),
            keys: Mutex::default(),
        }
    }

    /// A configuration that leads here, with little patience.
    pub fn config(&self) -> Config {
        let address = self.listener.local_addr().expect("an address");
        Config {
            servers: vec![Address::from(address)],
            keys: ServerKeys {
                secp192k1: self.secp192k1.public(),
                p256: self.p256.public(),
            },
            timings: Timings {
                poll: Duration::from_millis(5),
                backoff_min: Duration::from_millis(5),
                backoff_max: Duration::from_millis(20),
                ..Timings::default()
            },
            ..Config::default()
        }
    }

    pub async fn accept(&self) -> Peer<'_> {
        let (stream, _) = within(self.listener.accept()).await.expect("a connection");
        Peer {
            server: self,
            stream,
            received: BytesMut::new(),
            pushed: 0,
            alive: 0,
            account: None,
        }
    }

    /// Starts a client with this configuration and logs it in.
    pub async fn client(&self, config: Config) -> (Client, Events, Peer<'_>) {
        let (client, events) = Client::start(config).expect("a good configuration");
        let mut peer = self.accept().await;
        peer.log_in().await;
        peer.register().await;
        within(client.online_within(PATIENCE))
            .await
            .expect("online");
        (client, events, peer)
    }

    fn tickets(&self, number: u64) -> Tickets {
        let tickets = Tickets {
            tgt: Bytes::from(format!("tgt {number} {}", rand::random::<u64>())),
            d2: Bytes::from(format!("d2 {number} {}", rand::random::<u64>())),
            d2_key: rand::random(),
            a1: Bytes::from(format!("a1 {number} {}", rand::random::<u64>())),
        };
        self.keys
            .lock()
            .expect("no panic")
            .insert(tickets.d2.to_vec(), tickets.d2_key);
        tickets
    }
}

/// One connection.
pub struct Peer<'a> {
    server: &'a Server,
    stream: TcpStream,
    received: BytesMut,
    pushed: i32,
    /// How many heartbeats of the connection were answered, without a word to the test.
    pub alive: u32,
    account: Option<(Uin, Key)>,
}

impl Peer<'_> {
    /// The next request.
    pub async fn request(&mut self) -> Request {
        within(self.next())
            .await
            .expect("the client closed the connection")
    }

    /// The next request, which is this command's.
    pub async fn expect<C: Command>(&mut self) -> (Request, C::Request) {
        let request = self.request().await;
        assert_eq!(request.command, C::NAME);
        let asked = C::decode_request(&request.payload).expect("a request");
        (request, asked)
    }

    /// Waits until the client closes the connection.
    pub async fn closed(mut self) {
        assert!(
            within(self.next()).await.is_none(),
            "a request, not the end"
        );
    }

    async fn next(&mut self) -> Option<Request> {
        loop {
            if let Some(frame) = frame::split(&mut self.received, LARGEST_FRAME).expect("a frame") {
                let request = {
                    let keys = self.server.keys.lock().expect("no panic");
                    frame::decode_request(&frame, |d2| keys.get(d2).copied()).expect("a request")
                };
                if request.command != Alive::NAME {
                    return Some(request);
                }
                assert_eq!(&request.payload[..], [0, 0, 0, 4]);
                self.alive += 1;
                self.reply::<Alive>(&request, &()).await;
                continue;
            }
            match self.stream.read_buf(&mut self.received).await {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    pub async fn reply<C: Command>(&mut self, request: &Request, reply: &C::Reply) {
        self.answer(request, 0, "", C::encode_reply(reply).into())
            .await;
    }

    pub async fn refuse<C: Command>(&mut self, request: &Request, code: i64, text: &str) {
        match C::encode_refusal(&Refusal::new(code, text)) {
            RefusalForm::ReturnCode => {
                let code = code.try_into().expect("a return code");
                self.answer(request, code, text, Bytes::new()).await;
            }
            RefusalForm::Body(body) => self.answer(request, 0, "", body.into()).await,
        }
    }

    pub async fn answer(&mut self, request: &Request, code: i32, extra: &str, body: Bytes) {
        let response = Response {
            sequence: request.sequence,
            code,
            extra: extra.to_owned(),
            command: request.command.clone(),
            uin: request.uin,
            protocol: request.protocol,
            body,
        };
        let key;
        let seal = match &request.encryption {
            Encryption::Plain => Seal::Plain,
            Encryption::Zero => Seal::Zero,
            Encryption::D2(_) if code <= -10_000 => Seal::Zero,
            Encryption::D2(d2) => {
                key = *self
                    .server
                    .keys
                    .lock()
                    .expect("no panic")
                    .get(&d2[..])
                    .expect("a ticket of ours");
                Seal::D2(&key)
            }
        };
        let frame = frame::encode_response(&response, seal, false).expect("a frame");
        self.write(&frame).await;
    }

    pub async fn push(&mut self, command: &str, body: impl Into<Bytes>) {
        let (uin, key) = self.account.expect("a registered account");
        self.pushed -= 1;
        let response = Response {
            sequence: self.pushed,
            code: 0,
            extra: String::new(),
            command: command.to_owned(),
            uin: Some(uin),
            protocol: Protocol::Full,
            body: body.into(),
        };
        let frame = frame::encode_response(&response, Seal::D2(&key), true).expect("a frame");
        self.write(&frame).await;
    }

    pub async fn kick(&mut self, title: &str, text: &str) {
        let push = KickNt {
            uin: Some(BOT),
            title: Some(title.to_owned()),
            tips: Some(text.to_owned()),
            ..KickNt::default()
        };
        self.push(KICK_NT, push.encode_to_vec()).await;
    }

    pub async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("written");
    }

    /// A whole log-in by QR code, of the bot.
    pub async fn log_in(&mut self) {
        let code = self.fetched(b"a code").await;
        self.polled(&State::Waiting).await;
        self.polled(&State::Scanned).await;
        let confirmed = confirmed(BOT);
        self.polled(&State::Confirmed(confirmed.clone())).await;
        drop(code);
        self.log_in_as(&confirmed).await;
    }

    /// Answers a fetch with a code of this signature.
    pub async fn fetched(&mut self, signature: &'static [u8]) -> Option<Bytes> {
        let (request, payload) = self.expect::<TransEmp>().await;
        let opened = self.open(&payload);
        let Asked::Fetch {
            unusual_device_sig, ..
        } = Asked::decode(&opened.body).expect("a question")
        else {
            panic!("a poll before a fetch");
        };
        let code = Code {
            signature: Bytes::from_static(signature),
            url: "https://txz.qq.com/p?k=abc&f=1600001615".to_owned(),
            key: "abc".to_owned(),
            picture: Bytes::from_static(b"png"),
            expires: 120,
        };
        let body = qr::encode_code(1_600_001_615, &code).expect("short");
        let reply = opened.answer(&body).expect("short").into();
        self.reply::<TransEmp>(&request, &reply).await;
        unusual_device_sig
    }

    /// Answers a poll.
    pub async fn polled(&mut self, state: &State) {
        let (request, payload) = self.expect::<TransEmp>().await;
        let opened = self.open(&payload);
        assert!(matches!(
            Asked::decode(&opened.body).expect("a question"),
            Asked::Poll { .. }
        ));
        let body = qr::encode_state(1_600_001_615, state).expect("short");
        let reply = opened.answer(&body).expect("short").into();
        self.reply::<TransEmp>(&request, &reply).await;
    }

    /// Answers the log-in of a confirmed code with tickets.
    pub async fn log_in_as(&mut self, confirmed: &Confirmed) {
        let (request, payload) = self.expect::<WtLogin>().await;
        let opened = self.open(&payload);
        let asked = LogIn::decode(&opened.body).expect("a log-in");
        assert_eq!(asked.a1, confirmed.a1);
        assert_eq!(asked.uin, Some(confirmed.uin));
        asked.open_device(&confirmed.tgtgt).expect("the tgtgt key");
        let number = confirmed.uin.get();
        let logged_in = LoggedIn {
            tickets: self.server.tickets(number),
            uid: uid(number),
            face: 0,
            age: 20,
            gender: 1,
            nickname: "Bot".to_owned(),
        };
        let body = wtlogin::encode_success(&logged_in, &confirmed.tgtgt).expect("short");
        let reply = opened.answer(&body).expect("short").into();
        self.reply::<WtLogin>(&request, &reply).await;
    }

    /// Refuses the log-in of a confirmed code.
    pub async fn refuse_log_in(&mut self, state: u8) {
        let (request, payload) = self.expect::<WtLogin>().await;
        let opened = self.open(&payload);
        let body = wtlogin::encode_refusal(state, "No", "not you").expect("short");
        let reply = opened.answer(&body).expect("short").into();
        self.reply::<WtLogin>(&request, &reply).await;
    }

    /// Serves an easy log-in: the key exchange, and then this outcome.
    pub async fn easy_log_in(&mut self, outcome: Result<(), Refused>) {
        let (request, asked) = self.expect::<SsoKeyExchange>().await;
        let asked = exchange::open(&self.server.p256, &asked).expect("in order");
        let session = exchange::Session {
            key: Bytes::from(vec![7; 32]),
            ticket: Bytes::from_static(b"exchanged"),
            lifetime: 3_600,
        };
        let reply = exchange::answer(&asked, &session).expect("a key");
        self.reply::<SsoKeyExchange>(&request, &reply).await;

        let (request, envelope) = self.expect::<EasyLogin>().await;
        let asked = easy::open(&session, &envelope).expect("in order");
        assert!(asked.a1.starts_with(b"a1"));
        let tickets = outcome.map(|()| self.server.tickets(BOT));
        let reply = easy::answer(&session, &asked, tickets.as_ref()).expect("a key");
        self.reply::<EasyLogin>(&request, &reply).await;
    }

    /// Takes a registration, and puts the client online.
    pub async fn register(&mut self) {
        let (request, _) = self.expect::<InfoSync>().await;
        self.registered(&request).await;
    }

    pub async fn registered(&mut self, request: &Request) {
        let Encryption::D2(d2) = &request.encryption else {
            panic!("a registration without a session");
        };
        let key = *self
            .server
            .keys
            .lock()
            .expect("no panic")
            .get(&d2[..])
            .expect("a ticket of ours");
        self.account = Some((request.uin.expect("an account"), key));
        let reply = InfoSyncReply {
            register: Some(info_sync_reply::Register {
                message: Some(REGISTER_SUCCESS.to_owned()),
                time: Some(1_700_000_000),
            }),
            ..InfoSyncReply::default()
        };
        self.reply::<InfoSync>(request, &reply).await;
    }

    /// Says goodbye.
    pub async fn unregister(&mut self) {
        let (request, _) = self.expect::<UnRegister>().await;
        let reply = UnRegisterReply {
            message: Some(UNREGISTER_SUCCESS.to_owned()),
        };
        self.reply::<UnRegister>(&request, &reply).await;
    }

    fn open(&self, payload: &[u8]) -> envelope::Opened {
        envelope::Opened::read(payload, &self.server.secp192k1, &self.server.p256)
            .expect("an envelope")
    }
}

/// What a confirmed code of this account gives.
pub fn confirmed(number: u64) -> Confirmed {
    Confirmed {
        uin: uin(number),
        a1: Bytes::from(format!("a1 {number}")),
        no_picture: Bytes::from_static(&[1; 16]),
        tgtgt: [9; 16],
    }
}

/// Awaits it for as long as a test has patience.
pub async fn within<F: Future>(future: F) -> F::Output {
    timeout(PATIENCE, future).await.expect("nothing happened")
}

/// The next event.
pub async fn next(events: &mut Events) -> Event {
    within(events.next()).await.expect("the client has ended")
}

/// The next event that `wanted` makes something of; others are passed over.
pub async fn next_of<T>(events: &mut Events, wanted: impl Fn(Event) -> Option<T>) -> T {
    loop {
        if let Some(found) = wanted(next(events).await) {
            return found;
        }
    }
}

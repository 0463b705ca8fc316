//! A small server over a real socket. Tests control each of its replies and pushes.

use std::{fs, future::Future, path::PathBuf, time::Duration};

use bytes::{Bytes, BytesMut};
use nekonap_client::{Address, Client, Config, Event, Events, Timings};
use nekonap_ids::{Conversation, GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{
    command::Command,
    commands::{
        friends::GetFriends,
        groups::{GetGroupDetails, GetGroups},
        history::GetGroupMessages,
        messages::SendReceipt,
        session::{Alive, InfoSync, MSG_PUSH, REGISTER_SUCCESS},
    },
    frame::{
        Encryption, Protocol, Request, Response, Seal, decode_request, encode_response, limits,
        split,
    },
    message::{Element, Message, Party, Place, Role, SenderNames, Text},
    proto::{
        friends::FriendsReply,
        groups::{Details, DetailsAnswer, DetailsReply, GroupsReply, JoinedGroup, OwnFacts},
        history::GroupHistory,
        session::{InfoSyncReply, info_sync_reply},
    },
    push::{Envelope, Push},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// Session key in the initial keystore.
pub(crate) const D2_KEY: [u8; 16] = [7; 16];
/// Timeout of each step of a test.
const STEP_TIMEOUT: Duration = Duration::from_secs(10);

/// Waits for `what`; panics after [`STEP_TIMEOUT`].
#[track_caller]
pub(crate) fn soon<T>(what: impl Future<Output = T>) -> impl Future<Output = T> {
    let asked = std::panic::Location::caller();
    async move {
        timeout(STEP_TIMEOUT, what)
            .await
            .unwrap_or_else(|_| panic!("the step at {asked} timed out"))
    }
}

pub(crate) fn uin(number: u64) -> Uin {
    Uin::new(number).expect("a uin")
}

pub(crate) fn group() -> GroupUin {
    GroupUin::new(20001).expect("a group")
}

/// A listening server, and the keystore of its client.
pub(crate) struct Server {
    listener: TcpListener,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts a server and writes a keystore with a saved session, and with an A1 if `a1` is true.
    pub(crate) async fn start(a1: bool) -> Self {
        let server = Self {
            listener: TcpListener::bind("127.0.0.1:0").await.expect("a port"),
            folder: tempfile::tempdir().expect("a folder"),
        };
        let saved = serde_json::json!({
            "version": 1,
            "guid": "000102030405060708090a0b0c0d0e0f",
            "device_name": "a test",
            "account": {
                "uin": 10001,
                "uid": "u_bot",
                "nickname": "bot",
                "age": 1,
                "gender": 1,
                "d2": hex::encode("a ticket"),
                "d2_key": hex::encode(D2_KEY),
                "tgt": hex::encode("tgt"),
                "a1": if a1 { hex::encode("a1") } else { String::new() },
                "logged_in": 1_700_000_000,
            },
        });
        fs::write(server.keystore(), saved.to_string()).expect("written");
        server
    }

    pub(crate) fn keystore(&self) -> PathBuf {
        self.folder.path().join("session.json")
    }

    /// A client of this server, with short intervals.
    pub(crate) fn client(&self) -> (Client, Events) {
        self.client_with(|_| ())
    }

    pub(crate) fn client_with(&self, change: impl FnOnce(&mut Config)) -> (Client, Events) {
        let address = self.listener.local_addr().expect("an address");
        let mut config = Config {
            servers: vec![Address::from(address)],
            keystore: Some(self.keystore()),
            timings: Timings {
                poll: Duration::from_millis(10),
                history: Duration::from_millis(1),
                backoff_min: Duration::from_millis(1),
                backoff_max: Duration::from_millis(20),
                ..Timings::default()
            },
            ..Config::default()
        };
        change(&mut config);
        Client::start(config).expect("started")
    }

    /// Accepts the client's next connection.
    #[track_caller]
    pub(crate) fn accept(&self) -> impl Future<Output = Peer> {
        let accepted = soon(self.listener.accept());
        async move {
            let (stream, _) = accepted.await.expect("a connection");
            Peer {
                stream,
                received: BytesMut::new(),
                latest: None,
                remembers: false,
                pushes: 0,
            }
        }
    }

    /// Accepts the client's next connection and its registration.
    pub(crate) async fn online(&self) -> Peer {
        let mut peer = self.accept().await;
        let request = peer.next_request().await;
        assert_eq!(request.command, InfoSync::NAME);
        peer.registered(&request).await;
        peer
    }
}

/// One connection of the client, seen from the server.
pub(crate) struct Peer {
    stream: TcpStream,
    received: BytesMut,
    /// Newest sequence of the group.
    pub(crate) latest: Option<u64>,
    /// Whether requests for the newest sequence and the history are answered automatically.
    pub(crate) remembers: bool,
    pushes: i32,
}

impl Peer {
    /// The next request of any kind; `None` after the client has closed the connection. Cancel safe.
    pub(crate) async fn next(&mut self) -> Option<Request> {
        loop {
            let frame = split(&mut self.received, limits::LARGEST_REQUEST).expect("a length");
            if let Some(frame) = frame {
                return Some(decode_request(&frame, |_| Some(D2_KEY)).expect("a request"));
            }
            match self.stream.read_buf(&mut self.received).await {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// The next request that is not answered automatically; heartbeats and the lists requested after each registration
    /// are.
    pub(crate) async fn next_request(&mut self) -> Request {
        let asked = async {
            loop {
                let request = self.next().await.expect("the connection is open");
                if let Some(request) = self.background(request).await {
                    return request;
                }
            }
        };
        soon(asked).await
    }

    /// Answers background requests until `happens` completes.
    pub(crate) async fn until<T>(&mut self, happens: impl Future<Output = T>) -> T {
        let mut happens = std::pin::pin!(soon(happens));
        loop {
            tokio::select! {
                happened = &mut happens => return happened,
                request = self.next() => {
                    let request = request.expect("the connection is open");
                    if let Some(request) = self.background(request).await {
                        panic!("{} is requested, but the test does not expect it", request.command);
                    }
                }
            }
        }
    }

    async fn background(&mut self, request: Request) -> Option<Request> {
        if request.command == Alive::NAME {
            self.answer::<Alive>(&request, &()).await;
        } else if request.command == <GetGroups as Command>::NAME {
            let groups = self.latest.map(|latest| JoinedGroup {
                group: Some(group().get()),
                facts: None,
                own: Some(OwnFacts {
                    latest_seq: Some(latest),
                    ..OwnFacts::default()
                }),
            });
            let reply = GroupsReply {
                groups: groups.into_iter().collect(),
            };
            self.answer::<GetGroups>(&request, &reply).await;
        } else if request.command == <GetFriends as Command>::NAME {
            self.answer::<GetFriends>(&request, &FriendsReply::default())
                .await;
        } else if self.remembers && request.command == <GetGroupDetails as Command>::NAME {
            let reply = DetailsReply {
                answer: Some(DetailsAnswer {
                    facts: Some(Details {
                        latest_seq: self.latest,
                        ..Details::default()
                    }),
                    ..DetailsAnswer::default()
                }),
                error: None,
            };
            self.answer::<GetGroupDetails>(&request, &reply).await;
        } else if self.remembers && request.command == GetGroupMessages::NAME {
            self.history(&request).await;
        } else {
            return Some(request);
        }
        None
    }

    /// Answers a history request, and returns its range.
    pub(crate) async fn history(&mut self, request: &Request) -> (u64, u64) {
        let asked = GetGroupMessages::decode_request(&request.payload).expect("a range");
        let range = asked.range.expect("a range");
        let (start, end) = (range.start_seq(), range.end_seq());
        let history = GroupHistory {
            messages: (start..=end)
                .map(|sequence| group_message(sequence, &format!("number {sequence}")).encode())
                .collect(),
            ..GroupHistory::default()
        };
        self.answer::<GetGroupMessages>(request, &history).await;
        (start, end)
    }

    /// Accepts a registration.
    pub(crate) async fn registered(&mut self, request: &Request) {
        let reply = InfoSyncReply {
            register: Some(info_sync_reply::Register {
                message: Some(REGISTER_SUCCESS.to_owned()),
                time: Some(1),
            }),
            ..InfoSyncReply::default()
        };
        self.answer::<InfoSync>(request, &reply).await;
    }

    pub(crate) async fn answer<C: Command>(&mut self, request: &Request, reply: &C::Reply) {
        let response = Response {
            body: C::encode_reply(reply).into(),
            ..answer_to(request)
        };
        self.respond(&response, &request.encryption).await;
    }

    /// Refuses a request with an SSO return code.
    pub(crate) async fn refuse(&mut self, request: &Request, code: i32, extra: &str) {
        let response = Response {
            code,
            extra: extra.to_owned(),
            ..answer_to(request)
        };
        self.respond(&response, &Encryption::Zero).await;
    }

    /// Sends a response of any kind.
    pub(crate) async fn respond(&mut self, response: &Response, encryption: &Encryption) {
        let seal = match encryption {
            Encryption::Plain => Seal::Plain,
            Encryption::Zero => Seal::Zero,
            Encryption::D2(_) => Seal::D2(&D2_KEY),
        };
        let frame = encode_response(response, seal, false).expect("it fits");
        self.raw(&frame).await;
    }

    /// Pushes to this account.
    pub(crate) async fn push(&mut self, command: &str, body: Vec<u8>) {
        self.push_to(uin(10001), command, body).await;
    }

    /// Pushes to any account.
    pub(crate) async fn push_to(&mut self, to: Uin, command: &str, body: Vec<u8>) {
        self.pushes -= 1;
        let response = Response {
            sequence: self.pushes,
            code: 0,
            extra: String::new(),
            command: command.to_owned(),
            uin: Some(to),
            protocol: Protocol::Full,
            body: body.into(),
        };
        let d2 = Encryption::D2(Bytes::from_static(b"a ticket"));
        self.respond(&response, &d2).await;
    }

    /// Pushes a group message.
    pub(crate) async fn push_text(&mut self, sequence: u64, text: &str) {
        let push = Push::Message(Box::new(group_message(sequence, text)));
        self.push(MSG_PUSH, push.encode(&Envelope::default())).await;
    }

    /// Sends raw bytes.
    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("written");
    }
}

fn answer_to(request: &Request) -> Response {
    Response {
        sequence: request.sequence,
        code: 0,
        extra: String::new(),
        command: request.command.clone(),
        uin: request.uin,
        protocol: request.protocol,
        body: Bytes::new(),
    }
}

/// A group message from Ann.
pub(crate) fn group_message(sequence: u64, text: &str) -> Message {
    Message {
        place: Place::Group {
            group: group(),
            group_name: "a group".to_owned(),
            card: "Ann".to_owned(),
            card_is_card: true,
            role: Some(Role::Member),
        },
        from: Party::new(uin(10002), Uid::new("u_ann").expect("a uid")),
        names: SenderNames::default(),
        to: Party::new(uin(10001), Uid::new("u_bot").expect("a uid")),
        sequence: Sequence::new(sequence),
        client_sequence: 0,
        random: 1,
        time: 1_700_000_000,
        elements: vec![Element::Text(Text::new(text))],
    }
}

/// The next event that is not about the session state or lists.
pub(crate) async fn next_event(events: &mut Events) -> Event {
    loop {
        match soon(events.next()).await.expect("a client") {
            Event::Online(_) | Event::Offline { .. } | Event::GroupsChanged => {}
            event => return event,
        }
    }
}

/// The next message event: sequence, text, and whether it was fetched.
pub(crate) async fn message(events: &mut Events) -> (u64, String, bool) {
    match next_event(events).await {
        Event::Message(message) => (
            message.sequence.get(),
            message.elements.iter().map(Element::preview).collect(),
            message.missed,
        ),
        other => panic!("{other:?} instead of a message"),
    }
}

/// The conversation of the group.
pub(crate) fn in_group() -> Conversation {
    Conversation::Group(group())
}

/// Message elements with this text.
pub(crate) fn text(text: &str) -> Vec<Element> {
    vec![Element::Text(Text::new(text))]
}

/// The reply to a send in the group.
pub(crate) fn sent(sequence: u64) -> SendReceipt {
    SendReceipt {
        time: 1,
        sequence: Some(Sequence::new(sequence)),
        thrown: None,
        group: true,
    }
}

/// Waits until the client is online, and answers background requests meanwhile.
pub(crate) async fn online(client: &Client, peer: &mut Peer) {
    let online = client.online_within(STEP_TIMEOUT);
    peer.until(online).await.expect("online");
}

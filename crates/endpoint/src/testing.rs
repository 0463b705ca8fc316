//! A bot without a server, for the tests of several modules. Lookups find what is in its archive; requests to a server
//! fail at once, because it is never online.

use nekonap_archive::{Archive, Arrival, Entry, Record};
use nekonap_client::{Address, Client, message::encode_list};
use nekonap_ids::{Conversation, GroupUin, MessageId, Sequence, Uin};
use nekonap_onebot::{Answer, Call};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::{Bot, Caller, Config, bot::Context};

/// A bot of account 10001, offline.
pub(crate) struct Offline {
    pub(crate) bot: Bot,
    /// Keeps the channel of login events open.
    _log_in: mpsc::Receiver<nekonap_client::Event>,
}

pub(crate) fn uin(number: u64) -> Uin {
    Uin::new(number).expect("an account")
}

pub(crate) fn group(number: u64) -> GroupUin {
    GroupUin::new(number).expect("a group")
}

impl Offline {
    /// A bot with these settings. Its server address is the discard port, where no server runs.
    pub(crate) async fn with(config: Config) -> Self {
        let client = nekonap_client::Config {
            servers: vec![Address::new("127.0.0.1", 9)],
            ..nekonap_client::Config::default()
        };
        let (client, events) = Client::start(client).expect("a client");
        let (archive, _) = Archive::open(uin(10_001), nekonap_archive::Config::default())
            .await
            .expect("an archive in memory");
        let (bot, log_in) = Bot::start(uin(10_001), client, events, archive, config);
        Self {
            bot,
            _log_in: log_in,
        }
    }

    pub(crate) async fn new() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) fn context(&self) -> Context {
        Context::of(self.bot.clone())
    }

    /// A context of this caller.
    pub(crate) fn context_of(&self, caller: Caller) -> Context {
        Context::of_caller(self.bot.clone(), caller)
    }

    /// Records a message as if it had been pushed.
    pub(crate) async fn receive(&self, record: Record) -> MessageId {
        let entry = Entry {
            record,
            arrival: Arrival::Pushed,
        };
        let recorded = self.bot.archive().record_one(entry).await;
        recorded.expect("recorded").id
    }

    /// Calls an action with JSON parameters and returns the whole answer.
    pub(crate) async fn call(&self, action: &str, params: Value) -> Value {
        let frame = serde_json::json!({ "action": action, "params": params });
        let call = Call::from_frame(&frame.to_string()).expect("a call");
        let answer: Answer = self.bot.call(call, Caller::default()).answer().await;
        serde_json::from_str(&answer.to_json()).expect("JSON")
    }

    /// Calls an action that must succeed and returns its data.
    pub(crate) async fn data(&self, action: &str, params: Value) -> Value {
        let answer = self.call(action, params).await;
        assert_eq!(answer["retcode"], 0, "{action}: {answer}");
        answer["data"].clone()
    }

    /// Calls an action that must fail with this code and returns the text.
    pub(crate) async fn failure(&self, action: &str, params: Value, code: &str) -> String {
        let answer = self.call(action, params.clone()).await;
        assert_eq!(answer["status"], "failed", "{action} {params}: {answer}");
        assert_eq!(answer["msg"], code, "{action} {params}: {answer}");
        assert_eq!(answer["data"], Value::Null);
        answer["message"].as_str().expect("a text").to_owned()
    }
}

/// A text message.
pub(crate) fn said(conversation: &str, sequence: u64, sender: u64, text: &str) -> Record {
    let conversation: Conversation = conversation.parse().expect("a conversation");
    Record {
        conversation,
        sequence: Some(Sequence::new(sequence)),
        client_sequence: if matches!(conversation, Conversation::Group(_)) {
            0
        } else {
            u32::try_from(sequence).expect("small") + 20_000
        },
        random: u32::try_from(sequence).expect("small") + 7,
        time: 1_767_225_600 + sequence,
        sender: uin(sender),
        own: sender == 10_001,
        elements: encode_list(&[nekonap_client::Element::Text(
            nekonap_client::message::Text::new(text),
        )]),
    }
}

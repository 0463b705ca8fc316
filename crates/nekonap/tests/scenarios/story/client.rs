//! A second QQ client: `nekonap-client` in the test's process, logged in over the wire by QR code.

use super::{STEP_TIMEOUT, Shared, inbox::Inbox, person::Person, uin};
use nekonap_client::{
    CallError, Client, Config, Element, Event, Message, Profile, ServerKeys, Timings,
    message::{MentionTarget, Text},
    push::{Doing, FriendChange, Notice, Origin, Poke},
};
use nekonap_ids::{Conversation, GroupUin, Sequence, Uin};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// A second client of the world, with the events that it receives.
pub(crate) struct SecondClient {
    client: Client,
    inbox: Inbox,
}

impl SecondClient {
    /// Logs in: the client shows a QR code, and the account scans and confirms it.
    ///
    /// As in QQ, an account has one client per kind of device: a second one evicts the first. `system` is the kind.
    pub(super) async fn log_in(
        shared: Arc<Shared>,
        account: u64,
        system: &str,
        fill_caches: bool,
    ) -> Self {
        let keys = &shared.ready.wire_keys;
        let config = Config {
            servers: vec![shared.ready.wire.into()],
            web: Some(shared.ready.wire.into()),
            keys: ServerKeys::from_hex(&keys.secp192k1, &keys.p256).expect("the ready line's keys"),
            timings: Timings {
                poll: Duration::from_millis(10),
                ..Timings::default()
            },
            profile: Profile {
                os: system.to_owned(),
                kernel: system.to_owned(),
                vendor_os: system.to_ascii_lowercase(),
                ..Profile::default()
            },
            fill_caches,
            ..Config::default()
        };
        let (client, mut events) = Client::start(config).expect("the client starts");
        let inbox = Inbox::new(
            &format!("client {account} sees"),
            &shared.transcript,
            |writer| async move {
                while let Some(event) = events.next().await {
                    writer.push(event_json(&event));
                }
            },
        );
        let code = inbox.wait_for(&json!({"event": "code"})).await["code"].clone();
        let phone = Person::new(Arc::clone(&shared), account);
        phone.does("scan_login", json!({"code": code})).await;
        phone.does("confirm_login", json!({"code": code})).await;
        let me = client
            .online_within(STEP_TIMEOUT)
            .await
            .expect("it comes online");
        assert_eq!(
            me.uin,
            uin(account),
            "the account that scanned is logged in"
        );
        Self { client, inbox }
    }

    /// The client itself.
    pub(crate) fn api(&self) -> &Client {
        &self.client
    }

    /// Waits for an event that matches the pattern. [`event_json`] defines the JSON of events.
    pub(crate) async fn sees(&self, pattern: Value) -> Value {
        self.inbox.wait_for(&pattern).await
    }

    /// Waits for a group message.
    pub(crate) async fn sees_in_group(&self, group: u64, from: u64, text: &str) {
        self.sees(json!({"event": "message", "group": group, "from": from, "text": text}))
            .await;
    }

    /// Waits for a private message.
    pub(crate) async fn sees_from(&self, from: u64, text: &str) {
        self.sees(json!({"event": "message", "peer": from, "from": from, "text": text}))
            .await;
    }

    /// Waits for the recall of a group message.
    pub(crate) async fn sees_group_recall(&self, group: u64, operator: u64) {
        self.sees(json!({"event": "group_recall", "group": group, "by": operator}))
            .await;
    }

    /// Waits for the recall of a private message.
    pub(crate) async fn sees_private_recall(&self, author: u64) {
        self.sees(json!({"event": "private_recall", "peer": author, "by": author}))
            .await;
    }

    /// Sends a group message; returns its sequence.
    pub(crate) async fn say_in_group(&self, group: u64, text: &str) -> u64 {
        let group = GroupUin::new(group).expect("a group number");
        self.say(Conversation::Group(group), text).await
    }

    /// Sends a message to a friend; returns its sequence.
    pub(crate) async fn say_to(&self, friend: u64, text: &str) -> u64 {
        self.say(Conversation::Friend(uin(friend)), text).await
    }

    /// Sequence of the message that is the to-do of a group.
    pub(crate) async fn todo(&self, group: u64) -> Option<u64> {
        let group = GroupUin::new(group).expect("a group number");
        let todo = self.client.todo(group).await.expect("the server answers");
        todo.map(Sequence::get)
    }

    async fn say(&self, conversation: Conversation, text: &str) -> u64 {
        self.send(conversation, vec![Element::Text(Text::new(text))])
            .await
    }

    /// Sends a message; returns its sequence.
    pub(crate) async fn send(&self, conversation: Conversation, elements: Vec<Element>) -> u64 {
        let sending = self
            .client
            .send(conversation, elements)
            .await
            .expect("the message is queued");
        sending
            .sent()
            .await
            .expect("the server accepts the message")
            .place
            .sequence
            .get()
    }

    /// Numbers of the account's groups.
    /// The client itself, for calls that have no method here.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a text that the server refuses; returns the refusal.
    pub(crate) async fn tries_to_say(&self, conversation: Conversation, text: &str) -> String {
        let elements = vec![Element::Text(Text::new(text))];
        let sending = self.client.send(conversation, elements).await;
        let sent = sending.expect("the message is queued").sent().await;
        sent.expect_err("the server refuses").to_string()
    }

    /// Takes back the poke that an event of this client reported.
    pub(crate) async fn withdraw_poke(&self, poke: &Value) -> Result<(), CallError> {
        let number = |name: &str| poke[name].as_u64().expect("a number");
        let chat = match poke["group"].as_u64() {
            Some(group) => Origin::Group(GroupUin::new(group).expect("a group number")),
            None => Origin::Private(uin(number("peer"))),
        };
        let poke = Poke {
            chat,
            from: uin(number("by")),
            from_name: String::new(),
            target: uin(number("of")),
            target_name: String::new(),
            action: String::new(),
            suffix: String::new(),
            image: String::new(),
            sequence: Sequence::new(number("sequence")),
            tip_id: number("tip"),
        };
        self.client.withdraw_poke(&poke, number("time")).await
    }

    pub(crate) async fn groups(&self) -> Vec<u64> {
        let groups = self.client.groups(true).await.expect("the groups");
        groups.iter().map(|group| group.uin.get()).collect()
    }

    /// Numbers of the account's friends.
    pub(crate) async fn friends(&self) -> Vec<u64> {
        let friends = self.client.friends(true).await.expect("the friends");
        friends
            .friends
            .iter()
            .map(|friend| friend.uin.get())
            .collect()
    }
}

/// An event as JSON: its kind in `event`, and the fields that scenarios check.
fn event_json(event: &Event) -> Value {
    match event {
        Event::QrCode { url, .. } => json!({"event": "code", "code": url}),
        Event::Online(me) => json!({"event": "online", "uin": me.uin}),
        Event::Offline { reason } => json!({"event": "offline", "reason": reason}),
        Event::LoggedOut { title, text } => {
            json!({"event": "logged_out", "title": title, "text": text})
        }
        Event::DeviceChanged { device, online } => json!({
            "event": "device", "id": device.id, "name": device.name, "kind": device.kind, "online": online,
        }),
        Event::Message(message) => message_json(message),
        Event::Notice { notice, time } => notice_json(notice, *time),
        other => json!({"event": "other", "debug": format!("{other:?}")}),
    }
}

/// A notice as JSON.
fn notice_json(notice: &Notice<Uin>, time: u64) -> Value {
    match notice {
        Notice::GroupRecall(recall) => json!({
            "event": "group_recall",
            "group": recall.group,
            "sequence": recall.messages.first().map(|message| message.sequence),
            "by": recall.operator,
            "author": recall.messages.first().and_then(|message| message.author),
        }),
        Notice::PrivateRecall(recall) => json!({
            "event": "private_recall",
            "peer": recall.peer,
            "sequence": recall.sequence,
            "by": (!recall.own).then_some(recall.peer),
        }),
        Notice::Poke(poke) => json!({
            "event": "poke",
            "group": poke.chat.conversation().group(),
            "peer": poke.chat.conversation().peer(),
            "by": poke.from,
            "of": poke.target,
            "sequence": poke.sequence,
            "tip": poke.tip_id,
            "time": time,
        }),
        Notice::Reaction(reaction) => json!({
            "event": "reaction",
            "group": reaction.group,
            "sequence": reaction.sequence,
            "emoji": reaction.emoji.code(),
            "by": reaction.operator,
            "set": reaction.added,
        }),
        Notice::PokeWithdrawn(withdrawn) => json!({
            "event": "poke withdrawn",
            "group": withdrawn.chat.conversation().group(),
            "by": withdrawn.operator,
        }),
        Notice::Activity(activity) => json!({
            "event": "activity",
            "group": activity.group,
            "by": activity.member,
            "doing": match &activity.doing {
                Doing::SignedIn(rank) => format!("signed in: {rank}"),
                Doing::TodoSet => "set the to-do".to_owned(),
                Doing::TodoDone => "completed the to-do".to_owned(),
            },
        }),
        Notice::GroupRemarked(remarked) => json!({
            "event": "group_remark", "group": remarked.group, "remark": remarked.remark,
        }),
        Notice::FriendsChanged(changed) => {
            let list: Vec<Value> = changed.changes.iter().map(friend_change_json).collect();
            json!({"event": "friends", "changes": list})
        }
        other => json!({"event": "other", "debug": format!("{other:?}")}),
    }
}

fn friend_change_json(change: &FriendChange<Uin>) -> Value {
    match change {
        FriendChange::Deleted(friend) => json!({"deleted": friend}),
        FriendChange::Moved { friend, category } => json!({"moved": friend, "category": category}),
        FriendChange::Remark { friend, remark } => json!({"remark": remark, "of": friend}),
        FriendChange::Profile { person, .. } => json!({"profile": person}),
        FriendChange::Categories => json!({"categories": true}),
    }
}

fn message_json(message: &Message) -> Value {
    let text: String = message
        .elements
        .iter()
        .map(|element| match element {
            Element::Text(text) => text.text.clone(),
            Element::Mention(mention) => match mention.target {
                MentionTarget::Everybody => "@everybody".to_owned(),
                MentionTarget::Member { uin, .. } => {
                    format!("@{}", uin.map_or(0, Uin::get))
                }
            },
            other => other.preview(),
        })
        .collect();
    let forward = message.elements.iter().find_map(|element| match element {
        Element::Forward(forward) => Some(json!({
            "title": forward.title,
            "preview": forward.preview,
            "summary": forward.summary,
            "prompt": forward.prompt,
        })),
        _ => None,
    });
    json!({
        "event": "message",
        "group": message.conversation.group(),
        "peer": message.conversation.peer(),
        "from": message.sender.uin,
        "own": message.own,
        "sequence": message.sequence,
        "text": text,
        "forward": forward,
    })
}

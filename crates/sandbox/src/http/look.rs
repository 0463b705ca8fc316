//! Reading the world: its people, groups, log-ins, messages and journal (api/sandbox §5).

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Json,
};
use nekonap_ids::{GroupUin, Sequence, Uin};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Api, Failure, elements};
use crate::{
    journal,
    refusal::Refusal,
    world::{
        Chat, FriendRequest, Group, GroupNotice, Person, Portrait, Status, StoredMessage, World,
    },
};

/// Default of `limit`.
const DEFAULT_MESSAGES: u64 = 20;
/// Maximum of `limit`.
const MAX_MESSAGES: u64 = 1_000;
/// Maximum number of requests of each kind in a reply.
const MAX_REQUESTS: u32 = 1_000;

/// Parses a query string; the error names the invalid field.
pub(super) fn parse_query<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Failure> {
    match query {
        Ok(Query(fields)) => Ok(fields),
        Err(rejection) => Err(Refusal::bad_request(rejection.body_text()).into()),
    }
}

pub(super) async fn world(State(api): State<Api>) -> Result<Json<Value>, Failure> {
    let reply = api
        .world_actor
        .ask(|world| {
            let people = world
                .people()
                .map(|person| self::person(world, person))
                .collect::<Result<Vec<Value>, Refusal>>()?;
            let groups = world
                .groups()
                .map(|group| self::group(world, group))
                .collect::<Result<Vec<Value>, Refusal>>()?;
            let logins: Vec<Value> = world
                .sessions
                .codes()
                .iter()
                .map(|code| {
                    json!({
                        "code": code.url,
                        "state": if code.expires <= world.now() { "expired" } else { code.state.name() },
                        "uin": code.state.uin(),
                        "expires": code.expires,
                        "device": code.device,
                    })
                })
                .collect();
            let hosts = world.hosts()?.into_iter();
            let hosts: Map<String, Value> = hosts
                .map(|(host, safe)| (host, if safe { "safe" } else { "dangerous" }.into()))
                .collect();
            Ok(json!({"people": people, "groups": groups, "logins": logins, "hosts": hosts}))
        })
        .await?;
    Ok(Json(reply))
}

fn person(world: &World, person: &Person) -> Result<Value, Refusal> {
    let categories: Vec<Value> = person
        .categories()
        .iter()
        .map(|(id, name)| {
            let friends: Vec<Uin> = person
                .friends()
                .iter()
                .filter(|(_, friendship)| friendship.category == *id)
                .map(|(uin, _)| *uin)
                .collect();
            json!({"id": id, "name": name, "friends": friends})
        })
        .collect();
    let presence = world.presence(person);
    let set = world.sessions.status(person.uin);
    let custom = set.and_then(|set| set.custom.as_ref());
    let remarks = person
        .friends()
        .iter()
        .filter(|(_, friendship)| !friendship.remark.is_empty());
    let remarks: Map<String, Value> = remarks
        .map(|(uin, friendship)| (uin.to_string(), friendship.remark.clone().into()))
        .collect();
    let likes = world.like_totals(person.uin)?;
    let clients = world.sessions.clients(person.uin).iter();
    let clients = clients.map(
        |one| json!({"device": one.instance, "name": one.device, "kind": one.kind, "client": true}),
    );
    let devices = world.sessions.devices(person.uin).iter();
    let devices = devices.map(
        |one| json!({"device": one.instance, "name": one.name, "kind": one.kind, "client": false}),
    );
    let devices: Vec<Value> = clients.chain(devices).collect();
    Ok(json!({
        "uin": person.uin,
        "uid": person.uid,
        "app_id": world.app_id(person.uin)?,
        "nickname": person.nickname,
        "signature": person.signature,
        "sex": person.sex,
        "birthday": person.birthday,
        "status": Status::from_number(presence.status).unwrap_or_default(),
        "ext_status": presence.ext,
        "battery": set.map_or(0, |set| set.battery),
        "custom_status": custom.map(|custom| json!({"face": custom.face, "text": custom.text})),
        "online": world.sessions.is_online(person.uin),
        "devices": devices,
        "login_days": world.login_days(person.uin)?,
        "categories": categories,
        "remarks": remarks,
        "blocked": world.blocked_by(person.uin)?,
        "portrait": portrait(world, Portrait::Account(person.uin))?,
        "likes": {"received": likes.received, "given": likes.given},
    }))
}

/// SHA-1 of a picture in hex, or null.
fn portrait(world: &World, of: Portrait) -> Result<Value, Refusal> {
    let picture = world.portrait(of)?;
    Ok(picture.map(hex::encode).into())
}

fn group(world: &World, group: &Group) -> Result<Value, Refusal> {
    let members: Vec<Value> = group
        .members()
        .iter()
        .map(|(uin, member)| {
            json!({
                "uin": uin,
                "role": member.role.name(),
                "card": member.card,
                "title": member.title,
                "muted_until": member.muted_until,
            })
        })
        .collect();
    Ok(json!({
        "group": group.uin,
        "name": group.name,
        "owner": group.owner,
        "muted": group.muted,
        "portrait": portrait(world, Portrait::Group(group.uin))?,
        "members": members,
    }))
}

#[derive(Debug, Deserialize)]
pub(super) struct Faces {
    r#as: Uin,
}

pub(super) async fn faces(
    State(api): State<Api>,
    query: Result<Query<Faces>, QueryRejection>,
) -> Result<Json<Value>, Failure> {
    let owner = parse_query(query)?.r#as;
    let reply = api
        .world_actor
        .ask(move |world| {
            world.person(owner)?;
            let faces = world.described_faces(owner)?.into_iter();
            let faces = faces.map(|(face, desc)| json!({"face": face, "description": desc}));
            Ok(Value::Array(faces.collect()))
        })
        .await?;
    Ok(Json(reply))
}

pub(super) async fn requests(State(api): State<Api>) -> Result<Json<Value>, Failure> {
    let reply = api
        .world_actor
        .ask(|world| {
            let asked = world.friend_requests(MAX_REQUESTS)?;
            let friends: Vec<Value> = asked.iter().map(friend_request).collect();
            let notices = world.group_notices(MAX_REQUESTS)?;
            let groups: Vec<Value> = notices.iter().map(group_notice).collect();
            Ok(json!({"friends": friends, "groups": groups}))
        })
        .await?;
    Ok(Json(reply))
}

fn group_notice(notice: &GroupNotice) -> Value {
    json!({
        "sequence": notice.sequence,
        "group": notice.group,
        "type": notice.kind,
        "state": notice.state.number(),
        "for": notice.receiver,
        "filtered": notice.filtered,
        "user": notice.user,
        "second": notice.second,
        "third": notice.third,
        "time": notice.time,
        "comment": notice.comment,
    })
}

fn friend_request(asked: &FriendRequest) -> Value {
    json!({
        "from": asked.asker,
        "to": asked.target,
        "time": asked.time,
        "comment": asked.comment,
        "source": asked.source,
        "doubtful": asked.doubtful,
        "state": asked.state.name(),
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct Messages {
    group: Option<GroupUin>,
    r#as: Option<Uin>,
    peer: Option<Uin>,
    limit: Option<u64>,
    before: Option<Sequence>,
}

pub(super) async fn messages(
    State(api): State<Api>,
    query: Result<Query<Messages>, QueryRejection>,
) -> Result<Json<Value>, Failure> {
    let query = parse_query(query)?;
    let limit = query.limit.unwrap_or(DEFAULT_MESSAGES);
    if limit > MAX_MESSAGES {
        return Err(Refusal::bad_request(format!("`limit` is at most {MAX_MESSAGES}")).into());
    }
    let reply = api
        .world_actor
        .ask(move |world| {
            let chat = match (query.group, query.r#as, query.peer) {
                (Some(group), None, None) => Chat::Group(world.group(group)?.uin),
                (None, Some(one), Some(other)) => {
                    Chat::of(world.person(one)?.uin, world.person(other)?.uin)
                }
                _ => {
                    return Err(Refusal::bad_request(
                        "either `group`, or `as` and `peer` are needed",
                    ));
                }
            };
            let last = query
                .before
                .map_or(u64::MAX, |before| before.get().saturating_sub(1));
            let found =
                world.messages_between(chat, Sequence::default(), Sequence::new(last), limit)?;
            let reply: Result<Vec<Value>, Refusal> =
                found.iter().map(|stored| message(world, stored)).collect();
            Ok(Value::Array(reply?))
        })
        .await?;
    Ok(Json(reply))
}

fn message(world: &World, stored: &StoredMessage) -> Result<Value, Refusal> {
    let mut reactions = Vec::new();
    if let Chat::Group(group) = stored.chat {
        for reaction in world.reactions(group, stored.sequence)? {
            reactions.push(json!({"emoji": reaction.emoji.code(), "by": reaction.by}));
        }
    }
    Ok(json!({
        "sequence": stored.sequence,
        "random": stored.random,
        "from": stored.sender,
        "time": stored.time,
        "message": elements::write(world, stored.chat, &stored.elements)?,
        "recalled": stored.recalled,
        "reactions": reactions,
    }))
}

#[derive(Debug, Deserialize)]
pub(super) struct Entries {
    after: Option<u64>,
    limit: Option<usize>,
}

pub(super) async fn journal(
    State(api): State<Api>,
    query: Result<Query<Entries>, QueryRejection>,
) -> Result<Json<Vec<journal::Entry>>, Failure> {
    let query = parse_query(query)?;
    let entries = api
        .world_actor
        .ask(move |world| {
            let limit = query.limit.unwrap_or(journal::MAX_ENTRIES);
            Ok(world.journal.after(query.after.unwrap_or(0), limit))
        })
        .await?;
    Ok(Json(entries))
}

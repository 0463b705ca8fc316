//! The conversion of changes to pushes and their receivers. protocol/05 §10.4

mod activities;
mod admin;
mod friends;
mod requests;

use bytes::Bytes;
use nekonap_ids::{GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{
    commands::session::{
        INFO_SYNC_PUSH, MSG_PUSH, PUSH_PARAMS, encode_info_sync, encode_push_params,
    },
    message::Party,
    proto::{
        push::MsgPush,
        session::{InfoSyncPush, PushParams, info_sync_push, push_params},
    },
    push::{
        AdminChanged, Departure, Doing, Envelope, Essence, GroupRead, GroupRecall, GroupRenamed,
        GroupRequest, GroupTransferred, MemberJoined, Origin, Poke, PrivateRead, PrivateRecall,
        Push, Reaction, ReadChat, Recalled, SelfJoined, TitleGiven, Typing,
    },
};
use prost::Message as _;

use crate::{
    journal::Entry,
    server::Outbound,
    world::{Change, Chat, Newcomer, OnlineClient, PokeWords, Poked, StoredMessage, World},
};

/// `event` of a push when typing starts. protocol/05 §5.12
const TYPING_STARTED: u32 = 1;
/// `event` of a push when typing stops. protocol/05 §5.12
const TYPING_STOPPED: u32 = 2;
/// Platform number of desktop clients in the device list. protocol/01 §4.2
const DESKTOP: u32 = 7;
/// Platform number of other devices in the device list.
const PHONE: u32 = 1;
/// Message mask of a group whose messages are received and announced. protocol/04 §6.12
const MASK_NOTIFY: u32 = 1;

/// Queues the pushes of the changes that the running job has recorded, and writes their journal entries.
pub(crate) fn queue_pushes(world: &mut World) {
    for (by, change) in world.take_changes() {
        // Changes by the world itself are not pushed.
        if let Some(actor) = by {
            queue_push(world, actor, &change);
        }
        world.write_journal(Entry::of(by, &change));
    }
}

/// Queues the pushes of a change that `actor` made.
#[allow(clippy::too_many_lines)] // One arm per change.
fn queue_push(world: &mut World, actor: Uin, change: &Change) {
    match change {
        Change::MessageSent {
            message,
            connection,
            ..
        } => message_sent(world, message, *connection),
        Change::MessageRecalled { message, .. } => recalled(world, message, actor),
        Change::Poked {
            target,
            place,
            words,
            tip_id,
        } => poked(world, actor, *target, *place, words, *tip_id),
        Change::PokeWithdrawn { place, tip_id } => {
            activities::poke_withdrawn(world, actor, *place, *tip_id);
        }
        Change::TipSent {
            group,
            sequence,
            text,
        } => activities::tip(world, actor, *group, *sequence, text),
        Change::LuckyKing { group, target } => {
            activities::lucky_king(world, actor, *group, *target);
        }
        Change::Reacted {
            group,
            sequence,
            emoji,
            added,
            count,
        } => {
            let push = Push::from(Reaction {
                group: *group,
                sequence: *sequence,
                emoji: *emoji,
                count: *count,
                operator: Some(party(world, actor)),
                added: *added,
            });
            to_members(world, *group, &push);
        }
        Change::Essence {
            group,
            sequence,
            random,
            author,
            set,
        } => {
            let push = Push::from(Essence {
                group: *group,
                sequence: *sequence,
                random: *random,
                set: *set,
                author: Some(party(world, *author)),
                operator: Some(party(world, actor)),
                author_name: world.name_in(*group, *author),
                operator_name: world.name_in(*group, actor),
            });
            to_members(world, *group, &push);
        }
        Change::Read {
            place,
            chat,
            time,
            connection,
        } => read(world, actor, (*chat, place.sequence(), *time), *connection),
        Change::Typing { to, typing } => {
            let push = Push::from(Typing {
                from: party(world, actor),
                event: if *typing {
                    TYPING_STARTED
                } else {
                    TYPING_STOPPED
                },
                wording: String::new(),
            });
            let random = rand::random();
            notify(world, *to, Some(actor), &push, random, None);
        }
        Change::VoiceTranscribed { found } => {
            let push = Push::from(found.clone());
            notify(world, actor, None, &push, rand::random(), None);
        }
        Change::GroupCreated { group, invited } => created(world, *group, actor, invited),
        Change::Presence { newcomer, .. } => {
            if let Some(newcomer) = newcomer {
                info_sync(world, actor, *newcomer);
            }
            devices(world, actor);
        }
        Change::Device { .. } => devices(world, actor),
        Change::MemberMuted {
            group,
            target,
            seconds,
        } => {
            let target = Some(party(world, *target));
            admin::muted(world, actor, *group, target, *seconds);
        }
        Change::GroupMuted { group, muted: on } => {
            let seconds = if *on { u32::MAX } else { 0 };
            admin::muted(world, actor, *group, None, seconds);
        }
        Change::MemberKicked { group, target, .. } => {
            let operator = Some(party(world, actor));
            admin::left(world, *group, *target, Departure::Removed, operator);
            let how = Departure::ReceiverRemoved;
            admin::left_own(world, *group, *target, Some(how), operator);
        }
        Change::MemberLeft { group } => {
            admin::left(world, *group, actor, Departure::Left, None);
            admin::left_own(world, *group, actor, None, None);
        }
        Change::GroupDismissed { group, members } => {
            let operator = Some(party(world, actor));
            for member in members {
                let how = Departure::Dissolved;
                admin::left_own(world, *group, *member, Some(how), operator);
            }
        }
        Change::AdminSet {
            group,
            target,
            enable,
        } => {
            let push = Push::from(AdminChanged {
                group: *group,
                member: party(world, *target),
                set: *enable,
            });
            to_members(world, *group, &push);
        }
        Change::GroupTransferred { group, target } => {
            let push = Push::from(GroupTransferred {
                group: *group,
                from: party(world, actor),
                to: party(world, *target),
            });
            to_members(world, *group, &push);
        }
        Change::CardSet {
            group,
            target,
            card,
        } => admin::card_set(world, *group, *target, card),
        Change::TitleSet {
            group,
            target,
            title,
            notice: Some(sequence),
        } => {
            let push = Push::from(TitleGiven {
                group: *group,
                member: party(world, *target),
                member_name: world.name_in(*group, *target),
                title: title.clone(),
                link: String::new(),
                sequence: *sequence,
            });
            to_members(world, *group, &push);
        }
        Change::GroupRenamed {
            group,
            name,
            notice,
        } => {
            let push = Push::from(GroupRenamed {
                group: *group,
                name: name.clone(),
                operator: Some(party(world, actor)),
                sequence: *notice,
            });
            to_members(world, *group, &push);
        }
        Change::SignedIn {
            group,
            rank,
            notice,
        } => {
            let doing = Doing::SignedIn(format!("今日第{rank}个打卡"));
            activities::done(world, actor, *group, doing, *notice);
        }
        Change::TodoSet { group, notice, .. } => {
            activities::done(world, actor, *group, Doing::TodoSet, *notice);
        }
        Change::TodoCompleted { group, notice, .. } => {
            activities::done(world, actor, *group, Doing::TodoDone, *notice);
        }
        Change::FriendDeleted { friend, both, .. } => {
            friends::deleted(world, actor, *friend, *both);
        }
        Change::FriendRemarked {
            friend,
            remark,
            connection,
        } => friends::remarked(world, actor, *friend, remark, *connection),
        Change::GroupRemarked {
            group,
            text,
            connection,
        } => friends::group_remarked(world, actor, *group, text, *connection),
        Change::FriendMoved {
            friend,
            category,
            connection,
        } => friends::moved(world, actor, *friend, *category, *connection),
        Change::ProfileLiked { target, times } => friends::liked(world, actor, *target, *times),
        Change::StatusChanged { .. } => friends::status(world, actor),
        Change::ProfileChanged(update) => friends::profile(world, actor, update),
        Change::HonorGiven {
            group,
            honor,
            before,
            notice,
        } => activities::honored(world, actor, (*group, *honor), *before, *notice),
        Change::FriendRequested {
            to,
            comment,
            doubtful: false,
            source,
        } => requests::friend_requested(world, actor, *to, comment, source),
        Change::FriendRequestAnswered {
            from,
            approve: true,
        } => requests::friend_added(world, actor, *from),
        Change::GroupApplied { group, comment, .. } => {
            let request = GroupRequest::Application {
                applicant: party(world, actor),
                comment: comment.clone(),
            };
            requests::to_admins(world, *group, request);
        }
        Change::GroupInvited {
            group,
            target,
            approval: true,
        } => {
            let request = GroupRequest::InvitationOfOther {
                target: party(world, *target),
                inviter: party(world, actor),
            };
            requests::to_admins(world, *group, request);
        }
        Change::GroupInvited { group, target, .. } => {
            requests::invited(world, actor, *group, *target);
        }
        Change::GroupRequestAnswered {
            group,
            target,
            answer: "refuse",
            application: true,
        } => requests::application_refused(world, *group, *target),
        Change::MemberJoined {
            group,
            target,
            invited,
            operator,
        } => requests::joined(world, *group, *target, *invited, *operator),
        // No client receives these changes, or the operation itself sends the push.
        Change::TitleSet { notice: None, .. }
        | Change::CategoryCreated { .. }
        | Change::GroupSet { .. }
        | Change::SignInAllowed { .. }
        | Change::TodoCancelled { .. }
        | Change::PermissionsSet { .. }
        | Change::MessageMaskSet { .. }
        | Change::BotSwitched { .. }
        | Change::NoticeSent { .. }
        | Change::PortraitSet { .. }
        | Change::AlbumCreated { .. }
        | Change::AlbumDeleted { .. }
        | Change::AlbumMediumUploaded { .. }
        | Change::AlbumMediumDeleted { .. }
        | Change::AlbumMediumLiked { .. }
        | Change::AlbumMediumCommented { .. }
        | Change::GroupFileUploaded { .. }
        | Change::GroupFileDeleted { .. }
        | Change::GroupFileRenamed { .. }
        | Change::GroupFileMoved { .. }
        | Change::GroupFileKept { .. }
        | Change::FolderCreated { .. }
        | Change::FolderRenamed { .. }
        | Change::FolderDeleted { .. }
        | Change::PrivateFileUploaded { .. }
        | Change::PostPublished { .. }
        | Change::PostChanged { .. }
        | Change::PostDeleted { .. }
        | Change::PostLiked { .. }
        | Change::PostCommented { .. }
        | Change::QzoneBanned { .. }
        | Change::QzoneSet { .. }
        | Change::NoticeRead { .. }
        | Change::NoticeDeleted { .. }
        | Change::FriendRequested { doubtful: true, .. }
        | Change::FriendRequestAnswered { approve: false, .. }
        | Change::GroupRequestAnswered { .. }
        | Change::ButtonPressed { .. }
        | Change::ButtonAnswerSet { .. }
        | Change::AccountCreated { .. }
        | Change::HostRated { .. }
        | Change::PictureOffered { .. }
        | Change::RobotCreated { .. }
        | Change::LogIn { .. }
        | Change::Kicked { .. } => {}
    }
}

fn uid(world: &World, uin: Uin) -> Option<Uid> {
    world.find_person(uin).map(|person| person.uid)
}

fn party(world: &World, uin: Uin) -> Party {
    Party {
        uin: Some(uin),
        uid: uid(world, uin),
    }
}

/// Queues the bytes of a push for all clients of an account, except the connection `except`.
fn to_account(
    world: &mut World,
    uin: Uin,
    command: &'static str,
    body: &Bytes,
    except: Option<u64>,
) {
    let clients: Vec<OnlineClient> = world.sessions.clients(uin).to_vec();
    for client in clients {
        if Some(client.connection.id()) != except {
            let outbound = Outbound::Push {
                command,
                body: body.clone(),
                uin,
                key: client.key,
            };
            world.send(&client.connection, outbound);
        }
    }
}

/// Pushes a notice from an account to an account that is online. With `from` = `None` the sender is the receiver
/// itself.
fn notify(
    world: &mut World,
    to: Uin,
    from: Option<Uin>,
    push: &Push,
    random: u32,
    except: Option<u64>,
) {
    let peer = from.unwrap_or(to);
    let from = (peer.get(), uid(world, peer));
    notice(world, to, from, push, random, except);
}

fn notice(
    world: &mut World,
    to: Uin,
    from: (u64, Option<Uid>),
    push: &Push,
    random: u32,
    except: Option<u64>,
) {
    if !world.sessions.is_online(to) {
        return;
    }
    let time = world.now();
    let (Some(to_uid), Ok(sequence)) = (uid(world, to), world.next_notice(to)) else {
        return;
    };
    let envelope = Envelope {
        from: from.0,
        from_uid: from.1,
        to: Party::new(to, to_uid),
        sequence,
        random,
        time,
    };
    let body = push.encode(&envelope).into();
    to_account(world, to, MSG_PUSH, &body, except);
}

/// Pushes a notice to all members of a group.
fn to_members(world: &mut World, group: GroupUin, push: &Push) {
    let random = rand::random();
    for member in world.online_members(group) {
        notice(world, member, (group.get(), None), push, random, None);
    }
}

fn message_sent(world: &mut World, message: &StoredMessage, connection: Option<u64>) {
    // The sending connection receives its own group messages but not its own private messages.
    let (receivers, except) = match message.chat {
        Chat::Group(group) => (world.online_members(group), None),
        Chat::Private(one, other) if one == other => (vec![one], connection),
        Chat::Private(one, other) => (vec![one, other], connection),
    };
    let receivers: Vec<Uin> = receivers
        .into_iter()
        .filter(|uin| world.sessions.is_online(*uin))
        .collect();
    let Some(first) = receivers.first() else {
        return;
    };
    let times = if world.faults.duplicate() { 2 } else { 1 };
    // The message is encoded once, because only the receiver differs.
    let mut push = MsgPush {
        message: Some(message.for_reader(world, *first, false).encode()),
        status: Some(1),
        ..MsgPush::default()
    };
    for receiver in receivers {
        if matches!(message.chat, Chat::Group(_)) {
            let to = party(world, receiver);
            if let Some(head) = push
                .message
                .as_mut()
                .and_then(|message| message.routing_head.as_mut())
            {
                head.to_uin = to.uin.map(Uin::get);
                head.to_uid = to.uid.map(|uid| uid.to_string());
            }
        }
        let body: Bytes = push.encode_to_vec().into();
        for _ in 0..times {
            to_account(world, receiver, MSG_PUSH, &body, except);
        }
    }
}

fn recalled(world: &mut World, message: &StoredMessage, operator: Uin) {
    match message.chat {
        Chat::Group(group) => {
            let push = Push::from(GroupRecall {
                group,
                operator: Some(party(world, operator)),
                messages: vec![Recalled {
                    sequence: message.sequence,
                    time: message.time,
                    random: message.random,
                    author: Some(party(world, message.sender)),
                }],
                tip: String::new(),
            });
            to_members(world, group, &push);
        }
        Chat::Private(..) => {
            let peer = message.chat.peer_of(operator).unwrap_or(operator);
            let recall = |own| {
                Push::from(PrivateRecall {
                    peer: party(world, if own { peer } else { operator }),
                    client_sequence: message.client_sequence,
                    sequence: message.sequence,
                    random: message.random,
                    time: message.time,
                    own,
                    tip: String::new(),
                })
            };
            let (theirs, own) = (recall(false), recall(true));
            let random = rand::random();
            if peer != operator {
                notify(world, peer, Some(operator), &theirs, random, None);
            }
            notify(world, operator, Some(peer), &own, random, None);
        }
    }
}

fn poked(world: &mut World, actor: Uin, target: Uin, place: Poked, words: &PokeWords, tip_id: u64) {
    let (from, to) = (party(world, actor), party(world, target));
    let poke = |chat, sequence| {
        Push::from(Poke {
            chat,
            from,
            from_name: String::new(),
            target: to,
            target_name: String::new(),
            action: words.action.clone(),
            suffix: words.suffix.clone(),
            image: words.image.clone(),
            sequence,
            tip_id,
        })
    };
    match place {
        Poked::Group { group, notice } => {
            let push = poke(Origin::Group(group), notice);
            to_members(world, group, &push);
        }
        Poked::Private { peer } => {
            let sequence = world.newest(Chat::of(actor, peer));
            let random = rand::random();
            // Each of the two accounts receives it from the other.
            let push = poke(Origin::Private(from), sequence);
            notify(world, peer, Some(actor), &push, random, None);
            if peer != actor {
                notify(world, actor, Some(peer), &push, random, None);
            }
        }
    }
}

fn read(
    world: &mut World,
    reader: Uin,
    (chat, sequence, time): (Chat, Sequence, u64),
    connection: Option<u64>,
) {
    let push = match chat {
        Chat::Group(group) => Push::from(GroupRead { group, sequence }),
        Chat::Private(..) => {
            let peer = chat.peer_of(reader).unwrap_or(reader);
            Push::from(PrivateRead {
                chats: vec![ReadChat {
                    peer: party(world, peer),
                    time,
                }],
            })
        }
    };
    let random = rand::random();
    match chat {
        Chat::Group(group) => {
            notice(
                world,
                reader,
                (group.get(), None),
                &push,
                random,
                connection,
            );
        }
        Chat::Private(..) => notify(world, reader, None, &push, random, connection),
    }
}

fn created(world: &mut World, group: GroupUin, owner: Uin, invited: &[Uin]) {
    let operator = Some(party(world, owner));
    for newcomer in invited {
        let push = Push::from(SelfJoined { group, operator });
        let from = (group.get(), None);
        notice(world, *newcomer, from, &push, rand::random(), None);
        let push = Push::from(MemberJoined {
            group,
            member: party(world, *newcomer),
            invited: true,
            operator,
        });
        notice(world, owner, from, &push, rand::random(), None);
    }
}

/// Pushes the state of an account's groups to its client that came online. protocol/05 §6.2
fn info_sync(world: &mut World, uin: Uin, newcomer: Newcomer) {
    let groups: Vec<_> = world
        .groups()
        .filter(|group| group.members().contains_key(&uin))
        .map(|group| {
            let chat = Chat::Group(group.uin);
            let latest = group.sequence();
            // The push is a hint: a group that cannot be read from the store is sent without its time.
            let message = world.message(chat, latest).ok().flatten();
            info_sync_push::Group {
                group: Some(group.uin.get()),
                latest_seq: Some(latest.get()),
                read_seq: Some(world.read_up_to(uin, chat).unwrap_or_default().get()),
                mask: Some(MASK_NOTIFY),
                latest_time: message.map(|message| message.time),
                name: Some(group.name.clone()),
            }
        })
        .collect();
    let sync = InfoSyncPush {
        result: Some(0),
        error: Some(String::new()),
        push_flag: Some(newcomer.sync_flag),
        push_seq: Some(1),
        groups,
    };
    let clients = world.sessions.clients(uin);
    let Some(client) = clients
        .iter()
        .find(|client| client.connection.id() == newcomer.connection)
        .cloned()
    else {
        return;
    };
    let outbound = Outbound::Push {
        command: INFO_SYNC_PUSH,
        body: encode_info_sync(&sync).into(),
        uin,
        key: client.key,
    };
    world.send(&client.connection, outbound);
}

/// Pushes the list of an account's devices to each of its clients. protocol/05 §6.3
fn devices(world: &mut World, uin: Uin) {
    let device = |instance, platform, kind: &str, name: &str| push_params::Device {
        instance_id: Some(instance),
        client_type: Some(0),
        state: Some(1),
        platform_id: Some(platform),
        platform_name: Some(kind.to_owned()),
        new_client_type: Some(0),
        device_name: Some(name.to_owned()),
    };
    let clients = world.sessions.clients(uin).iter();
    let clients = clients.map(|one| device(one.instance, DESKTOP, &one.kind, &one.device));
    let others = world.sessions.devices(uin).iter();
    let others = others.map(|one| device(one.instance, PHONE, &one.kind, &one.name));
    let devices = clients.chain(others).collect();
    let body = encode_push_params(&PushParams::new(devices)).into();
    to_account(world, uin, PUSH_PARAMS, &body, None);
}

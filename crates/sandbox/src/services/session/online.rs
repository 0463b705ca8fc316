//! Going online, heartbeats and going offline. protocol/01 §4, §9 rows 5, 6, 9, 11

use std::sync::Arc;

use nekonap_wire::proto::session::{
    HeartBeatReply, HeartBeatRequest, InfoSyncReply, InfoSyncRequest, RegisterInfo, RegisterReply,
    UnRegisterReply, UnRegisterRequest,
};

use crate::{
    clock::seconds32,
    faults,
    refusal::Refusal,
    router::Caller,
    server::Outbound,
    services::profile::status,
    world::{Change, MAX_CLIENTS, Newcomer, OnlineClient, World},
};

pub(crate) fn info_sync(
    world: &mut World,
    caller: &Caller,
    request: InfoSyncRequest,
) -> Result<InfoSyncReply, Refusal> {
    let flag = request.sync_flag.unwrap_or_default();
    go_online(world, caller, request.register.unwrap_or_default(), flag)?;
    Ok(InfoSyncReply::online(seconds32(world.now())))
}

pub(crate) fn register(
    world: &mut World,
    caller: &Caller,
    request: RegisterInfo,
) -> Result<RegisterReply, Refusal> {
    go_online(world, caller, request, 0)?;
    Ok(RegisterReply::online(seconds32(world.now())))
}

pub(crate) fn heart_beat(
    _world: &mut World,
    _caller: &Caller,
    _request: HeartBeatRequest,
) -> Result<HeartBeatReply, Refusal> {
    Ok(HeartBeatReply::new())
}

/// Takes the caller's connection offline. The tickets stay valid.
pub(crate) fn unregister(
    world: &mut World,
    caller: &Caller,
    _request: UnRegisterRequest,
) -> Result<UnRegisterReply, Refusal> {
    disconnected(world, caller.connection.id())?;
    Ok(UnRegisterReply::offline())
}

/// Takes the caller's connection online. An older connection of the same session is closed. Another client of the
/// same kind is kicked with the message that the account has logged in elsewhere.
fn go_online(
    world: &mut World,
    caller: &Caller,
    info: RegisterInfo,
    sync_flag: u32,
) -> Result<(), Refusal> {
    let device = info.device.unwrap_or_default();
    let kind = device
        .kernel
        .filter(|kernel| !kernel.is_empty())
        .or(device.os_lower)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let key = world
        .sessions
        .by_number(caller.session)
        .map(|session| session.tickets.d2_key)
        .ok_or_else(|| Refusal::not_found("the session has ended"))?;
    let before = world.presence(world.person(caller.uin)?);
    let others: Vec<OnlineClient> = world.sessions.clients(caller.uin).to_vec();
    for client in &others {
        if client.connection == caller.connection || client.session == caller.session {
            world.sessions.disconnect(client.connection.id());
            if client.connection != caller.connection {
                world.send(&client.connection, Outbound::Close);
            }
        } else if client.kind == kind {
            faults::kick(
                world,
                client.connection.id(),
                "下线通知",
                "你的账号在另一台设备登录",
            )?;
        }
    }
    while world.sessions.clients(caller.uin).len() >= MAX_CLIENTS {
        let Some(oldest) = world.sessions.clients(caller.uin).first().cloned() else {
            break;
        };
        world.sessions.disconnect(oldest.connection.id());
        world.send(&oldest.connection, Outbound::Close);
    }
    let client = OnlineClient {
        instance: world.sessions.free_instance(caller.uin),
        connection: Arc::clone(&caller.connection),
        session: caller.session,
        key,
        kind,
        device: device.name.unwrap_or_default(),
        status: None,
    };
    world.sessions.connect(caller.uin, client);
    world.note_login(caller.uin)?;
    let clients = world.sessions.clients(caller.uin).len();
    let newcomer = Newcomer {
        connection: caller.connection.id(),
        sync_flag,
    };
    world.record(Some(caller.uin), Change::came_online(clients, newcomer));
    status::record_change(world, caller.uin, before)
}

/// Takes a closed connection offline.
pub(crate) fn disconnected(world: &mut World, connection: u64) -> Result<(), Refusal> {
    let Some((uin, _)) = world.sessions.online_at(connection) else {
        return Ok(());
    };
    let before = world.presence(world.person(uin)?);
    world.sessions.disconnect(connection);
    let clients = world.sessions.clients(uin).len();
    world.record(Some(uin), Change::presence(clients));
    status::record_change(world, uin, before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{caller, uin, world};
    use nekonap_wire::proto::session::DeviceInfo;

    fn info(kernel: &str) -> RegisterInfo {
        RegisterInfo {
            device: Some(DeviceInfo {
                kernel: Some(kernel.to_owned()),
                ..DeviceInfo::default()
            }),
            ..RegisterInfo::default()
        }
    }

    #[test]
    fn second_client_of_a_kind_replaces_the_first() {
        let mut world = world();
        let (first, _a) = caller(&mut world, 10002);
        let (second, _b) = caller(&mut world, 10002);
        let (third, _c) = caller(&mut world, 10002);
        register(&mut world, &first, info("Linux")).expect("online");
        register(&mut world, &second, info("Windows")).expect("online");
        assert_eq!(world.sessions.clients(uin(10002)).len(), 2);
        register(&mut world, &third, info("linux")).expect("online");
        let sessions: Vec<u64> = world
            .sessions
            .clients(uin(10002))
            .iter()
            .map(|client| client.session)
            .collect();
        assert_eq!(sessions, [second.session, third.session]);
        let state = |number| {
            world
                .sessions
                .by_number(number)
                .map(|session| session.state)
        };
        assert_eq!(
            state(first.session),
            Some(crate::world::SessionState::Revoked)
        );
        assert_eq!(
            state(third.session),
            Some(crate::world::SessionState::Valid)
        );
    }

    #[test]
    fn new_connection_of_a_session_replaces_the_old_one_without_a_kick() {
        let mut world = world();
        let (first, _a) = caller(&mut world, 10002);
        register(&mut world, &first, info("Linux")).expect("online");
        let (other, _b) = caller(&mut world, 10003);
        let again = Caller {
            uin: first.uin,
            session: first.session,
            connection: other.connection,
        };
        register(&mut world, &again, info("Linux")).expect("online again");
        assert_eq!(world.sessions.clients(uin(10002)).len(), 1);
        let state = world
            .sessions
            .by_number(first.session)
            .map(|session| session.state);
        assert_eq!(state, Some(crate::world::SessionState::Valid));
        disconnected(&mut world, again.connection.id()).expect("disconnected");
        assert!(!world.sessions.is_online(uin(10002)));
    }
}

//! protocol/01 §4.

use nekonap_wire::{
    bounded,
    command::Command,
    commands::session::{
        InfoSync, REGISTER_SUCCESS, Register, SsoHeartBeat, UNREGISTER_SUCCESS, UnRegister,
        info_sync, register, unregister,
    },
    proto::session::{
        HeartBeatReply, HeartBeatRequest, InfoSyncReply, KickNt, RegisterReply, UnRegisterReply,
        info_sync_reply,
    },
};
use prost::Message;

use crate::inputs::{TIME, bytes, device, profile, uin};

#[test]
fn going_online() {
    let request = info_sync(&profile(), &device(), 0x1234_5678);
    let payload = bytes("/online/info_sync_request");
    assert_eq!(InfoSync::encode_request(&request), payload);
    assert_eq!(InfoSync::decode_request(&payload), Ok(request));

    let reply = InfoSyncReply {
        flag_3: Some(0),
        flag_4: Some(0),
        flag_6: Some(0),
        register: Some(info_sync_reply::Register {
            message: Some(REGISTER_SUCCESS.into()),
            time: Some(TIME),
        }),
        flag_9: None,
    };
    let payload = bytes("/online/info_sync_response");
    assert_eq!(InfoSync::encode_reply(&reply), payload);
    assert_eq!(InfoSync::decode_reply(&payload), Ok(reply));

    let request = register(&profile(), &device());
    let payload = bytes("/online/register_request");
    assert_eq!(Register::encode_request(&request), payload);
    assert_eq!(Register::decode_request(&payload), Ok(request));

    let reply = RegisterReply {
        message: Some(REGISTER_SUCCESS.into()),
        time: Some(TIME),
        ..RegisterReply::default()
    };
    let payload = bytes("/online/register_response");
    assert_eq!(Register::encode_reply(&reply), payload);
    assert_eq!(Register::decode_reply(&payload), Ok(reply));
}

#[test]
fn staying_and_leaving() {
    let request = HeartBeatRequest { kind: Some(1) };
    let payload = bytes("/online/sso_heartbeat_request");
    assert_eq!(SsoHeartBeat::encode_request(&request), payload);
    assert_eq!(SsoHeartBeat::decode_request(&payload), Ok(request));
    let reply = HeartBeatReply {
        interval: Some(270),
    };
    let payload = bytes("/online/sso_heartbeat_response");
    assert_eq!(SsoHeartBeat::encode_reply(&reply), payload);
    assert_eq!(SsoHeartBeat::decode_reply(&payload), Ok(reply));

    let payload = bytes("/online/unregister_request");
    assert_eq!(UnRegister::encode_request(&unregister()), payload);
    assert_eq!(UnRegister::decode_request(&payload), Ok(unregister()));
    let reply = UnRegisterReply {
        message: Some(UNREGISTER_SUCCESS.into()),
    };
    let payload = bytes("/online/unregister_response");
    assert_eq!(UnRegister::encode_reply(&reply), payload);
    assert_eq!(UnRegister::decode_reply(&payload), Ok(reply));

    let kick = KickNt {
        uin: Some(uin().get()),
        same_device: None,
        tips: Some("Your account signed in elsewhere".into()),
        title: Some("Offline".into()),
        kind: Some(1001),
    };
    let payload = bytes("/online/kick_push");
    assert_eq!(kick.encode_to_vec(), payload);
    assert_eq!(bounded::decode(&payload), Ok(kick));
}

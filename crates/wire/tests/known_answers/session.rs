//! Known answers of protocol/01 §4.

use nekonap_wire::{
    bounded,
    command::Command,
    commands::session::{InfoSync, Register, SsoHeartBeat, UnRegister},
    proto::session::{
        HeartBeatReply, HeartBeatRequest, InfoSyncReply, InfoSyncRequest, KickNt, RegisterInfo,
        RegisterReply, UnRegisterReply, UnRegisterRequest,
    },
};
use prost::Message;

use crate::inputs::{TIME, bytes, device, profile, uin};

#[test]
fn going_online_matches_the_vectors() {
    let request = InfoSyncRequest::new(&profile(), &device(), 0x1234_5678);
    let payload = bytes("/online/info_sync_request");
    assert_eq!(InfoSync::encode_request(&request), payload);
    assert_eq!(InfoSync::decode_request(&payload), Ok(request));

    let reply = InfoSyncReply::online(TIME);
    assert_eq!(reply.refused(), None);
    assert_eq!(InfoSyncReply::default().refused(), Some(""));
    let payload = bytes("/online/info_sync_response");
    assert_eq!(InfoSync::encode_reply(&reply), payload);
    assert_eq!(InfoSync::decode_reply(&payload), Ok(reply));

    let request = RegisterInfo::new(&profile(), &device());
    let payload = bytes("/online/register_request");
    assert_eq!(Register::encode_request(&request), payload);
    assert_eq!(Register::decode_request(&payload), Ok(request));

    let reply = RegisterReply::online(TIME);
    let payload = bytes("/online/register_response");
    assert_eq!(Register::encode_reply(&reply), payload);
    assert_eq!(Register::decode_reply(&payload), Ok(reply));
}

#[test]
fn staying_online_and_going_offline_match_the_vectors() {
    let request = HeartBeatRequest::new();
    let payload = bytes("/online/sso_heartbeat_request");
    assert_eq!(SsoHeartBeat::encode_request(&request), payload);
    assert_eq!(SsoHeartBeat::decode_request(&payload), Ok(request));
    let reply = HeartBeatReply::new();
    let payload = bytes("/online/sso_heartbeat_response");
    assert_eq!(SsoHeartBeat::encode_reply(&reply), payload);
    assert_eq!(SsoHeartBeat::decode_reply(&payload), Ok(reply));

    let payload = bytes("/online/unregister_request");
    assert_eq!(
        UnRegister::encode_request(&UnRegisterRequest::new()),
        payload
    );
    assert_eq!(
        UnRegister::decode_request(&payload),
        Ok(UnRegisterRequest::new())
    );
    let reply = UnRegisterReply::offline();
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

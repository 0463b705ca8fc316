//! A pushed change of the own nickname. protocol/05 §5.13

use nekonap_client::Event;
use nekonap_ids::Uin;
use nekonap_wire::{
    commands::session::MSG_PUSH,
    push::{Envelope, Notice, Push, SelfRenamed},
};

use crate::server::{Server, next_event, online};

#[tokio::test]
async fn own_nickname_follows_the_push() {
    let server = Server::start(false).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let renamed = SelfRenamed {
        nickname: "Neko 🐈".to_owned(),
    };
    let push = Push::from(renamed.clone());
    peer.push(MSG_PUSH, push.encode(&Envelope::default())).await;
    let event = peer.until(next_event(&mut events)).await;
    let expected: Notice<Uin> = renamed.into();
    assert!(matches!(event, Event::Notice { notice, .. } if notice == expected));
    assert_eq!(client.me().expect("online").nickname, "Neko 🐈");
    client.shutdown().await;
}

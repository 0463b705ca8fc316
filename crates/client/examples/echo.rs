//! A bot that echoes messages that mention it in a group. With a sandbox, pass the address and keys of its ready line:
//!
//! ```sh
//! cargo run -p nekonap-client --example echo -- 127.0.0.1:3002 04…secp192k1… 04…p256…
//! ```
//!
//! Scan the QR code with a phone. In a sandbox, call `scan_login` and `confirm_login` at `/sandbox/api/act` with the URL
//! printed below the code as `code`. An optional fourth argument is a file that stores the session; without it, each start
//! needs a QR code.

use std::{env::args, error::Error};

use nekonap_client::{
    Client, Config, Element, Event, ServerKeys,
    message::{MentionTarget, Reply},
};
use qrcode::{QrCode, render::unicode::Dense1x2};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut config = Config::default();
    let mut args = args().skip(1);
    if let (Some(address), Some(secp192k1), Some(p256)) = (args.next(), args.next(), args.next()) {
        config.servers = vec![address.parse()?];
        config.keys = ServerKeys::from_hex(&secp192k1, &p256)?;
    }
    config.keystore = args.next().map(Into::into);

    let (client, mut events) = Client::start(config)?;
    while let Some(event) = events.next().await {
        match event {
            Event::QrCode { url, .. } => {
                let code = QrCode::new(&url)?.render::<Dense1x2>().build();
                println!("{code}\n{url}");
            }
            Event::Online(me) => println!("{} ({}) is online", me.nickname, me.uin),
            Event::Message(message) if !message.own && !message.missed => {
                let me = client.me().map(|me| me.uin);
                let mentions_me = |element: &Element| {
                    matches!(element, Element::Mention(mention)
                    if matches!(mention.target, MentionTarget::Member { uin, .. } if uin == me))
                };
                if !message.elements.iter().any(mentions_me) {
                    continue;
                }
                let quote = Element::Reply(Reply {
                    sequence: message.sequence,
                    sender: Some(message.sender.uin),
                    sender_uid: message.sender.uid,
                    time: message.time,
                    random: message.random,
                    ..Reply::default()
                });
                let words = message
                    .elements
                    .iter()
                    .filter(|element| !mentions_me(element));
                let answer = [quote].into_iter().chain(words.cloned()).collect();
                let sent = match client.send(message.conversation, answer).await {
                    Ok(sending) => sending.sent().await,
                    Err(error) => Err(error),
                };
                match sent {
                    Ok(sent) => println!(
                        "answered in {} as {}",
                        message.conversation, sent.place.sequence
                    ),
                    Err(error) => println!("not answered: {error}"),
                }
            }
            Event::Offline { reason } => println!("offline: {reason}"),
            _ => {}
        }
    }
    Ok(())
}

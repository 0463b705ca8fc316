//! A bot that says again what a group says to it. Against a sandbox, with the address and the keys of its ready line:
//!
//! ```sh
//! cargo run -p nekonap-client --example echo -- 127.0.0.1:3002 04…secp192k1… 04…p256…
//! ```
//!
//! Scan the code with a phone; in a sandbox, `scan_login` and `confirm_login` at `/sandbox/api/act` do it, with the address
//! that is printed below it as `code`. A fourth argument is a file that keeps the session: without it each start needs a
//! code.

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
            Event::Message(said) if !said.own && !said.missed => {
                let me = client.me().map(|me| me.uin);
                let names_me = |element: &Element| {
                    matches!(element, Element::Mention(mention)
                    if matches!(mention.target, MentionTarget::Member { uin, .. } if uin == me))
                };
                if !said.elements.iter().any(names_me) {
                    continue;
                }
                let quote = Element::Reply(Reply {
                    sequence: said.sequence,
                    sender: Some(said.sender.uin),
                    sender_uid: said.sender.uid,
                    time: said.time,
                    random: said.random,
                    ..Reply::default()
                });
                let words = said.elements.iter().filter(|element| !names_me(element));
                let answer = [quote].into_iter().chain(words.cloned()).collect();
                let sent = match client.send(said.conversation, answer).await {
                    Ok(sending) => sending.sent().await,
                    Err(error) => Err(error),
                };
                match sent {
                    Ok(sent) => println!(
                        "answered in {} as {}",
                        said.conversation, sent.place.sequence
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

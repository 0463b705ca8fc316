//! Segments into elements: everything is prepared before anything is sent.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_client::{
    Element,
    message::{
        Card, Face as FaceElement, Forward as ForwardElement, Keyboard as KeyboardElement,
        Markdown as MarkdownElement, MarketFace, Mention, MentionTarget, Reply as ReplyElement,
        Shake, Text, Thrown, Unknown as UnknownElement, Xml as XmlElement, buttons,
    },
};
use nekonap_ids::{Conversation, Uin};
use nekonap_onebot::{
    Code, Message, Segment,
    segments::{At, Contact, ContactKind, Keyboard, Mface, Music, Poke, Reply, Whom},
};
use serde_json::json;

use super::{Part, cards};
use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// How long the service that signs music cards may take, seconds.
const SIGNING: u64 = 10;
/// What everybody is called.
const EVERYBODY: &str = "@全体成员";

/// A list of segments as the messages that it becomes: what must stand alone does, after the rest
/// (`api/events-and-segments.md` §7).
///
/// # Errors
/// A segment that cannot be sent is named, and nothing is sent.
pub(crate) async fn write(
    cx: &Context,
    conversation: Conversation,
    message: Message,
) -> Result<Vec<Part>> {
    let mut together = Vec::new();
    let mut reply = None;
    let mut alone = Vec::new();
    for segment in message {
        match segment {
            Segment::Reply(quoted) => reply = Some(quote(cx, conversation, &quoted).await?),
            Segment::Poke(Poke { qq: Some(user), .. }) => alone.push(Part::Nudge(user)),
            segment => {
                let lonely = stands_alone(&segment);
                let element = element(cx, conversation, segment).await?;
                if lonely {
                    alone.push(Part::Elements(vec![element]));
                } else {
                    together.push(element);
                }
            }
        }
    }
    let mut parts = Vec::new();
    if !together.is_empty() {
        together.splice(0..0, reply);
        parts.push(Part::Elements(together));
    }
    parts.extend(alone);
    Ok(parts)
}

fn stands_alone(segment: &Segment) -> bool {
    matches!(
        segment,
        Segment::Record(_)
            | Segment::Video(_)
            | Segment::File(_)
            | Segment::Forward(_)
            | Segment::Json(_)
            | Segment::Xml(_)
            | Segment::Mface(_)
            | Segment::Dice(_)
            | Segment::Rps(_)
            | Segment::Poke(_)
            | Segment::Shake(_)
            | Segment::Contact(_)
            | Segment::Location(_)
            | Segment::Share(_)
            | Segment::Music(_)
            | Segment::Miniapp(_)
    )
}

async fn element(cx: &Context, conversation: Conversation, segment: Segment) -> Result<Element> {
    let card = |json: String| Element::Card(Card { json });
    Ok(match segment {
        Segment::Text(text) => Element::Text(Text::new(text.text)),
        Segment::At(at) => mention(cx, conversation, &at).await?,
        Segment::Face(face) => Element::Face(FaceElement::new(face.id)),
        Segment::Dice(_) => Element::Face(FaceElement::throw(Thrown::Dice, None)),
        Segment::Rps(_) => Element::Face(FaceElement::throw(Thrown::RockPaperScissors, None)),
        Segment::Poke(poke) => Element::Shake(shake(&poke)?),
        Segment::Shake(_) => Element::Shake(Shake {
            kind: 1,
            ..Shake::default()
        }),
        Segment::Mface(face) => Element::MarketFace(market_face(&face)?),
        Segment::Image(image) => media(cx, "image", image.source())?,
        Segment::Record(voice) => media(cx, "record", voice.source())?,
        Segment::Video(video) => media(cx, "video", video.source())?,
        Segment::File(file) => media(cx, "file", file.file_id.as_deref().or(file.source()))?,
        Segment::Share(link) => card(cards::share(&link)),
        Segment::Contact(contact) => card(contact_card(cx, &contact).await?),
        Segment::Location(place) => card(cards::location(&place).ok_or_else(|| {
            Failure::invalid("message", "`location` needs `lat` and `lon` in degrees")
        })?),
        Segment::Music(song) => card(music(cx, &song).await?),
        Segment::Json(json) => card(json.data.as_str().to_owned()),
        Segment::Miniapp(app) => card(app.data.as_str().to_owned()),
        Segment::Xml(xml) => Element::Xml(XmlElement {
            service: xml
                .resid
                .and_then(|resid| i32::try_from(resid).ok())
                .unwrap_or(60),
            xml: xml.data,
        }),
        Segment::Markdown(markdown) => Element::Markdown(MarkdownElement {
            content: markdown.content,
        }),
        Segment::Keyboard(rows) => Element::Keyboard(keyboard(&rows)),
        Segment::Forward(forward) => {
            let id = forward
                .id
                .filter(|id| !id.is_empty())
                .ok_or_else(|| Failure::missing("message: forward.id"))?;
            Element::Forward(ForwardElement {
                res_id: id,
                title: "聊天记录".to_owned(),
                preview: vec!["[聊天记录]".to_owned()],
                summary: "查看转发消息".to_owned(),
                prompt: "[聊天记录]".to_owned(),
                ..ForwardElement::default()
            })
        }
        Segment::Unknown(unknown) => Element::Unknown(UnknownElement {
            raw: STANDARD
                .decode(&unknown.raw)
                .map_err(|_| Failure::invalid("message", "`unknown.raw` is not base64"))?
                .into(),
        }),
        Segment::Anonymous(_) => {
            return Err(Failure::new(
                Code::NotSupported,
                "`anonymous`: QQ has withdrawn anonymous messages, so the message was not sent",
            ));
        }
        Segment::Node(_) => {
            return Err(Failure::new(
                Code::MixedNodes,
                "nodes cannot stand beside other segments",
            ));
        }
        Segment::Reply(_) => return Err(Failure::invalid("message", "`reply` cannot stand here")),
        other => {
            let text = format!("`{}` cannot be sent", other.kind());
            return Err(Failure::invalid("message", text));
        }
    })
}

async fn mention(cx: &Context, conversation: Conversation, at: &At) -> Result<Element> {
    let Whom::One(uin) = at.qq else {
        return Ok(match conversation {
            Conversation::Group(_) => Element::Mention(Mention {
                target: MentionTarget::Everybody,
                text: EVERYBODY.to_owned(),
            }),
            _ => Element::Text(Text::new(EVERYBODY)),
        });
    };
    let Conversation::Group(group) = conversation else {
        let name = crate::incoming::nickname(cx.bot(), uin).await;
        return Ok(Element::Text(Text::new(format!("@{name}"))));
    };
    let member = cx.client().member(group, uin, false).await?;
    let name = match (&at.name, &member) {
        (_, Some(member)) => member.name().to_owned(),
        (Some(name), None) => name.clone(),
        (None, None) => uin.to_string(),
    };
    Ok(Element::Mention(Mention {
        target: MentionTarget::Member {
            uin: Some(uin),
            uid: member.map(|member| member.uid),
        },
        text: format!("@{name}"),
    }))
}

/// The real message that is quoted, from the archive, else from the server.
async fn quote(cx: &Context, conversation: Conversation, reply: &Reply) -> Result<Element> {
    let stored = match (reply.id, reply.seq) {
        (Some(id), _) => cx.message(id).await?,
        (None, Some(sequence)) => cx.at(conversation, sequence).await?,
        (None, None) => return Err(Failure::missing("message: reply.id")),
    };
    let stored = cx.content(stored).await?;
    let (Some(record), Some(sequence)) = (&stored.record, stored.sequence) else {
        return Err(Failure::new(
            Code::MessageNotFound,
            "the quoted message never reached the server",
        ));
    };
    let group = matches!(stored.conversation, Conversation::Group(_));
    let uid = cx
        .client()
        .uid_of(record.sender, stored.conversation.group())
        .await
        .ok();
    Ok(Element::Reply(ReplyElement {
        sequence: if group {
            sequence
        } else {
            nekonap_ids::Sequence::new(u64::from(record.client_sequence))
        },
        shared_sequence: (!group).then_some(sequence),
        sender: Some(record.sender),
        sender_uid: uid,
        time: record.time,
        random: record.random,
        quoted: nekonap_client::message::raw_list(&record.elements),
        source: None,
    }))
}

fn shake(poke: &Poke) -> Result<Shake> {
    let number = |text: &Option<String>, otherwise| match text.as_deref() {
        None | Some("") => Ok(otherwise),
        Some(text) => text
            .parse()
            .map_err(|_| Failure::invalid("message", "`poke.type` and `poke.id` are numbers")),
    };
    Ok(Shake {
        kind: number(&poke.r#type, 1)?,
        vas_id: number(&poke.id, 0).unwrap_or(0),
        strength: 0,
        name: poke.name.clone().unwrap_or_default(),
    })
}

fn market_face(face: &Mface) -> Result<MarketFace> {
    let id = hex::decode(&face.emoji_id)
        .map_err(|_| Failure::invalid("message", "`mface.emoji_id` is hex"))?;
    Ok(MarketFace {
        name: face
            .summary
            .clone()
            .unwrap_or_else(|| "[商城表情]".to_owned()),
        id: id.into(),
        package: u32::try_from(face.emoji_package_id)
            .map_err(|_| Failure::invalid("message", "`mface.emoji_package_id` is too large"))?,
        key: face.key.clone(),
        width: 300,
        height: 300,
    })
}

/// A picture, voice, video or file that was received before, by what it was reported as.
fn media(cx: &Context, kind: &str, source: Option<&str>) -> Result<Element> {
    let Some(source) = source.filter(|source| !source.is_empty()) else {
        return Err(Failure::missing(&format!("message: {kind}.file")));
    };
    cx.bot().media().find(source).ok_or_else(|| {
        let text = format!(
            "`{kind}`: only what was received before can be sent, by the `file` or `url` that it was reported with; \
             files of one's own cannot be sent yet"
        );
        Failure::new(Code::LoadFile, text)
    })
}

/// The card of a person or a group. QQ makes and signs it; this one says the same, unsigned.
async fn contact_card(cx: &Context, contact: &Contact) -> Result<String> {
    let (name, kind, link) = match contact.r#type {
        ContactKind::Qq => {
            let uin = Uin::new(contact.id)
                .map_err(|error| Failure::invalid("message", format!("`contact.id`: {error}")))?;
            let Some(user) = cx.client().user(uin, false).await? else {
                return Err(crate::actions::friends::stranger::not_found(uin));
            };
            (
                user.nickname,
                "推荐好友",
                format!("mqqapi://card/show_pslcard?src_type=internal&card_type=person&uin={uin}"),
            )
        }
        ContactKind::Group => {
            let group = nekonap_ids::GroupUin::new(contact.id)
                .map_err(|error| Failure::invalid("message", format!("`contact.id`: {error}")))?;
            let Some(known) = cx.client().group(group, false).await? else {
                return Err(crate::actions::groups::info::not_found(group));
            };
            (
                known.name,
                "推荐群聊",
                format!("mqqapi://card/show_pslcard?src_type=internal&card_type=group&uin={group}"),
            )
        }
    };
    Ok(json!({
        "app": "com.tencent.contact.lua",
        "view": "contact",
        "ver": "0.0.0.1",
        "desc": "",
        "prompt": format!("{kind}: {name}"),
        "meta": {"contact": {"contact": contact.id.to_string(), "nickname": name, "jumpUrl": link, "tag": kind}},
        "config": {"autosize": 1, "forward": 1, "type": "normal"},
    })
    .to_string())
}

/// The card of a song: signed by the configured service, or unsigned for one whose page is known.
async fn music(cx: &Context, song: &Music) -> Result<String> {
    let Some(url) = cx
        .bot()
        .config()
        .music_sign_url
        .clone()
        .filter(|url| !url.is_empty())
    else {
        return cards::music(song)
            .filter(|_| song.r#type == "custom")
            .ok_or_else(|| {
                let text =
                    "`music` by id needs a service that signs music cards: set music_sign_url";
                Failure::new(Code::NotSupported, text)
            });
    };
    let failed = |error: String| {
        Failure::new(
            Code::Upstream,
            format!("the service that signs music cards: {error}"),
        )
    };
    let client = reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(SIGNING))
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let response = client
        .post(&url)
        .json(&cards::sign_request(song))
        .send()
        .await
        .map_err(|error| failed(error.without_url().to_string()))?;
    let status = response.status();
    let card = response
        .text()
        .await
        .map_err(|error| failed(error.without_url().to_string()))?;
    if !status.is_success() {
        return Err(failed(format!("{status} {card}")));
    }
    Ok(card)
}

fn keyboard(rows: &Keyboard) -> KeyboardElement {
    let button = |button: &nekonap_onebot::segments::Button| buttons::Button {
        id: Some(button.id.clone()),
        render: Some(buttons::ButtonRender {
            label: Some(button.render_data.label.clone()),
            visited_label: Some(button.render_data.visited_label.clone()),
            style: Some(button.render_data.style),
        }),
        action: Some(buttons::ButtonAction {
            r#type: Some(button.action.r#type),
            permission: Some(buttons::ButtonPermission {
                r#type: Some(button.action.permission.r#type),
                specify_role_ids: button.action.permission.specify_role_ids.clone(),
                specify_user_ids: button.action.permission.specify_user_ids.clone(),
            }),
            click_limit: button.action.click_limit,
            unsupport_tips: Some(button.action.unsupport_tips.clone()),
            data: Some(button.action.data.clone()),
            reply: Some(button.action.reply),
            enter: Some(button.action.enter),
            ..buttons::ButtonAction::default()
        }),
    };
    KeyboardElement {
        keyboard: buttons::Keyboard {
            rows: rows
                .rows
                .iter()
                .map(|row| buttons::KeyboardRow {
                    buttons: row.buttons.iter().map(button).collect(),
                })
                .collect(),
            bot_appid: rows.bot_appid,
        },
    }
}

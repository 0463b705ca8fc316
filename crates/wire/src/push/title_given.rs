//! A member got a special title (protocol/05 §5.21).

use nekonap_ids::{GroupUin, Sequence};
use serde_json::{Value, json};

use super::{
    Envelope, Origin, group_body,
    notices::{self, Content, Payload},
};
use crate::{
    command::DecodeError,
    message::Party,
    proto::push::{NotifyBody, TextTip},
};

/// Service of a title in the notify body.
const SERVICE: u32 = 6;
/// Type in the notify body.
const TYPE: u32 = 1;
/// `cmd` of the part of the text that contains the title.
const TITLE: u64 = 1;
/// `cmd` of the part of the text that contains the member.
const MEMBER: u64 = 5;

/// The owner gave a member a special title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleGiven<P> {
    /// Group of the member.
    pub group: GroupUin,
    /// Member with the title. The push contains the uin.
    pub member: P,
    /// Name of the member in the text; may be empty.
    pub member_name: String,
    /// The title.
    pub title: String,
    /// Web page that clients link the title to; may be empty.
    pub link: String,
    /// Sequence of the notice in the group.
    pub sequence: Sequence,
}

impl<P> TitleGiven<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<TitleGiven<Q>> {
        Some(TitleGiven {
            group: self.group,
            member: find(self.member)?,
            member_name: self.member_name,
            title: self.title,
            link: self.link,
            sequence: self.sequence,
        })
    }
}

impl TitleGiven<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        let Some(shared) = &content.group_body else {
            return Ok(None);
        };
        let body = &shared.body;
        if (content.sub_kind, body.service) != (group_body::GENERAL, Some(SERVICE)) {
            return Ok(None);
        }
        let Some(tip) = &body.text else {
            return Ok(None);
        };
        let parts = parts(tip.content.as_deref().unwrap_or_default());
        let part = |cmd: u64| parts.iter().find(|part| part["cmd"] == cmd);
        let text = |cmd, key: &str| {
            let text = part(cmd).and_then(|part| part[key].as_str());
            text.unwrap_or_default().to_owned()
        };
        let member = notices::by_uin(tip.member_uin)
            .or_else(|| notices::by_uin(text(MEMBER, "data").parse().ok()));
        Ok(member.filter(|_| part(TITLE).is_some()).map(|member| Self {
            group: shared.group,
            member,
            member_name: text(MEMBER, "text"),
            title: text(TITLE, "text"),
            link: text(TITLE, "url"),
            sequence: notices::sequence(body.msg_sequence),
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let uin = notices::uin_number(Some(self.member));
        let member = json!({"cmd": MEMBER, "data": uin.to_string(), "text": self.member_name});
        let title = json!({"cmd": TITLE, "data": self.link, "text": self.title, "url": self.link});
        let body = NotifyBody {
            text: Some(TextTip {
                kind: Some(1),
                content: Some(format!("恭喜<{member}>获得群主授予的<{title}>头衔")),
                flag: Some(1),
                member_uin: Some(uin),
            }),
            service: Some(SERVICE),
            msg_sequence: Some(self.sequence.get()),
            ..NotifyBody::default()
        };
        group_body::encode(self.group, group_body::GENERAL, TYPE, envelope, body)
    }
}

/// The JSON objects between `<` and `>` in a text. Names in them may contain both characters.
fn parts(text: &str) -> Vec<Value> {
    text.match_indices("<{")
        .filter_map(|(at, _)| {
            let json = &text[at + 1..];
            let mut values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
            values.next()?.ok()
        })
        .collect()
}

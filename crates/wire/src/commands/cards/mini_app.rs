//! Mini-app cards (protocol/04 §11.3).

use bytes::Bytes;

use crate::{
    command::Refusal,
    proto::cards::{MiniAppExt, MiniAppReply, MiniAppRequest, MiniAppShare, MiniAppTemplate},
};

/// A mini-app and what its card shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MiniApp {
    /// Version of the SDK that made the mini-app.
    pub sdk: String,
    /// Id of the mini-app.
    pub app: String,
    /// Title line.
    pub title: String,
    /// Description.
    pub description: String,
    /// URL of the picture.
    pub picture: String,
    /// URL that the card opens.
    pub jump: String,
    /// URL of the mini-app's icon.
    pub icon: String,
    /// URL for clients without mini-apps; may be empty.
    pub web: String,
    /// Version of the mini-app.
    pub version: String,
    /// The place that the card is shared from; 1 in clients.
    pub scene: u32,
    /// Template of the card; 1 in clients.
    pub template_type: u32,
    /// 0 in clients.
    pub business_type: u32,
    /// 3 in clients.
    pub version_type: u32,
    /// 0 in clients.
    pub share_type: u32,
    /// 0 in clients.
    pub with_ticket: u32,
}

impl MiniAppRequest {
    /// For [`MakeMiniAppCard`](super::MakeMiniAppCard). `milliseconds`: the time, since 1970.
    pub fn new(app: MiniApp, milliseconds: u64) -> Self {
        let empty = || Some(String::new());
        Self {
            sdk: Some(app.sdk),
            share: Some(MiniAppShare {
                ext: Some(MiniAppExt {
                    field_2: Some(Bytes::new()),
                }),
                appid: Some(app.app),
                title: Some(app.title),
                desc: Some(app.description),
                time: Some(milliseconds),
                scene: Some(app.scene),
                template_type: Some(app.template_type),
                business_type: Some(app.business_type),
                pic_url: Some(app.picture),
                vid_url: empty(),
                jump_url: Some(app.jump),
                icon_url: Some(app.icon),
                ver_type: Some(app.version_type),
                share_type: Some(app.share_type),
                version_id: Some(app.version),
                with_ticket: Some(app.with_ticket),
                web_url: Some(app.web),
                appid_rich: Some(Bytes::new()),
                template: Some(MiniAppTemplate {
                    id: empty(),
                    data: empty(),
                }),
                field_20: empty(),
            }),
        }
    }
}

impl MiniAppReply {
    /// The card, as JSON text; empty if the reply has none.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<String, Refusal> {
        match self.status.unwrap_or(0) {
            0 => Ok(self.card.unwrap_or_default().json.unwrap_or_default()),
            code => Err(Refusal::new(code.into(), self.text.unwrap_or_default())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounded;
    use prost::Message;

    #[test]
    fn known_answer_of_a_request() {
        let letter = |letter: &str| letter.to_owned();
        let app = MiniApp {
            sdk: letter("s"),
            app: letter("a"),
            title: letter("t"),
            description: letter("d"),
            picture: letter("p"),
            jump: letter("j"),
            icon: letter("i"),
            web: letter("w"),
            version: letter("v"),
            scene: 1,
            template_type: 1,
            business_type: 0,
            version_type: 3,
            share_type: 0,
            with_ticket: 0,
        };
        let expected = [
            &[0x12, 1, b's', 0x22, 60][..],                 // 2, 4: 60 bytes
            &[0x0a, 2, 0x12, 0],                            // .1.2
            &[0x12, 1, b'a', 0x1a, 1, b't', 0x22, 1, b'd'], // .2, .3, .4
            &[0x28, 0xe8, 0x07, 0x30, 1, 0x38, 1, 0x40, 0], // .5 = 1000, .6, .7, .8
            &[0x4a, 1, b'p', 0x52, 0, 0x5a, 1, b'j', 0x62, 1, b'i'], // .9 to .12
            &[0x68, 3, 0x70, 0, 0x7a, 1, b'v'],             // .13, .14, .15
            &[0x80, 1, 0, 0x8a, 1, 1, b'w', 0x92, 1, 0],    // .16, .17, .18
            &[0x9a, 1, 4, 0x0a, 0, 0x12, 0, 0xa2, 1, 0],    // .19, .20
        ]
        .concat();
        assert_eq!(MiniAppRequest::new(app, 1_000).encode_to_vec(), expected);
    }

    #[test]
    fn known_answers_of_replies() {
        let card: MiniAppReply =
            bounded::decode(&[0x22, 4, 0x12, 2, b'{', b'}'][..]).expect("a reply");
        assert_eq!(card.outcome(), Ok("{}".to_owned()));
        let refused: MiniAppReply =
            bounded::decode(&[0x10, 5, 0x1a, 2, b'n', b'o'][..]).expect("a reply");
        assert_eq!(refused.outcome(), Err(Refusal::new(5, "no")));
    }
}

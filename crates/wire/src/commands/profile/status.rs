//! The account's own online status (protocol/04 §8.2, §8.3).

use prost::Message as _;

use super::SetStatus;
use crate::{
    bounded,
    command::{Command, DecodeError, Refusal, RefusalForm, ReplyError},
    commands::friends::Presence,
    proto::profile::{Custom, SetStatusReply, SetStatusRequest},
};

/// `ext_status` of a status with an icon and a text of one's own.
pub const CUSTOM: u32 = 2000;

/// Text of the reply when the status was set.
const SUCCESS: &str = "set status success";

/// An online status of the account's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnStatus {
    /// Status and extended status.
    pub presence: Presence,
    /// Battery level in per cent, shown with the extended status 1000.
    pub battery: u32,
    /// Icon and text of the status 2000.
    pub custom: Option<CustomStatus>,
}

/// Icon and text of a status of one's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomStatus {
    /// Id of the system face that is the icon.
    pub face: u32,
    /// Kind of the face; 1 is a system face.
    pub face_type: u32,
    /// Text.
    pub text: String,
}

impl OwnStatus {
    /// A status without an icon of one's own.
    pub const fn new(presence: Presence, battery: u32) -> Self {
        Self {
            presence,
            battery,
            custom: None,
        }
    }

    /// Online, with an icon and a text of one's own.
    pub const fn custom(custom: CustomStatus) -> Self {
        Self {
            presence: Presence {
                ext: CUSTOM,
                ..Presence::ONLINE
            },
            battery: 0,
            custom: Some(custom),
        }
    }
}

impl CustomStatus {
    /// The value of property 27406, for a server.
    pub fn property(&self) -> Vec<u8> {
        Custom {
            face_id: Some(self.face),
            text: Some(self.text.clone()),
            face_type: None,
        }
        .encode_to_vec()
    }
}

impl Command for SetStatus {
    const NAME: &'static str = "trpc.qq_new_tech.status_svc.StatusService.SetStatus";
    type Request = OwnStatus;
    type Reply = ();

    fn encode_request(request: &OwnStatus) -> Vec<u8> {
        SetStatusRequest {
            status: Some(request.presence.status),
            ext_status: Some(request.presence.ext),
            battery: Some(request.battery),
            custom: request.custom.as_ref().map(|custom| Custom {
                face_id: Some(custom.face),
                text: Some(custom.text.clone()),
                face_type: Some(custom.face_type),
            }),
        }
        .encode_to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<OwnStatus, DecodeError> {
        let request: SetStatusRequest = bounded::decode(payload)?;
        Ok(OwnStatus {
            presence: Presence {
                status: request.status.unwrap_or_default(),
                ext: request.ext_status.unwrap_or_default(),
            },
            battery: request.battery.unwrap_or_default(),
            custom: request.custom.map(|custom| CustomStatus {
                face: custom.face_id.unwrap_or_default(),
                face_type: custom.face_type.unwrap_or_default(),
                text: custom.text.unwrap_or_default(),
            }),
        })
    }

    fn encode_reply((): &()) -> Vec<u8> {
        reply(0, SUCCESS)
    }

    fn decode_reply(payload: &[u8]) -> Result<(), ReplyError> {
        let reply: SetStatusReply = bounded::decode(payload)?;
        Ok(Refusal::check_code(reply.code, reply.text)?)
    }

    fn encode_refusal(refusal: &Refusal) -> RefusalForm {
        RefusalForm::Body(reply(refusal.narrow(), &refusal.text))
    }
}

fn reply(code: i32, text: &str) -> Vec<u8> {
    SetStatusReply {
        code: Some(code),
        text: Some(text.to_owned()),
    }
    .encode_to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(status: &OwnStatus, hex: &str) {
        assert_eq!(hex::encode(SetStatus::encode_request(status)), hex);
        let bytes = hex::decode(hex).expect("hex");
        assert_eq!(SetStatus::decode_request(&bytes).as_ref(), Ok(status));
    }

    #[test]
    fn request_has_status_extended_status_and_battery() {
        // 1: 30, 2: 0, 3: 0
        let away = Presence { status: 30, ext: 0 };
        known(&OwnStatus::new(away, 0), "081e10001800");
        // 1: 10, 2: 1000, 3: 66
        let charging = Presence {
            status: 10,
            ext: 1000,
        };
        known(&OwnStatus::new(charging, 66), "080a10e8071842");
        // 1: 10, 2: 2000, 3: 0, 4: {1: 21, 2: "hi", 3: 1}
        let custom = OwnStatus::custom(CustomStatus {
            face: 21,
            face_type: 1,
            text: "hi".to_owned(),
        });
        known(&custom, "080a10d00f180022080815120268691801");
    }

    #[test]
    fn reply_is_success_without_a_code() {
        // 1: 0, 2: "set status success"
        let success = "08001212736574207374617475732073756363657373";
        assert_eq!(hex::encode(SetStatus::encode_reply(&())), success);
        let bytes = hex::decode(success).expect("hex");
        assert_eq!(SetStatus::decode_reply(&bytes), Ok(()));
        assert_eq!(SetStatus::decode_reply(&[]), Ok(()));
        let refusal = Refusal::new(5, "no");
        assert_eq!(
            SetStatus::encode_refusal(&refusal),
            RefusalForm::Body(hex::decode("080512026e6f").expect("hex"))
        );
        assert_eq!(
            SetStatus::decode_reply(&hex::decode("080512026e6f").expect("hex")),
            Err(refusal.into())
        );
    }
}

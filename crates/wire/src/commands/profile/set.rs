//! Changes of the account's own profile (protocol/04 §8.1).

use nekonap_ids::Uin;

use crate::{
    command::DecodeError,
    commands::friends::{Birthday, Sex, property},
    proto::profile::{NumberValue, SetProfileRequest, TextValue},
};

/// New values of the account's own profile; `None` keeps a value unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// Nickname.
    pub nickname: Option<String>,
    /// Signature; `""` removes it.
    pub signature: Option<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Birthday; zeros remove it.
    pub birthday: Option<Birthday>,
}

impl ProfileChange {
    /// The request with these changes.
    pub fn request(self, uin: Uin) -> SetProfileRequest {
        let text = |id, value: Option<String>| {
            value.map(|value| TextValue {
                id: Some(id),
                value: Some(value.into_bytes().into()),
            })
        };
        let number = |id, value: Option<u64>| {
            value.map(|value| NumberValue {
                id: Some(id),
                value: Some(value),
            })
        };
        let birthday = self.birthday.map(|(year, month, day)| {
            u64::from(year) << 16 | u64::from(month) << 8 | u64::from(day)
        });
        let sex = self.sex.map(|sex| sex.number().unsigned_abs());
        let texts = [
            text(property::NICKNAME, self.nickname),
            text(property::SIGNATURE, self.signature),
        ];
        let numbers = [
            number(property::SEX, sex),
            number(property::BIRTHDAY, birthday),
        ];
        SetProfileRequest {
            uin: Some(uin.get()),
            texts: texts.into_iter().flatten().collect(),
            numbers: numbers.into_iter().flatten().collect(),
        }
    }

    /// Reads a request, for a server. Unknown properties are skipped.
    ///
    /// # Errors
    /// A text is not UTF-8, or a number does not fit.
    pub fn of_request(request: SetProfileRequest) -> Result<Self, DecodeError> {
        let mut change = Self::default();
        for TextValue { id, value } in request.texts {
            let name = match id {
                Some(property::NICKNAME) => "nickname",
                Some(property::SIGNATURE) => "signature",
                _ => continue,
            };
            let text = String::from_utf8(value.unwrap_or_default().into())
                .map_err(|_| DecodeError::Invalid(name))?;
            if id == Some(property::NICKNAME) {
                change.nickname = Some(text);
            } else {
                change.signature = Some(text);
            }
        }
        for NumberValue { id, value } in request.numbers {
            let value = value.unwrap_or_default();
            match id {
                Some(property::SEX) => change.sex = Some(Sex::from(value)),
                Some(property::BIRTHDAY) => {
                    let [high, low, month, day] = u32::try_from(value)
                        .map_err(|_| DecodeError::Invalid("birthday"))?
                        .to_be_bytes();
                    change.birthday = Some((u16::from_be_bytes([high, low]), month, day));
                }
                _ => {}
            }
        }
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    fn uin() -> Uin {
        Uin::new(10001).expect("a uin")
    }

    fn known(change: &ProfileChange, hex: &str) {
        let request = change.clone().request(uin());
        assert_eq!(hex::encode(request.encode_to_vec()), hex);
        let bytes = hex::decode(hex).expect("hex");
        let decoded = SetProfileRequest::decode(&bytes[..]).expect("a request");
        assert_eq!(ProfileChange::of_request(decoded).as_ref(), Ok(change));
    }

    #[test]
    fn signature_alone_is_one_text() {
        // 1: 10001, 2: {1: 102, 2: "hi"}
        let change = ProfileChange {
            signature: Some("hi".to_owned()),
            ..ProfileChange::default()
        };
        known(&change, "08914e1206086612026869");
        // An empty text is present: it removes the signature.
        let change = ProfileChange {
            signature: Some(String::new()),
            ..ProfileChange::default()
        };
        known(&change, "08914e120408661200");
    }

    #[test]
    fn nickname_sex_and_birthday_have_their_properties() {
        // 1: 10001, 2: {1: 20002, 2: "Z"}, 3: {1: 20009, 2: 0}, 3: {1: 20031, 2: 1990 × 65536 + 2 × 256 + 3}
        let change = ProfileChange {
            nickname: Some("Z".to_owned()),
            sex: Some(Sex::Unknown),
            birthday: Some((1990, 2, 3)),
            ..ProfileChange::default()
        };
        known(
            &change,
            "08914e120708a29c0112015a1a0608a99c0110001a0908bf9c01108384983e",
        );
    }

    #[test]
    fn wrong_text_and_too_large_birthday_are_named() {
        let text = |id, value: &'static [u8]| SetProfileRequest {
            texts: vec![TextValue {
                id: Some(id),
                value: Some(value.into()),
            }],
            ..SetProfileRequest::default()
        };
        let refused = ProfileChange::of_request(text(property::NICKNAME, b"\xff"));
        assert_eq!(refused, Err(DecodeError::Invalid("nickname")));
        let refused = ProfileChange::of_request(text(property::SIGNATURE, b"\xff"));
        assert_eq!(refused, Err(DecodeError::Invalid("signature")));
        let birthday = SetProfileRequest {
            numbers: vec![NumberValue {
                id: Some(property::BIRTHDAY),
                value: Some(u64::MAX),
            }],
            ..SetProfileRequest::default()
        };
        let refused = ProfileChange::of_request(birthday);
        assert_eq!(refused, Err(DecodeError::Invalid("birthday")));
        // Unknown properties, such as the location, change nothing.
        let skipped = ProfileChange::of_request(text(20032, b"\0\0"));
        assert_eq!(skipped, Ok(ProfileChange::default()));
    }
}

//! Changing one's own profile. protocol/04 §8.1

use nekonap_ids::Uin;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    http::Nothing,
    refusal::Refusal,
    world::{Change, Sex, Status, World, check_birthday},
};

/// The most characters of a nickname and of a signature.
const NICKNAME: usize = 36;
const SIGNATURE: usize = 240;

/// What `set_profile` takes: any of these.
#[derive(Debug, Deserialize)]
pub(crate) struct SetProfile {
    nickname: Option<String>,
    signature: Option<String>,
    sex: Option<Sex>,
    birthday: Option<String>,
    status: Option<Status>,
}

pub(crate) fn check_nickname(nickname: &str) -> Result<(), Refusal> {
    if nickname.trim().is_empty() || nickname.chars().count() > NICKNAME {
        let text = format!("`nickname` has 1 to {NICKNAME} characters");
        return Err(Refusal::bad_request(text));
    }
    Ok(())
}

/// Somebody changes their profile.
pub(crate) fn act(world: &mut World, actor: Uin, act: SetProfile) -> Result<Nothing, Refusal> {
    let mut person = world.person(actor)?.clone();
    let mut fields = Map::new();
    if let Some(nickname) = act.nickname {
        check_nickname(&nickname)?;
        fields.insert("nickname".to_owned(), json!(nickname));
        person.nickname = nickname;
    }
    if let Some(signature) = act.signature {
        if signature.chars().count() > SIGNATURE {
            let text = format!("`signature` has at most {SIGNATURE} characters");
            return Err(Refusal::bad_request(text));
        }
        fields.insert("signature".to_owned(), json!(signature));
        person.signature = signature;
    }
    if let Some(sex) = act.sex {
        fields.insert("sex".to_owned(), json!(sex));
        person.sex = sex;
    }
    if let Some(birthday) = act.birthday {
        check_birthday(&birthday)?;
        fields.insert("birthday".to_owned(), json!(birthday));
        person.birthday = birthday;
    }
    if let Some(status) = act.status {
        fields.insert("status".to_owned(), json!(status));
        person.status = status;
    }
    if fields.is_empty() {
        return Err(Refusal::bad_request(
            "one of `nickname`, `signature`, `sex`, `birthday`, `status` is needed",
        ));
    }
    world.save_person(&person)?;
    *world.person_mut(actor)? = person;
    world.happened(Change::ProfileChanged {
        uin: actor,
        fields: Value::Object(fields),
    });
    Ok(Nothing {})
}

//! The User object (api/actions §1.8).

use nekonap_client::{Category, Friend, Sex, User as Known};
use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Serialize;

/// A person. Unknown values are `0` or `""`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct User {
    /// QQ number.
    pub(crate) user_id: Uin,
    /// Nickname.
    pub(crate) nickname: String,
    /// The account's remark for a friend.
    pub(crate) remark: String,
    /// `male`, `female` or `unknown`.
    pub(crate) sex: &'static str,
    /// Age in years.
    pub(crate) age: u32,
    /// QQ level.
    pub(crate) level: u32,
    /// QID: a name that the user chose.
    pub(crate) qid: String,
    /// Signature of the profile.
    pub(crate) long_nick: String,
    /// Year of birth.
    pub(crate) birthday_year: u16,
    /// Month of birth, 1 to 12.
    pub(crate) birthday_month: u8,
    /// Day of birth, 1 to 31.
    pub(crate) birthday_day: u8,
    /// Always empty.
    pub(crate) phone_num: String,
    /// E-mail address.
    pub(crate) email: String,
    /// Id of the friend's category; 0 is the default category.
    pub(crate) category_id: i32,
    /// The same as `category_id`.
    #[serde(rename = "categoryId")]
    pub(crate) category_id_camel: i32,
    /// Name of the category.
    #[serde(rename = "categoryName")]
    pub(crate) category_name: String,
    /// On how many days the user was online; only `get_stranger_info` asks for it.
    pub(crate) login_days: u32,
}

impl User {
    /// A friend, from the friend list.
    pub(crate) fn of_friend(friend: &Friend, categories: &[Category]) -> Self {
        let category = friend.category;
        let name = categories.iter().find(|known| known.id == category);
        let (birthday_year, birthday_month, birthday_day) = friend.birthday;
        Self {
            user_id: friend.uin,
            nickname: friend.nickname.clone(),
            remark: friend.remark.clone(),
            sex: sex(friend.sex),
            age: friend.age,
            level: 0,
            qid: friend.qid.clone(),
            long_nick: friend.signature.clone(),
            birthday_year,
            birthday_month,
            birthday_day,
            phone_num: String::new(),
            email: String::new(),
            category_id: category,
            category_id_camel: category,
            category_name: name.map(|known| known.name.clone()).unwrap_or_default(),
            login_days: 0,
        }
    }

    /// Any user, from the profile; for a friend also the values that only the friend list has.
    pub(crate) fn of_user(known: &Known, friend: Option<&Friend>, categories: &[Category]) -> Self {
        let category = friend.map_or(0, |friend| friend.category);
        let name = friend.and_then(|_| categories.iter().find(|known| known.id == category));
        let (birthday_year, birthday_month, birthday_day) = known.birthday;
        Self {
            user_id: known.uin,
            nickname: known.nickname.clone(),
            remark: friend.map_or_else(|| known.remark.clone(), |friend| friend.remark.clone()),
            sex: sex(known.sex),
            age: known.age,
            level: known.level,
            qid: known.qid.clone(),
            long_nick: known.signature.clone(),
            birthday_year,
            birthday_month,
            birthday_day,
            phone_num: String::new(),
            email: known.email.clone(),
            category_id: category,
            category_id_camel: category,
            category_name: name.map(|known| known.name.clone()).unwrap_or_default(),
            login_days: 0,
        }
    }
}

/// OneBot's name of a sex.
pub(crate) const fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
        Sex::Unknown => "unknown",
    }
}

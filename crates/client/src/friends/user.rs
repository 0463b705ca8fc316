//! What the server says about anybody, and which number and uid belong together. protocol/04 §2, §4

use nekonap_ids::{GroupUin, Uid, Uin};
use nekonap_wire::{
    commands::friends::{GetUserByUid, GetUserByUin, property},
    proto::friends::{Profile, ProfileByUidRequest, ProfileByUinRequest, ProfileKeys},
};

use crate::{client::Client, error::CallError, messages::text};

/// A person's sex as the profile has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Not told.
    #[default]
    Unknown,
    /// Male.
    Male,
    /// Female.
    Female,
}

impl From<u64> for Sex {
    /// Property 20009: 1 male, 2 female.
    fn from(number: u64) -> Self {
        match number {
            1 => Self::Male,
            2 => Self::Female,
            _ => Self::Unknown,
        }
    }
}

/// What the server says about anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The number.
    pub uin: Uin,
    /// The uid, where it is told or known.
    pub uid: Option<Uid>,
    /// The nickname.
    pub nickname: String,
    /// What this account calls them, may be empty.
    pub remark: String,
    /// The signature, may be empty.
    pub signature: String,
    /// The QID, may be empty.
    pub qid: String,
    /// The sex.
    pub sex: Sex,
    /// Years, 0 when unknown.
    pub age: u32,
    /// The QQ level.
    pub level: u32,
    /// When the account was made, unix seconds, 0 when unknown.
    pub registered: u64,
    /// Year, month, day; zeros when hidden.
    pub birthday: (u16, u8, u8),
    /// The country, may be empty.
    pub country: String,
    /// The province, may be empty.
    pub province: String,
    /// The city, may be empty.
    pub city: String,
    /// The school, may be empty.
    pub school: String,
    /// The e-mail address, may be empty.
    pub email: String,
}

impl Client {
    /// What the server says about somebody; `None` where there is no such account. Good for a minute, or `fresh`.
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn user(&self, uin: Uin, fresh: bool) -> Result<Option<User>, CallError> {
        if let Some(known) = self.inner.cache.user(uin).filter(|_| !fresh) {
            return Ok(Some(known));
        }
        let client = self.clone();
        let fetch = async move {
            let begun = client.inner.cache.fetch();
            let request = ProfileByUinRequest {
                uin: Some(uin.get()),
                flag: Some(0),
                keys: keys(),
            };
            let reply = client
                .inner
                .session()?
                .call::<GetUserByUin>(&request)
                .await?;
            let Some(user) = reply.body.and_then(|profile| user(uin, &profile)) else {
                return Ok(None);
            };
            let user = client.inner.cache.keep_user(user, begun);
            client.inner.keep_own_name(user.uin, &user.nickname);
            Ok(Some(user))
        };
        self.inner
            .cache
            .user_fills
            .join(uin, &self.inner.tasks, fetch)
            .await
    }

    /// The number of a uid; `None` where there is no such account.
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn uin_of(&self, uid: &Uid) -> Result<Option<Uin>, CallError> {
        if let Some(known) = self.inner.cache.people().uin(uid) {
            return Ok(Some(known));
        }
        let (client, uid) = (self.clone(), *uid);
        let fetch = async move {
            let request = ProfileByUidRequest {
                uid: Some(text(uid)),
                flag: Some(0),
                keys: keys(),
            };
            let reply = client
                .inner
                .session()?
                .call::<GetUserByUid>(&request)
                .await?;
            // An unknown uid is answered with the number 0.
            let uin = reply.body.and_then(|profile| Uin::new(profile.uin?).ok());
            if let Some(uin) = uin {
                client.inner.cache.learn(uin, uid);
            }
            Ok(uin)
        };
        self.inner
            .cache
            .uid_fills
            .join(uid, &self.inner.tasks, fetch)
            .await
    }

    /// The uid of a number: from what is known, else from the named group's members, the friends, and the members of
    /// every group. No command asks for it. protocol/04 §2
    ///
    /// # Errors
    /// [`CallError::Unknown`] where nobody was found; the server refuses or does not answer.
    pub async fn uid_of(&self, uin: Uin, near: Option<GroupUin>) -> Result<Uid, CallError> {
        let known = || self.inner.cache.people().uid(uin);
        if let Some(uid) = known() {
            return Ok(uid);
        }
        if let Some(group) = near {
            self.members(group, false).await?;
        }
        if known().is_none() {
            self.friends(false).await?;
        }
        // A profile by number may tell the uid as well.
        if known().is_none() {
            self.user(uin, false).await?;
        }
        if known().is_none() {
            for group in self.groups(false).await?.iter() {
                self.members(group.uin, false).await?;
                if known().is_some() {
                    break;
                }
            }
        }
        known().ok_or(CallError::Unknown(uin))
    }
}

fn keys() -> Vec<ProfileKeys> {
    [
        property::AVATAR,
        property::SIGNATURE,
        property::REMARK,
        property::LEVEL,
        property::NICKNAME,
        property::COUNTRY,
        property::SEX,
        property::EMAIL,
        property::CITY,
        property::SCHOOL,
        property::REGISTERED,
        property::BIRTHDAY,
        property::AGE,
        property::PRESENCE,
        property::QID,
    ]
    .into_iter()
    .map(|id| ProfileKeys { ids: vec![id] })
    .collect()
}

fn user(uin: Uin, profile: &Profile) -> Option<User> {
    let properties = profile.properties.clone().unwrap_or_default();
    let number = |key| {
        let found = properties
            .numbers
            .iter()
            .find(|number| number.key == Some(key));
        found.and_then(|number| number.value).unwrap_or(0)
    };
    let blob = |key| {
        properties
            .blobs
            .iter()
            .find(|blob| blob.key == Some(key))
            .and_then(|blob| blob.value.clone())
    };
    let string = |key| {
        blob(key)
            .map(|text| String::from_utf8_lossy(&text).into_owned())
            .unwrap_or_default()
    };
    // No nickname: no such account.
    blob(property::NICKNAME)?;
    Some(User {
        uin: profile
            .uin
            .and_then(|uin| Uin::new(uin).ok())
            .unwrap_or(uin),
        uid: profile.uid.as_deref().and_then(|uid| Uid::new(uid).ok()),
        nickname: string(property::NICKNAME),
        remark: string(property::REMARK),
        signature: string(property::SIGNATURE),
        qid: string(property::QID),
        sex: Sex::from(number(property::SEX)),
        age: u32::try_from(number(property::AGE)).unwrap_or(0),
        level: u32::try_from(number(property::LEVEL)).unwrap_or(0),
        registered: number(property::REGISTERED),
        birthday: birthday(blob(property::BIRTHDAY).as_deref()),
        country: string(property::COUNTRY),
        province: String::new(),
        city: string(property::CITY),
        school: string(property::SCHOOL),
        email: string(property::EMAIL),
    })
}

/// Year, month and day in four bytes.
pub(super) fn birthday(bytes: Option<&[u8]>) -> (u16, u8, u8) {
    match bytes {
        Some([high, low, month, day]) => (u16::from_be_bytes([*high, *low]), *month, *day),
        _ => (0, 0, 0),
    }
}

//! Name and description of a Qzone. api/newer §4.10

use nekonap_ids::Uin;

use super::{
    answer::text,
    call::{Request, host},
    posts::fixed,
};
use crate::{client::Client, error::CallError};

/// Name and description of a Qzone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QzoneProfile {
    /// Name of the Qzone.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Nickname of its owner.
    pub nickname: String,
}

impl Client {
    /// Name and description of somebody's Qzone.
    ///
    /// # Errors
    /// There are no cookies, or the page refuses or does not reply.
    pub async fn qzone_profile(&self, owner: Uin) -> Result<QzoneProfile, CallError> {
        let me = self.inner.myself()?.uin;
        let mut fields = fixed(&[("fupdate", "1")]);
        fields.push(("uin", owner.to_string()));
        fields.push(("vuin", me.to_string()));
        let path = "/cgi-bin/user/cgi_userinfo_get_all";
        let request = Request::read(host::PROFILES, path, fields).expecting("data");
        let data = self.qzone(&request).await?["data"].take();
        Ok(QzoneProfile {
            name: text(&data["spacename"]),
            description: text(&data["desc"]),
            nickname: text(&data["nickname"]),
        })
    }
}

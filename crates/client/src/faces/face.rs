//! Lists and deletes the account's own stickers. protocol/03 §8.3

use nekonap_wire::{
    commands::faces::{DescribeFace, OperateFaces},
    proto::faces::{DescribeRequest, FaceDeleted, FacesRequest},
};

use crate::{client::Client, error::CallError};

/// Host of the pictures of stickers. protocol/03 §5.2
const HOST: &str = "https://p.qpic.cn";
/// First part of the path if the server names none.
const BID: &str = "qq_expression";

/// A sticker of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomFace {
    /// Id of the sticker, `<uin>_0_0_0_<MD5>_0_0`.
    pub id: String,
    /// MD5 of the picture in upper-case hex; empty if the id has another form.
    pub md5: String,
    /// URL of the picture.
    pub url: String,
}

impl Client {
    /// The account's own stickers, newest first. protocol/03 §8.3
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn custom_faces(&self) -> Result<Vec<CustomFace>, CallError> {
        let me = self.inner.myself()?;
        let profile = &self.inner.config.profile;
        let request = FacesRequest::list(me.uin, &profile.os, &profile.version);
        let session = self.inner.session()?;
        let reply = session.call::<OperateFaces>(&request).await?.outcome()?;
        let list = reply.list.unwrap_or_default();
        let bid = list.bid.filter(|bid| !bid.is_empty());
        let bid = bid.as_deref().unwrap_or(BID);
        let base = match &self.inner.config.web {
            Some(address) => format!("http://{address}"),
            None => HOST.to_owned(),
        };
        let faces = list.face_ids.into_iter();
        Ok(faces
            .map(|id| CustomFace {
                md5: id.split('_').nth(4).unwrap_or_default().to_owned(),
                url: format!("{base}/{bid}/{}/{id}/0", me.uin),
                id,
            })
            .collect())
    }

    /// Deletes stickers of the account by their ids; returns the ids that the server has deleted. protocol/03 §8.3
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn delete_custom_faces(&self, ids: Vec<String>) -> Result<Vec<String>, CallError> {
        let me = self.inner.myself()?;
        let request = FacesRequest::delete(me.uin, &self.inner.config.profile.os, ids);
        let session = self.inner.session()?;
        let reply = session.call::<OperateFaces>(&request).await?.outcome()?;
        let id = |face: FaceDeleted| face.face_id.unwrap_or_default();
        Ok(reply.deleted.into_iter().map(id).collect())
    }

    /// Sets what the account says about one of its stickers; `""` removes it. `md5`: of the picture, in upper-case hex.
    /// protocol/03 §8.3
    ///
    /// # Errors
    /// The server refuses (no such sticker; too long) or does not reply.
    pub async fn describe_custom_face(
        &self,
        id: String,
        md5: String,
        text: String,
    ) -> Result<(), CallError> {
        let request = DescribeRequest::new(&self.inner.config.profile.os, id, md5, text);
        let session = self.inner.session()?;
        Ok(session.call::<DescribeFace>(&request).await?.outcome()?)
    }
}

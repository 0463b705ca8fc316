//! The name and the settings of a group, and the account's own remark for it. protocol/04 §6.1, §6.10

use nekonap_ids::GroupUin;
use nekonap_wire::{
    commands::admin::{ChangeGroup, RenameGroup, SetGroupRemark},
    proto::admin::{ChangeGroupRequest, RemarkRequest},
};

use crate::{client::Client, error::CallError};

impl Client {
    /// Renames a group. protocol/04 §6.1
    ///
    /// # Errors
    /// The server refuses (owner and administrators only; the name is too long) or does not reply.
    pub async fn rename_group(&self, group: GroupUin, name: String) -> Result<(), CallError> {
        let request = ChangeGroupRequest::name(group, name);
        self.inner.session()?.call::<RenameGroup>(&request).await?;
        self.inner.cache.forget_groups();
        Ok(())
    }

    /// Sets how people join a group: `option` is 1 anybody, 2 after approval, 3 nobody, 4 with the answer to a question,
    /// 5 with an answer and approval. protocol/04 §6.10
    ///
    /// # Errors
    /// The server refuses (owner and administrators only; no such option; no question) or does not reply.
    pub async fn set_join_option(
        &self,
        group: GroupUin,
        option: u32,
        question: Option<String>,
        answer: Option<String>,
    ) -> Result<(), CallError> {
        let request = ChangeGroupRequest::join_option(group, option, question, answer);
        self.inner.session()?.call::<ChangeGroup>(&request).await?;
        self.inner.cache.forget_groups();
        Ok(())
    }

    /// Hides a group from searches for words or for its number (1), or shows it (0). protocol/04 §6.10
    ///
    /// # Errors
    /// The server refuses (owner and administrators only) or does not reply.
    pub async fn set_group_search(
        &self,
        group: GroupUin,
        words: Option<u32>,
        number: Option<u32>,
    ) -> Result<(), CallError> {
        let request = ChangeGroupRequest::search(group, words, number);
        let session = self.inner.session()?;
        session.call::<ChangeGroup>(&request).await.map(drop)
    }

    /// Sets the account's own remark for a group; `""` removes it. protocol/04 §6.1
    ///
    /// # Errors
    /// The server refuses (not in that group) or does not reply.
    pub async fn set_group_remark(&self, group: GroupUin, text: String) -> Result<(), CallError> {
        let request = RemarkRequest::new(group, text);
        let session = self.inner.session()?;
        session.call::<SetGroupRemark>(&request).await?;
        self.inner.cache.forget_groups();
        Ok(())
    }
}

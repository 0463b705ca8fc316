//! Card, title and role of a member. protocol/04 §6.2, §6.3, §6.4

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::admin::{SetAdmin, SetCard, SetTitle},
    message::Role,
    proto::admin::{ChangeMemberRequest, SetAdminRequest},
};

use crate::{client::Client, error::CallError};

impl Client {
    /// Sets a member's card, the name in the group; `""` removes it. Returns the card before if this changed it and
    /// no push has reported the change yet. protocol/04 §6.2
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the member is unknown; the server refuses (the card of another one needs an
    /// administrator; too long) or does not reply.
    pub async fn set_card(
        &self,
        group: GroupUin,
        member: Uin,
        card: &str,
    ) -> Result<Option<String>, CallError> {
        let uid = self.uid_of(member, Some(group)).await?;
        let request = ChangeMemberRequest::card(group, uid, card.to_owned());
        self.inner.session()?.call::<SetCard>(&request).await?;
        let before = self.inner.cache.replace_card(group, member, card);
        Ok(before.filter(|before| before != card))
    }

    /// Gives a member a special title that does not expire; `""` removes it. protocol/04 §6.3
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the member is unknown; the server refuses (owner only; too long) or does not reply.
    pub async fn set_title(
        &self,
        group: GroupUin,
        member: Uin,
        title: &str,
    ) -> Result<(), CallError> {
        let uid = self.uid_of(member, Some(group)).await?;
        let request = ChangeMemberRequest::title(group, uid, title.to_owned());
        self.inner.session()?.call::<SetTitle>(&request).await?;
        self.inner
            .cache
            .change_one(group, member, |member| title.clone_into(&mut member.title));
        Ok(())
    }

    /// Makes a member administrator, or a member again. protocol/04 §6.4
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the member is unknown; the server refuses (owner only) or does not reply.
    pub async fn set_admin(
        &self,
        group: GroupUin,
        member: Uin,
        set: bool,
    ) -> Result<(), CallError> {
        let uid = self.uid_of(member, Some(group)).await?;
        let request = SetAdminRequest::new(group, uid, set);
        self.inner.session()?.call::<SetAdmin>(&request).await?;
        let role = if set { Role::Admin } else { Role::Member };
        self.inner
            .cache
            .change_one(group, member, |member| member.role = role);
        Ok(())
    }
}

//! Lookups of people, groups and forwards that are needed before a message can be sent. The client implements them with
//! its cache and the server; tests use a fixed table.

use std::future::Future;

use nekonap_client::{CallError, Client, Group, Member, Nest, User};
use nekonap_ids::{GroupUin, Uid, Uin};

/// A source of people, groups and forwards.
pub(crate) trait Directory: Sync {
    /// A member of a group.
    fn member(
        &self,
        group: GroupUin,
        user: Uin,
    ) -> impl Future<Output = Result<Option<Member>, CallError>> + Send;

    /// Any user.
    fn user(&self, user: Uin) -> impl Future<Output = Result<Option<User>, CallError>> + Send;

    /// A group that the account is in.
    fn group(
        &self,
        group: GroupUin,
    ) -> impl Future<Output = Result<Option<Group>, CallError>> + Send;

    /// The uid of a user. `via`: a group that both are in, for a user who is not a friend.
    fn uid(&self, user: Uin, via: Option<GroupUin>) -> impl Future<Output = Option<Uid>> + Send;

    /// The card of a person, as JSON text.
    fn person_card(&self, user: Uin) -> impl Future<Output = Result<String, CallError>> + Send;

    /// The card of a group that the account is in, as JSON text.
    fn group_card(&self, group: GroupUin)
    -> impl Future<Output = Result<String, CallError>> + Send;

    /// The messages of a merged forward.
    fn forward(&self, id: &str) -> impl Future<Output = Result<Option<Nest>, CallError>> + Send;
}

impl Directory for Client {
    async fn member(&self, group: GroupUin, user: Uin) -> Result<Option<Member>, CallError> {
        Client::member(self, group, user, false).await
    }

    async fn user(&self, user: Uin) -> Result<Option<User>, CallError> {
        Client::user(self, user, false).await
    }

    async fn group(&self, group: GroupUin) -> Result<Option<Group>, CallError> {
        Client::group(self, group, false).await
    }

    async fn uid(&self, user: Uin, via: Option<GroupUin>) -> Option<Uid> {
        self.uid_of(user, via).await.ok()
    }

    async fn person_card(&self, user: Uin) -> Result<String, CallError> {
        Client::person_card(self, user, "").await
    }

    async fn group_card(&self, group: GroupUin) -> Result<String, CallError> {
        Ok(Client::group_card(self, group, "").await?.json)
    }

    async fn forward(&self, id: &str) -> Result<Option<Nest>, CallError> {
        self.download_forward(id).await
    }
}

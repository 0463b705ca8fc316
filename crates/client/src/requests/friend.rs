//! Friend requests, ordinary and doubtful. protocol/04 §3.2, §3.3

use nekonap_ids::Uid;
use nekonap_wire::{
    commands::requests::{
        AcceptDoubtfulFriend, AnswerFriend, DoubtfulFriendRequest, FriendRequest,
        GetDoubtfulFriendRequests, GetFriendRequests,
    },
    proto::requests::{
        AcceptDoubtfulRequest, AnswerFriendRequest, DoubtfulRequest, FriendRequestsRequest,
    },
};

use crate::{client::Client, error::CallError};

impl Client {
    /// The newest `count` friend requests that the account received or sent, without the doubtful ones, newest first.
    /// protocol/04 §3.2
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn friend_requests(&self, count: u32) -> Result<Vec<FriendRequest>, CallError> {
        let me = self.inner.myself()?;
        let request = FriendRequestsRequest::new(me.uid, count);
        let session = self.inner.session()?;
        let reply = session.call::<GetFriendRequests>(&request).await?;
        Ok(reply.requests())
    }

    /// The newest `count` friend requests that the server filtered out and that wait for an answer, newest first.
    /// protocol/04 §3.2
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn doubtful_friend_requests(
        &self,
        count: u32,
    ) -> Result<Vec<DoubtfulFriendRequest>, CallError> {
        let request = DoubtfulRequest::list(count);
        let session = self.inner.session()?;
        let reply = session.call::<GetDoubtfulFriendRequests>(&request).await?;
        Ok(reply.requests())
    }

    /// Accepts or refuses the friend request of a person. protocol/04 §3.3
    ///
    /// # Errors
    /// The server refuses (no such request, or it is answered already) or does not reply.
    pub async fn answer_friend_request(&self, person: Uid, accept: bool) -> Result<(), CallError> {
        let request = AnswerFriendRequest::new(person, accept);
        let session = self.inner.session()?;
        session.call::<AnswerFriend>(&request).await?;
        self.inner.cache.forget_friends();
        Ok(())
    }

    /// Accepts the doubtful friend request of a person. protocol/04 §3.3
    ///
    /// # Errors
    /// The server refuses (no such request) or does not reply.
    pub async fn accept_doubtful_friend(&self, person: Uid) -> Result<(), CallError> {
        let me = self.inner.myself()?;
        let request = AcceptDoubtfulRequest::new(me.uid, person);
        let session = self.inner.session()?;
        session.call::<AcceptDoubtfulFriend>(&request).await?;
        self.inner.cache.forget_friends();
        Ok(())
    }
}

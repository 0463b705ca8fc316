//! Group files that are posted, made permanent or copied elsewhere (protocol/03 §6.8).

use nekonap_ids::{GroupUin, Sequence, Uin};

use super::{
    check,
    group::{APP, PERMANENT, done, refused},
    no_part,
};
use crate::{
    command::Refusal,
    proto::files::{
        CopyPart, CopyResult, Feed, FeedPart, FeedReply, FeedRequest, FeedResult, PermanentPart,
        PermanentResult, PostedFeed,
    },
};

/// `app_id` of a post.
const POST_APP: u32 = 2;
/// `app_id` of a copy.
const COPY_APP: u32 = 1;
/// `feed_flag` of a post.
const FEED_FLAG: u32 = 1;
/// `dst_bus_id` of a copy for a friend.
pub const COPY_TO_FRIEND: u32 = 3;

/// A copy of a group file elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Id of the copy.
    pub id: String,
    /// `bus_id` of the copy.
    pub business: u32,
    /// Name of the copy.
    pub name: String,
}

impl FeedRequest {
    /// For [`PostGroupFile`](super::PostGroupFile). `random` becomes the random of the message.
    pub fn post(group: GroupUin, business: u32, id: &str, random: u32) -> Self {
        Self {
            feed: Some(FeedPart {
                group_code: Some(group.get()),
                app_id: Some(POST_APP),
                feeds: vec![Feed {
                    bus_id: Some(business),
                    file_id: Some(id.to_owned()),
                    msg_random: Some(random),
                    feed_flag: Some(FEED_FLAG),
                }],
            }),
            ..Self::default()
        }
    }

    /// For [`MakeGroupFilePermanent`](super::MakeGroupFilePermanent). protocol/03 §6.8 gives `bus_id` as 102.
    pub fn make_permanent(group: GroupUin, id: &str) -> Self {
        Self {
            permanent: Some(PermanentPart {
                group_code: Some(group.get()),
                app_id: Some(APP),
                bus_id: Some(PERMANENT),
                file_id: Some(id.to_owned()),
            }),
            ..Self::default()
        }
    }

    /// For [`CopyGroupFile`](super::CopyGroupFile), to another group.
    pub fn copy_to_group(
        from: GroupUin,
        business: u32,
        id: &str,
        (to, name): (GroupUin, &str),
    ) -> Self {
        Self::copy(from, business, id, (PERMANENT, to.get(), name))
    }

    /// For [`CopyGroupFile`](super::CopyGroupFile), to a friend.
    pub fn copy_to_friend(
        from: GroupUin,
        business: u32,
        id: &str,
        (to, name): (Uin, &str),
    ) -> Self {
        Self::copy(from, business, id, (COPY_TO_FRIEND, to.get(), name))
    }

    fn copy(
        from: GroupUin,
        business: u32,
        id: &str,
        (target, number, name): (u32, u64, &str),
    ) -> Self {
        Self {
            copy: Some(CopyPart {
                group_code: Some(from.get()),
                app_id: Some(COPY_APP),
                src_bus_id: Some(business),
                src_file_id: Some(id.to_owned()),
                dst_bus_id: Some(target),
                dst_uin: Some(number),
                new_file_name: Some(name.to_owned()),
            }),
            ..Self::default()
        }
    }
}

impl FeedReply {
    /// Sequence of the message that was posted; `None` if the answer has none.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn posted(self) -> Result<Option<Sequence>, Refusal> {
        let part = self.feed.ok_or_else(no_part)?;
        check(part.ret_code, part.ret_msg, part.client_wording)?;
        let Some(posted) = part.feeds.into_iter().next() else {
            return Ok(None);
        };
        check(posted.ret_code, posted.detail, None)?;
        let sequence = posted.msg_seq.filter(|sequence| *sequence > 0);
        Ok(sequence.map(Sequence::new))
    }

    /// Checks the result of making a file permanent.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn made_permanent(self) -> Result<(), Refusal> {
        let part = self.permanent.ok_or_else(no_part)?;
        check(part.ret_code, part.ret_msg, part.client_wording)
    }

    /// The copy.
    ///
    /// # Errors
    /// The refusal of the service, or an answer without the copy's id.
    pub fn copied(self) -> Result<Copied, Refusal> {
        let part = self.copy.ok_or_else(no_part)?;
        check(part.ret_code, part.ret_msg, part.client_wording)?;
        let id = part.save_file_path.filter(|id| !id.is_empty());
        Ok(Copied {
            id: id.ok_or_else(no_part)?,
            business: part.bus_id.unwrap_or(PERMANENT),
            name: part.file_name.unwrap_or_default(),
        })
    }
}

impl FeedResult {
    /// The answer to [`PostGroupFile`](super::PostGroupFile).
    pub fn new(outcome: Result<PostedFeed, Refusal>) -> Self {
        let ((ret_code, ret_msg, client_wording), feeds) = match outcome {
            Ok(posted) => (done(), vec![posted]),
            Err(refusal) => (refused(&refusal), Vec::new()),
        };
        Self {
            ret_code,
            ret_msg,
            client_wording,
            feeds,
        }
    }
}

impl PermanentResult {
    /// The answer to [`MakeGroupFilePermanent`](super::MakeGroupFilePermanent), with the id of the file.
    pub fn new(outcome: Result<String, Refusal>) -> Self {
        let ((ret_code, ret_msg, client_wording), id) = match outcome {
            Ok(id) => (done(), Some(id)),
            Err(refusal) => (refused(&refusal), None),
        };
        Self {
            ret_code,
            ret_msg,
            client_wording,
            save_bus_id: id.is_some().then_some(PERMANENT),
            save_file_path: id,
        }
    }
}

impl CopyResult {
    /// The answer to [`CopyGroupFile`](super::CopyGroupFile).
    pub fn new(outcome: Result<Copied, Refusal>) -> Self {
        match outcome {
            Ok(copied) => {
                let (ret_code, ret_msg, client_wording) = done();
                Self {
                    ret_code,
                    ret_msg,
                    client_wording,
                    save_file_path: Some(copied.id),
                    bus_id: Some(copied.business),
                    file_name: Some(copied.name),
                }
            }
            Err(refusal) => {
                let (ret_code, ret_msg, client_wording) = refused(&refusal);
                Self {
                    ret_code,
                    ret_msg,
                    client_wording,
                    ..Self::default()
                }
            }
        }
    }
}

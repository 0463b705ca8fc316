//! Friend requests, and requests and invitations of groups (protocol/04 §3.2, §3.3, §5.6, §6.8, §6.9).

mod friend;
mod group;

pub use friend::{DoubtfulFriendRequest, FriendRequest};
pub use group::{GroupNotice, NoticeAnswer, NoticeState, NoticeUser, notice_kind};

use crate::{
    command::commands,
    proto::requests::{
        AcceptDoubtfulRequest, AnswerFriendRequest, AnswerGroupNotice, Answered, DoubtfulReply,
        DoubtfulRequest, FriendRequestsReply, FriendRequestsRequest, GroupNoticesReply,
        GroupNoticesRequest, InviteRequest,
    },
};

commands! {
    /// Requests the friend requests that the account received or sent. protocol/04 §3.2
    GetFriendRequests = 0x5cf / 11, FriendRequestsRequest => FriendRequestsReply;
    /// Accepts or refuses a friend request. protocol/04 §3.3
    AnswerFriend = 0xb5d / 44, AnswerFriendRequest => Answered;
    /// Requests the doubtful friend requests, or deletes one. protocol/04 §3.2, §3.3
    GetDoubtfulFriendRequests = 0xd69 / 0, DoubtfulRequest => DoubtfulReply;
    /// Accepts a doubtful friend request. protocol/04 §3.3
    AcceptDoubtfulFriend = 0xd72 / 0, AcceptDoubtfulRequest => Answered;
    /// Requests the notices of groups: applications, invitations and changes of members. protocol/04 §5.6
    GetGroupNotices = 0x10c0 / 1, GroupNoticesRequest => GroupNoticesReply, complete group::complete;
    /// Requests the notices that the server filtered out. protocol/04 §5.6
    GetFilteredGroupNotices = 0x10c0 / 2, GroupNoticesRequest => GroupNoticesReply, complete group::complete;
    /// Answers an application or an invitation. protocol/04 §6.9
    AnswerNotice = 0x10c8 / 1, AnswerGroupNotice => Answered;
    /// Answers an application or an invitation that the server filtered out. protocol/04 §6.9
    AnswerFilteredNotice = 0x10c8 / 2, AnswerGroupNotice => Answered;
    /// Invites people into a group. protocol/04 §6.8
    InviteToGroup = 0x758 / 1, InviteRequest => Answered;
}

//! Groups and their members. protocol/04 §5

mod details;
mod list;
mod members;

pub use list::Group;
pub use members::Member;

use crate::{
    command::commands,
    proto::groups::{
        DetailsReply, DetailsRequest, GroupsReply, GroupsRequest, MembersReply, MembersRequest,
    },
};

commands! {
    /// Every group that one has joined, in one answer. protocol/04 §5.1
    GetGroups = 0xfe5 / 2, GroupsRequest => GroupsReply, complete list::groups;
    /// One group's facts. protocol/04 §5.2
    GetGroupDetails = 0x88d / 0, DetailsRequest => DetailsReply, complete details::details;
    /// A group's members, page by page. protocol/04 §5.4
    GetMembers = 0xfe7 / 3, MembersRequest => MembersReply, complete members::members;
    /// One member, where the request names one; else the list. protocol/04 §5.4
    GetMember = 0xfe7 / 4, MembersRequest => MembersReply, complete members::members;
}

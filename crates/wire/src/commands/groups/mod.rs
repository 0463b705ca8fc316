//! Groups and their members (protocol/04 §5).

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
    /// Requests all joined groups in one answer. protocol/04 §5.1
    GetGroups = 0xfe5 / 2, GroupsRequest => GroupsReply, complete list::groups;
    /// Requests details of a group. protocol/04 §5.2
    GetGroupDetails = 0x88d / 0, DetailsRequest => DetailsReply, complete details::details;
    /// Requests details of a group that the account is not in. protocol/04 §5.2
    GetOtherGroupDetails = 0x88d / 14, DetailsRequest => DetailsReply, complete details::details;
    /// Requests a page of a group's members. protocol/04 §5.4
    GetMembers = 0xfe7 / 3, MembersRequest => MembersReply, complete members::members;
    /// Requests one member if the request contains a uid, otherwise the list. protocol/04 §5.4
    GetMember = 0xfe7 / 4, MembersRequest => MembersReply, complete members::members;
}

//! Friend requests, and requests and invitations of groups. protocol/04 §3.2, §3.3, §5.6, §6.8, §6.9

mod friend;
mod group;
mod joining;

use nekonap_wire::commands::requests::{
    AcceptDoubtfulFriend, AnswerFilteredNotice, AnswerFriend, AnswerNotice,
    GetDoubtfulFriendRequests, GetFilteredGroupNotices, GetFriendRequests, GetGroupNotices,
    InviteToGroup,
};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<GetFriendRequests>(friend::list_command);
    router.on::<AnswerFriend>(friend::answer_command);
    router.on::<GetDoubtfulFriendRequests>(friend::doubtful_command);
    router.on::<AcceptDoubtfulFriend>(friend::accept_doubtful_command);
    router.on::<GetGroupNotices>(group::list_command);
    router.on::<GetFilteredGroupNotices>(group::filtered_command);
    router.on::<AnswerNotice>(group::answer_command);
    router.on::<AnswerFilteredNotice>(group::answer_filtered_command);
    router.on::<InviteToGroup>(joining::invite_command);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("request_friend", friend::request_act);
    acts.add("answer_friend_request", friend::answer_act);
    acts.add("join_group", joining::join_act);
    acts.add("invite_to_group", joining::invite_act);
    acts.add("answer_group_request", group::answer_act);
}

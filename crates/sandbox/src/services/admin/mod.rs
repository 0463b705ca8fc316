//! Group administration. protocol/04 §6

mod mute;

use crate::http::Acts;

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("mute_member", mute::member);
    acts.add("mute_group", mute::group);
}

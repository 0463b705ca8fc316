//! Speech of voice messages: the caption that the voice was given with (api/sandbox §3), pushed after the answer.
//! protocol/03 §8.5

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::media::FileId,
    field::Required,
    proto::media::{VoiceTextReply, VoiceTextRequest},
    push::VoiceText,
};

use super::link;
use crate::{
    refusal::Refusal,
    router::Caller,
    world::{Change, World},
};

pub(crate) fn command(
    world: &mut World,
    caller: &Caller,
    request: VoiceTextRequest,
) -> Result<VoiceTextReply, Refusal> {
    let (message, chat_type, sender, place, uuid) = match (&request.group, &request.private) {
        (Some(voice), _) => {
            let group: GroupUin = voice.group_uin.required("group_uin")?;
            world.acting_member(group, caller.uin)?;
            let uuid = voice.file_uuid.clone();
            (voice.msg_uid, 1, voice.sender_uin, group.get(), uuid)
        }
        (None, Some(voice)) => {
            let receiver: Uin = voice.receiver_uin.required("receiver_uin")?;
            if receiver != caller.uin {
                return Err(Refusal::bad_request("`receiver_uin` is another account"));
            }
            let uuid = voice.file_uuid.clone();
            (voice.msg_uid, 2, voice.sender_uin, receiver.get(), uuid)
        }
        (None, None) => return Err(Refusal::bad_request("neither field 2 nor field 3 is there")),
    };
    let uuid = uuid.unwrap_or_default();
    let unknown = || Refusal::not_found(format!("there is no voice {uuid:?}"));
    let id = FileId::decode(&uuid).ok_or_else(unknown)?;
    let file = link::stored(world, &id)?.ok_or_else(unknown)?;
    let found = VoiceText {
        message: message.unwrap_or(0),
        chat_type,
        text: file.caption,
        sender: sender.unwrap_or(0),
        place,
        file_uuid: uuid,
    };
    let reply = VoiceTextReply::accepted(&request);
    world.record(Some(caller.uin), Change::VoiceTranscribed { found });
    Ok(reply)
}

//! Files that somebody uploaded to a group or sent (api/events-and-segments §4.1, §4.14).

use nekonap_archive::ArchiveError;
use nekonap_client::{Element, Message as Said, PrivateFileHandle, message::File};
use nekonap_ids::{Conversation, GroupUin};
use nekonap_onebot::events::{GroupUpload, Notice, OfflineFile, ReceivedFile, UploadedFile};

use crate::{bot::Bot, media::FileRef};

/// Reports the files of a message that was reported.
pub(super) async fn report(bot: &Bot, said: &Said) -> Result<(), ArchiveError> {
    for element in &said.elements {
        if let Element::File(file) = element {
            match said.conversation {
                Conversation::Group(group) => uploaded(bot, said, group, file).await?,
                Conversation::Friend(_) | Conversation::Temporary { .. } => {
                    received(bot, said, file).await?;
                }
            }
        }
    }
    Ok(())
}

async fn uploaded(
    bot: &Bot,
    said: &Said,
    group: GroupUin,
    file: &File,
) -> Result<(), ArchiveError> {
    let notice = Notice::GroupUpload(GroupUpload {
        group_id: group,
        user_id: said.sender.uin,
        file: UploadedFile {
            id: FileRef::reported(Some(said.conversation), file),
            name: file.name.clone(),
            size: file.size,
            busid: file.business,
        },
    });
    super::report(bot, said.time, notice, said.own).await
}

/// Off by default, because the message has the file already.
async fn received(bot: &Bot, said: &Said, file: &File) -> Result<(), ArchiveError> {
    if said.own || !bot.config().events.offline_file {
        return Ok(());
    }
    let handle = PrivateFileHandle {
        uuid: file.id.clone(),
        crc: file.hash.clone(),
    };
    let url = match bot.client().private_file_url(&handle, &file.name).await {
        Ok(url) => url,
        Err(error) => {
            tracing::info!(%error, "a received file has no link");
            String::new()
        }
    };
    let notice = Notice::OfflineFile(OfflineFile {
        user_id: said.sender.uin,
        file: ReceivedFile {
            name: file.name.clone(),
            size: file.size,
            url,
            id: FileRef::reported(Some(said.conversation), file),
            hash: file.hash.clone(),
        },
    });
    super::report(bot, said.time, notice, false).await
}

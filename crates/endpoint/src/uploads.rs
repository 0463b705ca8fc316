//! Uploads of files to groups and people, and posting them (protocol/03 §6, §7).

use std::time::Duration;

use nekonap_client::{CallError, Element, LocalFile, UploadedGroupFile, codes, message::File};
use nekonap_ids::{Conversation, GroupUin, MessageId};
use nekonap_onebot::Code;

use crate::{
    bot::Context,
    error::{Failure, Result, file_send_failed},
    media::{FileRef, Local},
};

/// How long the echo of a posted file is waited for if the server does not name its place.
const ECHO_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest name of a file, in bytes. A longer one of a source is cut.
const MAX_NAME: usize = 255;

/// The name of a file: the given one, else that of the source, else its MD5.
pub(crate) async fn name(given: Option<String>, local: &Local) -> Result<String> {
    if let Some(name) = given {
        return Ok(name);
    }
    if local.name().is_empty() {
        let (hashes, _) = local.hashes().await?;
        return Ok(hex::encode(hashes.md5));
    }
    let mut name = local.name();
    while name.len() > MAX_NAME {
        let mut chars = name.chars();
        chars.next_back();
        name = chars.as_str();
    }
    Ok(name.to_owned())
}

/// The file as the client uploads it.
pub(crate) async fn local_file(local: &Local) -> Result<LocalFile> {
    let (hashes, states) = local.hashes().await?;
    Ok(LocalFile {
        path: local.path().to_path_buf(),
        hashes,
        states,
    })
}

/// Uploads a file to a folder of a group, without posting it.
pub(crate) async fn to_group(
    cx: &Context,
    group: GroupUin,
    folder: &str,
    (name, local): (&str, &Local),
) -> Result<UploadedGroupFile> {
    let file = local_file(local).await?;
    cx.client()
        .upload_group_file(group, folder, (name, &file), None)
        .await
        .map_err(upload_failed)
}

/// Uploads a file for a person, without sending it.
pub(crate) async fn to_user(
    cx: &Context,
    conversation: Conversation,
    (name, local): (&str, &Local),
) -> Result<Element> {
    let file = local_file(local).await?;
    cx.client()
        .upload_private_file(conversation, (name, &file), None)
        .await
        .map_err(upload_failed)
}

/// The failure of an upload that nobody has seen yet.
fn upload_failed(error: CallError) -> Failure {
    match &error {
        CallError::Refused(refusal) if refusal.code == codes::TOO_LARGE => {
            Failure::new(Code::FileTooLarge, refusal.to_string())
        }
        _ => error.into(),
    }
}

/// Posts an uploaded file in its group. Returns the id of the message; `None` if it was not seen in time.
///
/// # Errors
/// `MAYBE_SENT` if the file may have been posted.
pub(crate) async fn post(
    cx: &Context,
    group: GroupUin,
    file: &UploadedGroupFile,
) -> Result<Option<MessageId>> {
    let conversation = Conversation::Group(group);
    cx.paced(conversation).await;
    let random = rand::random_range(1..=u32::MAX);
    let echo = cx.bot().echoes().expect(group, random);
    let posted = cx
        .client()
        .post_group_file(group, file.business, &file.id, random)
        .await;
    let sequence = posted.map_err(|error| file_send_failed(&error))?;
    cx.bot().vitals().messages_sent.one();
    if let Some(sequence) = sequence {
        return Ok(Some(cx.archive().id_at(conversation, sequence).await?));
    }
    match tokio::time::timeout(ECHO_TIMEOUT, echo).await {
        Ok(Ok(id)) => Ok(Some(id)),
        _ => Ok(None),
    }
}

/// The id that frameworks get for a file that was uploaded for a conversation.
pub(crate) fn reported(conversation: Conversation, element: &Element) -> String {
    match element {
        Element::File(file) => FileRef::reported(Some(conversation), file),
        _ => String::new(),
    }
}

/// Sends a copy of a group file to a conversation. Returns nothing: the server posts it.
///
/// # Errors
/// `NOT_SUPPORTED` for a person who is not a friend; `MAYBE_SENT` if the file may have been posted.
pub(crate) async fn copy(
    cx: &Context,
    from: GroupUin,
    file: &File,
    to: Conversation,
) -> Result<()> {
    cx.paced(to).await;
    let (client, named) = (cx.client(), (&file.id[..], &file.name[..]));
    let copied = match to {
        Conversation::Group(group) => {
            client
                .copy_group_file_to_group(from, file.business, named, group)
                .await
        }
        Conversation::Friend(friend) => {
            client
                .copy_group_file_to_friend(from, file.business, named, friend)
                .await
        }
        Conversation::Temporary { peer, .. } => {
            let text = format!("a group file can only be forwarded to friends, and {peer} is none");
            return Err(Failure::new(Code::NotSupported, text));
        }
    };
    copied.map_err(|error| file_send_failed(&error))?;
    cx.bot().vitals().messages_sent.one();
    Ok(())
}

/// Checks the name of a file or a folder.
///
/// # Errors
/// `PARAM_MISSING`, `PARAM_INVALID`.
pub(crate) fn check_name(parameter: &str, name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Failure::missing(parameter));
    }
    if name.contains(['/', '\\']) || name.contains(char::is_control) {
        let text =
            format!("a name has no slashes, backslashes and control characters, as {name:?} has");
        return Err(Failure::invalid(parameter, text));
    }
    Ok(())
}

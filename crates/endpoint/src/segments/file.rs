//! The `file` segment when sending: a message of its own (api/events-and-segments §7.9).

use nekonap_client::{Element, UploadedGroupFile, message::File as FileElement};
use nekonap_ids::Conversation;
use nekonap_onebot::segments::File;

use super::Part;
use crate::{
    bot::Context,
    error::{Failure, Result, no_such_file},
    media::{FileRef, Local, Options},
    uploads,
};

/// The parameter that sources are in, for messages.
const FIELD: &str = "message: file.file";

/// What a `file` segment becomes. A file that was received in a group is copied by the server; other files are uploaded.
///
/// # Errors
/// Those of [`Context::file`]; the upload is refused or fails.
pub(super) async fn part(cx: &Context, conversation: Conversation, segment: &File) -> Result<Part> {
    let name = segment.shown_name();
    if let Some(name) = name {
        uploads::check_name("message: file.name", name)?;
    }
    let known = [segment.file_id.as_deref(), segment.source()];
    let mut known = known.into_iter().flatten();
    match known.find_map(|id| received(cx, id)) {
        Some(FileRef::Group {
            group,
            business,
            id,
        }) => {
            if conversation == Conversation::Group(group) {
                return Ok(Part::GroupFile(group, UploadedGroupFile { id, business }));
            }
            let found = cx.client().group_file(group, &id).await;
            let found = found.map_err(no_such_file)?;
            let file = FileElement {
                name: found.name,
                id,
                business,
                ..FileElement::default()
            };
            Ok(Part::Copy(group, file))
        }
        Some(private @ FileRef::Private(_)) => {
            let found = cx.reported(FIELD, &private.to_string(), true).await?;
            let local = found
                .local
                .ok_or_else(|| Failure::internal("a file was not downloaded"))?;
            let name = name.unwrap_or(&found.name);
            upload(cx, conversation, Some(name), &local).await
        }
        None => {
            let source = segment.source().ok_or_else(|| Failure::missing(FIELD))?;
            let local = cx.file(FIELD, source, &Options::default()).await?;
            upload(cx, conversation, name, &local).await
        }
    }
}

/// The file that an id names, or one that was received under this name.
fn received(cx: &Context, text: &str) -> Option<FileRef> {
    FileRef::parse(text).or_else(|| match cx.bot().media().find(text) {
        Some(Element::File(file)) => cx.bot().media().file_ref(&file.id),
        _ => None,
    })
}

async fn upload(
    cx: &Context,
    conversation: Conversation,
    name: Option<&str>,
    local: &Local,
) -> Result<Part> {
    let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
    let name = uploads::name(name, local).await?;
    match conversation {
        Conversation::Group(group) => {
            let file = uploads::to_group(cx, group, "/", (&name, local)).await?;
            Ok(Part::GroupFile(group, file))
        }
        _ => {
            let element = uploads::to_user(cx, conversation, (&name, local)).await?;
            Ok(Part::Elements(vec![element]))
        }
    }
}

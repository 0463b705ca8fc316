//! Files of groups and of private chats. protocol/03 §6, §7, §11

mod channel;
mod folder;
mod group;
mod list;
mod post;
mod private;
#[cfg(test)]
mod tests;

use nekonap_wire::{
    command,
    commands::files::{
        ApplyPrivateFile, ConfirmPrivateFile, CopyGroupFile, CountGroupFiles, CreateGroupFolder,
        DeleteGroupFile, DeleteGroupFolder, DownloadGroupFile, DownloadPrivateFile, GetGroupFile,
        GetGroupFileSpace, ListGroupFiles, MakeGroupFilePermanent, MoveGroupFile, PostGroupFile,
        RenameGroupFile, RenameGroupFolder, UploadGroupFile,
    },
};

use crate::{http::Acts, refusal::Refusal, router::Router};

pub(super) use {channel::channel, post::decoded};

pub(crate) fn commands(router: &mut Router) {
    router.on::<UploadGroupFile>(group::upload_command);
    router.on::<DownloadGroupFile>(group::download_command);
    router.on::<DeleteGroupFile>(group::delete_command);
    router.on::<RenameGroupFile>(group::rename_command);
    router.on::<MoveGroupFile>(group::move_command);
    router.on::<CreateGroupFolder>(folder::create_command);
    router.on::<DeleteGroupFolder>(folder::delete_command);
    router.on::<RenameGroupFolder>(folder::rename_command);
    router.on::<GetGroupFile>(list::info);
    router.on::<ListGroupFiles>(list::page);
    router.on::<CountGroupFiles>(list::count);
    router.on::<GetGroupFileSpace>(list::space);
    router.on::<PostGroupFile>(post::post_command);
    router.on::<MakeGroupFilePermanent>(post::permanent_command);
    router.on::<CopyGroupFile>(post::copy_command);
    router.on::<ApplyPrivateFile>(private::apply_command);
    router.on::<ConfirmPrivateFile>(private::confirm_command);
    router.on::<DownloadPrivateFile>(private::download_command);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("upload_group_file", post::act_upload);
    acts.add("delete_group_file", group::act_delete);
    acts.add("rename_group_file", group::act_rename);
    acts.add("move_group_file", group::act_move);
    acts.add("make_file_permanent", post::act_permanent);
    acts.add("create_folder", folder::act_create);
    acts.add("rename_folder", folder::act_rename);
    acts.add("delete_folder", folder::act_delete);
    acts.add("send_private_file", private::act_send);
}

/// Puts a refusal into the answer, as the services of files do. An internal failure is passed on, so that the job is rolled
/// back.
pub(super) fn answer<T, R>(
    outcome: Result<T, Refusal>,
    reply: impl FnOnce(Result<T, command::Refusal>) -> R,
) -> Result<R, Refusal> {
    match outcome {
        Err(refusal) if refusal.is_broken() => Err(refusal),
        outcome => Ok(reply(outcome.map_err(Into::into))),
    }
}

/// Maximum length of the name of a file or a folder, in bytes.
const MAX_NAME: usize = 255;

/// Checks the name of a file or a folder.
fn check_name(name: &str) -> Result<(), Refusal> {
    let forbidden = |one: char| one == '/' || one == '\\' || one.is_control();
    if name.trim().is_empty() || name.len() > MAX_NAME || name.contains(forbidden) {
        let text = format!(
            "`name` has 1 to {MAX_NAME} bytes, without slashes, backslashes and control characters"
        );
        return Err(Refusal::bad_request(text));
    }
    Ok(())
}

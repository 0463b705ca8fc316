//! Highway uploads of group files and private files. protocol/03 §3.5, §6.1, §7.1

use nekonap_wire::{
    bounded,
    highway::{
        Block,
        command_id::{GROUP_FILE, PRIVATE_FILE},
    },
    proto::files::FileUploadExt,
};

use super::{group, private};
use crate::{
    refusal::Refusal,
    services::media::highway::Channel,
    world::{Sha1, StoredFile, World},
};

/// The channel of a command id.
pub(in crate::services) fn channel(command_id: u32) -> Option<Channel> {
    match command_id {
        GROUP_FILE => Some(Channel {
            largest: group::MAX_SIZE,
            ticket: true,
            begin: begin_group,
            finish: finish_group,
        }),
        PRIVATE_FILE => Some(Channel {
            largest: group::MAX_SIZE,
            ticket: true,
            begin: begin_private,
            finish: finish_private,
        }),
        _ => None,
    }
}

fn begin_group(world: &World, block: &Block) -> Result<Option<Sha1>, Refusal> {
    let (id, key) = target(block)?;
    let file = group::awaited(world, block.account, &id, &key)?;
    announced(block, &file.md5, file.size, file.sha1)
}

fn finish_group(
    world: &mut World,
    block: &Block,
    _: &StoredFile,
) -> Result<Option<String>, Refusal> {
    let (id, key) = target(block)?;
    group::complete(world, block.account, &id, &key)?;
    Ok(None)
}

fn begin_private(world: &World, block: &Block) -> Result<Option<Sha1>, Refusal> {
    let (uuid, key) = target(block)?;
    let file = private::awaited(world, block.account, &uuid, &key)?;
    announced(block, &file.md5, file.size, file.sha1)
}

fn finish_private(
    world: &mut World,
    block: &Block,
    _: &StoredFile,
) -> Result<Option<String>, Refusal> {
    let (uuid, key) = target(block)?;
    private::complete(world, block.account, &uuid, &key)?;
    Ok(None)
}

/// The file that a block belongs to, and the key of its upload.
fn target(block: &Block) -> Result<(String, Vec<u8>), Refusal> {
    let ext: FileUploadExt = bounded::decode(&block.extension)?;
    let (id, key) = ext
        .target()
        .ok_or_else(|| Refusal::bad_request("the upload does not say of which file it is"))?;
    Ok((id.to_owned(), key.to_vec()))
}

/// Compares a block with the file that was announced. Returns the file's SHA-1.
fn announced(block: &Block, md5: &[u8], size: u64, sha1: Vec<u8>) -> Result<Option<Sha1>, Refusal> {
    if block.file_md5 != md5 || block.file_size != size {
        return Err(Refusal::bad_request("another file was announced"));
    }
    let sha1 = sha1.try_into();
    sha1.map(Some)
        .map_err(|_| Refusal::bad_request("no SHA-1 was announced"))
}

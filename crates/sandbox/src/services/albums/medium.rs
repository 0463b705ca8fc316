//! Pictures of albums: list, deletion, likes, comments. protocol/03 §8.7, protocol/04 §10.7

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::albums::{PICTURE, like_id},
    proto::albums::{
        AlbumReply, AlbumRequest, AlbumUser, Comment, CommentBody, CommentContent, CommentResult,
        DeleteMediasBody, DeleteMediasResult, Image, ImageUrl, Like, LikeBody, LikeInfo,
        LikeResult, Media, MediaListBody, MediaListResult, SizedUrl,
    },
};
use serde::Deserialize;

use super::album::{album_info, group};
use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    services::files::answer,
    world::{AlbumMedium, Change, Role, World},
};

/// Number of pictures in a page.
const PAGE: u32 = 36;
/// Maximum length of a comment, in characters.
const MAX_COMMENT: usize = 1_000;
/// First part of the path of a picture's address.
pub(crate) const PATH: &str = "/qun_album";

/// A picture in the form of the wire.
pub(super) fn image(world: &World, medium: &AlbumMedium) -> Image {
    let url = ImageUrl {
        url: Some(format!("http://{}{PATH}/{}", world.address, medium.lloc)),
        width: Some(medium.width),
        height: Some(medium.height),
    };
    Image {
        name: Some(medium.name.clone()),
        sloc: Some(medium.lloc.clone()),
        lloc: Some(medium.lloc.clone()),
        urls: vec![SizedUrl {
            spec: Some(0),
            url: Some(url.clone()),
        }],
        default_url: Some(url),
        is_gif: Some(false),
        has_raw: Some(false),
    }
}

fn media(world: &World, medium: &AlbumMedium) -> Media {
    Media {
        kind: Some(PICTURE),
        image: Some(image(world, medium)),
        video: None,
        description: Some(String::new()),
        uploader: Some(medium.uploader.to_string()),
        batch_id: Some(medium.batch.clone()),
        upload_time: Some(medium.time),
        like: Some(LikeInfo {
            key: Some(like_id(
                medium.group,
                &medium.album,
                &medium.batch,
                Some(&medium.lloc),
            )),
        }),
        upload_user: Some(AlbumUser {
            nick: Some(world.name_in(medium.group, medium.uploader)),
            uin: Some(medium.uploader.to_string()),
        }),
    }
}

fn page(world: &World, actor: Uin, request: &AlbumRequest) -> Result<MediaListResult, Refusal> {
    let body: MediaListBody = request.read()?;
    let group = group(body.group.as_deref())?;
    world.acting_member(group, actor)?;
    let album = world.album(group, body.album_id.as_deref().unwrap_or_default())?;
    let before = match body.attach_info.as_deref() {
        None | Some("") => i64::MAX,
        Some(cursor) => cursor
            .parse()
            .map_err(|_| Refusal::bad_request("`attach_info` is none of this server"))?,
    };
    let mut found = world.album_media(&album.id, before, PAGE + 1)?;
    let has_more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| has_more);
    Ok(MediaListResult {
        album: Some(album_info(world, &album)?),
        media: found.iter().map(|medium| media(world, medium)).collect(),
        previous_attach_info: Some(String::new()),
        next_attach_info: Some(next.map(|last| last.number.to_string()).unwrap_or_default()),
        has_more: Some(has_more),
    })
}

pub(super) fn page_command(
    world: &mut World,
    caller: &Caller,
    request: AlbumRequest,
) -> Result<AlbumReply, Refusal> {
    let outcome = page(world, caller.uin, &request);
    answer(outcome, |outcome| AlbumReply::new(&request, outcome))
}

/// A picture of an album of a group that the actor is in.
fn find(
    world: &World,
    actor: Uin,
    (group, album, lloc): (GroupUin, &str, &str),
) -> Result<AlbumMedium, Refusal> {
    world.acting_member(group, actor)?;
    let found = world.find_album_medium(lloc)?;
    found
        .filter(|medium| medium.group == group && medium.album == album)
        .ok_or_else(|| Refusal::not_found(format!("the album {album:?} has no picture {lloc:?}")))
}

/// Deletes a picture. Its uploader, the owner and administrators can do this.
fn delete(
    world: &mut World,
    actor: Uin,
    (group, album, lloc): (GroupUin, &str, &str),
) -> Result<(), Refusal> {
    let medium = find(world, actor, (group, album, lloc))?;
    let role = world.acting_member(group, actor)?.role;
    if role == Role::Member && medium.uploader != actor {
        let text = format!("{actor} neither uploaded the picture nor administers group {group}");
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    world.remove_album_medium(lloc)?;
    let change = Change::AlbumMediumDeleted {
        group,
        album: medium.album,
        lloc: medium.lloc,
    };
    world.record(Some(actor), change);
    Ok(())
}

pub(super) fn delete_command(
    world: &mut World,
    caller: &Caller,
    request: AlbumRequest,
) -> Result<AlbumReply, Refusal> {
    let body: DeleteMediasBody = request.read()?;
    let group = group(body.group.as_deref())?;
    let (album, lloc) = (
        body.album_id.unwrap_or_default(),
        body.lloc.unwrap_or_default(),
    );
    let outcome = delete(world, caller.uin, (group, &album, &lloc));
    let outcome = outcome.map(|()| DeleteMediasResult {});
    answer(outcome, |outcome| AlbumReply::new(&request, outcome))
}

/// Likes an upload or a picture, or takes the like back.
fn like(
    world: &mut World,
    actor: Uin,
    (group, album, batch, lloc): (GroupUin, &str, &str, Option<&str>),
    set: bool,
) -> Result<(), Refusal> {
    world.acting_member(group, actor)?;
    world.album(group, album)?;
    let there = match lloc {
        Some(lloc) => find(world, actor, (group, album, lloc))?.batch == batch,
        None => {
            let media = world.album_media(album, i64::MAX, u32::MAX)?;
            media.iter().any(|medium| medium.batch == batch)
        }
    };
    if !there {
        let text = format!("the album {album:?} has no upload {batch:?}");
        return Err(Refusal::not_found(text));
    }
    let what = (group, album, batch, lloc.unwrap_or_default());
    if world.like_album_medium(what, actor, set)? {
        let change = Change::AlbumMediumLiked {
            group,
            album: album.to_owned(),
            batch: batch.to_owned(),
            lloc: lloc.map(str::to_owned),
            set,
        };
        world.record(Some(actor), change);
    }
    Ok(())
}

/// Album, upload and picture of a like's id (protocol/04 §10.7).
fn read_like_id(id: &str) -> Option<(GroupUin, &str, &str, Option<&str>)> {
    let mut parts = id.split("^||^");
    let upload = parts.next()?.strip_prefix("421_1_0_")?;
    let mut fields = upload.split('|');
    let group = fields.next()?.parse().ok()?;
    let (album, batch) = (fields.next()?, fields.next()?);
    let lloc = match parts.next() {
        None => None,
        Some(picture) => Some(picture.strip_prefix("421_1_0_")?.split('|').nth(2)?),
    };
    Some((group, album, batch, lloc))
}

fn liked(world: &mut World, actor: Uin, request: &AlbumRequest) -> Result<LikeResult, Refusal> {
    let body: LikeBody = request.read()?;
    let wanted = body.like.unwrap_or_default();
    let id = wanted.id.clone().unwrap_or_default();
    let named = read_like_id(&id)
        .ok_or_else(|| Refusal::bad_request(format!("{id:?} is not the id of a like")))?;
    let status = wanted.status.unwrap_or(0);
    like(world, actor, named, status == 0)?;
    Ok(LikeResult {
        like: Some(Like {
            id: Some(id),
            status: Some(status),
        }),
    })
}

pub(super) fn like_command(
    world: &mut World,
    caller: &Caller,
    request: AlbumRequest,
) -> Result<AlbumReply, Refusal> {
    let outcome = liked(world, caller.uin, &request);
    answer(outcome, |outcome| AlbumReply::new(&request, outcome))
}

/// Comments on a picture. Returns the id of the comment.
fn comment(
    world: &mut World,
    actor: Uin,
    (group, album, lloc): (GroupUin, &str, &str),
    text: &str,
) -> Result<i64, Refusal> {
    find(world, actor, (group, album, lloc))?;
    if text.trim().is_empty() || text.chars().count() > MAX_COMMENT {
        let text = format!("a comment has 1 to {MAX_COMMENT} characters");
        return Err(Refusal::bad_request(text));
    }
    let id = world.add_album_comment((group, lloc), actor, text)?;
    let change = Change::AlbumMediumCommented {
        group,
        album: album.to_owned(),
        lloc: lloc.to_owned(),
        text: text.to_owned(),
    };
    world.record(Some(actor), change);
    Ok(id)
}

fn commented(
    world: &mut World,
    actor: Uin,
    request: &AlbumRequest,
) -> Result<CommentResult, Refusal> {
    let body: CommentBody = request.read()?;
    let group = group(body.group.as_deref())?;
    let media = body.feed.and_then(|feed| feed.media).unwrap_or_default();
    let album = media.album_id.unwrap_or_default();
    let image = media.media.and_then(|media| media.image);
    let lloc = image.and_then(|image| image.lloc).unwrap_or_default();
    let given = body.comment.unwrap_or_default();
    let text: String = given
        .content
        .iter()
        .filter_map(|content| content.text.as_deref())
        .collect();
    let id = comment(world, actor, (group, &album, &lloc), &text)?;
    Ok(CommentResult {
        comment: Some(Comment {
            id: Some(id.to_string()),
            user: Some(AlbumUser {
                nick: None,
                uin: Some(actor.to_string()),
            }),
            content: vec![CommentContent {
                kind: Some(0),
                text: Some(text),
            }],
            time: Some(world.now()),
            client_key: given.client_key,
        }),
    })
}

pub(super) fn comment_command(
    world: &mut World,
    caller: &Caller,
    request: AlbumRequest,
) -> Result<AlbumReply, Refusal> {
    let outcome = commented(world, caller.uin, &request);
    answer(outcome, |outcome| AlbumReply::new(&request, outcome))
}

/// Parameters of `delete_album_medium`.
#[derive(Debug, Deserialize)]
pub(super) struct DeleteAct {
    group: GroupUin,
    album: String,
    lloc: String,
}

pub(super) fn act_delete(world: &mut World, actor: Uin, act: DeleteAct) -> Result<Empty, Refusal> {
    delete(world, actor, (act.group, &act.album, &act.lloc))?;
    Ok(Empty {})
}

/// Parameters of `like_album_medium`.
#[derive(Debug, Deserialize)]
pub(super) struct LikeAct {
    group: GroupUin,
    album: String,
    batch: String,
    lloc: Option<String>,
    set: bool,
}

pub(super) fn act_like(world: &mut World, actor: Uin, act: LikeAct) -> Result<Empty, Refusal> {
    let what = (
        act.group,
        &act.album[..],
        &act.batch[..],
        act.lloc.as_deref(),
    );
    like(world, actor, what, act.set)?;
    Ok(Empty {})
}

/// Parameters of `comment_album_medium`.
#[derive(Debug, Deserialize)]
pub(super) struct CommentAct {
    group: GroupUin,
    album: String,
    lloc: String,
    text: String,
}

pub(super) fn act_comment(
    world: &mut World,
    actor: Uin,
    act: CommentAct,
) -> Result<Empty, Refusal> {
    comment(world, actor, (act.group, &act.album, &act.lloc), &act.text)?;
    Ok(Empty {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::group;

    #[test]
    fn id_of_a_like_names_the_upload_and_the_picture() {
        for lloc in [None, Some("L")] {
            let id = like_id(group(20001), "A", "B", lloc);
            assert_eq!(read_like_id(&id), Some((group(20001), "A", "B", lloc)));
        }
        for id in [
            "",
            "421_1_0_",
            "421_1_0_x|A|B",
            "421_1_0_20001|A",
            "421_1_0_20001|A|B^||^x",
        ] {
            assert_eq!(read_like_id(id), None, "{id}");
        }
    }
}

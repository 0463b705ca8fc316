//! Albums: list, creation, deletion. protocol/03 §8.7

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    command::DecodeError,
    proto::albums::{
        self, AddAlbumBody, AddAlbumResult, AddedAlbum, AlbumListBody, AlbumListResult, AlbumReply,
        AlbumRequest, AlbumUser, Cover, DeleteAlbumBody, DeleteAlbumResult,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::medium;
use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    services::files::answer,
    world::{Album, Change, Role, World},
};

/// Maximum number of albums of a group.
const MAX_ALBUMS: usize = 500;
/// Maximum length of an album's name, in characters.
const MAX_NAME: usize = 30;
/// Maximum length of an album's description, in characters.
const MAX_DESCRIPTION: usize = 200;
/// Maximum number of pictures of an album in a look.
const MAX_LOOKED_AT: u32 = 1_000;

/// The group in a field that is a text.
pub(super) fn group(text: Option<&str>) -> Result<GroupUin, Refusal> {
    let number = text.unwrap_or_default().parse();
    Ok(number.map_err(|_| DecodeError::Invalid("group"))?)
}

/// An album in the form of the wire.
pub(super) fn album_info(world: &World, album: &Album) -> Result<albums::Album, Refusal> {
    let newest = world.album_media(&album.id, i64::MAX, 1)?;
    Ok(albums::Album {
        album_id: Some(album.id.clone()),
        owner: Some(album.creator.to_string()),
        name: Some(album.name.clone()),
        description: Some(album.description.clone()),
        create_time: Some(album.created),
        modify_time: Some(album.modified),
        last_upload_time: Some(album.last_upload),
        count: Some(album.count),
        cover: newest.first().map(|newest| Cover {
            kind: Some(0),
            image: Some(medium::image(world, newest)),
        }),
        creator: Some(AlbumUser {
            nick: Some(world.name_in(album.group, album.creator)),
            uin: Some(album.creator.to_string()),
        }),
    })
}

/// Creates an album. Every member can do this.
fn create(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    (name, description): (String, String),
) -> Result<Album, Refusal> {
    world.acting_member(group, actor)?;
    if name.trim().is_empty() || name.chars().count() > MAX_NAME {
        let text = format!("`name` has 1 to {MAX_NAME} characters");
        return Err(Refusal::bad_request(text));
    }
    if description.chars().count() > MAX_DESCRIPTION {
        let text = format!("`description` has at most {MAX_DESCRIPTION} characters");
        return Err(Refusal::bad_request(text));
    }
    if world.albums(group)?.len() >= MAX_ALBUMS {
        let text = format!("a group has at most {MAX_ALBUMS} albums");
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    let now = world.now();
    let album = Album {
        id: format!("V{}", hex::encode_upper(rand::random::<[u8; 12]>())),
        group,
        name,
        description,
        creator: actor,
        created: now,
        modified: now,
        last_upload: 0,
        count: 0,
    };
    world.add_album(&album)?;
    let change = Change::AlbumCreated {
        group,
        album: album.id.clone(),
        album_name: album.name.clone(),
    };
    world.record(Some(actor), change);
    Ok(album)
}

/// Deletes an album with everything in it. Its creator, the owner and administrators can do this.
fn delete(world: &mut World, actor: Uin, group: GroupUin, id: &str) -> Result<(), Refusal> {
    let role = world.acting_member(group, actor)?.role;
    let album = world.album(group, id)?;
    if role == Role::Member && album.creator != actor {
        let text = format!("{actor} neither created the album nor administers group {group}");
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    world.remove_album(id)?;
    let change = Change::AlbumDeleted {
        group,
        album: album.id,
    };
    world.record(Some(actor), change);
    Ok(())
}

fn list(world: &World, actor: Uin, request: &AlbumRequest) -> Result<AlbumListResult, Refusal> {
    let body: AlbumListBody = request.read()?;
    let group = group(body.group.as_deref())?;
    world.acting_member(group, actor)?;
    let albums = world.albums(group)?;
    let albums: Result<_, Refusal> = albums
        .iter()
        .map(|album| album_info(world, album))
        .collect();
    Ok(AlbumListResult { albums: albums? })
}

pub(super) fn list_command(
    world: &mut World,
    caller: &Caller,
    request: AlbumRequest,
) -> Result<AlbumReply, Refusal> {
    let outcome = list(world, caller.uin, &request);
    answer(outcome, |outcome| AlbumReply::new(&request, outcome))
}

fn add(world: &mut World, actor: Uin, request: &AlbumRequest) -> Result<AddAlbumResult, Refusal> {
    let body: AddAlbumBody = request.read()?;
    let new = body.album.unwrap_or_default();
    let group = group(new.group.as_deref())?;
    let words = (
        new.name.unwrap_or_default(),
        new.description.unwrap_or_default(),
    );
    let album = create(world, actor, group, words)?;
    Ok(AddAlbumResult {
        album: Some(AddedAlbum {
            album_id: Some(album.id),
            group: Some(group.to_string()),
            name: Some(album.name),
            description: Some(album.description),
        }),
    })
}

pub(super) fn add_command(
    world: &mut World,
    caller: &Caller,
    request: AlbumRequest,
) -> Result<AlbumReply, Refusal> {
    let outcome = add(world, caller.uin, &request);
    answer(outcome, |outcome| AlbumReply::new(&request, outcome))
}

pub(super) fn delete_command(
    world: &mut World,
    caller: &Caller,
    request: AlbumRequest,
) -> Result<AlbumReply, Refusal> {
    let body: DeleteAlbumBody = request.read()?;
    let group = group(body.group.as_deref())?;
    let album = body.album_id.unwrap_or_default();
    let outcome = delete(world, caller.uin, group, &album).map(|()| DeleteAlbumResult {});
    answer(outcome, |outcome| AlbumReply::new(&request, outcome))
}

/// The albums of a group with their pictures, in the JSON of the HTTP API.
pub(crate) fn looked_at(world: &World, group: GroupUin) -> Result<Value, Refusal> {
    world.group(group)?;
    let mut albums = Vec::new();
    for album in world.albums(group)? {
        let mut media = Vec::new();
        for medium in world.album_media(&album.id, i64::MAX, MAX_LOOKED_AT)? {
            let likes = world.album_likes(&album.id, &medium.batch, &medium.lloc)?;
            let upload_likes = world.album_likes(&album.id, &medium.batch, "")?;
            let comments = world.album_comments(&medium.lloc)?;
            let mut shown = json!(medium);
            shown["likes"] = json!(likes);
            shown["upload_likes"] = json!(upload_likes);
            shown["comments"] = json!(comments);
            media.push(shown);
        }
        let mut shown = json!(album);
        shown["media"] = Value::Array(media);
        albums.push(shown);
    }
    Ok(Value::Array(albums))
}

/// Parameters of `create_album`.
#[derive(Debug, Deserialize)]
pub(super) struct CreateAct {
    group: GroupUin,
    name: String,
    #[serde(default)]
    description: String,
}

/// Reply of `create_album`.
#[derive(Debug, Serialize)]
pub(super) struct Created {
    album: String,
}

pub(super) fn act_create(
    world: &mut World,
    actor: Uin,
    act: CreateAct,
) -> Result<Created, Refusal> {
    let album = create(world, actor, act.group, (act.name, act.description))?.id;
    Ok(Created { album })
}

/// Parameters of `delete_album`.
#[derive(Debug, Deserialize)]
pub(super) struct DeleteAct {
    group: GroupUin,
    album: String,
}

pub(super) fn act_delete(world: &mut World, actor: Uin, act: DeleteAct) -> Result<Empty, Refusal> {
    delete(world, actor, act.group, &act.album)?;
    Ok(Empty {})
}

//! Posts: publishing, deleting, changing and liking them, and who may see them. api/newer §4

use nekonap_ids::Uin;
use serde::{Deserialize, Serialize};

use super::pictures;
use crate::{
    http::Empty,
    refusal::{Refusal, code},
    world::{Audience, Change, QzonePost, World},
};

/// Maximum length of a post, in characters.
const MAX_TEXT: usize = 10_000;
/// Maximum number of pictures of a post.
pub(super) const MAX_PICTURES: usize = 50;
/// Maximum number of people in the list of a post.
const MAX_PEOPLE: usize = 1_000;

/// What a post contains and who may see it.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) text: String,
    /// Ids of uploaded pictures.
    pub(crate) pictures: Vec<String>,
    pub(crate) audience: Audience,
}

impl Draft {
    /// Checks the draft, and leaves out a list that the right does not use.
    fn checked(mut self, world: &World, owner: Uin) -> Result<Self, Refusal> {
        if self.text.trim().is_empty() && self.pictures.is_empty() {
            return Err(Refusal::bad_request(
                "a post has a text or pictures".to_owned(),
            ));
        }
        if self.text.chars().count() > MAX_TEXT {
            let text = format!("a post has at most {MAX_TEXT} characters");
            return Err(Refusal::bad_request(text));
        }
        if self.pictures.len() > MAX_PICTURES {
            let text = format!("a post has at most {MAX_PICTURES} pictures");
            return Err(Refusal::bad_request(text));
        }
        for id in &self.pictures {
            pictures::own(world, owner, id)?;
        }
        let Audience { right, people } = &mut self.audience;
        match *right {
            Audience::ONLY | Audience::EXCEPT => {
                if people.is_empty() || people.len() > MAX_PEOPLE {
                    let text = format!("`right` {right} has a list of 1 to {MAX_PEOPLE} people");
                    return Err(Refusal::bad_request(text));
                }
            }
            Audience::EVERYBODY | Audience::FRIENDS | Audience::OWNER => people.clear(),
            other => {
                let text = format!("`right` is 1, 4, 16, 64 or 128, not {other}");
                return Err(Refusal::bad_request(text));
            }
        }
        Ok(self)
    }
}

/// Publishes a post.
pub(crate) fn publish(world: &mut World, owner: Uin, draft: Draft) -> Result<QzonePost, Refusal> {
    let draft = draft.checked(world, owner)?;
    let post = QzonePost {
        number: 0,
        id: hex::encode(rand::random::<[u8; 12]>()),
        owner,
        time: world.now(),
        text: draft.text,
        right: draft.audience.right,
        pictures: draft.pictures,
    };
    world.add_qzone_post(&post, &draft.audience.people)?;
    let published = Change::PostPublished {
        tid: post.id.clone(),
        right: post.right,
    };
    world.record(Some(owner), published);
    Ok(post)
}

/// Replaces text, pictures and audience of an own post.
pub(crate) fn replace(
    world: &mut World,
    actor: Uin,
    id: &str,
    draft: Draft,
) -> Result<QzonePost, Refusal> {
    let before = own(world, actor, id)?;
    let draft = draft.checked(world, actor)?;
    let post = QzonePost {
        text: draft.text,
        right: draft.audience.right,
        pictures: draft.pictures,
        ..before
    };
    world.update_qzone_post(&post, &draft.audience.people)?;
    let changed = Change::PostChanged {
        tid: post.id.clone(),
        right: post.right,
    };
    world.record(Some(actor), changed);
    Ok(post)
}

/// Deletes an own post.
pub(crate) fn delete(world: &mut World, actor: Uin, id: &str) -> Result<(), Refusal> {
    let post = own(world, actor, id)?;
    world.remove_qzone_post(post.number)?;
    world.record(Some(actor), Change::PostDeleted { tid: post.id });
    Ok(())
}

/// Likes a post, or takes the like back.
pub(crate) fn like(world: &mut World, actor: Uin, id: &str, set: bool) -> Result<(), Refusal> {
    let post = open(world, actor, id)?;
    if world.set_qzone_like(post.number, actor, set)? {
        let tid = post.id;
        world.record(Some(actor), Change::PostLiked { tid, set });
    }
    Ok(())
}

/// A post that exists.
fn existing(world: &World, id: &str) -> Result<QzonePost, Refusal> {
    let found = world.qzone_post(id)?;
    found.ok_or_else(|| Refusal::not_found(format!("there is no post {id:?}")))
}

/// A post of the actor.
fn own(world: &World, actor: Uin, id: &str) -> Result<QzonePost, Refusal> {
    let post = existing(world, id)?;
    if post.owner != actor {
        return Err(no_access("the post is another person's"));
    }
    Ok(post)
}

/// A post that the viewer may see.
pub(crate) fn seen(world: &World, viewer: Uin, id: &str) -> Result<QzonePost, Refusal> {
    let post = existing(world, id)?;
    if !world.sees_qzone_post(viewer, &post)? {
        return Err(no_access("the owner does not show this post to you"));
    }
    Ok(post)
}

/// A post that the actor may see, in a Qzone that the actor may take part in.
pub(super) fn open(world: &World, actor: Uin, id: &str) -> Result<QzonePost, Refusal> {
    let post = seen(world, actor, id)?;
    if world.qzone_bans(post.owner)?.contains(&actor) {
        return Err(no_access("the owner of this Qzone keeps you out"));
    }
    Ok(post)
}

fn no_access(text: &str) -> Refusal {
    Refusal::not_allowed(code::NO_PERMISSION, text)
}

/// Parameters of `publish_post`.
#[derive(Debug, Deserialize)]
pub(super) struct PublishAct {
    #[serde(default)]
    text: String,
    /// Base64.
    #[serde(default)]
    pictures: Vec<String>,
    #[serde(default = "everybody")]
    right: u32,
    #[serde(default)]
    people: Vec<Uin>,
}

const fn everybody() -> u32 {
    Audience::EVERYBODY
}

/// Reply of `publish_post`.
#[derive(Debug, Serialize)]
pub(super) struct Published {
    tid: String,
    time: u64,
}

pub(super) fn act_publish(
    world: &mut World,
    actor: Uin,
    act: PublishAct,
) -> Result<Published, Refusal> {
    let draft = Draft {
        text: act.text,
        pictures: pictures::keep_all(world, actor, &act.pictures)?,
        audience: Audience {
            right: act.right,
            people: act.people,
        },
    };
    let post = publish(world, actor, draft)?;
    Ok(Published {
        tid: post.id,
        time: post.time,
    })
}

/// Parameters of `delete_post`.
#[derive(Debug, Deserialize)]
pub(super) struct DeleteAct {
    tid: String,
}

pub(super) fn act_delete(world: &mut World, actor: Uin, act: DeleteAct) -> Result<Empty, Refusal> {
    delete(world, actor, &act.tid)?;
    Ok(Empty {})
}

/// Parameters of `set_post_right`.
#[derive(Debug, Deserialize)]
pub(super) struct RightAct {
    tid: String,
    right: u32,
    #[serde(default)]
    people: Vec<Uin>,
}

pub(super) fn act_set_right(
    world: &mut World,
    actor: Uin,
    act: RightAct,
) -> Result<Empty, Refusal> {
    let post = own(world, actor, &act.tid)?;
    let draft = Draft {
        text: post.text,
        pictures: post.pictures,
        audience: Audience {
            right: act.right,
            people: act.people,
        },
    };
    replace(world, actor, &act.tid, draft)?;
    Ok(Empty {})
}

/// Parameters of `like_post`.
#[derive(Debug, Deserialize)]
pub(super) struct LikeAct {
    tid: String,
    #[serde(default = "yes")]
    set: bool,
}

const fn yes() -> bool {
    true
}

pub(super) fn act_like(world: &mut World, actor: Uin, act: LikeAct) -> Result<Empty, Refusal> {
    like(world, actor, &act.tid, act.set)?;
    Ok(Empty {})
}

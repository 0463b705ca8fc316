//! Kinds of media, where they are sent, and the numbers of both on the wire.

use nekonap_ids::{GroupUin, Uid};

/// A kind of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// A picture.
    Picture,
    /// A video.
    Video,
    /// A voice message.
    Voice,
}

/// Where media are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scene {
    /// In a private chat.
    Private,
    /// In a group.
    Group,
}

/// The chat that media are uploaded for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaPlace {
    /// The private chat with this person.
    Private(Uid),
    /// A group.
    Group(GroupUin),
}

impl MediaPlace {
    /// Which of the two it is.
    pub const fn scene(self) -> Scene {
        match self {
            Self::Private(_) => Scene::Private,
            Self::Group(_) => Scene::Group,
        }
    }
}

impl Scene {
    /// `scene_type` (protocol/03 §2.2).
    pub const fn number(self) -> u32 {
        match self {
            Self::Private => 1,
            Self::Group => 2,
        }
    }
}

impl MediaKind {
    /// `business_type` (protocol/03 §2).
    pub const fn business_type(self) -> u32 {
        match self {
            Self::Picture => 1,
            Self::Video => 2,
            Self::Voice => 3,
        }
    }

    /// `business_type` of the element in a message (protocol/03 §2.10).
    pub const fn element(self, scene: Scene) -> u32 {
        let first = match self {
            Self::Picture => 10,
            Self::Video => 11,
            Self::Voice => 12,
        };
        match scene {
            Scene::Private => first,
            Scene::Group => first + 10,
        }
    }

    /// `appid` of the resource, or of its cover (protocol/03 §1.3).
    pub const fn appid(self, scene: Scene, cover: bool) -> u32 {
        let appid = match (self, scene) {
            (Self::Voice, Scene::Private) => 1402,
            (Self::Voice, Scene::Group) => 1403,
            (Self::Picture, Scene::Private) => 1406,
            (Self::Picture, Scene::Group) => 1407,
            (Self::Video, Scene::Private) => 1413,
            (Self::Video, Scene::Group) => 1415,
        };
        if cover { appid + 1 } else { appid }
    }

    /// Command id of the upload by highway, of the file or of its cover (protocol/03 §3.5).
    pub const fn command_id(self, scene: Scene, cover: bool) -> u32 {
        let id = match (self, scene) {
            (Self::Video, Scene::Private) => 1001,
            (Self::Picture, Scene::Private) => 1003,
            (Self::Picture, Scene::Group) => 1004,
            (Self::Video, Scene::Group) => 1005,
            (Self::Voice, Scene::Private) => 1007,
            (Self::Voice, Scene::Group) => 1008,
        };
        if cover { id + 1 } else { id }
    }

    /// The kind and scene of an `appid`.
    pub(super) fn of_appid(appid: u32) -> Option<(Self, Scene)> {
        let kinds = [Self::Picture, Self::Video, Self::Voice].into_iter();
        kinds
            .flat_map(|kind| [(kind, Scene::Private), (kind, Scene::Group)])
            .find(|(kind, scene)| kind.appid(*scene, false) == appid)
    }
}

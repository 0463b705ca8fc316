//! An async QQ client library: it logs in, stays online, makes calls and reports events.
//!
//! [`Client::start`] returns a cheaply clonable handle and a stream of typed [`Event`]s. All calls are methods of the
//! handle: messages, recalls, history, merged forwards, reactions, friends, groups. Calls run concurrently over one
//! connection. The client reconnects and logs in again by itself, and fetches missed messages from history.
//!
//! Message elements, notices and other types of the wire format come from [`nekonap_wire`]; the ones that appear in this
//! API are re-exported here.

mod admin;
mod albums;
mod assist;
mod backoff;
mod cache;
mod cards;
mod client;
mod config;
mod connection;
mod counters;
mod credentials;
mod error;
mod events;
mod extras;
mod faces;
mod files;
mod forwards;
mod friends;
mod groups;
mod history;
mod http;
mod keystore;
mod login;
mod media;
mod messages;
mod online;
mod packet;
mod profile;
mod qzone;
mod requests;
mod session;
mod sign;
mod silence;
mod tickets;
mod web;

pub use admin::EverybodyAllowance;
pub use albums::{
    Album, AlbumBatch, AlbumImage, AlbumMedium, AlbumPage, AlbumPicture, AlbumUser, AlbumVideo,
    ImageUrl,
};
pub use assist::{CharacterCategory, VoiceCharacter, VoiceKind};
pub use cache::Members;
pub use cards::GroupCard;
pub use client::Client;
pub use config::{Address, Config, ConfigError, ServerKeys, Timings};
pub use counters::Counters;
pub use credentials::{ClientKey, Cookies};
pub use error::{CallError, SendError, StartError};
pub use events::{Event, Events, Known, Message, Sender};
pub use extras::{
    EssenceEntry, GroupNotice, Honored, Honors, NoticePicture, NoticeSettings, SignedIn,
};
pub use faces::CustomFace;
pub use files::{
    CopiedFile, GroupFile, GroupFileSpace, GroupFolder, PrivateFileHandle, UploadedGroupFile,
};
pub use forwards::{Nest, Node};
pub use friends::{
    Category, Friend, FriendList, LikeList, LikePage, LikeTotals, Liker, OneWayFriend, Presence,
    Sex, User,
};
pub use groups::{Group, GroupDetails, Member, Role};
pub use keystore::KeystoreError;
pub use login::Me;
pub use media::{FoundText, HighwayUpload, LocalFile, PictureFacts, PictureText, Rkey, VideoFacts};
pub use messages::{MessageKey, Sending, SentMessage};
pub use nekonap_media::{BlockStates, Hashes};
pub use nekonap_proxy::{Proxy, ProxyUrlError};
/// Message elements, notices and other types of the wire format that this API uses.
pub use nekonap_wire::{
    codes,
    command::Refusal,
    commands::{
        admin::{Invitations, Permission},
        assist::UrlSafety,
        cards::MiniApp,
        media::{FileId, MediaKind, PictureLook, Scene, SpokenMessage},
        messages::{ReactionCount, ReactorPage},
    },
    login::Profile,
    message,
    message::{Element, Emoji},
    push,
};
pub use profile::{CustomStatus, Device, OwnStatus, ProfileChange};
pub use qzone::{
    FeedCursor, PostId, PublishedPost, QzoneAnswer, QzoneAudience, QzoneComment, QzoneCommentPage,
    QzoneFeed, QzoneFeedPage, QzonePicture, QzonePost, QzonePostDetail, QzonePostPage,
    QzoneProfile, read_qzone_answer,
};
pub use requests::{
    DoubtfulFriendRequest, FriendRequest, GroupRequest, GroupRequestKey, GroupRequestKind,
    RequestUser,
};
pub use sign::{
    CORE_COMMANDS, HttpSign, SignError, SignFuture, SignProvider, SignRequest, SignStyle, Signature,
};
pub use tickets::{Ticket, Tickets};

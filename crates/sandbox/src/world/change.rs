//! Changes of the world. [`pushes`](crate::pushes) converts them to pushes, and each has an entry in the journal.

use std::sync::Arc;

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::{
    message::Emoji,
    push::{HonorKind, VoiceText},
};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::{Chat, OtherDevice, ProfileUpdate, StoredMessage};
use crate::services::assist::url::Safety;

/// A change of the world. It serializes to the `name` and `detail` of its journal entry (api/sandbox §5). Skipped
/// fields are used only for pushes. The acting account is stored separately.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "name", content = "detail", rename_all = "snake_case")]
pub(crate) enum Change {
    /// A message was sent.
    #[serde(rename = "message")]
    MessageSent {
        #[serde(flatten)]
        place: Place,
        #[serde(skip)]
        message: Arc<StoredMessage>,
        /// The sending connection, which receives no push of its own private messages.
        #[serde(skip)]
        connection: Option<u64>,
    },
    #[serde(rename = "recall")]
    MessageRecalled {
        #[serde(flatten)]
        place: Place,
        #[serde(skip)]
        message: Arc<StoredMessage>,
    },
    #[serde(rename = "poke")]
    Poked {
        #[serde(flatten)]
        place: Poked,
        target: Uin,
        #[serde(skip)]
        words: PokeWords,
        /// Id of the tip.
        #[serde(skip)]
        tip_id: u64,
    },
    /// The actor took a poke back.
    #[serde(rename = "withdraw_poke")]
    PokeWithdrawn {
        #[serde(flatten)]
        place: Poked,
        /// Id of the poke's tip.
        #[serde(skip)]
        tip_id: u64,
    },
    /// The actor pressed a button below a message of a robot.
    #[serde(rename = "press_button")]
    ButtonPressed {
        group: GroupUin,
        /// The message with the button.
        sequence: Sequence,
        /// The robot.
        target: Uin,
        button: String,
        /// What the robot got.
        data: String,
    },
    /// The actor, a robot, answers something else when a button is pressed.
    #[serde(rename = "answer_button")]
    ButtonAnswerSet { button: String },
    /// The actor sent a grey line.
    #[serde(rename = "send_gray_tip")]
    TipSent {
        group: GroupUin,
        sequence: Sequence,
        text: String,
    },
    /// A red packet of the actor is empty, and one member got the most.
    #[serde(rename = "lucky_king")]
    LuckyKing { group: GroupUin, target: Uin },
    /// A reaction was added or removed.
    #[serde(rename = "reaction")]
    Reacted {
        group: GroupUin,
        sequence: Sequence,
        /// Serialized as the code, in text form.
        #[serde(serialize_with = "as_text")]
        emoji: Emoji,
        #[serde(rename = "set")]
        added: bool,
        /// Number of people with this reaction.
        count: u32,
    },
    /// A message was added to the essence or removed from it.
    Essence {
        group: GroupUin,
        sequence: Sequence,
        #[serde(skip)]
        random: u32,
        author: Uin,
        set: bool,
    },
    /// A conversation was read up to a message.
    Read {
        #[serde(flatten)]
        place: Place,
        #[serde(skip)]
        chat: Chat,
        /// Time of the message, in Unix seconds.
        #[serde(skip)]
        time: u64,
        /// The reporting connection, which receives no push.
        #[serde(skip)]
        connection: Option<u64>,
    },
    /// An account started or stopped typing to a friend.
    Typing { to: Uin, typing: bool },
    /// A member was muted for this many seconds; 0 lifts the mute.
    #[serde(rename = "mute_member")]
    MemberMuted {
        group: GroupUin,
        target: Uin,
        seconds: u32,
    },
    /// A whole group was muted or unmuted. In a muted group only the owner and administrators can send.
    #[serde(rename = "mute_group")]
    GroupMuted {
        group: GroupUin,
        #[serde(rename = "enable")]
        muted: bool,
    },
    /// A member was removed from a group.
    #[serde(rename = "kick_member")]
    MemberKicked {
        group: GroupUin,
        target: Uin,
        forever: bool,
    },
    /// The actor left a group.
    #[serde(rename = "leave_group")]
    MemberLeft { group: GroupUin },
    /// The actor dismissed a group.
    #[serde(rename = "dismiss_group")]
    GroupDismissed {
        group: GroupUin,
        /// Who was in it.
        #[serde(skip)]
        members: Vec<Uin>,
    },
    /// A member became administrator, or a member again.
    #[serde(rename = "set_admin")]
    AdminSet {
        group: GroupUin,
        target: Uin,
        enable: bool,
    },
    /// The actor handed a group over to a member.
    #[serde(rename = "transfer_group")]
    GroupTransferred { group: GroupUin, target: Uin },
    #[serde(rename = "set_card")]
    CardSet {
        group: GroupUin,
        target: Uin,
        #[serde(rename = "text")]
        card: String,
    },
    #[serde(rename = "set_title")]
    TitleSet {
        group: GroupUin,
        target: Uin,
        #[serde(rename = "text")]
        title: String,
        /// Sequence of the notice; none if the title was removed.
        #[serde(skip)]
        notice: Option<Sequence>,
    },
    #[serde(rename = "rename_group")]
    GroupRenamed {
        group: GroupUin,
        name: String,
        /// Sequence of the notice.
        #[serde(skip)]
        notice: Sequence,
    },
    /// How people join a group, and whether it can be found, is as given now.
    #[serde(rename = "set_group")]
    GroupSet {
        group: GroupUin,
        join_option: u32,
        hide_from_words: bool,
        hide_from_number: bool,
    },
    /// What members of a group may do, and how robots are added, is as given now.
    #[serde(rename = "set_permissions")]
    PermissionsSet {
        group: GroupUin,
        privileges: u32,
        flags: u32,
        robots_allowed: bool,
        robots_examined: bool,
    },
    /// The actor has another setting for the messages of a group.
    #[serde(rename = "set_message_mask")]
    MessageMaskSet { group: GroupUin, mask: u32 },
    /// A bot of a group was switched on or off.
    #[serde(rename = "switch_bot")]
    BotSwitched {
        group: GroupUin,
        target: Uin,
        enable: bool,
    },
    /// The actor has signed in to a group.
    #[serde(rename = "sign_in_group")]
    SignedIn {
        group: GroupUin,
        /// The place in the order of the day, from 1.
        rank: u32,
        /// Sequence of the notice.
        #[serde(skip)]
        notice: Sequence,
    },
    /// A file of a group has its bytes.
    #[serde(rename = "upload_group_file")]
    GroupFileUploaded {
        group: GroupUin,
        file_id: String,
        file_name: String,
        folder: String,
    },
    #[serde(rename = "delete_group_file")]
    GroupFileDeleted { group: GroupUin, file_id: String },
    #[serde(rename = "rename_group_file")]
    GroupFileRenamed {
        group: GroupUin,
        file_id: String,
        file_name: String,
    },
    #[serde(rename = "move_group_file")]
    GroupFileMoved {
        group: GroupUin,
        file_id: String,
        folder: String,
    },
    /// A temporary file of a group is permanent now.
    #[serde(rename = "make_file_permanent")]
    GroupFileKept { group: GroupUin, file_id: String },
    #[serde(rename = "create_folder")]
    FolderCreated {
        group: GroupUin,
        folder: String,
        folder_name: String,
    },
    /// The text of a voice message was found for the actor.
    #[serde(rename = "voice_text")]
    VoiceTranscribed {
        #[serde(skip)]
        found: VoiceText,
    },
    /// The picture of the actor or of a group was set.
    #[serde(rename = "set_portrait")]
    PortraitSet {
        group: Option<GroupUin>,
        /// SHA-1 in hex.
        picture: String,
    },
    #[serde(rename = "rename_folder")]
    FolderRenamed {
        group: GroupUin,
        folder: String,
        folder_name: String,
    },
    #[serde(rename = "delete_folder")]
    FolderDeleted { group: GroupUin, folder: String },
    /// A file for a person has its bytes.
    #[serde(rename = "upload_private_file")]
    PrivateFileUploaded {
        to: Uin,
        file_id: String,
        file_name: String,
    },
    /// An album of a group was created.
    #[serde(rename = "create_album")]
    AlbumCreated {
        group: GroupUin,
        album: String,
        album_name: String,
    },
    #[serde(rename = "delete_album")]
    AlbumDeleted { group: GroupUin, album: String },
    /// A picture is in an album.
    #[serde(rename = "upload_to_album")]
    AlbumMediumUploaded {
        group: GroupUin,
        album: String,
        batch: String,
        lloc: String,
    },
    #[serde(rename = "delete_album_medium")]
    AlbumMediumDeleted {
        group: GroupUin,
        album: String,
        lloc: String,
    },
    /// An upload, or one picture of it, was liked, or the like was taken back.
    #[serde(rename = "like_album_medium")]
    AlbumMediumLiked {
        group: GroupUin,
        album: String,
        batch: String,
        lloc: Option<String>,
        set: bool,
    },
    #[serde(rename = "comment_album_medium")]
    AlbumMediumCommented {
        group: GroupUin,
        album: String,
        lloc: String,
        text: String,
    },
    /// Members of a group can sign in now, or no longer.
    #[serde(rename = "allow_sign_in")]
    SignInAllowed { group: GroupUin, enable: bool },
    /// A message is the to-do of its group now.
    #[serde(rename = "set_todo")]
    TodoSet {
        group: GroupUin,
        sequence: Sequence,
        /// Sequence of the notice.
        #[serde(skip)]
        notice: Sequence,
    },
    /// The actor has completed the to-do of a group.
    #[serde(rename = "complete_todo")]
    TodoCompleted {
        group: GroupUin,
        sequence: Sequence,
        /// Sequence of the notice.
        #[serde(skip)]
        notice: Sequence,
    },
    /// A group has no to-do any more.
    #[serde(rename = "cancel_todo")]
    TodoCancelled { group: GroupUin, sequence: Sequence },
    /// A notice was published.
    #[serde(rename = "send_notice")]
    NoticeSent { group: GroupUin, id: String },
    /// The actor has read a notice.
    #[serde(rename = "read_notice")]
    NoticeRead { group: GroupUin, id: String },
    #[serde(rename = "delete_notice")]
    NoticeDeleted { group: GroupUin, id: String },
    /// The actor published a post in the own Qzone.
    #[serde(rename = "publish_post")]
    PostPublished { tid: String, right: u32 },
    /// The actor changed a post, or who may see it.
    #[serde(rename = "set_post_right")]
    PostChanged { tid: String, right: u32 },
    #[serde(rename = "delete_post")]
    PostDeleted { tid: String },
    /// The actor liked a post, or took the like back.
    #[serde(rename = "like_post")]
    PostLiked { tid: String, set: bool },
    #[serde(rename = "comment_post")]
    PostCommented {
        tid: String,
        /// Number of the new comment.
        comment: u32,
        /// Number of the comment that it answers.
        answers: Option<u32>,
    },
    /// The actor keeps a person out of the own Qzone, or lifted that.
    #[serde(rename = "ban_from_qzone")]
    QzoneBanned { target: Uin, enable: bool },
    #[serde(rename = "set_qzone")]
    QzoneSet { name: String, description: String },
    /// The actor got an honour.
    #[serde(rename = "give_honor")]
    HonorGiven {
        group: GroupUin,
        /// Serialized as its name.
        #[serde(serialize_with = "as_name")]
        honor: HonorKind,
        /// Who had it before, for the talkative member.
        #[serde(skip)]
        before: Option<Uin>,
        /// Sequence of the notice.
        #[serde(skip)]
        notice: Sequence,
    },
    /// The actor has another remark for a group.
    #[serde(rename = "set_group_remark")]
    GroupRemarked {
        group: GroupUin,
        text: String,
        /// The requesting connection, which receives no push.
        #[serde(skip)]
        connection: Option<u64>,
    },
    /// The actor asked a person to become a friend.
    #[serde(rename = "request_friend")]
    FriendRequested {
        to: Uin,
        comment: String,
        /// Filtered out by the server, so not pushed.
        doubtful: bool,
        #[serde(skip)]
        source: String,
    },
    /// The actor asked to join a group.
    #[serde(rename = "apply_to_group")]
    GroupApplied {
        group: GroupUin,
        comment: String,
        filtered: bool,
    },
    /// The actor invited a person into a group. With `approval` an administrator has to decide.
    #[serde(rename = "invite_to_group")]
    GroupInvited {
        group: GroupUin,
        target: Uin,
        approval: bool,
    },
    /// The actor answered the application or invitation of a person.
    #[serde(rename = "answer_group_request")]
    GroupRequestAnswered {
        group: GroupUin,
        target: Uin,
        /// `accept`, `refuse` or `ignore`.
        answer: &'static str,
        #[serde(skip)]
        application: bool,
    },
    /// A person is a member now.
    #[serde(rename = "join_group")]
    MemberJoined {
        group: GroupUin,
        target: Uin,
        invited: bool,
        /// Who accepted or invited.
        #[serde(skip)]
        operator: Option<Uin>,
    },
    /// The actor answered the friend request of a person.
    #[serde(rename = "answer_friend_request")]
    FriendRequestAnswered { from: Uin, approve: bool },
    /// A friend was deleted.
    #[serde(rename = "delete_friend")]
    FriendDeleted {
        #[serde(rename = "target")]
        friend: Uin,
        /// Whether the friend lost the actor too.
        both: bool,
        block: bool,
    },
    /// The actor has another remark for a friend.
    #[serde(rename = "set_remark")]
    FriendRemarked {
        #[serde(rename = "target")]
        friend: Uin,
        #[serde(rename = "text")]
        remark: String,
        /// The requesting connection, which receives no push.
        #[serde(skip)]
        connection: Option<u64>,
    },
    /// A friend is in another category.
    #[serde(rename = "set_category")]
    FriendMoved {
        #[serde(rename = "target")]
        friend: Uin,
        category: u32,
        /// The requesting connection, which receives no push.
        #[serde(skip)]
        connection: Option<u64>,
    },
    #[serde(rename = "create_category")]
    CategoryCreated { category: u32, name: String },
    /// The actor liked a profile.
    #[serde(rename = "like_profile")]
    ProfileLiked { target: Uin, times: u32 },
    #[serde(rename = "create_account")]
    AccountCreated { uin: Uin },
    #[serde(rename = "create_robot")]
    RobotCreated { uin: Uin, app_id: u64 },
    /// A group was created. `invited` are the members without the owner.
    #[serde(rename = "create_group")]
    GroupCreated {
        group: GroupUin,
        #[serde(rename = "members")]
        invited: Vec<Uin>,
    },
    #[serde(rename = "set_profile")]
    ProfileChanged(ProfileUpdate),
    /// A client set the online status of its account, or went offline and another status counts again.
    #[serde(rename = "set_status")]
    StatusChanged { status: u32, ext_status: u32 },
    /// A phone scanned, confirmed or cancelled the log-in code of a client.
    LogIn { state: &'static str },
    /// A client of an account came online or went offline.
    Presence {
        online: bool,
        /// Number of clients that are online now.
        clients: usize,
        /// The client that came online.
        #[serde(skip)]
        newcomer: Option<Newcomer>,
    },
    /// A device of the actor that is no client came online or went offline.
    Device {
        /// Its number.
        device: u32,
        name: String,
        kind: String,
        online: bool,
    },
    /// A search for a word finds another picture.
    #[serde(rename = "offer_picture")]
    PictureOffered { word: String },
    /// The server knows something else about a web host.
    #[serde(rename = "rate_host")]
    HostRated { host: String, safety: Safety },
    /// The clients of an account were kicked.
    #[serde(rename = "kick")]
    Kicked {
        uin: Uin,
        title: String,
        message: String,
    },
}

/// The conversation and sequence of a message, from the view of the actor.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(untagged)]
pub(crate) enum Place {
    Group { group: GroupUin, sequence: Sequence },
    Private { peer: Uin, sequence: Sequence },
}

impl Place {
    pub(crate) fn new(chat: Chat, sequence: Sequence, actor: Uin) -> Self {
        match chat {
            Chat::Group(group) => Self::Group { group, sequence },
            Chat::Private(..) => Self::Private {
                peer: chat.peer_of(actor).unwrap_or(actor),
                sequence,
            },
        }
    }

    pub(crate) fn sequence(self) -> Sequence {
        match self {
            Self::Group { sequence, .. } | Self::Private { sequence, .. } => sequence,
        }
    }
}

/// The texts of a poke, without the names of the two people.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct PokeWords {
    /// The verb; if empty, clients show their default verb.
    pub(crate) action: String,
    /// Text after the name of the poked person; can be empty.
    pub(crate) suffix: String,
    /// URL of a picture; can be empty.
    pub(crate) image: String,
}

impl Default for PokeWords {
    fn default() -> Self {
        Self {
            action: "戳了戳".to_owned(),
            suffix: String::new(),
            image: String::new(),
        }
    }
}

/// The conversation of a poke.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(untagged)]
pub(crate) enum Poked {
    Group {
        group: GroupUin,
        /// Sequence of the notice.
        #[serde(skip)]
        notice: Sequence,
    },
    /// The actor's private chat with this friend.
    Private { peer: Uin },
}

/// A client that came online.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Newcomer {
    pub(crate) connection: u64,
    /// The parts of the synchronisation that it asked for. protocol/05 §6.2
    pub(crate) sync_flag: u32,
}

impl Change {
    pub(crate) const fn presence(clients: usize) -> Self {
        Self::Presence {
            online: clients > 0,
            clients,
            newcomer: None,
        }
    }

    pub(crate) const fn came_online(clients: usize, newcomer: Newcomer) -> Self {
        Self::Presence {
            online: true,
            clients,
            newcomer: Some(newcomer),
        }
    }

    pub(crate) fn device(device: OtherDevice, online: bool) -> Self {
        let OtherDevice {
            instance,
            name,
            kind,
        } = device;
        Self::Device {
            device: instance,
            name,
            kind,
            online,
        }
    }

    /// The name and detail of the journal entry.
    pub(crate) fn journal_entry(&self) -> (String, Value) {
        // Serialization fails only for maps with non-string keys, and no change contains one.
        let mut entry = serde_json::to_value(self).unwrap_or_default();
        let mut take = |key| entry.get_mut(key).map(Value::take).unwrap_or_default();
        let name = take("name").as_str().unwrap_or_default().to_owned();
        (name, take("detail"))
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde calls this function with a reference.
fn as_name<S: Serializer>(honor: &HonorKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(honor.name())
}

// serde calls this function with a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn as_text<S: Serializer>(emoji: &Emoji, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(emoji)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        services::messages::send::To,
        testing::{group, say, uin, world},
        world::{Sex, Status},
    };

    #[test]
    #[allow(clippy::too_many_lines)] // One case per change.
    fn journal_entry_has_the_documented_name_and_detail() {
        let group = group(20001);
        let sequence = Sequence::new(1001);
        let mut world = world();
        let mut message = |to| say(&mut world, 10002, to, "hi").expect("sent");
        let in_group = message(To::Group(group));
        let private = message(To::Friend(uin(10003)));
        let place =
            |message: &StoredMessage, actor| Place::new(message.chat, message.sequence, uin(actor));
        let cases = [
            (
                Change::MessageSent {
                    place: place(&in_group, 10002),
                    message: Arc::clone(&in_group),
                    connection: Some(1),
                },
                json!({"name": "message", "detail": {"group": 20001, "sequence": 1001}}),
            ),
            (
                Change::MessageRecalled {
                    place: place(&private, 10003),
                    message: Arc::clone(&private),
                },
                json!({"name": "recall", "detail": {"peer": 10002, "sequence": 501}}),
            ),
            (
                Change::Poked {
                    place: Poked::Group {
                        group,
                        notice: sequence,
                    },
                    target: uin(10003),
                    words: PokeWords::default(),
                    tip_id: 1,
                },
                json!({"name": "poke", "detail": {"group": 20001, "target": 10003}}),
            ),
            (
                Change::Poked {
                    place: Poked::Private { peer: uin(10003) },
                    target: uin(10002),
                    words: PokeWords::default(),
                    tip_id: 1,
                },
                json!({"name": "poke", "detail": {"peer": 10003, "target": 10002}}),
            ),
            (
                Change::PokeWithdrawn {
                    place: Poked::Group {
                        group,
                        notice: sequence,
                    },
                    tip_id: 1,
                },
                json!({"name": "withdraw_poke", "detail": {"group": 20001}}),
            ),
            (
                Change::LuckyKing {
                    group,
                    target: uin(10003),
                },
                json!({"name": "lucky_king", "detail": {"group": 20001, "target": 10003}}),
            ),
            (
                Change::Reacted {
                    group,
                    sequence,
                    emoji: Emoji::Face(76),
                    added: true,
                    count: 2,
                },
                json!({"name": "reaction", "detail": {
                    "group": 20001, "sequence": 1001, "emoji": "76", "set": true, "count": 2
                }}),
            ),
            (
                Change::Essence {
                    group,
                    sequence,
                    random: 7,
                    author: uin(10002),
                    set: false,
                },
                json!({"name": "essence", "detail": {
                    "group": 20001, "sequence": 1001, "author": 10002, "set": false
                }}),
            ),
            (
                Change::Read {
                    place: place(&private, 10002),
                    chat: private.chat,
                    time: 1,
                    connection: None,
                },
                json!({"name": "read", "detail": {"peer": 10003, "sequence": 501}}),
            ),
            (
                Change::Typing {
                    to: uin(10003),
                    typing: true,
                },
                json!({"name": "typing", "detail": {"to": 10003, "typing": true}}),
            ),
            (
                Change::MemberMuted {
                    group,
                    target: uin(10003),
                    seconds: 60,
                },
                json!({"name": "mute_member", "detail": {
                    "group": 20001, "target": 10003, "seconds": 60
                }}),
            ),
            (
                Change::GroupMuted { group, muted: true },
                json!({"name": "mute_group", "detail": {"group": 20001, "enable": true}}),
            ),
            (
                Change::MemberKicked {
                    group,
                    target: uin(10003),
                    forever: true,
                },
                json!({"name": "kick_member", "detail": {
                    "group": 20001, "target": 10003, "forever": true
                }}),
            ),
            (
                Change::MemberLeft { group },
                json!({"name": "leave_group", "detail": {"group": 20001}}),
            ),
            (
                Change::GroupDismissed {
                    group,
                    members: vec![uin(10001)],
                },
                json!({"name": "dismiss_group", "detail": {"group": 20001}}),
            ),
            (
                Change::AdminSet {
                    group,
                    target: uin(10003),
                    enable: false,
                },
                json!({"name": "set_admin", "detail": {
                    "group": 20001, "target": 10003, "enable": false
                }}),
            ),
            (
                Change::GroupTransferred {
                    group,
                    target: uin(10003),
                },
                json!({"name": "transfer_group", "detail": {"group": 20001, "target": 10003}}),
            ),
            (
                Change::ButtonPressed {
                    group,
                    sequence,
                    target: uin(10003),
                    button: "b1".to_owned(),
                    data: "/go".to_owned(),
                },
                json!({"name": "press_button", "detail": {
                    "group": 20001, "sequence": 1001, "target": 10003, "button": "b1", "data": "/go"
                }}),
            ),
            (
                Change::ButtonAnswerSet {
                    button: "b1".to_owned(),
                },
                json!({"name": "answer_button", "detail": {"button": "b1"}}),
            ),
            (
                Change::TipSent {
                    group,
                    sequence,
                    text: "hi".to_owned(),
                },
                json!({"name": "send_gray_tip", "detail": {
                    "group": 20001, "sequence": 1001, "text": "hi"
                }}),
            ),
            (
                Change::CardSet {
                    group,
                    target: uin(10003),
                    card: "Oak".to_owned(),
                },
                json!({"name": "set_card", "detail": {
                    "group": 20001, "target": 10003, "text": "Oak"
                }}),
            ),
            (
                Change::TitleSet {
                    group,
                    target: uin(10003),
                    title: "Gardener".to_owned(),
                    notice: Some(sequence),
                },
                json!({"name": "set_title", "detail": {
                    "group": 20001, "target": 10003, "text": "Gardener"
                }}),
            ),
            (
                Change::GroupRenamed {
                    group,
                    name: "Garden".to_owned(),
                    notice: sequence,
                },
                json!({"name": "rename_group", "detail": {"group": 20001, "name": "Garden"}}),
            ),
            (
                Change::GroupSet {
                    group,
                    join_option: 1,
                    hide_from_words: true,
                    hide_from_number: false,
                },
                json!({"name": "set_group", "detail": {
                    "group": 20001, "join_option": 1, "hide_from_words": true,
                    "hide_from_number": false
                }}),
            ),
            (
                Change::GroupRemarked {
                    group,
                    text: "mine".to_owned(),
                    connection: None,
                },
                json!({"name": "set_group_remark", "detail": {"group": 20001, "text": "mine"}}),
            ),
            (
                Change::PermissionsSet {
                    group,
                    privileges: 1,
                    flags: 4,
                    robots_allowed: true,
                    robots_examined: false,
                },
                json!({"name": "set_permissions", "detail": {
                    "group": 20001, "privileges": 1, "flags": 4, "robots_allowed": true,
                    "robots_examined": false
                }}),
            ),
            (
                Change::MessageMaskSet { group, mask: 3 },
                json!({"name": "set_message_mask", "detail": {"group": 20001, "mask": 3}}),
            ),
            (
                Change::BotSwitched {
                    group,
                    target: uin(10003),
                    enable: false,
                },
                json!({"name": "switch_bot", "detail": {
                    "group": 20001, "target": 10003, "enable": false
                }}),
            ),
            (
                Change::SignedIn {
                    group,
                    rank: 2,
                    notice: sequence,
                },
                json!({"name": "sign_in_group", "detail": {"group": 20001, "rank": 2}}),
            ),
            (
                Change::GroupFileUploaded {
                    group,
                    file_id: "/a".to_owned(),
                    file_name: "a.txt".to_owned(),
                    folder: "/".to_owned(),
                },
                json!({"name": "upload_group_file", "detail": {
                    "group": 20001, "file_id": "/a", "file_name": "a.txt", "folder": "/"
                }}),
            ),
            (
                Change::GroupFileDeleted {
                    group,
                    file_id: "/a".to_owned(),
                },
                json!({"name": "delete_group_file", "detail": {"group": 20001, "file_id": "/a"}}),
            ),
            (
                Change::GroupFileRenamed {
                    group,
                    file_id: "/a".to_owned(),
                    file_name: "b.txt".to_owned(),
                },
                json!({"name": "rename_group_file", "detail": {
                    "group": 20001, "file_id": "/a", "file_name": "b.txt"
                }}),
            ),
            (
                Change::GroupFileMoved {
                    group,
                    file_id: "/a".to_owned(),
                    folder: "/f".to_owned(),
                },
                json!({"name": "move_group_file", "detail": {
                    "group": 20001, "file_id": "/a", "folder": "/f"
                }}),
            ),
            (
                Change::GroupFileKept {
                    group,
                    file_id: "/a".to_owned(),
                },
                json!({"name": "make_file_permanent", "detail": {"group": 20001, "file_id": "/a"}}),
            ),
            (
                Change::FolderCreated {
                    group,
                    folder: "/f".to_owned(),
                    folder_name: "f".to_owned(),
                },
                json!({"name": "create_folder", "detail": {
                    "group": 20001, "folder": "/f", "folder_name": "f"
                }}),
            ),
            (
                Change::FolderRenamed {
                    group,
                    folder: "/f".to_owned(),
                    folder_name: "g".to_owned(),
                },
                json!({"name": "rename_folder", "detail": {
                    "group": 20001, "folder": "/f", "folder_name": "g"
                }}),
            ),
            (
                Change::FolderDeleted {
                    group,
                    folder: "/f".to_owned(),
                },
                json!({"name": "delete_folder", "detail": {"group": 20001, "folder": "/f"}}),
            ),
            (
                Change::PrivateFileUploaded {
                    to: uin(10003),
                    file_id: "a".to_owned(),
                    file_name: "a.txt".to_owned(),
                },
                json!({"name": "upload_private_file", "detail": {
                    "to": 10003, "file_id": "a", "file_name": "a.txt"
                }}),
            ),
            (
                Change::VoiceTranscribed {
                    found: VoiceText {
                        message: 1,
                        chat_type: 1,
                        text: "hi".to_owned(),
                        sender: 10002,
                        place: 20001,
                        file_uuid: String::new(),
                    },
                },
                json!({"name": "voice_text", "detail": {}}),
            ),
            (
                Change::PortraitSet {
                    group: None,
                    picture: "ab".to_owned(),
                },
                json!({"name": "set_portrait", "detail": {"group": null, "picture": "ab"}}),
            ),
            (
                Change::AlbumCreated {
                    group,
                    album: "V1".to_owned(),
                    album_name: "Spring".to_owned(),
                },
                json!({"name": "create_album", "detail": {
                    "group": 20001, "album": "V1", "album_name": "Spring"
                }}),
            ),
            (
                Change::AlbumDeleted {
                    group,
                    album: "V1".to_owned(),
                },
                json!({"name": "delete_album", "detail": {"group": 20001, "album": "V1"}}),
            ),
            (
                Change::AlbumMediumUploaded {
                    group,
                    album: "V1".to_owned(),
                    batch: "9".to_owned(),
                    lloc: "N1".to_owned(),
                },
                json!({"name": "upload_to_album", "detail": {
                    "group": 20001, "album": "V1", "batch": "9", "lloc": "N1"
                }}),
            ),
            (
                Change::AlbumMediumDeleted {
                    group,
                    album: "V1".to_owned(),
                    lloc: "N1".to_owned(),
                },
                json!({"name": "delete_album_medium", "detail": {
                    "group": 20001, "album": "V1", "lloc": "N1"
                }}),
            ),
            (
                Change::AlbumMediumLiked {
                    group,
                    album: "V1".to_owned(),
                    batch: "9".to_owned(),
                    lloc: None,
                    set: true,
                },
                json!({"name": "like_album_medium", "detail": {
                    "group": 20001, "album": "V1", "batch": "9", "lloc": null, "set": true
                }}),
            ),
            (
                Change::AlbumMediumCommented {
                    group,
                    album: "V1".to_owned(),
                    lloc: "N1".to_owned(),
                    text: "hi".to_owned(),
                },
                json!({"name": "comment_album_medium", "detail": {
                    "group": 20001, "album": "V1", "lloc": "N1", "text": "hi"
                }}),
            ),
            (
                Change::SignInAllowed {
                    group,
                    enable: false,
                },
                json!({"name": "allow_sign_in", "detail": {"group": 20001, "enable": false}}),
            ),
            (
                Change::TodoSet {
                    group,
                    sequence,
                    notice: sequence,
                },
                json!({"name": "set_todo", "detail": {"group": 20001, "sequence": 1001}}),
            ),
            (
                Change::TodoCompleted {
                    group,
                    sequence,
                    notice: sequence,
                },
                json!({"name": "complete_todo", "detail": {"group": 20001, "sequence": 1001}}),
            ),
            (
                Change::TodoCancelled { group, sequence },
                json!({"name": "cancel_todo", "detail": {"group": 20001, "sequence": 1001}}),
            ),
            (
                Change::NoticeSent {
                    group,
                    id: "a".to_owned(),
                },
                json!({"name": "send_notice", "detail": {"group": 20001, "id": "a"}}),
            ),
            (
                Change::NoticeRead {
                    group,
                    id: "a".to_owned(),
                },
                json!({"name": "read_notice", "detail": {"group": 20001, "id": "a"}}),
            ),
            (
                Change::NoticeDeleted {
                    group,
                    id: "a".to_owned(),
                },
                json!({"name": "delete_notice", "detail": {"group": 20001, "id": "a"}}),
            ),
            (
                Change::PostPublished {
                    tid: "a".to_owned(),
                    right: 4,
                },
                json!({"name": "publish_post", "detail": {"tid": "a", "right": 4}}),
            ),
            (
                Change::PostChanged {
                    tid: "a".to_owned(),
                    right: 16,
                },
                json!({"name": "set_post_right", "detail": {"tid": "a", "right": 16}}),
            ),
            (
                Change::PostDeleted {
                    tid: "a".to_owned(),
                },
                json!({"name": "delete_post", "detail": {"tid": "a"}}),
            ),
            (
                Change::PostLiked {
                    tid: "a".to_owned(),
                    set: true,
                },
                json!({"name": "like_post", "detail": {"tid": "a", "set": true}}),
            ),
            (
                Change::PostCommented {
                    tid: "a".to_owned(),
                    comment: 2,
                    answers: Some(1),
                },
                json!({"name": "comment_post", "detail": {"tid": "a", "comment": 2, "answers": 1}}),
            ),
            (
                Change::QzoneBanned {
                    target: uin(10003),
                    enable: true,
                },
                json!({"name": "ban_from_qzone", "detail": {"target": 10003, "enable": true}}),
            ),
            (
                Change::QzoneSet {
                    name: "n".to_owned(),
                    description: "d".to_owned(),
                },
                json!({"name": "set_qzone", "detail": {"name": "n", "description": "d"}}),
            ),
            (
                Change::HonorGiven {
                    group,
                    honor: HonorKind::Talkative,
                    before: None,
                    notice: sequence,
                },
                json!({"name": "give_honor", "detail": {"group": 20001, "honor": "talkative"}}),
            ),
            (
                Change::FriendDeleted {
                    friend: uin(10003),
                    both: true,
                    block: false,
                },
                json!({"name": "delete_friend", "detail": {
                    "target": 10003, "both": true, "block": false
                }}),
            ),
            (
                Change::FriendRemarked {
                    friend: uin(10003),
                    remark: "C".to_owned(),
                    connection: None,
                },
                json!({"name": "set_remark", "detail": {"target": 10003, "text": "C"}}),
            ),
            (
                Change::FriendMoved {
                    friend: uin(10003),
                    category: 1,
                    connection: None,
                },
                json!({"name": "set_category", "detail": {"target": 10003, "category": 1}}),
            ),
            (
                Change::CategoryCreated {
                    category: 2,
                    name: "Work".to_owned(),
                },
                json!({"name": "create_category", "detail": {"category": 2, "name": "Work"}}),
            ),
            (
                Change::ProfileLiked {
                    target: uin(10003),
                    times: 3,
                },
                json!({"name": "like_profile", "detail": {"target": 10003, "times": 3}}),
            ),
            (
                Change::FriendRequested {
                    to: uin(10003),
                    comment: "hi".to_owned(),
                    doubtful: false,
                    source: String::new(),
                },
                json!({"name": "request_friend", "detail": {
                    "to": 10003, "comment": "hi", "doubtful": false
                }}),
            ),
            (
                Change::GroupApplied {
                    group,
                    comment: "hi".to_owned(),
                    filtered: false,
                },
                json!({"name": "apply_to_group", "detail": {
                    "group": 20001, "comment": "hi", "filtered": false
                }}),
            ),
            (
                Change::GroupInvited {
                    group,
                    target: uin(10003),
                    approval: true,
                },
                json!({"name": "invite_to_group", "detail": {
                    "group": 20001, "target": 10003, "approval": true
                }}),
            ),
            (
                Change::GroupRequestAnswered {
                    group,
                    target: uin(10003),
                    answer: "refuse",
                    application: true,
                },
                json!({"name": "answer_group_request", "detail": {
                    "group": 20001, "target": 10003, "answer": "refuse"
                }}),
            ),
            (
                Change::MemberJoined {
                    group,
                    target: uin(10003),
                    invited: false,
                    operator: None,
                },
                json!({"name": "join_group", "detail": {
                    "group": 20001, "target": 10003, "invited": false
                }}),
            ),
            (
                Change::FriendRequestAnswered {
                    from: uin(10003),
                    approve: true,
                },
                json!({"name": "answer_friend_request", "detail": {
                    "from": 10003, "approve": true
                }}),
            ),
            (
                Change::AccountCreated { uin: uin(10006) },
                json!({"name": "create_account", "detail": {"uin": 10006}}),
            ),
            (
                Change::RobotCreated {
                    uin: uin(3_889_000_001),
                    app_id: 102_000_001,
                },
                json!({"name": "create_robot", "detail": {
                    "uin": 3_889_000_001_u64, "app_id": 102_000_001
                }}),
            ),
            (
                Change::GroupCreated {
                    group,
                    invited: vec![uin(10003)],
                },
                json!({"name": "create_group", "detail": {"group": 20001, "members": [10003]}}),
            ),
            (
                Change::ProfileChanged(ProfileUpdate {
                    nickname: Some("Zoe".to_owned()),
                    sex: Some(Sex::Female),
                    status: Some(Status::DoNotDisturb),
                    ..ProfileUpdate::default()
                }),
                json!({"name": "set_profile", "detail": {
                    "nickname": "Zoe", "sex": "female", "status": "do_not_disturb"
                }}),
            ),
            (
                Change::StatusChanged {
                    status: 10,
                    ext_status: 1028,
                },
                json!({"name": "set_status", "detail": {"status": 10, "ext_status": 1028}}),
            ),
            (
                Change::LogIn { state: "scanned" },
                json!({"name": "log_in", "detail": {"state": "scanned"}}),
            ),
            (
                Change::device(
                    OtherDevice {
                        instance: 2,
                        name: "Neko's phone".to_owned(),
                        kind: "iPhone".to_owned(),
                    },
                    true,
                ),
                json!({"name": "device", "detail": {
                    "device": 2, "name": "Neko's phone", "kind": "iPhone", "online": true,
                }}),
            ),
            (
                Change::PictureOffered {
                    word: "猫".to_owned(),
                },
                json!({"name": "offer_picture", "detail": {"word": "猫"}}),
            ),
            (
                Change::HostRated {
                    host: "evil.example".to_owned(),
                    safety: Safety::Dangerous,
                },
                json!({"name": "rate_host", "detail": {"host": "evil.example", "safety": "dangerous"}}),
            ),
            (
                Change::presence(0),
                json!({"name": "presence", "detail": {"online": false, "clients": 0}}),
            ),
            (
                Change::Kicked {
                    uin: uin(10001),
                    title: "t".to_owned(),
                    message: "m".to_owned(),
                },
                json!({"name": "kick", "detail": {"uin": 10001, "title": "t", "message": "m"}}),
            ),
        ];
        for (change, expected) in cases {
            let (name, detail) = change.journal_entry();
            assert_eq!(json!({"name": name, "detail": detail}), expected);
        }
    }
}

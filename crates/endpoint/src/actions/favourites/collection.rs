//! `create_collection`, `get_collection_list` (api/actions §3.14). No command of the servers is known for favourites: they
//! are kept in the account's archive (protocol/04 §13.4).

use nekonap_archive::{Collection, MAX_COLLECTIONS};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// How many bytes a favourite may have.
const MAX_CONTENT: usize = 65_536;
/// How many characters of the text become the title line if none is given.
const BRIEF_CHARACTERS: usize = 50;
/// `category` of every favourite that is created here. protocol/04 §13.4
const CATEGORY: i64 = 2;
/// `type` of a favourite with a rich-media summary. protocol/04 §13.4
const RICH_MEDIA: u32 = 8;

/// Parameters of `create_collection`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CreateCollection {
    /// Text to keep, 1 to 65,536 bytes. Required unless `payload` has it.
    #[serde(rename = "rawData")]
    #[schemars(example = "Words to live by")]
    raw_data: Option<String>,
    /// Title line. Default: the first 50 characters of the text.
    brief: Option<String>,
    /// The two parameters as an object.
    payload: Option<CollectionPayload>,
}

/// The parameters of `create_collection` in an object.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct CollectionPayload {
    /// Text to keep.
    #[serde(rename = "rawData")]
    raw_data: Option<String>,
    /// The same as `rawData`.
    #[serde(rename = "raw_data")]
    snake_case: Option<String>,
    /// The same as `rawData`.
    content: Option<String>,
    /// Title line.
    brief: Option<String>,
    /// The same as `brief`.
    title: Option<String>,
}

/// The new favourite.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Created {
    /// Always 0.
    result: i32,
    /// Always empty.
    #[serde(rename = "errMsg")]
    error: &'static str,
    /// Id of the favourite.
    cid: String,
}

/// Parameters of `get_collection_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetCollectionList {
    /// Category to list; 0 lists all. Favourites that were created here have the category 2.
    #[serde(default)]
    category: i64,
    /// How many favourites to return, at least 1.
    #[serde(default = "fifty")]
    count: i64,
}

const fn fifty() -> i64 {
    50
}

/// The list of favourites, as the NTQQ kernel returns it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CollectionList {
    /// Always 0.
    result: i32,
    /// Always 0.
    err_code: i32,
    /// Always empty.
    err_msg: &'static str,
    /// The favourites.
    collection_search_list: CollectionPage,
}

/// A page of favourites.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CollectionPage {
    /// The favourites, newest first.
    collection_item_list: Vec<CollectionItem>,
    /// Whether there are more.
    has_more: bool,
    /// Time of the last favourite of the list, milliseconds as text; `0` if the list is empty.
    bottom_time_stamp: String,
}

/// A favourite.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CollectionItem {
    /// Id of the favourite.
    cid: String,
    /// Always 8: it has a rich-media summary.
    r#type: u32,
    /// Always 1.
    status: u32,
    /// Always 1.
    bid: u32,
    /// Always 2.
    category: i64,
    /// The account.
    author: CollectionAuthor,
    /// When it was added, Unix milliseconds as text.
    create_time: String,
    /// When it was added, Unix milliseconds as text.
    collect_time: String,
    /// When it was added, Unix milliseconds as text.
    modify_time: String,
    /// When it was added, Unix milliseconds as text.
    sequence: String,
    /// Always empty.
    share_url: &'static str,
    /// Always 0.
    custom_group_id: u32,
    /// Always false.
    security_beat: bool,
    /// What the favourite contains.
    summary: CollectionSummary,
}

/// The author of a favourite.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CollectionAuthor {
    /// Always 1, a person.
    r#type: u32,
    /// QQ number, as text.
    num_id: String,
    /// Nickname.
    str_id: String,
    /// Always `0`.
    group_id: &'static str,
    /// Always empty.
    group_name: &'static str,
    /// Uid of the account.
    uid: String,
}

/// The content of a favourite: the field for its kind; the others are null.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_field_names)] // These are the kernel's names.
struct CollectionSummary {
    /// Always null.
    text_summary: (),
    /// Always null.
    link_summary: (),
    /// Always null.
    gallery_summary: (),
    /// Always null.
    audio_summary: (),
    /// Always null.
    video_summary: (),
    /// Always null.
    file_summary: (),
    /// Always null.
    location_summary: (),
    /// The text.
    rich_media_summary: RichMediaSummary,
}

/// A text in the favourites.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RichMediaSummary {
    /// Always empty.
    title: &'static str,
    /// The whole text.
    sub_title: String,
    /// Title line.
    brief: String,
    /// Always empty.
    pic_list: Vec<String>,
    /// Always 1.
    content_type: u32,
    /// Always empty.
    original_uri: &'static str,
    /// Always empty.
    publisher: &'static str,
    /// Always 0.
    rich_media_version: u32,
}

pub(crate) async fn create(cx: Context, params: CreateCollection) -> Result<Created> {
    let payload = params.payload.unwrap_or_default();
    let content = params
        .raw_data
        .or(payload.raw_data)
        .or(payload.snake_case)
        .or(payload.content)
        .ok_or_else(|| Failure::missing("rawData"))?;
    if content.is_empty() || content.len() > MAX_CONTENT {
        let text = format!("it has 1 to {MAX_CONTENT} bytes, not {}", content.len());
        return Err(Failure::invalid("rawData", text));
    }
    let brief = params.brief.or(payload.brief).or(payload.title);
    let brief = brief.unwrap_or_else(|| content.chars().take(BRIEF_CHARACTERS).collect());
    if brief.len() > MAX_CONTENT {
        let text = format!("it has at most {MAX_CONTENT} bytes, not {}", brief.len());
        return Err(Failure::invalid("brief", text));
    }
    let added = cx.archive().add_collection(brief, content).await?;
    let number = added.ok_or_else(|| {
        let text = format!("there are already {MAX_COLLECTIONS} favourites");
        Failure::new(Code::Upstream, text)
    })?;
    Ok(Created {
        result: 0,
        error: "",
        cid: number.to_string(),
    })
}

pub(crate) async fn list(cx: Context, params: GetCollectionList) -> Result<CollectionList> {
    if params.count < 1 {
        let text = format!("it is at least 1, not {}", params.count);
        return Err(Failure::invalid("count", text));
    }
    let count =
        u32::try_from(params.count).map_or(MAX_COLLECTIONS, |count| count.min(MAX_COLLECTIONS));
    let mut kept = match params.category {
        // One more than wanted, to find out whether there are more.
        0 | CATEGORY => cx.archive().collections(count + 1).await?,
        _ => Vec::new(),
    };
    let wanted = usize::try_from(count).unwrap_or(usize::MAX);
    let has_more = kept.len() > wanted;
    kept.truncate(wanted);
    let me = cx.client().me();
    let author = CollectionAuthor {
        r#type: 1,
        num_id: cx.self_id().to_string(),
        str_id: me
            .as_ref()
            .map(|me| me.nickname.clone())
            .unwrap_or_default(),
        group_id: "0",
        group_name: "",
        uid: me.map(|me| me.uid.to_string()).unwrap_or_default(),
    };
    let bottom = kept.last().map_or(0, |last| last.created);
    Ok(CollectionList {
        result: 0,
        err_code: 0,
        err_msg: "",
        collection_search_list: CollectionPage {
            collection_item_list: kept
                .into_iter()
                .map(|collection| item(collection, &author))
                .collect(),
            has_more,
            bottom_time_stamp: bottom.to_string(),
        },
    })
}

fn item(collection: Collection, author: &CollectionAuthor) -> CollectionItem {
    let time = collection.created.to_string();
    CollectionItem {
        cid: collection.number.to_string(),
        r#type: RICH_MEDIA,
        status: 1,
        bid: 1,
        category: CATEGORY,
        author: author.clone(),
        create_time: time.clone(),
        collect_time: time.clone(),
        modify_time: time.clone(),
        sequence: time,
        share_url: "",
        custom_group_id: 0,
        security_beat: false,
        summary: CollectionSummary {
            text_summary: (),
            link_summary: (),
            gallery_summary: (),
            audio_summary: (),
            video_summary: (),
            file_summary: (),
            location_summary: (),
            rich_media_summary: RichMediaSummary {
                title: "",
                sub_title: collection.content,
                brief: collection.brief,
                pic_list: Vec::new(),
                content_type: 1,
                original_uri: "",
                publisher: "",
                rich_media_version: 0,
            },
        },
    }
}

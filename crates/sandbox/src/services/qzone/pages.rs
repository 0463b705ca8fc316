//! The answers of Qzone's pages, as JSON. What they are wrapped in is the server's business. api/newer §4

use std::collections::HashMap;

use nekonap_ids::Uin;
use serde_json::{Value, json};

use super::{
    comments, pictures,
    posts::{self, Draft},
    spaces,
};
use crate::{
    refusal::Refusal,
    services::extras::notices::escaped,
    world::{Audience, QzoneComment, QzonePost, World},
};

/// Maximum number of posts in an answer.
const MAX_POSTS: u32 = 20;
/// How many comments the page of a post gives at most.
const FIRST_COMMENTS: usize = 20;
/// Maximum number of comments in an answer of the page of comments.
const MAX_COMMENTS: usize = 20;
/// Maximum number of feeds in an answer.
const MAX_FEEDS: usize = 50;
/// `appid` of posts.
const POSTS: u32 = 311;

/// The fields of a request, from its query and its form.
pub(crate) type Fields = HashMap<String, String>;

/// A page.
pub(crate) struct Page {
    /// The hosts that serve it.
    pub(crate) hosts: &'static [&'static str],
    pub(crate) path: &'static str,
    pub(crate) method: &'static str,
    pub(crate) run: fn(&mut World, Uin, &Fields) -> Result<Value, Refusal>,
    /// What answers are wrapped in if the request does not say.
    pub(crate) form: Form,
    /// Whether the data is an object literal instead of JSON.
    pub(crate) literal: bool,
}

/// What an answer is wrapped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    /// A call of a function.
    Call,
    /// A document for browsers with a call.
    Document,
}

const TAOTAO: &[&str] = &["taotao.qzone.qq.com", "taotao.qq.com"];
const SOCIAL: &[&str] = &["w.qzone.qq.com"];

/// All pages.
pub(crate) const PAGES: &[Page] = &[
    page(TAOTAO, "POST", "cgi-bin/emotion_cgi_publish_v6", publish),
    page(TAOTAO, "POST", "cgi-bin/emotion_cgi_delete_v6", delete),
    page(TAOTAO, "POST", "cgi-bin/emotion_cgi_update", update),
    page(TAOTAO, "GET", "cgi-bin/emotion_cgi_msglist_v6", list),
    page(
        &["taotao.qq.com"],
        "GET",
        "cgi-bin/emotion_cgi_msgdetail_v6",
        detail,
    ),
    page(
        TAOTAO,
        "GET",
        "cgi-bin/emotion_cgi_getcmtreply_v6",
        comment_list,
    ),
    page(
        TAOTAO,
        "POST",
        "cgi-bin/emotion_cgi_getcmtreply_v6",
        comment_list,
    ),
    page(TAOTAO, "POST", "cgi-bin/emotion_cgi_re_feeds", comment),
    page(SOCIAL, "POST", "cgi-bin/likes/internal_dolike_app", like),
    page(SOCIAL, "POST", "cgi-bin/likes/internal_unlike_app", unlike),
    Page {
        literal: true,
        ..page(SOCIAL, "POST", "cgi-bin/right/cgi_black_action_new", ban)
    },
    Page {
        form: Form::Call,
        literal: true,
        ..page(
            &["ic2.qzone.qq.com"],
            "GET",
            "cgi-bin/feeds/feeds3_html_more",
            feeds,
        )
    },
    Page {
        form: Form::Call,
        ..page(
            &["base.qzone.qq.com"],
            "GET",
            "cgi-bin/user/cgi_userinfo_get_all",
            profile,
        )
    },
];

const fn page(
    hosts: &'static [&'static str],
    method: &'static str,
    path: &'static str,
    run: fn(&mut World, Uin, &Fields) -> Result<Value, Refusal>,
) -> Page {
    Page {
        hosts,
        path,
        method,
        run,
        form: Form::Document,
        literal: false,
    }
}

/// A field that must be there.
fn required<'a>(fields: &'a Fields, name: &str) -> Result<&'a str, Refusal> {
    let value = fields.get(name).map(String::as_str);
    value.ok_or_else(|| Refusal::bad_request(format!("`{name}` is missing")))
}

/// A field, or an empty text.
fn optional<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", String::as_str)
}

fn invalid(name: &str, value: &str) -> Refusal {
    Refusal::bad_request(format!("`{name}` is invalid: {value:?}"))
}

fn uin(fields: &Fields, name: &str) -> Result<Uin, Refusal> {
    let value = required(fields, name)?;
    value.parse().map_err(|_| invalid(name, value))
}

/// A number, or a default if the field is missing or empty.
fn number(fields: &Fields, name: &str, default: u32) -> Result<u32, Refusal> {
    match optional(fields, name) {
        "" => Ok(default),
        value => value.parse().map_err(|_| invalid(name, value)),
    }
}

/// Refuses a request in which the field does not name the account itself.
fn own(fields: &Fields, name: &str, account: Uin) -> Result<(), Refusal> {
    if uin(fields, name)? == account {
        return Ok(());
    }
    Err(invalid(name, optional(fields, name)))
}

fn done(extra: &Value) -> Value {
    let mut answer = json!({"code": 0, "subcode": 0, "message": "", "msg": ""});
    if let (Some(answer), Some(extra)) = (answer.as_object_mut(), extra.as_object()) {
        answer.extend(extra.clone());
    }
    answer
}

/// The content of a form with a post. api/newer §4.1, §4.8
fn draft(fields: &Fields) -> Result<Draft, Refusal> {
    let right = number(fields, "ugc_right", Audience::EVERYBODY)?;
    let people = optional(fields, "allow_uins").split('|');
    let people = people
        .filter(|uin| !uin.is_empty())
        .map(|uin| uin.parse().map_err(|_| invalid("allow_uins", uin)))
        .collect::<Result<_, _>>()?;
    let pictures = if optional(fields, "richtype") == "1" {
        let values = optional(fields, "richval").split('\t');
        values
            .filter(|value| !value.is_empty())
            .map(|value| {
                let mut parts = value.split(',');
                let lloc = parts.nth(2).filter(|lloc| !lloc.is_empty());
                let lloc = lloc.ok_or_else(|| invalid("richval", value))?;
                Ok(lloc.to_owned())
            })
            .collect::<Result<_, Refusal>>()?
    } else {
        Vec::new()
    };
    Ok(Draft {
        text: required(fields, "con")?.to_owned(),
        pictures,
        audience: Audience { right, people },
    })
}

fn publish(world: &mut World, me: Uin, fields: &Fields) -> Result<Value, Refusal> {
    own(fields, "hostuin", me)?;
    let post = posts::publish(world, me, draft(fields)?)?;
    Ok(done(&json!({
        "t1_tid": post.id, "tid": post.id, "t1_time": post.time.to_string(), "now": post.time,
    })))
}

fn update(world: &mut World, me: Uin, fields: &Fields) -> Result<Value, Refusal> {
    own(fields, "hostuin", me)?;
    let tid = required(fields, "tid")?;
    let post = posts::replace(world, me, tid, draft(fields)?)?;
    Ok(done(&json!({"tid": post.id, "t1_tid": post.id})))
}

fn delete(world: &mut World, me: Uin, fields: &Fields) -> Result<Value, Refusal> {
    own(fields, "hostuin", me)?;
    posts::delete(world, me, required(fields, "tid")?)?;
    Ok(done(&json!({})))
}

fn list(world: &mut World, me: Uin, fields: &Fields) -> Result<Value, Refusal> {
    let owner = uin(fields, "uin")?;
    world.person(owner)?;
    let position = number(fields, "pos", 0)?;
    let wanted = number(fields, "num", MAX_POSTS)?.min(MAX_POSTS);
    let (posts, total) = world.qzone_posts(owner, me, position, wanted)?;
    let entries = posts.iter().map(|post| entry(world, post));
    let entries: Vec<Value> = entries.collect::<Result<_, Refusal>>()?;
    Ok(done(&json!({
        "total": total,
        "usrinfo": {"uin": owner, "name": world.name_of(owner), "msgnum": total},
        "logininfo": {"uin": me, "name": world.name_of(me)},
        "msglist": if entries.is_empty() { Value::Null } else { entries.into() },
    })))
}

/// What the list and the page of a post have in common.
fn entry(world: &World, post: &QzonePost) -> Result<Value, Refusal> {
    let pictures = post.pictures.iter().map(|id| {
        let picture = world.qzone_picture(id)?;
        let (kind, width, height) =
            picture.map_or((0, 0, 0), |one| (one.kind, one.width, one.height));
        let url = pictures::url(world, id);
        Ok(json!({
            "pic_id": format!(",{},{id},{id}", post.owner), "pictype": kind, "width": width, "height": height,
            "b_width": width, "b_height": height, "smallurl": url, "url1": url, "url2": url, "url3": url,
        }))
    });
    let pictures: Vec<Value> = pictures.collect::<Result<_, Refusal>>()?;
    Ok(json!({
        "tid": post.id,
        "uin": post.owner,
        "name": world.name_of(post.owner),
        "content": post.text,
        "conlist": [{"con": post.text, "type": 2}],
        "created_time": post.time,
        "cmtnum": world.count_qzone_comments(post.number)?,
        "secret": u32::from(post.right == Audience::OWNER),
        "pic": if pictures.is_empty() { Value::Null } else { pictures.into() },
        "pictotal": post.pictures.len(),
        "commentlist": null,
    }))
}

/// The post that a request names, of the owner that it names.
fn asked(world: &World, me: Uin, owner: Uin, tid: &str) -> Result<QzonePost, Refusal> {
    let post = posts::seen(world, me, tid)?;
    if post.owner != owner {
        let text = format!("{owner} has no post {tid:?}");
        return Err(Refusal::not_found(text));
    }
    Ok(post)
}

fn detail(world: &mut World, me: Uin, fields: &Fields) -> Result<Value, Refusal> {
    let owner = uin(fields, "uin")?;
    let post = asked(world, me, owner, required(fields, "tid")?)?;
    let position = number(fields, "pos", 0)?;
    let wanted = number(fields, "num", MAX_POSTS)?;
    let mut answer = entry(world, &post)?;
    let (position, wanted) = (count(position), count(wanted));
    let threads = threads(world, &post)?;
    let comments: Vec<Value> = threads
        .iter()
        .take(FIRST_COMMENTS)
        .skip(position)
        .take(wanted)
        .map(|thread| thread_entry(world, thread))
        .collect();
    answer["commentlist"] = comments.into();
    let rich = if post.pictures.is_empty() { "" } else { "1" };
    if let Some(answer) = answer.as_object_mut() {
        let rest = json!({
            "ugc_right": post.right, "ugcright_id": post.id, "richtype": rich, "richval": "", "pic_template": "",
            "special_url": "", "subrichtype": "", "t1_subtype": "", "feedversion": 1, "ver": 1, "to_sign": 0, "code_version": 1,
        });
        answer.extend(rest.as_object().cloned().unwrap_or_default());
    }
    Ok(done(&answer))
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A comment with its answers.
type Thread = (QzoneComment, Vec<QzoneComment>);

fn threads(world: &World, post: &QzonePost) -> Result<Vec<Thread>, Refusal> {
    let mut threads: Vec<Thread> = Vec::new();
    for comment in world.qzone_comments(post.number)? {
        if comment.parent == 0 {
            threads.push((comment, Vec::new()));
        } else if let Some((_, answers)) = threads
            .iter_mut()
            .find(|(thread, _)| thread.number == comment.parent)
        {
            answers.push(comment);
        }
    }
    Ok(threads)
}

/// A comment on the page of a post.
fn thread_entry(world: &World, (comment, answers): &Thread) -> Value {
    let one = |comment: &QzoneComment| {
        let pictures = comment.pictures.iter().map(|id| {
            let url = pictures::url(world, id);
            json!({"b_url": url, "o_url": url, "hd_url": url, "s_url": url})
        });
        json!({
            "tid": comment.number,
            "uin": comment.author,
            "name": world.name_of(comment.author),
            "content": comment.text,
            "create_time": comment.time,
            "createTime2": "",
            "pic": pictures.collect::<Vec<Value>>(),
        })
    };
    let mut entry = one(comment);
    entry["list_3"] = answers.iter().map(one).collect();
    entry
}

/// The page of comments, which takes two forms of a request. api/newer §4.5
fn comment_list(world: &mut World, me: Uin, fields: &Fields) -> Result<Value, Refusal> {
    let (owner, tid, start) = match optional(fields, "topicId").split_once('_') {
        Some((owner, tid)) => {
            let owner = owner.parse().map_err(|_| invalid("topicId", owner))?;
            (owner, tid, number(fields, "start", 0)?)
        }
        None => (
            uin(fields, "uin")?,
            required(fields, "tid")?,
            number(fields, "pos", 0)?,
        ),
    };
    let post = asked(world, me, owner, tid)?;
    let wanted = count(number(fields, "num", 20)?).min(MAX_COMMENTS);
    let threads = threads(world, &post)?;
    let one = |comment: &QzoneComment| {
        let pictures = comment.pictures.iter();
        let pictures = pictures.map(|id| json!({"burl": pictures::url(world, id)}));
        json!({
            "id": comment.number,
            "poster": {"id": comment.author.to_string(), "name": world.name_of(comment.author)},
            "content": comment.text,
            "postTime": comment.time,
            "rich_info": pictures.collect::<Vec<Value>>(),
        })
    };
    let comments: Vec<Value> = threads
        .iter()
        .skip(count(start))
        .take(wanted)
        .map(|(comment, answers)| {
            let mut entry = one(comment);
            entry["replies"] = answers.iter().map(one).collect();
            entry
        })
        .collect();
    Ok(done(
        &json!({"data": {"total": threads.len(), "comments": comments}}),
    ))
}

/// A new comment or answer. api/newer §4.7
fn comment(world: &mut World, me: Uin, fields: &Fields) -> Result<Value, Refusal> {
    own(fields, "uin", me)?;
    let topic = required(fields, "topicId")?;
    let (owner, tid) = topic
        .split_once('_')
        .ok_or_else(|| invalid("topicId", topic))?;
    let owner: Uin = owner.parse().map_err(|_| invalid("topicId", topic))?;
    let tid = tid.strip_suffix("__1").unwrap_or(tid);
    let post = asked(world, me, owner, tid)?;
    let parent = match optional(fields, "commentId") {
        "" => None,
        value => Some(value.parse().map_err(|_| invalid("commentId", value))?),
    };
    if let Some(parent) = parent {
        let author = uin(fields, "commentUin")?;
        // Either is seen in clients.
        if author != me && author != comments::find(world, post.number, parent)?.author {
            return Err(invalid("commentUin", optional(fields, "commentUin")));
        }
    }
    let urls = optional(fields, "richval").split('\t');
    let ids: Vec<String> = urls
        .filter(|url| !url.is_empty() && optional(fields, "richtype") == "1")
        .map(|url| {
            let id = pictures::id_in_url(url).ok_or_else(|| invalid("richval", url))?;
            Ok(id.to_owned())
        })
        .collect::<Result<_, Refusal>>()?;
    let text = required(fields, "content")?.to_owned();
    let number = comments::comment(world, me, tid, parent, text, ids)?;
    Ok(done(&json!({"commentid": number, "commentId": number})))
}

fn like(world: &mut World, me: Uin, fields: &Fields) -> Result<Value, Refusal> {
    liked(world, me, fields, true)
}

fn unlike(world: &mut World, me: Uin, fields: &Fields) -> Result<Value, Refusal> {
    liked(world, me, fields, false)
}

fn liked(world: &mut World, me: Uin, fields: &Fields, set: bool) -> Result<Value, Refusal> {
    own(fields, "opuin", me)?;
    let key = required(fields, "unikey")?;
    let post = key
        .strip_prefix("http://user.qzone.qq.com/")
        .and_then(|rest| rest.split_once("/mood/"));
    let (owner, tid) = post.ok_or_else(|| invalid("unikey", key))?;
    let owner = owner.parse().map_err(|_| invalid("unikey", key))?;
    asked(world, me, owner, tid)?;
    posts::like(world, me, tid, set)?;
    Ok(json!({"ret": 0, "code": 0, "msg": "succ"}))
}

fn ban(world: &mut World, me: Uin, fields: &Fields) -> Result<Value, Refusal> {
    own(fields, "uin", me)?;
    let enable = match required(fields, "action")? {
        "1" => true,
        "2" => false,
        other => return Err(invalid("action", other)),
    };
    spaces::ban(world, me, uin(fields, "act_uin")?, enable)?;
    Ok(done(&json!({"data": {"name": "Ack"}})))
}

/// What friends posted. The last element of the list is not an object, as browsers get it. api/newer §4.3
fn feeds(world: &mut World, me: Uin, fields: &Fields) -> Result<Value, Refusal> {
    own(fields, "uin", me)?;
    let wanted = count(number(fields, "count", 10)?).clamp(1, MAX_FEEDS);
    let page = number(fields, "pagenum", 1)?.max(1);
    let (below, skipped) = match optional(fields, "externparam").strip_prefix("below=") {
        Some(below) => (below.parse().map_err(|_| invalid("externparam", below))?, 0),
        None => (i64::MAX, (count(page) - 1).saturating_mul(wanted)),
    };
    let mut posts = world.qzone_feed(me, below, skipped, wanted + 1)?;
    let more = posts.len() > wanted;
    posts.truncate(wanted);
    let mut list = Vec::new();
    for post in &posts {
        list.push(json!({
            "appid": POSTS.to_string(),
            "typeid": "0",
            "key": post.id,
            "abstime": post.time.to_string(),
            "uin": post.owner.to_string(),
            "opuin": post.owner.to_string(),
            "nickname": world.name_of(post.owner),
            "html": html(world, post),
            "likecnt": world.qzone_likes(post.number)?.len().to_string(),
            "commentcnt": world.count_qzone_comments(post.number)?.to_string(),
        }));
    }
    list.push(Value::Null);
    let oldest = posts.last().map_or(0, |post| post.number);
    let begin = posts.last().map_or(0, |post| post.time);
    Ok(done(&json!({"data": {
        "main": {
            "hasMoreFeeds": more,
            "begintime": begin.to_string(),
            "pagenum": (page + 1).to_string(),
            "externparam": format!("below={oldest}"),
        },
        "data": list,
    }})))
}

/// How browsers show a post.
fn html(world: &World, post: &QzonePost) -> String {
    let text = escaped(&post.text).replace('\n', "<br/>");
    let pictures: Vec<String> = post
        .pictures
        .iter()
        .map(|id| {
            let url = escaped(&pictures::url(world, id));
            format!("<a href=\"{url}\"><img src=\"{url}\"/></a>")
        })
        .collect();
    let pictures = pictures.concat();
    let pictures = if pictures.is_empty() {
        pictures
    } else {
        format!("<div class=\"img-box\">{pictures}</div>")
    };
    format!("<li class=\"f-single\"><div class=\"f-info\">{text}</div>{pictures}</li>")
}

fn profile(world: &mut World, _me: Uin, fields: &Fields) -> Result<Value, Refusal> {
    let owner = uin(fields, "uin")?;
    let person = world.person(owner)?;
    let (name, description) = world.qzone_space(owner)?;
    Ok(done(&json!({"data": {
        "uin": owner,
        "nickname": person.nickname,
        "spacename": name,
        "desc": description,
        "signature": person.signature,
        "sex": person.sex.number(),
        "birthday": person.birthday,
        "ptimestamp": world.now(),
    }})))
}

//! Grey lines of unknown kinds that name who sent them: they may be forged (api/events-and-segments §4.10).

use nekonap_archive::ArchiveError;
use nekonap_client::push::UnknownTip;
use nekonap_ids::{Conversation, Uin};
use nekonap_onebot::events::{self, Notice, Notify};
use serde_json::{Map, Value, json};

use crate::bot::Bot;

/// Maximum number of items of a line. Lines of official clients have fewer than ten.
const MAX_ITEMS: usize = 100;

pub(super) async fn report(bot: &Bot, tip: UnknownTip<Uin>, time: u64) -> Result<(), ArchiveError> {
    let place = Conversation::Group(tip.group);
    let message_id = bot.archive().id_at(place, tip.sequence).await?;
    let content = content(&tip);
    let raw_info = Map::from_iter([
        ("msgSeq".to_owned(), json!(tip.sequence.to_string())),
        ("msgTime".to_owned(), json!(time.to_string())),
        ("msgId".to_owned(), json!(tip.tip_id.to_string())),
        ("json".to_owned(), content.clone()),
    ]);
    let notice = Notice::Notify(Notify::GrayTip(events::GrayTip {
        group_id: tip.group,
        user_id: tip.sender,
        message_id,
        busi_id: tip.business_id.to_string(),
        content: content.to_string(),
        raw_info,
    }));
    let own = tip.sender == bot.self_id();
    super::report(bot, time, notice, own).await
}

/// The line as JSON: its items and, if it is made from a template, the template and its parameters.
fn content(tip: &UnknownTip<Uin>) -> Value {
    let mut content = json!({ "align": "center", "items": items(&tip.content) });
    if tip.template != 0 {
        content["templId"] = json!(tip.template.to_string());
    }
    if !tip.parameters.is_empty() {
        let parameters = tip.parameters.iter();
        let parameters: Map<String, Value> = parameters
            .map(|(name, value)| (name.clone(), value.clone().into()))
            .collect();
        content["params"] = Value::Object(parameters);
    }
    content
}

/// The items of a line: the elements inside its root `gtip`, each with its name as `type` and its attributes. The XML of
/// lines is flat; anything that is not an element is skipped.
fn items(xml: &str) -> Vec<Value> {
    let mut items = Vec::new();
    for element in xml.split('<').skip(1) {
        let Some((element, _)) = element.split_once('>') else {
            continue;
        };
        let element = element.trim_end_matches('/');
        let (name, rest) = element
            .split_once(char::is_whitespace)
            .unwrap_or((element, ""));
        if name == "gtip" || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        if items.len() >= MAX_ITEMS {
            break;
        }
        let mut item = Map::from_iter([("type".to_owned(), json!(name))]);
        let mut rest = rest.trim_start();
        while let Some((attribute, value)) = rest.split_once('=') {
            let Some(quote) = value
                .chars()
                .next()
                .filter(|quote| matches!(quote, '"' | '\''))
            else {
                break;
            };
            let Some((value, next)) = value[1..].split_once(quote) else {
                break;
            };
            item.entry(attribute.trim())
                .or_insert_with(|| json!(unescape(value)));
            rest = next.trim_start();
        }
        items.push(Value::Object(item));
    }
    items
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_the_line_are_items() {
        let line = r#"<gtip align="center"><qq uin="u_ab" col='1'/><nor txt="a &lt;b&gt; &amp;quot;"/><img src="x=y"/></gtip>"#;
        assert_eq!(
            items(line),
            [
                json!({"type": "qq", "uin": "u_ab", "col": "1"}),
                json!({"type": "nor", "txt": "a <b> &quot;"}),
                json!({"type": "img", "src": "x=y"}),
            ]
        );
    }

    #[test]
    fn broken_lines_lose_only_what_is_broken() {
        for (line, expected) in [
            ("", json!([])),
            ("text", json!([])),
            ("<gtip><nor", json!([])),
            ("<gtip><nor txt=/></gtip>", json!([{"type": "nor"}])),
            (r#"<nor txt="a/>"#, json!([{"type": "nor"}])),
            (r#"<nor type="x"/>"#, json!([{"type": "nor"}])),
            ("<é a='b'/><1/><!-- -->", json!([])),
        ] {
            assert_eq!(json!(items(line)), expected, "{line}");
        }
        assert_eq!(items(&"<nor/>".repeat(500)).len(), MAX_ITEMS);
    }
}

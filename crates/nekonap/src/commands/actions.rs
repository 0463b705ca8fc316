//! `nekonap actions`: lists the actions, or describes one with its parameters, its reply and an example.

use crate::language::Language;
use nekonap_endpoint::reference::{Action, Field, Reference, reference};
use serde_json::{Value, json};
use std::fmt::Write;

/// The text to print: all actions by subject, or the action with this name or alias.
///
/// # Errors
///
/// When there is no such action; the message names similar actions.
pub fn text(name: Option<&str>, language: Language) -> Result<String, String> {
    let reference = reference();
    match name {
        None => Ok(list(&reference, language)),
        Some(name) => match reference.action(name) {
            Some(action) => Ok(describe(action, language)),
            None => Err(unknown(&reference, name, language)),
        },
    }
}

fn list(reference: &Reference, language: Language) -> String {
    let mut text = String::new();
    let actions = reference.subjects.iter().flat_map(|of| &of.actions);
    let width = widest(actions.map(|action| action.name));
    for subject in &reference.subjects {
        let _ = writeln!(text, "{}", language.of(subject.title));
        for action in &subject.actions {
            let about = language.of(action.about);
            let _ = writeln!(text, "  {:width$}  {about}", action.name);
        }
        text.push('\n');
    }
    text.push_str(language.choose(
        "`nekonap actions NAME` describes one of them.\n",
        "用 `nekonap actions 名称` 查看其中一个的说明。\n",
    ));
    text
}

fn describe(action: &Action, language: Language) -> String {
    let mut text = format!("{}\n  {}\n", action.name, language.of(action.about));
    let aliases: Vec<&str> = action.aliases.iter().map(|(alias, _)| *alias).collect();
    if !aliases.is_empty() {
        let title = language.choose("Aliases", "别名");
        let _ = writeln!(text, "\n{title}: {}", aliases.join(", "));
    }
    if action.parameters.is_empty() {
        text.push_str(language.choose("\nNo parameters.\n", "\n没有参数。\n"));
    } else {
        let _ = writeln!(text, "\n{}", language.choose("Parameters", "参数"));
        rows(&mut text, &action.parameters, |field| {
            parameter(field, language)
        });
    }
    let title = language.choose("Reply", "返回");
    let _ = writeln!(text, "\n{title}: {}", action.reply.kind);
    rows(&mut text, &action.reply.fields, |field| field.about.clone());
    if !action.codes.is_empty() {
        let codes: Vec<&str> = action.codes.iter().map(|code| code.as_str()).collect();
        let title = language.choose("Failures of its own", "特有的错误码");
        let _ = writeln!(text, "\n{title}: {}", codes.join(", "));
    }
    let _ = writeln!(text, "\n{}", language.choose("Example", "示例"));
    let _ = writeln!(text, "  {}", command_line(action));
    let _ = writeln!(
        text,
        "  {}",
        json!({ "action": action.name, "params": action.call })
    );
    text
}

/// Description of a parameter: whether it is required, its meaning, its synonyms.
fn parameter(field: &Field, language: Language) -> String {
    let need = match &field.default {
        _ if field.required => format!("({}) ", language.choose("required", "必填")),
        Some(default) => format!("({} {default}) ", language.choose("default", "默认")),
        None => String::new(),
    };
    let mut text = format!("{need}{}", field.about);
    if !field.synonyms.is_empty() {
        let also = language.choose("Also", "也写作");
        let _ = write!(text, " {also}: {}.", field.synonyms.join(", "));
    }
    text
}

/// Writes a line per field: name, type, text.
fn rows(out: &mut String, fields: &[Field], text: impl Fn(&Field) -> String) {
    let names = widest(fields.iter().map(|field| field.name.as_str()));
    let kinds = widest(fields.iter().map(|field| field.kind.as_str()));
    for field in fields {
        let (name, kind) = (&field.name, &field.kind);
        let _ = writeln!(out, "  {name:names$}  {kind:kinds$}  {}", text(field));
    }
}

fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    // A very long name should not push all other rows to the right.
    texts
        .map(str::len)
        .filter(|&width| width <= 32)
        .max()
        .unwrap_or(0)
}

/// The example as a shell command.
fn command_line(action: &Action) -> String {
    let mut line = format!("nekonap call {}", action.name);
    for (name, value) in &action.call {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let plain = |char: char| char.is_ascii_alphanumeric() || "_-.,:/".contains(char);
        if value.chars().all(plain) {
            let _ = write!(line, " {name}={value}");
        } else {
            let _ = write!(line, " {name}='{}'", value.replace('\'', r"'\''"));
        }
    }
    line
}

/// Most similar names that an error suggests.
const SUGGESTIONS: usize = 5;

fn unknown(reference: &Reference, name: &str, language: Language) -> String {
    if reference.unsupported.contains(&name) {
        return match language {
            Language::English => format!("this version of Nekonap does not have `{name}` yet"),
            Language::Chinese => format!("此版本的 Nekonap 尚未提供 `{name}`"),
        };
    }
    let similar = similar(&reference.names, name).join(", ");
    match (language, similar.is_empty()) {
        (Language::English, true) => {
            format!("there is no action `{name}`; `nekonap actions` lists all of them")
        }
        (Language::English, false) => {
            format!("there is no action `{name}`; similar names: {similar}")
        }
        (Language::Chinese, true) => {
            format!("没有名为 `{name}` 的接口;`nekonap actions` 列出全部接口")
        }
        (Language::Chinese, false) => format!("没有名为 `{name}` 的接口;相近的有:{similar}"),
    }
}

/// The names that differ from `name` in at most 3 letters or contain all its words, the nearest first.
fn similar<'a>(names: &[&'a str], name: &str) -> Vec<&'a str> {
    let words: Vec<&str> = name.split('_').filter(|word| word.len() > 2).collect();
    let mut near: Vec<(usize, &str)> = names
        .iter()
        .filter_map(|known| {
            let distance = distance(known, name);
            let shared = !words.is_empty() && words.iter().all(|word| known.contains(word));
            (distance <= 3 || shared).then_some((distance, *known))
        })
        .collect();
    near.sort_unstable();
    near.truncate(SUGGESTIONS);
    near.into_iter().map(|(_, known)| known).collect()
}

/// Levenshtein distance of two texts.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (line, from) in one.chars().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(other.chars()) {
            let above = *cell;
            left = (left.min(above) + 1).min(diagonal + usize::from(from != to));
            diagonal = above;
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_has_every_action_under_its_subject_in_both_languages() {
        for (language, title, about) in [
            (Language::English, "Messages", "Pokes a person"),
            (Language::Chinese, "消息", "戳一戳某人"),
        ] {
            let text = text(None, language).expect("a list");
            assert!(text.starts_with(title), "{text}");
            assert!(
                text.lines()
                    .any(|line| line.starts_with("  send_poke ") && line.contains(about))
            );
            let described = text.lines().filter(|line| line.starts_with("  ")).count();
            let actions: usize = reference().subjects.iter().map(|of| of.actions.len()).sum();
            assert_eq!(described, actions);
        }
    }

    #[test]
    fn description_has_defaults_synonyms_and_a_shell_command() {
        let text = text(Some("set_group_reaction"), Language::English).expect("an alias");
        for part in [
            "set_msg_emoji_like\n  Adds a reaction",
            "Aliases: set_group_reaction",
            "emoji_id    str         (required) Id of a face",
            "(default true) True adds the reaction, false removes it. Also: is_add.",
            "Reply: null or object",
            "Failures of its own: MSG_NOT_FOUND, ",
            "  nekonap call set_msg_emoji_like message_id=1840293 emoji_id=76\n",
            r#"{"action":"set_msg_emoji_like","params":{"message_id":1840293,"emoji_id":"76"}}"#,
        ] {
            assert!(text.contains(part), "{part:?} is not in:\n{text}");
        }
        let text = super::text(Some("send_group_msg"), Language::Chinese).expect("an action");
        assert!(text.contains("message='Hello [CQ:face,id=14]'"), "{text}");
        assert!(text.contains("(必填)"), "{text}");
    }

    #[test]
    fn unknown_name_suggests_similar_names() {
        let error = |name| text(Some(name), Language::English).expect_err(name);
        assert!(error("send_pokee").contains("similar names: send_poke"));
        assert!(error("group_member").contains("get_group_member_list"));
        assert!(error("xyzzy").contains("`nekonap actions` lists all"));
        assert!(error("get_guild_roles").contains("does not have `get_guild_roles` yet"));
    }

    #[test]
    fn distance_counts_changed_letters() {
        for (one, other, letters) in [
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("abc", "axc", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one, other), letters, "{one} {other}");
            assert_eq!(distance(other, one), letters, "{other} {one}");
        }
    }
}

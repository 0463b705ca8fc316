//! The page that describes all actions.

use nekonap::language::Language;
use nekonap_endpoint::reference::{Action, Field, Reference, Shape};
use serde_json::{Value, json};
use std::fmt::Write;

/// The page in a language.
pub(super) fn page(reference: &Reference, language: Language, version: &str) -> String {
    let choose = |english, chinese| language.choose(english, chinese);
    let mut text = String::from(
        "<!-- Written by `cargo xtask docs` from the table of actions. Do not edit. -->\n\n",
    );
    text.push_str(choose(ENGLISH, CHINESE));
    let _ = writeln!(text, "\n{} {version}\n", choose("Version", "版本"));
    for subject in &reference.subjects {
        let links: Vec<String> = subject
            .actions
            .iter()
            .map(|action| format!("[`{0}`](#{0})", action.name))
            .collect();
        let _ = writeln!(
            text,
            "- {}: {}",
            language.of(subject.title),
            links.join(" · ")
        );
    }
    let _ = writeln!(
        text,
        "- [{}](#{})",
        choose("Objects", "对象"),
        choose("objects", "对象")
    );
    for subject in &reference.subjects {
        let _ = writeln!(text, "\n## {}", language.of(subject.title));
        for action in &subject.actions {
            describe(&mut text, action, language);
        }
    }
    let _ = writeln!(text, "\n## {}", choose("Objects", "对象"));
    for (at, object) in reference.objects.iter().enumerate() {
        let title = match at {
            0 => object.kind.clone(),
            _ => format!("{} `{}`", choose("Segment", "消息段"), object.kind),
        };
        let _ = writeln!(text, "\n### {title}\n\n{}", object.about);
        fields(&mut text, object, choose("Field", "字段"), language);
    }
    text
}

const ENGLISH: &str = "\
# Reference of the actions

**English** · [简体中文](reference.zh-CN.md)

What each action takes and returns. [`actions.md`](actions.md) is the specification behind it; the running program serves the
same as an OpenAPI document at `/openapi.json`, and `nekonap actions NAME` prints one action.

| type | meaning |
| --- | --- |
| `id` | number of an account or a group: a JSON number; as a parameter also its decimal string |
| `message id` | id of a message, 32 bits; as a parameter a number or a decimal string, also the long id of `msgId` |
| `message` | a CQ string, an array of segments, or one segment |
| `int`, `bool`, `str` | as parameters also `\"5\"`, `\"true\"` and the like |
| `T[]` | a list |

A parameter without a default that is not required may be left out. Every call can also fail with `TIMEOUT`, `OFFLINE`,
`UPSTREAM_ERROR` and `INTERNAL`, and every call with parameters with `PARAM_MISSING` and `PARAM_INVALID`.
";

const CHINESE: &str = "\
# 接口参考

[English](reference.md) · **简体中文**

每个接口的参数与返回值。完整规范见 [`actions.md`](actions.md);运行中的程序在 `/openapi.json` 提供同样内容的 OpenAPI 文档,
`nekonap actions 名称` 打印单个接口的说明。字段说明目前只有英文。

| 类型 | 含义 |
| --- | --- |
| `id` | 账号或群的号码:JSON 数字;作参数时也可以是十进制字符串 |
| `message id` | 32 位消息 ID;作参数时可以是数字或十进制字符串,也可以是 `msgId` 中的长 ID |
| `message` | CQ 码字符串、消息段数组或单个消息段 |
| `int`、`bool`、`str` | 作参数时也接受 `\"5\"`、`\"true\"` 等写法 |
| `T[]` | 列表 |

没有默认值且不是必填的参数可以省略。任何调用都可能以 `TIMEOUT`、`OFFLINE`、`UPSTREAM_ERROR`、`INTERNAL` 失败;带参数的调用还可能以
`PARAM_MISSING`、`PARAM_INVALID` 失败。
";

fn describe(text: &mut String, action: &Action, language: Language) {
    let choose = |english, chinese| language.choose(english, chinese);
    let _ = writeln!(
        text,
        "\n### `{}`\n\n{}",
        action.name,
        language.of(action.about)
    );
    if !action.aliases.is_empty() {
        let aliases: Vec<String> = action
            .aliases
            .iter()
            .map(|alias| self::alias(alias))
            .collect();
        let _ = writeln!(
            text,
            "\n{}: {}",
            choose("Aliases", "别名"),
            aliases.join(", ")
        );
    }
    if action.parameters.is_empty() {
        let _ = writeln!(text, "\n{}", choose("No parameters.", "没有参数。"));
    } else {
        let _ = writeln!(
            text,
            "\n| {} | {} | {} | {} |\n| --- | --- | --- | --- |",
            choose("parameter", "参数"),
            choose("type", "类型"),
            choose("default", "默认"),
            choose("meaning", "含义")
        );
        for field in &action.parameters {
            let names: Vec<String> = std::iter::once(field.name.as_str())
                .chain(field.synonyms.iter().copied())
                .map(|name| format!("`{name}`"))
                .collect();
            let default = match &field.default {
                _ if field.required => choose("required", "必填").to_owned(),
                Some(default) => format!("`{default}`"),
                None => String::new(),
            };
            row(
                text,
                &[&names.join(", "), &kind(field), &default, &field.about],
            );
        }
    }
    let _ = writeln!(
        text,
        "\n{}: `{}`",
        choose("Reply", "返回"),
        action.reply.kind
    );
    fields(text, &action.reply, choose("field", "字段"), language);
    if !action.codes.is_empty() {
        let codes: Vec<String> = action
            .codes
            .iter()
            .map(|code| format!("`{}`", code.as_str()))
            .collect();
        let _ = writeln!(
            text,
            "\n{}: {}",
            choose("Failures", "错误码"),
            codes.join(", ")
        );
    }
    let call = json!({ "action": action.name, "params": action.call });
    let _ = writeln!(text, "\n```json\n{call}\n```");
    if !action.data.is_null() {
        let data = serde_json::to_string_pretty(&short(&action.data)).expect("JSON");
        let _ = writeln!(
            text,
            "\n{}:\n\n```json\n{data}\n```",
            choose("Example of `data`", "`data` 示例")
        );
    }
}

/// An alias with its other names of parameters.
fn alias((name, renames): &(&str, Vec<(&str, &str)>)) -> String {
    let renames: Vec<String> = renames
        .iter()
        .map(|(theirs, ours)| format!("`{theirs}` = `{ours}`"))
        .collect();
    if renames.is_empty() {
        format!("`{name}`")
    } else {
        format!("`{name}` ({})", renames.join(", "))
    }
}

fn fields(text: &mut String, shape: &Shape, title: &str, language: Language) {
    if shape.fields.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n| {title} | {} | {} |\n| --- | --- | --- |",
        language.choose("type", "类型"),
        language.choose("meaning", "含义")
    );
    for field in &shape.fields {
        row(
            text,
            &[&format!("`{}`", field.name), &kind(field), &field.about],
        );
    }
}

fn kind(field: &Field) -> String {
    format!("`{}`", field.kind)
}

fn row(text: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

/// An example with only the first element of each list.
fn short(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().take(1).map(short).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), short(value)))
            .collect(),
        other => other.clone(),
    }
}

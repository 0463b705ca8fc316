//! Specified actions that are not implemented yet.

use nekonap::language::Language;
use nekonap_endpoint::reference::Reference;
use std::fmt::Write;

/// A chapter of api/actions §2.
pub(super) struct Chapter {
    title: String,
    pub(super) actions: Vec<Listed>,
}

/// An action in the table of a chapter.
pub(super) struct Listed {
    name: String,
    aliases: Vec<String>,
}

impl Listed {
    /// The name and the aliases; a name with a leading `_` or `.` also without it.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = std::iter::once(&self.name).chain(&self.aliases);
        names.flat_map(|name| [name.as_str(), name.trim_start_matches(['_', '.'])])
    }
}

/// The chapters of api/actions §2, in the order of the page.
pub(super) fn contract(page: &str) -> Vec<Chapter> {
    let start = page.find("\n## 2. ").expect("section 2");
    let section = &page[start..];
    let end = section.find("\n## 3. ").expect("section 3");
    let mut chapters: Vec<Chapter> = Vec::new();
    for line in section[..end].lines() {
        if let Some((title, _)) = line
            .strip_prefix("**")
            .and_then(|rest| rest.split_once("** ("))
        {
            chapters.push(Chapter {
                title: title.to_owned(),
                actions: Vec::new(),
            });
        }
        let Some(row) = line.strip_prefix("| `") else {
            continue;
        };
        let (name, rest) = row.split_once('`').expect("a name");
        let aliases = rest
            .trim_end_matches([' ', '|'])
            .rsplit('|')
            .next()
            .unwrap_or_default();
        let chapter = chapters.last_mut().expect("a chapter before its rows");
        chapter.actions.push(Listed {
            name: name.to_owned(),
            aliases: names(if rest.ends_with("|  |") { "" } else { aliases }),
        });
    }
    chapters
}

/// The names in a cell of aliases: the texts in backticks that are not inside parentheses.
fn names(cell: &str) -> Vec<String> {
    let mut depth = 0;
    let outside: String = cell
        .chars()
        .filter(|char| {
            match char {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            depth == 0
        })
        .collect();
    outside
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// English and Chinese titles of the chapters.
const TITLES: &[(&str, &str)] = &[
    ("Messages", "消息"),
    ("Merged forwards", "合并转发"),
    ("History and read state", "历史与已读"),
    ("Friends and users", "好友与用户"),
    ("Groups", "群"),
    ("Group administration", "群管理"),
    ("Group extras", "群功能"),
    ("Requests", "请求"),
    ("Files of groups and users", "群文件与私聊文件"),
    ("Media", "媒体"),
    ("Streams", "流式传输"),
    ("Profile and status", "资料与状态"),
    ("Contact cards and sharing", "名片与分享"),
    ("Favourites and Qzone", "收藏与空间"),
    ("AI voice, translation, checks", "AI 语音、翻译与检查"),
    ("System", "系统"),
    ("Credentials", "凭据"),
    ("Flash transfers and online files", "闪传与在线文件"),
    ("Albums", "群相册"),
    ("Guilds", "频道"),
];

const BEGIN: &str = "<!-- Written by `cargo xtask docs`. -->\n";
const END: &str = "<!-- End of what `cargo xtask docs` writes. -->\n";

/// The number of implemented actions and the table of missing actions.
pub(super) fn block(contract: &[Chapter], reference: &Reference, language: Language) -> String {
    let is_missing = |action: &&Listed| !reference.names.contains(&action.name.as_str());
    let all: usize = contract.iter().map(|chapter| chapter.actions.len()).sum();
    let missing: usize = contract
        .iter()
        .map(|chapter| chapter.actions.iter().filter(is_missing).count())
        .sum();
    let implemented = all - missing;
    let mut text = match language {
        Language::English => format!(
            "Of {all} actions of OneBot 11, go-cqhttp and NapCat, {implemented} are implemented.\n\n<details>\n<summary>The \
             {missing} that are not implemented yet</summary>\n\n| subject | missing actions |\n| --- | --- |\n"
        ),
        Language::Chinese => format!(
            "OneBot 11、go-cqhttp 与 NapCat 的 {all} 个接口中,已提供 {implemented} 个。\n\n<details>\n<summary>尚未提供的 {missing} \
             个</summary>\n\n| 主题 | 缺少的接口 |\n| --- | --- |\n"
        ),
    };
    for chapter in contract {
        let names: Vec<String> = chapter
            .actions
            .iter()
            .filter(is_missing)
            .map(|action| format!("`{}`", action.name))
            .collect();
        if names.is_empty() {
            continue;
        }
        let title = TITLES.iter().find(|(english, _)| *english == chapter.title);
        let (english, chinese) =
            title.unwrap_or_else(|| panic!("no Chinese title of {}", chapter.title));
        let title = language.choose(english, chinese);
        let _ = writeln!(text, "| {title} | {} |", names.join(" "));
    }
    text.push_str("\n</details>\n");
    text
}

/// The README with its generated block replaced.
pub(super) fn replaced(readme: &str, block: &str) -> String {
    let (before, rest) = readme.split_once(BEGIN).expect("the mark before the block");
    let (_, after) = rest.split_once(END).expect("the mark after the block");
    format!("{before}{BEGIN}{block}{END}{after}")
}

#[test]
fn rows_and_aliases_are_parsed() {
    let page = "\n## 2. All\n\n**Odds** (implemented)\n\n| action | origin | what | aliases |\n| --- | --- | --- | --- |\n\
                | `a` | OB | x |  |\n| `_b` | NC | y | `c` (LL: `d`→`e`); `f` |\n\n## 3. More\n| `z` | | | |\n";
    let chapters = contract(page);
    assert_eq!(chapters.len(), 1);
    assert_eq!(chapters[0].title, "Odds");
    let names: Vec<Vec<&str>> = chapters[0]
        .actions
        .iter()
        .map(|action| action.names().collect())
        .collect();
    assert_eq!(names, [vec!["a", "a"], vec!["_b", "b", "c", "c", "f", "f"]]);
}

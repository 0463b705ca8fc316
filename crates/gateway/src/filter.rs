//! Event filters: which events an entry gets (api/transports §7.4).

use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};

/// Maximum nesting depth of a filter.
const MAX_DEPTH: usize = 16;

/// Maximum size of a compiled regular expression, in bytes. One of ordinary length is far below it.
const MAX_REGEX: usize = 1 << 20;

/// The filter of an entry. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Filter(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    source: Map<String, Value>,
    matcher: Matcher,
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.0.source == other.0.source
    }
}

/// Why a filter is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{member}`: {reason}")]
pub struct FilterError {
    /// The member, with the members around it, outermost first: `group_id / .in`.
    pub member: String,
    /// What is wrong with it.
    pub reason: String,
}

/// All members of one object of a filter.
#[derive(Debug)]
struct Matcher(Vec<Member>);

/// One member of an object.
#[derive(Debug)]
enum Member {
    /// The value at this path meets a condition.
    Field(Vec<String>, Condition),
    /// The value itself meets a condition.
    Operator(Condition),
}

/// A condition on one value.
#[derive(Debug)]
enum Condition {
    Equal(Value),
    NotEqual(Value),
    OneOf(Vec<Value>),
    PartOf(String),
    Contains(String),
    Regex(Regex),
    Not(Matcher),
    Any(Vec<Matcher>),
    All(Matcher),
}

impl Filter {
    /// Compiles a filter.
    ///
    /// # Errors
    ///
    /// The first member that is invalid: an unknown operator, an argument of the wrong type, an empty path, a regular
    /// expression that does not compile or is too large, or nesting deeper than 16 objects.
    pub fn new(filter: &Map<String, Value>) -> Result<Self, FilterError> {
        let matcher = Matcher::new(filter, &mut Vec::new())?;
        let source = filter.clone();
        Ok(Self(Arc::new(Compiled { source, matcher })))
    }

    /// Whether the entry gets this event. `event`: one event as JSON.
    pub(crate) fn passes(&self, event: &[u8]) -> bool {
        // This program has rendered the event, so it is valid JSON.
        serde_json::from_slice(event).is_ok_and(|event| self.0.matcher.matches(&event))
    }
}

/// Whether an entry with this filter gets this event.
pub(crate) fn passes(filter: Option<&Filter>, event: &[u8]) -> bool {
    filter.is_none_or(|filter| filter.passes(event))
}

impl Matcher {
    /// `members`: names of the members around this object.
    fn new<'a>(
        filter: &'a Map<String, Value>,
        members: &mut Vec<&'a str>,
    ) -> Result<Self, FilterError> {
        if members.len() >= MAX_DEPTH {
            let reason = format!("a filter has at most {MAX_DEPTH} objects inside each other");
            return Err(invalid(members, reason));
        }
        let compiled = filter.iter().map(|(name, argument)| {
            members.push(name);
            let member = Member::new(name, argument, members)?;
            members.pop();
            Ok(member)
        });
        compiled.collect::<Result<_, _>>().map(Self)
    }

    fn matches(&self, value: &Value) -> bool {
        self.0.iter().all(|member| match member {
            Member::Field(path, condition) => condition.holds(at(value, path)),
            Member::Operator(condition) => condition.holds(value),
        })
    }
}

impl Member {
    fn new<'a>(
        name: &'a str,
        argument: &'a Value,
        members: &mut Vec<&'a str>,
    ) -> Result<Self, FilterError> {
        if name.starts_with('.') {
            return Condition::new(name, argument, members).map(Self::Operator);
        }
        let path: Vec<_> = name.split('.').map(str::to_owned).collect();
        if path.iter().any(String::is_empty) {
            return Err(invalid(members, "a part of the path is empty"));
        }
        let condition = match argument {
            Value::Object(inner) => Condition::All(Matcher::new(inner, members)?),
            value => Condition::Equal(value.clone()),
        };
        Ok(Self::Field(path, condition))
    }
}

impl Condition {
    fn new<'a>(
        operator: &str,
        argument: &'a Value,
        members: &mut Vec<&'a str>,
    ) -> Result<Self, FilterError> {
        match (operator, argument) {
            (".eq", value) => Ok(Self::Equal(value.clone())),
            (".neq", value) => Ok(Self::NotEqual(value.clone())),
            (".in", Value::Array(values)) => Ok(Self::OneOf(values.clone())),
            (".in", Value::String(text)) => Ok(Self::PartOf(text.clone())),
            (".in", _) => Err(invalid(members, "the argument must be an array or a text")),
            (".contains", Value::String(text)) => Ok(Self::Contains(text.clone())),
            (".regex", Value::String(pattern)) => RegexBuilder::new(pattern)
                .size_limit(MAX_REGEX)
                .build()
                .map(Self::Regex)
                .map_err(|error| invalid(members, error.to_string())),
            (".contains" | ".regex", _) => Err(invalid(members, "the argument must be a text")),
            (".not", Value::Object(inner)) => Matcher::new(inner, members).map(Self::Not),
            (".and", Value::Object(inner)) => Matcher::new(inner, members).map(Self::All),
            (".not" | ".and", _) => Err(invalid(members, "the argument must be an object")),
            (".or", Value::Array(choices)) => choices
                .iter()
                .map(|choice| match choice {
                    Value::Object(inner) => Matcher::new(inner, members),
                    _ => Err(invalid(members, "every element must be an object")),
                })
                .collect::<Result<_, _>>()
                .map(Self::Any),
            (".or", _) => Err(invalid(members, "the argument must be an array of objects")),
            _ => Err(invalid(
                members,
                "there is no such operator; the operators are .not, .and, .or, .eq, .neq, .in, .contains and .regex",
            )),
        }
    }

    fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Equal(other) => equal(value, other),
            Self::NotEqual(other) => !equal(value, other),
            Self::OneOf(others) => others.iter().any(|other| equal(value, other)),
            Self::PartOf(whole) => text(value).is_some_and(|part| whole.contains(part.as_ref())),
            Self::Contains(part) => text(value).is_some_and(|whole| whole.contains(part)),
            Self::Regex(regex) => text(value).is_some_and(|text| regex.is_match(&text)),
            Self::Not(matcher) => !matcher.matches(value),
            Self::Any(matchers) => matchers.iter().any(|matcher| matcher.matches(value)),
            Self::All(matcher) => matcher.matches(value),
        }
    }
}

fn invalid(members: &[&str], reason: impl Into<String>) -> FilterError {
    FilterError {
        member: members.join(" / "),
        reason: reason.into(),
    }
}

/// The value at a path; null if there is none.
fn at<'a>(value: &'a Value, path: &[String]) -> &'a Value {
    let found = path.iter().try_fold(value, |value, part| match value {
        Value::Array(values) => values.get(part.parse::<usize>().ok()?),
        value => value.get(part),
    });
    found.unwrap_or(&Value::Null)
}

/// Whether two values are equal. A number equals its decimal text, because ids are written both ways.
fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(number), Value::String(text))
        | (Value::String(text), Value::Number(number)) => *text == number.to_string(),
        _ => one == other,
    }
}

/// A text, or a number as decimal text.
fn text(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn compile(filter: &Value) -> Result<Filter, FilterError> {
        Filter::new(filter.as_object().expect("an object"))
    }

    fn passes(filter: &Value) -> bool {
        let event = json!({
            "post_type": "message", "message_type": "group", "group_id": 20_002, "user_id": 10_003, "anonymous": null,
            "sender": {"role": "admin", "card": "Carol"}, "raw_message": "/help me",
            "message": [{"type": "at", "data": {"qq": "10001"}}, {"type": "text", "data": {"text": "/help me"}}],
        });
        compile(filter)
            .expect("a valid filter")
            .passes(event.to_string().as_bytes())
    }

    #[test]
    fn every_operator_has_filters_that_hold_and_filters_that_do_not() {
        for (holds, fails) in [
            (json!({}), json!({"group_id": 20_003})),
            (json!({"group_id": 20_002}), json!({"group_id": "2000"})),
            (
                json!({"group_id": "20002"}),
                json!({"group_id": {".neq": "20002"}}),
            ),
            (
                json!({"sender.role": "admin"}),
                json!({"sender.role": "owner"}),
            ),
            (
                json!({"sender": {"role": "admin"}}),
                json!({"sender": {"role": "admin", "card": ""}}),
            ),
            (
                json!({"sender": {".eq": {"role": "admin", "card": "Carol"}}}),
                json!({"sender": {".eq": {}}}),
            ),
            (
                json!({"message.1.type": "text"}),
                json!({"message.2.type": "text"}),
            ),
            (
                json!({"message.0.data.qq": 10_001}),
                json!({"message.at.data.qq": 10_001}),
            ),
            (
                json!({"absent.part": null}),
                json!({"absent": {".neq": null}}),
            ),
            (
                json!({"anonymous": {".eq": null}}),
                json!({"anonymous": {".contains": ""}}),
            ),
            (
                json!({"group_id": {".in": [20_001, 20_002]}}),
                json!({"group_id": {".in": []}}),
            ),
            (
                json!({"message_type": {".in": "group private"}}),
                json!({"message_type": {".in": "private"}}),
            ),
            (
                json!({"raw_message": {".contains": "help"}}),
                json!({"raw_message": {".contains": "Help"}}),
            ),
            (
                json!({"raw_message": {".regex": "^/\\w+"}}),
                json!({"raw_message": {".regex": "^help"}}),
            ),
            (
                json!({"user_id": {".regex": "3$"}}),
                json!({"sender": {".regex": ""}}),
            ),
            (
                json!({".not": {"user_id": 1}}),
                json!({".not": {"user_id": 10_003}}),
            ),
            (
                json!({".or": [{"user_id": 1}, {"group_id": 20_002}]}),
                json!({".or": []}),
            ),
            (
                json!({"group_id": {".or": [{".eq": 1}, {".in": [20_002]}]}}),
                json!({"group_id": {".or": [{".eq": 1}, {".in": [2]}]}}),
            ),
            (
                json!({".and": {"user_id": 10_003, "group_id": 20_002}}),
                json!({".and": {"user_id": 10_003, "group_id": 1}}),
            ),
            (
                json!({"group_id": {".in": [20_002, 20_003]}, "raw_message": {".not": {".regex": "^!"}}}),
                json!({"group_id": {".in": [20_002, 20_003]}, "raw_message": {".not": {".regex": "^/"}}}),
            ),
        ] {
            assert!(passes(&holds), "{holds}");
            assert!(!passes(&fails), "{fails}");
        }
    }

    #[test]
    fn invalid_filter_is_refused_with_its_member() {
        let deep = (0..MAX_DEPTH).fold(json!({"a": 1}), |inner, _| json!({ ".not": inner }));
        let many = "(a{1000}){1000}";
        for (filter, member, reason) in [
            (
                json!({"group_id": {".inn": [1]}}),
                "group_id / .inn",
                "no such operator",
            ),
            (
                json!({".or": [{"a": 1}, {"b": {".regex": "("}}]}),
                ".or / b / .regex",
                "unclosed group",
            ),
            (json!({"b": {".regex": many}}), "b / .regex", "size limit"),
            (json!({"b": {".regex": 1}}), "b / .regex", "must be a text"),
            (
                json!({"b": {".contains": ["x"]}}),
                "b / .contains",
                "must be a text",
            ),
            (json!({"b": {".in": 5}}), "b / .in", "an array or a text"),
            (json!({".not": []}), ".not", "must be an object"),
            (json!({".and": [{"a": 1}]}), ".and", "must be an object"),
            (json!({".or": {"a": 1}}), ".or", "array of objects"),
            (json!({".or": [1]}), ".or", "must be an object"),
            (json!({"sender..role": 1}), "sender..role", "empty"),
            (json!({"": 1}), "", "empty"),
            (deep, ".not / .not", "at most 16"),
        ] {
            let error = compile(&filter).expect_err("invalid");
            assert!(error.member.starts_with(member), "{error}");
            assert!(error.reason.contains(reason), "{error}");
        }
    }
}

//! Descriptions of all actions for people: for `nekonap actions` and `docs/api/reference.md`. `/openapi.json` is
//! generated from the same table.

use std::sync::LazyLock;

use nekonap_onebot::{ChatMessage, Code, Object, Segment};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

use crate::actions::{self, Action as Entry, Actions};

/// A text in two languages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bilingual {
    /// English text.
    pub english: &'static str,
    /// Chinese text.
    pub chinese: &'static str,
}

/// Descriptions of all actions.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Subjects, in the order of the table.
    pub subjects: Vec<Subject>,
    /// Objects that several replies contain.
    pub objects: Vec<Shape>,
    /// Every name and alias that can be called, sorted.
    pub names: Vec<&'static str>,
    /// Names of the specification that this version answers with `NOT_SUPPORTED`, sorted.
    pub unsupported: &'static [&'static str],
}

/// A group of actions, such as "Messages".
#[derive(Debug, Clone)]
pub struct Subject {
    /// Identifier, also a tag of `/openapi.json`.
    pub name: &'static str,
    /// Title for people.
    pub title: Bilingual,
    /// Actions of the subject, in the order of the table.
    pub actions: Vec<Action>,
}

/// Description of one action.
#[derive(Debug, Clone)]
pub struct Action {
    /// Name that calls use.
    pub name: &'static str,
    /// What the action does, one sentence.
    pub about: Bilingual,
    /// Aliases. Each has pairs of parameter names: the alias's own, and the action's.
    pub aliases: Vec<(&'static str, Vec<(&'static str, &'static str)>)>,
    /// Parameters of the action.
    pub parameters: Vec<Field>,
    /// Shape of the reply.
    pub reply: Shape,
    /// The `msg` codes of its failures, without those that every action has.
    pub codes: Vec<Code>,
    /// Parameters of an example call.
    pub call: Object,
    /// `data` of an example answer.
    pub data: Value,
}

/// The shape of a reply or of an object in it.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The type, such as `null`, `object[]` or `Message`.
    pub kind: String,
    /// What the object is; empty for replies.
    pub about: String,
    /// Fields of the object, or of the objects in the list. Fields of nested objects have a path: `stat.packet_sent`.
    pub fields: Vec<Field>,
}

/// A parameter, or a field of a reply.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name, or path in a nested object.
    pub name: String,
    /// Other accepted names of a parameter.
    pub synonyms: Vec<&'static str>,
    /// Type: `int`, `str`, `bool`, `id`, `message`, … A list is `T[]`.
    pub kind: String,
    /// For a parameter: whether it is required. For a field of a reply: whether it is always present.
    pub required: bool,
    /// Default value of an optional parameter, if it has one.
    pub default: Option<Value>,
    /// What the value is, with unit or range.
    pub about: String,
}

impl Reference {
    /// The action with this name or alias.
    pub fn action(&self, name: &str) -> Option<&Action> {
        let mut actions = self.subjects.iter().flat_map(|subject| &subject.actions);
        actions.find(|action| {
            action.name == name || action.aliases.iter().any(|(alias, _)| *alias == name)
        })
    }
}

/// Schema definitions by name.
pub(crate) type Definitions = Object;

/// Examples of the specification: `replies` by action, `events` by kind.
static EXAMPLES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).unwrap_or_default());

/// Describes all actions.
pub fn reference() -> Reference {
    let table = Actions::all();
    let mut schemas = generator();
    let message = schemas.subschema_for::<ChatMessage>();
    let segment = schemas.subschema_for::<Segment>();
    let described: Vec<_> = table
        .by_subject()
        .map(|(subject, entries)| {
            let entries = entries.into_iter().map(|entry| {
                let params = (entry.params_schema)(&mut schemas).to_value();
                let reply = (entry.reply_schema)(&mut schemas).to_value();
                (entry, params, reply)
            });
            (subject, entries.collect::<Vec<_>>())
        })
        .collect();
    let definitions = schemas.take_definitions(true);
    let reader = Reader {
        definitions: &definitions,
    };
    let subjects = described
        .into_iter()
        .map(|(subject, entries)| Subject {
            name: subject.name,
            title: subject.title,
            actions: entries
                .into_iter()
                .map(|(entry, params, reply)| reader.action(entry, &params, &reply))
                .collect(),
        })
        .collect();
    let mut objects = vec![reader.shape(message.as_value())];
    objects.extend(reader.segments(segment.as_value()));
    Reference {
        subjects,
        objects,
        names: table.names(),
        unsupported: actions::UNSUPPORTED,
    }
}

/// The generator of the schemas in documents.
pub(crate) fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator()
}

/// `data` of an example answer. Null if there is no example of the action.
pub(crate) fn example_reply(action: &str) -> &'static Value {
    &EXAMPLES["replies"][action]
}

/// Parameters of an example call: the required ones, and those that have their own example.
pub(crate) fn example_call(params: &Value, definitions: &Definitions) -> Object {
    let reader = Reader { definitions };
    reader
        .properties(params)
        .filter_map(|(name, schema, required)| {
            let own = schema["examples"][0].clone();
            let value = match own {
                Value::Null if required => reader.example(schema),
                own => Some(own),
            };
            Some((name.to_owned(), value.filter(|value| !value.is_null())?))
        })
        .collect()
}

/// Converts schemas to descriptions.
struct Reader<'a> {
    definitions: &'a Definitions,
}

/// How deep nested objects are described.
const MAX_DEPTH: usize = 4;

/// Objects that are described once and referenced elsewhere.
const NAMED: &[&str] = &["Message", "Segment"];

impl Reader<'_> {
    fn action(&self, entry: &Entry, params: &Value, reply: &Value) -> Action {
        let parameters = self
            .properties(params)
            .map(|(name, schema, required)| {
                let synonyms = entry.synonyms.iter().filter(|(_, ours)| *ours == name);
                Field {
                    synonyms: synonyms.map(|(theirs, _)| *theirs).collect(),
                    ..self.field(name.to_owned(), schema, required)
                }
            })
            .collect();
        let aliases = entry.aliases.iter();
        Action {
            name: entry.name,
            about: entry.about,
            aliases: aliases
                .map(|(name, renames)| (*name, renames.to_vec()))
                .collect(),
            parameters,
            reply: self.shape(reply),
            codes: entry.codes.clone(),
            call: example_call(params, self.definitions),
            data: example_reply(entry.name).clone(),
        }
    }

    fn shape(&self, schema: &Value) -> Shape {
        let mut fields = Vec::new();
        let item = item_of(schema);
        // A reply that is a named object is described under that object's name; the named objects are described here.
        let name = reference_of(item).unwrap_or_default();
        let listed = schema.get("$ref").is_none() && NAMED.contains(&name);
        if !listed {
            self.fields(item, "", 0, &mut fields);
        }
        let kind = self.kind(schema);
        let definition = reference_of(schema).and_then(|name| self.definitions.get(name));
        let alternatives = definition.unwrap_or(schema)["anyOf"].as_array();
        let nothing = alternatives.is_some_and(|list| list.iter().any(|one| one["type"] == "null"));
        Shape {
            kind: if nothing {
                format!("null or {kind}")
            } else {
                kind
            },
            about: text(&self.resolve(schema)["description"]),
            fields,
        }
    }

    /// Each kind of segment, with the fields of its `data`.
    fn segments(&self, schema: &Value) -> Vec<Shape> {
        let kinds = self.resolve(schema)["anyOf"].as_array();
        kinds
            .into_iter()
            .flatten()
            .map(|kind| {
                let mut fields = Vec::new();
                self.fields(&kind["properties"]["data"], "", 1, &mut fields);
                Shape {
                    kind: text(&kind["properties"]["type"]["const"]),
                    about: text(&self.resolve(&kind["properties"]["data"])["description"]),
                    fields,
                }
            })
            .collect()
    }

    /// Appends the fields of an object. A nested object is followed by its fields, with paths.
    fn fields(&self, schema: &Value, path: &str, depth: usize, out: &mut Vec<Field>) {
        for (name, schema, required) in self.properties(schema) {
            let name = format!("{path}{name}");
            let item = item_of(schema);
            out.push(self.field(name.clone(), schema, required));
            let described = reference_of(item).is_some_and(|name| NAMED.contains(&name));
            if depth < MAX_DEPTH && !described {
                let list = if std::ptr::eq(item, stripped(schema)) {
                    ""
                } else {
                    "[]"
                };
                self.fields(item, &format!("{name}{list}."), depth + 1, out);
            }
        }
    }

    fn field(&self, name: String, schema: &Value, required: bool) -> Field {
        let own = text(&schema["description"]);
        Field {
            name,
            synonyms: Vec::new(),
            kind: self.kind(schema),
            required,
            default: schema
                .get("default")
                .filter(|value| !value.is_null())
                .cloned(),
            about: if own.is_empty() {
                text(&self.resolve(schema)["description"])
            } else {
                own
            },
        }
    }

    /// The properties of an object: name, schema, and whether it is required.
    fn properties<'s>(
        &'s self,
        schema: &'s Value,
    ) -> impl Iterator<Item = (&'s str, &'s Value, bool)> + use<'s> {
        let object = self.resolve(schema);
        let required = object["required"].as_array();
        let properties = object["properties"].as_object().into_iter().flatten();
        properties.map(move |(name, schema)| {
            let required = required.is_some_and(|names| names.iter().any(|one| one == name));
            (name.as_str(), schema, required)
        })
    }

    /// The schema behind references and behind the alternative null.
    fn resolve<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let mut schema = stripped(schema);
        while let Some(definition) =
            reference_of(schema).and_then(|name| self.definitions.get(name))
        {
            schema = stripped(definition);
        }
        schema
    }

    /// The type in one or two words.
    fn kind(&self, schema: &Value) -> String {
        let schema = stripped(schema);
        match reference_of(schema) {
            Some("Uin" | "GroupUin") => return "id".to_owned(),
            Some("MessageId" | "MessageRef") => return "message id".to_owned(),
            Some("MessageContent") => return "message".to_owned(),
            Some(name) => {
                let definition = self.definitions.get(name).unwrap_or(&Value::Null);
                let is_object = definition.get("properties").is_some();
                return if NAMED.contains(&name) {
                    name.to_owned()
                } else if is_object {
                    "object".to_owned()
                } else {
                    self.kind(definition)
                };
            }
            None => {}
        }
        if let Some(value) = schema.get("const") {
            return value.to_string();
        }
        let alternatives = ["enum", "oneOf", "anyOf"];
        if let Some(list) = alternatives.iter().find_map(|key| schema[key].as_array()) {
            let mut kinds: Vec<String> = Vec::new();
            for one in list {
                let kind = match one {
                    Value::Object(_) => self.kind(one),
                    value => value.to_string(),
                };
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            return kinds.join(" or ");
        }
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(several) => several
                .iter()
                .filter_map(Value::as_str)
                .filter(|one| *one != "null")
                .collect(),
            _ => vec!["any"],
        };
        let short = types.into_iter().map(|one| match one {
            "integer" => "int".to_owned(),
            "string" => "str".to_owned(),
            "boolean" => "bool".to_owned(),
            "array" => match schema.get("items") {
                Some(items) => match self.kind(items) {
                    several if several.contains(" or ") => {
                        format!("({several})[]")
                    }
                    one => format!("{one}[]"),
                },
                None => "list".to_owned(),
            },
            other => other.to_owned(),
        });
        short.collect::<Vec<_>>().join(" or ")
    }

    /// A valid value: the example of the type, or the first of several constants.
    fn example(&self, schema: &Value) -> Option<Value> {
        let schema = self.resolve(schema);
        let constant = schema["oneOf"][0].get("const");
        schema["examples"]
            .get(0)
            .or(constant)
            .or(schema["enum"].get(0))
            .cloned()
    }
}

/// The schema without the alternative null.
fn stripped(schema: &Value) -> &Value {
    let mut given = schema["anyOf"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|one| one["type"] != "null");
    match (given.next(), given.next()) {
        (Some(only), None) => only,
        _ => schema,
    }
}

/// The schema of the items of a list; any other schema itself.
fn item_of(schema: &Value) -> &Value {
    let list = stripped(schema);
    list.get("items").unwrap_or(list)
}

/// The name of the definition that a schema references.
fn reference_of(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// A description on one line.
fn text(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! Compiles `proto/**/*.proto` with protox and prost, so that no `protoc` has to be installed. Also generates a table
//! of the fields' numbers and types, which `bounded::decode` uses to repair messages.

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Message name, and for each field its number, its descriptor type, whether it is repeated, and the name of its
/// message type.
type Messages = BTreeMap<String, Vec<(i32, i32, bool, String)>>;

/// `FieldDescriptorProto.Label`: repeated.
const REPEATED: i32 = 3;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let mut files = Vec::new();
    collect(Path::new("proto"), &mut files)?;
    files.sort();
    let descriptors = protox::compile(&files, ["proto"])?;

    let mut messages = Messages::new();
    let mut waiting: Vec<_> = descriptors
        .file
        .iter()
        .flat_map(|file| {
            let package = file.package();
            file.message_type
                .iter()
                .map(move |message| (format!("{package}.{}", message.name()), message))
        })
        .collect();
    while let Some((name, message)) = waiting.pop() {
        waiting.extend(
            message
                .nested_type
                .iter()
                .map(|nested| (format!("{name}.{}", nested.name()), nested)),
        );
        let fields = message.field.iter().map(|field| {
            (
                field.number(),
                field.r#type.unwrap_or(0),
                field.label == Some(REPEATED),
                field.type_name().trim_start_matches('.').to_owned(),
            )
        });
        messages.insert(name, fields.collect());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("schema.rs"), table(&messages)?)?;

    prost_build::Config::new()
        .bytes(["."])
        .enable_type_names()
        .include_file("proto.rs")
        .compile_fds(descriptors)?;
    Ok(())
}

/// The table as a Rust expression, sorted by message name and field number.
fn table(messages: &Messages) -> Result<String, Box<dyn Error>> {
    let mut text = String::from("&[\n");
    for (name, fields) in messages {
        let mut fields = fields.clone();
        fields.sort();
        write!(text, "({name:?}, &[")?;
        for (number, kind, repeated, message) in fields {
            // `FieldDescriptorProto.Type`.
            let kind = match kind {
                1 | 6 | 16 => "Kind::Fixed64".to_owned(),
                2 | 7 | 15 => "Kind::Fixed32".to_owned(),
                3 | 4 | 5 | 8 | 13 | 14 | 17 | 18 => "Kind::Varint".to_owned(),
                9 => "Kind::Text".to_owned(),
                12 => "Kind::Bytes".to_owned(),
                11 => {
                    let place = messages
                        .keys()
                        .position(|name| *name == message)
                        .ok_or_else(|| format!("{message} is not declared"))?;
                    format!("Kind::Message({place})")
                }
                other => return Err(format!("{name}.{number} has type {other}").into()),
            };
            write!(text, "({number}, {repeated}, {kind}), ")?;
        }
        text.push_str("]),\n");
    }
    text.push_str("]\n");
    Ok(text)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "proto")
        {
            files.push(path);
        }
    }
    Ok(())
}

//! Realistic messages in both formats: `corpus/*.jsonl`, one message per line. The CQ texts were written by another
//! implementation.

use std::{collections::HashSet, fs, path::Path};

use nekonap_onebot::{Form, Message, MessageParam};
use serde_json::Value;

/// One message.
struct Sample {
    /// File and line, for assertions.
    place: String,
    cq: String,
    array: Value,
}

fn corpus() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut samples = Vec::new();
    for file in fs::read_dir(&folder).expect("the corpus") {
        let path = file.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        let text = fs::read_to_string(&path).expect("text");
        for (line, sample) in (1..).zip(text.lines()) {
            let place = format!("{name}:{line}");
            let sample: Value = serde_json::from_str(sample).expect("JSON");
            samples.push(Sample {
                cq: sample["cq"].as_str().expect("text").to_owned(),
                array: sample["array"].clone(),
                place,
            });
        }
    }
    samples
}

fn of_array(sample: &Sample) -> Message {
    MessageParam::new(sample.array.clone())
        .read(false)
        .unwrap_or_else(|error| panic!("{}: {error}", sample.place))
}

#[test]
fn both_formats_are_read_as_the_same_message() {
    for sample in corpus() {
        let from_cq = Message::from_cq(&sample.cq)
            .unwrap_or_else(|error| panic!("{}: {error}", sample.place));
        assert_eq!(from_cq, of_array(&sample), "{}", sample.place);
    }
}

#[test]
fn writing_reproduces_both_formats_exactly() {
    for sample in corpus() {
        let message = of_array(&sample);
        assert_eq!(message.to_cq(), sample.cq, "{}", sample.place);
        let array = message.to_value(Form::Array);
        // Compares the text as well, because the order of keys is visible in CQ text and in JSON.
        assert_eq!(
            array.to_string(),
            sample.array.to_string(),
            "{}",
            sample.place
        );
    }
}

#[test]
fn corpus_is_large_and_has_every_type_of_segment() {
    let corpus = corpus();
    assert!(corpus.len() >= 200, "{} messages", corpus.len());
    let texts: HashSet<&str> = corpus.iter().map(|sample| sample.cq.as_str()).collect();
    assert_eq!(texts.len(), corpus.len(), "no message twice");
    let kinds: HashSet<&str> = corpus
        .iter()
        .flat_map(|sample| sample.array.as_array().expect("a list"))
        .map(|segment| segment["type"].as_str().expect("a kind"))
        .collect();
    for kind in [
        "text",
        "at",
        "face",
        "reply",
        "image",
        "record",
        "video",
        "file",
        "rps",
        "dice",
        "poke",
        "shake",
        "share",
        "contact",
        "location",
        "music",
        "json",
        "xml",
        "markdown",
        "keyboard",
        "mface",
        "forward",
        "node",
        "anonymous",
        "miniapp",
        "onlinefile",
        "flashtransfer",
        "unknown",
    ] {
        assert!(kinds.contains(kind), "there is no {kind}");
    }
}

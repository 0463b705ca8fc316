//! An event in the log, and its JSON in the formats that readers want.

use std::sync::OnceLock;

use bytes::Bytes;
use nekonap_archive::{Kept, Publish, Row};
use nekonap_ids::MessageId;
use nekonap_onebot::{Event, Form, What};
use serde_json::{Value, json};

use super::{Log, Want};

/// An event to be appended to the log.
#[derive(Debug)]
pub(crate) struct NewEvent {
    pub(crate) event: Event,
    /// Whether the account caused the event. It is reported only to readers that want such events.
    pub(crate) own: bool,
    /// Whether it is a message from before the start. It is reported only to connections with `replay`.
    pub(crate) backlog: bool,
    /// Content of `raw`, as JSON text.
    pub(crate) raw: Option<String>,
}

/// An event on its way to the log, through the archive.
pub(crate) struct Publication {
    log: Log,
    new: NewEvent,
    /// The event with messages as arrays, if it was rendered for the journal.
    array: Option<Bytes>,
}

impl Publication {
    pub(crate) fn new(log: Log, new: NewEvent) -> Self {
        Self {
            log,
            new,
            array: None,
        }
    }
}

impl Publish for Publication {
    fn row(&mut self, message: Option<MessageId>) -> Row<'_> {
        identify(&mut self.new.event, message);
        let event = &self.new.event;
        let array = self.array.insert(Bytes::from(event.to_json(Form::Array)));
        Row {
            // The window of a message from before the start is measured from the message.
            time: if self.new.backlog {
                event.time
            } else {
                crate::bot::now()
            },
            own: self.new.own,
            json: std::str::from_utf8(array).unwrap_or_default(),
            raw: self.new.raw.as_deref(),
        }
    }

    fn publish(mut self, message: Option<MessageId>, position: u64) {
        identify(&mut self.new.event, message);
        self.log.append(position, self.new, self.array);
    }
}

/// Sets the id of the message that an event reports.
fn identify(event: &mut Event, id: Option<MessageId>) {
    if let What::Message(message) = &mut event.what {
        message.message_id = message.message_id.or(id);
    }
}

/// An event in the log, with the formats that were rendered so far.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) position: u64,
    pub(super) own: bool,
    pub(super) backlog: bool,
    content: Content,
    raw: Option<String>,
    formats: [OnceLock<Bytes>; FORMATS],
}

/// Number of formats of an event, see [`Want::format_index`].
const FORMATS: usize = 8;

#[derive(Debug)]
enum Content {
    Event(Event),
    /// JSON from the journal, with messages as arrays.
    Json(String),
}

impl Entry {
    /// A new event. `array`: the event in the plain format with messages as arrays, if it is rendered already.
    pub(super) fn new(position: u64, new: NewEvent, array: Option<Bytes>) -> Self {
        let formats: [OnceLock<Bytes>; FORMATS] = Default::default();
        if let Some(array) = array {
            // The cell was just created.
            let _ = formats[Want::default().format_index()].set(array);
        }
        Self {
            position,
            own: new.own,
            backlog: new.backlog,
            content: Content::Event(new.event),
            raw: new.raw,
            formats,
        }
    }

    /// An event from the journal.
    pub(super) fn kept(kept: Kept) -> Self {
        Self {
            position: kept.position,
            own: kept.own,
            // Only connections with `replay` read the journal.
            backlog: false,
            content: Content::Json(kept.json),
            raw: kept.raw,
            formats: Default::default(),
        }
    }

    /// Whether a reader gets the event.
    pub(super) fn is_for(&self, want: Want) -> bool {
        (want.own_messages || !self.own) && (want.event_id || !self.backlog)
    }

    /// The event in the reader's format, and whether it was this call that rendered it.
    pub(super) fn render(&self, want: Want) -> (Bytes, bool) {
        let mut made = false;
        let bytes = self.formats[want.format_index()].get_or_init(|| {
            made = true;
            let extras = Extras {
                event_id: want.event_id.then_some(self.position),
                raw: self.raw.as_deref().filter(|_| want.raw),
            };
            let json = match &self.content {
                Content::Event(event) => event.to_json(want.form),
                Content::Json(array) => in_form(array, want.form),
            };
            with_extras(json, extras)
        });
        (bytes.clone(), made)
    }

    /// Size of the rendered formats, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let rendered = self.formats.iter().filter_map(OnceLock::get);
        rendered.map(Bytes::len).sum()
    }
}

/// Fields that are appended to an event's own fields.
#[derive(Clone, Copy)]
struct Extras<'a> {
    event_id: Option<u64>,
    /// Content of `raw`, as JSON text.
    raw: Option<&'a str>,
}

/// The extra fields are appended to the event's own fields. An event always has own fields, so a comma always precedes the
/// extra ones.
fn with_extras(mut json: String, extras: Extras<'_>) -> Bytes {
    if extras.event_id.is_some() || extras.raw.is_some() {
        json.pop();
        if let Some(id) = extras.event_id {
            json.push_str(",\"event_id\":");
            json.push_str(&id.to_string());
        }
        if let Some(raw) = extras.raw {
            json.push_str(",\"raw\":");
            json.push_str(raw);
        }
        json.push('}');
    }
    Bytes::from(json)
}

/// An event whose message is an array, in this form. The CQ text of a message is always in `raw_message`
/// (api/events-and-segments §3.1).
fn in_form(array: &str, form: Form) -> String {
    if form == Form::String
        && let Ok(mut event) = serde_json::from_str::<Value>(array)
        && let Some(text) = event.get("raw_message").cloned()
    {
        event["message"] = text;
        event["message_format"] = json!(form);
        return event.to_string();
    }
    array.to_owned()
}

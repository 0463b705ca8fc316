//! Reading merged forwards, including nested ones (api/actions §3.2).

use nekonap_client::{Element, Nest, Node as Forwarded, message::Forward as ForwardElement};
use nekonap_ids::Conversation;
use nekonap_onebot::{ChatMessage, Form, Message};
use serde_json::Value;

use crate::{bot::Bot, incoming, segments};

/// How deep nested forwards are followed. Clients do not nest deeper.
const MAX_DEPTH: usize = 16;

/// The messages of a fetched forward.
pub(crate) async fn messages(bot: &Bot, nest: &Nest) -> Vec<ChatMessage> {
    let mut reading = Reader {
        bot,
        fetches: MAX_FETCHES,
    };
    let mut messages = Vec::with_capacity(nest.nodes.len());
    for node in &nest.nodes {
        messages.push(reading.chat(nest, node, 0).await);
    }
    messages
}

/// The most nested forwards that are fetched for one answer, without those included in the outer one. Each is a round
/// trip.
const MAX_FETCHES: usize = 32;

/// Reads the messages of a forward.
struct Reader<'a> {
    bot: &'a Bot,
    /// How many forwards may still be fetched.
    fetches: usize,
}

impl Reader<'_> {
    /// A message of a forward. A forward nested in it is taken from the outer one, otherwise fetched
    /// (api/actions §3.2).
    async fn chat(&mut self, nest: &Nest, node: &Forwarded, depth: usize) -> ChatMessage {
        let place = node.group.map(Conversation::Group);
        let mut message = segments::read(self.bot, place, &node.elements).await;
        for element in &node.elements {
            let Element::Forward(inner) = element else {
                continue;
            };
            let content = self.content(nest, inner, depth + 1).await;
            let shown = incoming::forwards(&mut message)
                .find(|forward| forward.id.as_deref() == Some(&inner.res_id));
            if let Some(forward) = shown {
                forward.content = content;
            }
        }
        incoming::node(self.bot, node, message).await
    }

    /// The messages of a nested forward; `None` if they are not available.
    async fn content(
        &mut self,
        nest: &Nest,
        inner: &ForwardElement,
        depth: usize,
    ) -> Option<Vec<Value>> {
        if depth > MAX_DEPTH {
            return None;
        }
        if let Some((_, nodes)) = nest.nested.iter().find(|(name, _)| *name == inner.uniseq) {
            return Some(Box::pin(self.objects(nest, nodes, depth)).await);
        }
        self.fetches = self.fetches.checked_sub(1)?;
        let fetched = self.bot.client().download_forward(&inner.res_id).await;
        let nest = fetched.ok().flatten()?;
        Some(Box::pin(self.objects(&nest, &nest.nodes, depth)).await)
    }

    async fn objects(&mut self, nest: &Nest, nodes: &[Forwarded], depth: usize) -> Vec<Value> {
        let mut content = Vec::with_capacity(nodes.len());
        for node in nodes {
            let chat = self.chat(nest, node, depth).await;
            content.push(Value::Object(chat.object(Form::Array, &[])));
        }
        content
    }
}

/// Fetches the forwards of a message and puts their messages into `content`. A forward that cannot be fetched stays
/// unchanged.
pub(crate) async fn expand(bot: &Bot, message: &mut Message) {
    for forward in incoming::forwards(message) {
        let Some(id) = &forward.id else {
            continue;
        };
        let Ok(Some(nest)) = bot.client().download_forward(id).await else {
            continue;
        };
        let mut reading = Reader {
            bot,
            fetches: MAX_FETCHES,
        };
        forward.content = Some(reading.objects(&nest, &nest.nodes, 0).await);
    }
}

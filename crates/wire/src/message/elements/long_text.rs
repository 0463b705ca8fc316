//! Long text: a message that is stored like a merged forward, because it is too long (protocol/02 §3.13).

use crate::proto::message::{Elem, GeneralFlags};

/// Reference to a long message. The full message is the only one stored under this id; the other elements are a digest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LongText {
    /// Resource id of the stored message.
    pub res_id: String,
}

/// Other flags contain nothing that concerns the message.
pub(super) fn decode(flags: &GeneralFlags) -> Option<LongText> {
    let res_id = flags
        .long_text_res_id
        .as_ref()
        .filter(|id| !id.is_empty())?;
    (flags.long_text_flag == Some(1)).then(|| LongText {
        res_id: res_id.clone(),
    })
}

pub(super) fn encode(text: &LongText) -> Elem {
    Elem {
        general_flags: Some(GeneralFlags {
            long_text_flag: Some(1),
            long_text_res_id: Some(text.res_id.clone()),
        }),
        ..Elem::default()
    }
}

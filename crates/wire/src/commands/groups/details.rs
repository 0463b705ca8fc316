//! Details of a group (protocol/04 §5.2).

use nekonap_ids::{GroupUin, Sequence};

use crate::{
    command::Refusal,
    field::Required,
    proto::groups::{Details, DetailsAnswer, DetailsOf, DetailsReply, DetailsRequest},
};

/// App id of a request; the server accepts any.
const APP: u32 = 537_099_973;

pub(super) fn details(reply: &mut DetailsReply) {
    if let Some(answer) = &mut reply.answer {
        answer.group.get_or_insert_default();
        answer.facts.get_or_insert_default();
    }
}

impl DetailsRequest {
    /// Requests the newest sequence of a group.
    pub fn latest(group: GroupUin) -> Self {
        Self {
            app_id: Some(APP),
            wanted: Some(DetailsOf {
                group: Some(group.get()),
                mask: Some(Details {
                    latest_seq: Some(1),
                    ..Details::default()
                }),
            }),
        }
    }
}

impl DetailsReply {
    /// For a server: the details of a group.
    pub fn new(group: GroupUin, facts: Details) -> Self {
        Self {
            answer: Some(DetailsAnswer {
                group: Some(group.get()),
                result: Some(0),
                facts: Some(facts),
            }),
            error: Some(String::new()),
        }
    }

    /// For a server: a refusal, which is inside the answer's entry for the group.
    pub fn refused(group: u64, refusal: &Refusal) -> Self {
        Self {
            answer: Some(DetailsAnswer {
                group: Some(group),
                result: Some(u32::try_from(refusal.code).unwrap_or(u32::MAX)),
                facts: Some(Details::default()),
            }),
            error: Some(refusal.text.clone()),
        }
    }

    /// The group's newest sequence; `None` if it has no messages yet.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn newest(self) -> Result<Option<Sequence>, Refusal> {
        let answer = self.answer.unwrap_or_default();
        match answer.result.unwrap_or(0) {
            0 => {}
            code => return Err(Refusal::new(code.into(), self.error.unwrap_or_default())),
        }
        let latest = answer.facts.and_then(|facts| facts.latest_seq);
        Ok(latest.present("latest_seq").unwrap_or_default())
    }
}

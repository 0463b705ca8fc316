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
        let mask = Details {
            latest_seq: Some(1),
            ..Details::default()
        };
        Self::masked(group, mask)
    }

    /// Requests the facts about a group that [`DetailsReply::facts`] returns.
    pub fn facts(group: GroupUin) -> Self {
        let (number, text) = (Some(1), || Some(String::new()));
        let mask = Details {
            owner: text(),
            create_time: number,
            flag: number,
            flag_ext: number,
            max_members: number,
            members: number,
            level: number,
            name: text(),
            memo: text(),
            description: text(),
            rich_description: text(),
            mute_all_until: number,
            mute_me_until: number,
            privileges: number,
            long_name: text(),
            flag_ext_4: number,
            ..Details::default()
        };
        Self::masked(group, mask)
    }

    fn masked(group: GroupUin, mask: Details) -> Self {
        Self {
            app_id: Some(APP),
            wanted: Some(DetailsOf {
                group: Some(group.get()),
                mask: Some(mask),
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
        let latest = self.facts()?.latest_seq;
        Ok(latest.present("latest_seq").unwrap_or_default())
    }

    /// The requested facts.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn facts(self) -> Result<Details, Refusal> {
        let answer = self.answer.unwrap_or_default();
        match answer.result.unwrap_or(0) {
            0 => Ok(answer.facts.unwrap_or_default()),
            code => Err(Refusal::new(code.into(), self.error.unwrap_or_default())),
        }
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    #[test]
    fn mask_of_the_facts_has_true_for_numbers_and_empty_text() {
        let group = GroupUin::new(20001).expect("a group");
        let request = DetailsRequest::facts(group).wanted.expect("a group");
        let mask = request.mask.expect("a mask").encode_to_vec();
        // 1, 2, 3, 4, 5, 6, 10, 15, 16, 17, 40, 45, 46, 56, 89, 99
        assert_eq!(
            hex::encode(mask),
            "0a001001180120012801300150017a008201008a0100c20200e80201f00201c00301ca0500980601"
        );
    }
}

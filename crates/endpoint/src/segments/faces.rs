//! The system faces: their names, and the sticker ids of those that have a large form (protocol/02 §A).

use std::{collections::HashMap, sync::LazyLock};

use nekonap_client::message::{DICE, Face, FaceLook, ROCK_PAPER_SCISSORS, Sticker, Thrown};
use nekonap_onebot::segments::Face as Segment;

/// One face per line, separated by tabs: number, name, and for faces with a large form its kind, pack and sticker.
const TABLE: &str = include_str!("faces.txt");

/// `sub_type` of a large face (protocol/02 §3.4).
const LARGE: u32 = 3;

/// Data of one face.
#[derive(Debug)]
struct FaceInfo {
    name: &'static str,
    large: Option<Sticker>,
}

static FACES: LazyLock<HashMap<u32, FaceInfo>> =
    LazyLock::new(|| TABLE.lines().filter_map(parse_line).collect());

fn parse_line(line: &'static str) -> Option<(u32, FaceInfo)> {
    let mut columns = line.split('\t');
    let id = columns.next()?.parse().ok()?;
    let name = columns.next()?;
    let large = match (columns.next(), columns.next(), columns.next()) {
        (Some(kind), Some(pack), Some(sticker)) => Some(Sticker {
            pack: pack.to_owned(),
            sticker: sticker.to_owned(),
            kind: kind.parse().ok()?,
            result: String::new(),
        }),
        _ => None,
    };
    Some((id, FaceInfo { name, large }))
}

/// The face of a segment. An unknown number is sent as it is: the receiving client may know it.
///
/// The large form is used on request, and, as in QQ's own clients, by default if the face is the whole message
/// (`alone`).
pub(super) fn face(segment: &Segment, alone: bool) -> Face {
    let face = Face::new(segment.id);
    let Some(known) = FACES.get(&segment.id) else {
        return face;
    };
    match segment.id {
        DICE => return dice(),
        ROCK_PAPER_SCISSORS => return rock_paper_scissors(),
        _ => {}
    }
    let name = format!("/{}", known.name);
    let requested = match (segment.sub_type, segment.large) {
        (Some(kind), _) => Some(kind == LARGE),
        (None, large) => large,
    };
    if let Some(sticker) = known.large.clone().filter(|_| requested.unwrap_or(alone)) {
        return Face {
            id: segment.id,
            name,
            look: FaceLook::Animated(sticker),
        };
    }
    match face.look {
        // The classic form has no field for a name.
        FaceLook::Classic => face,
        _ => Face { name, ..face },
    }
}

/// A die. The server chooses the result.
pub(super) fn dice() -> Face {
    Face::throw(Thrown::Dice, None)
}

/// Rock, paper, scissors. The server chooses the result.
pub(super) fn rock_paper_scissors() -> Face {
    Face::throw(Thrown::RockPaperScissors, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(segment: &Segment, alone: bool) -> FaceLook {
        face(segment, alone).look
    }

    #[test]
    fn every_line_of_the_table_is_parsed() {
        assert_eq!(FACES.len(), TABLE.lines().count());
        assert!(FACES.values().filter(|face| face.large.is_some()).count() > 100);
    }

    #[test]
    fn face_is_large_on_request_or_alone() {
        assert_eq!(look(&Segment::new(14), true), FaceLook::Classic);
        assert_eq!(look(&Segment::new(277), true), FaceLook::Small);
        assert!(matches!(
            look(&Segment::new(311), true),
            FaceLook::Animated(_)
        ));
        assert_eq!(look(&Segment::new(311), false), FaceLook::Small);
        assert_eq!(look(&Segment::new(5), false), FaceLook::Classic);
        let large = Segment {
            large: Some(true),
            ..Segment::new(5)
        };
        let FaceLook::Animated(sticker) = look(&large, false) else {
            panic!("not large");
        };
        assert_eq!(
            (sticker.pack.as_str(), sticker.sticker.as_str()),
            ("1", "16")
        );
        for small in [
            Segment {
                large: Some(false),
                ..Segment::new(5)
            },
            Segment {
                sub_type: Some(1),
                ..Segment::new(5)
            },
        ] {
            assert_eq!(look(&small, true), FaceLook::Classic);
        }
    }

    #[test]
    fn unknown_face_is_sent_unchanged() {
        assert_eq!(face(&Segment::new(99_999), true), Face::new(99_999));
    }

    #[test]
    fn dice_and_rps_have_random_results() {
        for (id, thrown) in [(358, Thrown::Dice), (359, Thrown::RockPaperScissors)] {
            let face = face(&Segment::new(id), false);
            assert_eq!(face.thrown(), Some((thrown, None)));
        }
    }
}
